"""The staff desk: what waits for an office, and a case with everything that its decision needs."""

from staff_desk.routes import blueprint

__all__ = ["blueprint"]
