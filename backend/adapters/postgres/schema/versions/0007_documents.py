"""Issued documents: number, hash of the code and of the file, what a stranger may see; the file is sealed.

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE document_series (
    series text   NOT NULL PRIMARY KEY,
    last   bigint NOT NULL DEFAULT 0
);

CREATE TABLE document (
    case_id   uuid        NOT NULL,
    kind      text        NOT NULL,
    edition   int         NOT NULL,
    person_id uuid        NOT NULL,
    number    text        NOT NULL UNIQUE,
    code      bytea       NOT NULL UNIQUE,
    lang      text,
    title     jsonb,
    office    jsonb,
    issued    date,
    sha256    bytea       UNIQUE,
    sealed    bytea,
    revoked   timestamptz,
    reason    text,
    PRIMARY KEY (case_id, kind, edition)
);
"""


def upgrade() -> None:
    """Title and office are words of the procedure; whatever is about the person is in `sealed` only."""
    op.execute(TABLES)
