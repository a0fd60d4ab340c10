"""The citizen's own web app, on phone and PC: errands, questions, receipts, inbox, scanned codes."""

from citizen_web.routes import blueprint

__all__ = ["blueprint"]
