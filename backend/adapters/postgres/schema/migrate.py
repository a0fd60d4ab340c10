"""Bring a database to the newest schema."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config

LOCK = 0x45525241  # "ERRA": one migration at a time, whoever starts it


def migrate(url: str, revision: str = "head") -> None:
    """Run what is missing. Safe when several processes start: one migrates, the others wait and find it
    done."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent))
        config.attributes["url"] = url
        command.upgrade(config, revision)
