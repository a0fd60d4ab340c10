"""Evidence (facts about people, the log of reads) and notify (inbox, push).

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE person_key (
    case_id uuid NOT NULL,
    person_id uuid NOT NULL,
    wrapped bytea NOT NULL,
    PRIMARY KEY (case_id, person_id)
);

CREATE TABLE fact (
    case_id uuid NOT NULL,
    handle uuid NOT NULL,
    person_id uuid NOT NULL,
    rule text NOT NULL,
    sealed bytea NOT NULL,
    read_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (case_id, handle)
);

CREATE TABLE registry_read (
    case_id uuid NOT NULL,
    query_id uuid NOT NULL,
    person_id uuid NOT NULL,
    rule text NOT NULL,
    registry text NOT NULL,
    purpose text NOT NULL,
    legal_basis text NOT NULL,
    fields text[] NOT NULL,
    actor text NOT NULL,
    department text NOT NULL,
    attempts integer NOT NULL DEFAULT 1,
    outcome text NOT NULL DEFAULT 'begun',
    request_hash text NOT NULL DEFAULT '',
    surplus text[] NOT NULL DEFAULT '{}',
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz,
    PRIMARY KEY (case_id, query_id)
);
CREATE INDEX registry_read_by_person ON registry_read (person_id, begun_at DESC);

CREATE TABLE inbox_message (
    case_id uuid NOT NULL,
    version bigint NOT NULL,
    kind text NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    person_id uuid NOT NULL,
    procedure text NOT NULL,
    pack_version text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    read_at timestamptz,
    PRIMARY KEY (case_id, version, kind)
);
CREATE INDEX inbox_message_by_person ON inbox_message (person_id, created_at DESC);

CREATE TABLE push_subscription (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    person_id uuid NOT NULL,
    session_id uuid NOT NULL,
    endpoint_hash bytea NOT NULL,
    sealed bytea NOT NULL,
    challenge_hash bytea,
    challenge_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (endpoint_hash, person_id)
);
CREATE INDEX push_subscription_by_person ON push_subscription (person_id) WHERE challenge_hash IS NULL;

CREATE TABLE push_delivery (
    case_id uuid NOT NULL,
    message_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    sent_at timestamptz,
    status integer,
    attempts integer NOT NULL DEFAULT 0,
    PRIMARY KEY (case_id, message_id, subscription_id)
);
CREATE INDEX push_delivery_by_message ON push_delivery (message_id, subscription_id);
CREATE UNIQUE INDEX inbox_message_by_id ON inbox_message (id);
"""


def upgrade() -> None:
    op.execute(TABLES)
