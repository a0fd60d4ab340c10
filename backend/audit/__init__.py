"""The format of a log leaf (leaf.py); the log itself is another room's."""
