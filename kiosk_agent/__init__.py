"""The small local process of a kiosk: it holds the device's key, and the browser's pages never see it.

It knows the server and the browser only over HTTP and imports nothing of either.
"""
