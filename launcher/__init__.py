"""The launcher: from a clone to a running Errand with nothing but Python's standard library.

Nothing here imports the backend, and nothing of it needs a package from outside.
"""
