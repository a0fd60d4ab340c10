"""A local push service (RFC 8030) and the phones behind it, so that a push is seen without any vendor."""
