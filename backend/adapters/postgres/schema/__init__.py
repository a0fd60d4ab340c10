"""The database's schema and how it grows: versions/ holds plain SQL, run by Alembic."""

from backend.adapters.postgres.schema.migrate import migrate

__all__ = ["migrate"]
