"""What operators did: a log by case, and migrations of many cases with what became of each.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE operation (
    case_id uuid        NOT NULL,
    version bigint      NOT NULL,
    at      timestamptz NOT NULL,
    act     text        NOT NULL,
    actor   text        NOT NULL,
    batch   uuid,
    sealed  bytea       NOT NULL,
    PRIMARY KEY (case_id, version)
);

CREATE TABLE batch (
    batch     uuid        NOT NULL PRIMARY KEY,
    kind      text        NOT NULL,
    procedure text        NOT NULL,
    pack_from text        NOT NULL,
    pack_to   text        NOT NULL,
    mapping   text        NOT NULL,
    undoes    uuid,
    actor     text        NOT NULL,
    region    text        NOT NULL,
    department text       NOT NULL,
    sealed    bytea       NOT NULL,
    created   timestamptz NOT NULL,
    ended     timestamptz,
    hand_at   timestamptz
);
CREATE INDEX batch_hand_at ON batch (hand_at) WHERE hand_at IS NOT NULL;

CREATE TABLE batch_case (
    case_id uuid   NOT NULL,
    batch   uuid   NOT NULL,
    outcome text   NOT NULL DEFAULT 'waiting',
    told    text   NOT NULL DEFAULT '',
    version bigint,
    PRIMARY KEY (case_id, batch)
);
CREATE INDEX batch_case_by_batch ON batch_case (batch, outcome);
"""


def upgrade() -> None:
    """Reasons are sealed: what a person wrote stands nowhere in clear but in the audit log."""
    op.execute(TABLES)
