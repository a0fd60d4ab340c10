"""The audit log: its leaves by position, its tiles, its head.

Revision ID: 0006
Revises: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE audit_leaf (
    index   bigint NOT NULL PRIMARY KEY,
    receipt bigint NOT NULL UNIQUE,
    leaf    bytea  NOT NULL
);

CREATE TABLE audit_tile (
    level  smallint NOT NULL,
    n      bigint   NOT NULL,
    hashes bytea    NOT NULL,
    PRIMARY KEY (level, n)
);

CREATE TABLE audit_head (
    single     boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (single),
    size       bigint  NOT NULL,
    root       bytea   NOT NULL,
    checkpoint text    NOT NULL
);
INSERT INTO audit_head (size, root, checkpoint) VALUES (0, sha256(''), '');

ALTER TABLE audit_stage SET (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_insert_threshold = -1
);
"""


def upgrade() -> None:
    """The stage becomes a queue that is emptied, so it is cleaned by its dead rows."""
    op.execute(TABLES)
