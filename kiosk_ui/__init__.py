"""The kiosk: touch first, one question a page, and it forgets whoever leaves."""

from kiosk_ui.routes import blueprint

__all__ = ["blueprint"]
