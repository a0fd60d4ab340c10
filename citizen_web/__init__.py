"""The citizen's own web app, on phone and PC: errands, questions, receipts, inbox, and the page of a scanned code."""

from citizen_web.routes import blueprint

__all__ = ["blueprint"]
