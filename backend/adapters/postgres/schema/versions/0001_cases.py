"""Cases: the tables of a case's transaction, packs, the staged audit leaves, and Procrastinate's own tables.

Revision ID: 0001
"""

from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The driver's own connection: SQL with colons and percent signs, several statements, no parameters.
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    for text in (SchemaManager.get_schema(), _sql("0001_tables.sql"), _sql("0001_change.sql")):
        driver.execute(text)


def _sql(name: str) -> str:
    return (Path(__file__).parent / name).read_text()
