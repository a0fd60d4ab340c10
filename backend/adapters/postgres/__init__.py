"""PostgreSQL, the only truth: named queries, the schema, and what every room stores."""
