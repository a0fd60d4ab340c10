"""The audit log: staged leaves become one Merkle log in tiles, under a signed checkpoint anyone can check.

merkle, tiles, note, directory and verify need the standard library and `cryptography` alone.
"""
