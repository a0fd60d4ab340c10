"""A demonstration OpenID Connect provider: one touch logs a fictional citizen or official in."""
