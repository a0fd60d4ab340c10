"""Messages between cases: what was thrown, until when it is kept, and which case took it.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE message (
    case_id  uuid        NOT NULL,
    message  bigint      NOT NULL,
    version  bigint      NOT NULL,
    name     text        NOT NULL,
    key      bytea       NOT NULL,
    thrown   timestamptz NOT NULL,
    until    timestamptz NOT NULL,
    receiver uuid,
    began    text,
    PRIMARY KEY (case_id, message)
);
CREATE INDEX message_kept ON message (name, key) WHERE receiver IS NULL;
CREATE INDEX message_began ON message (name, key) WHERE began IS NOT NULL;
ALTER TABLE subscription ADD COLUMN since timestamptz NOT NULL DEFAULT clock_timestamp();
"""


def upgrade() -> None:
    """The payload stays sealed in the thrower's own events; here is only what finds it."""
    op.execute(TABLES)
