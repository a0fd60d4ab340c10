"""Errand: the part that holds cases, procedures and their engine."""
