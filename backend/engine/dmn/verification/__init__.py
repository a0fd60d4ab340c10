"""What an author should know of a decision table before it runs: gaps, overlaps, rules without effect."""

from .verify import Finding, verify

__all__ = ["Finding", "verify"]
