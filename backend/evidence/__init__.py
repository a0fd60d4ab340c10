"""Evidence: what the state already knows, fetched under a rule, with a reason, in a log."""

from backend.evidence.facts import Facts, Reads
from backend.evidence.query import Asked, Known, NotAllowed, Query

__all__ = ["Asked", "Facts", "Known", "NotAllowed", "Query", "Reads"]
