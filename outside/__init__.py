"""The world that a real installation already has: registries, an identity provider, a push service.

Nothing of Errand imports this package, and it imports nothing of Errand; they meet only over HTTP.
"""
