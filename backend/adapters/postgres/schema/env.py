"""Alembic's entry: one connection, one transaction for all versions that are missing."""

from alembic import context
from sqlalchemy import create_engine, pool

url: str = context.config.attributes["url"]
engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
