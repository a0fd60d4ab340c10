"""The outside, one adapter for each port."""
