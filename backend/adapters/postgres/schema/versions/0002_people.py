"""Who is there (persons, sessions, devices), how a case moves between screens (handoffs), and counters.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PEOPLE = """
CREATE TABLE person (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('citizen', 'staff')),
    identity bytea NOT NULL UNIQUE,
    pid_blind bytea,
    profile bytea NOT NULL,
    created timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX person_by_pid ON person (pid_blind) WHERE pid_blind IS NOT NULL;

CREATE TABLE device_enrolment (
    code_hash bytea PRIMARY KEY,
    kiosk text NOT NULL,
    hall text NOT NULL,
    region text NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);

CREATE TABLE device (
    id uuid PRIMARY KEY,
    kiosk text NOT NULL,
    hall text NOT NULL,
    region text NOT NULL,
    public_key bytea NOT NULL CHECK (length(public_key) = 32),
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'revoked')),
    report jsonb NOT NULL DEFAULT '{}',
    enrolled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    heard_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE device_challenge (
    challenge_hash bytea PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

CREATE TABLE device_proof (
    device uuid NOT NULL REFERENCES device,
    jti text NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (device, jti)
);

CREATE TABLE session (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    stamp bigint NOT NULL DEFAULT 1,
    kind text NOT NULL CHECK (kind IN ('anonymous', 'citizen', 'staff')),
    channel text NOT NULL CHECK (channel IN ('kiosk', 'phone', 'web', 'desk', 'api')),
    person uuid REFERENCES person,
    level text NOT NULL DEFAULT 'L0',
    auth_time timestamptz,
    roles text[] NOT NULL DEFAULT '{}',
    department text NOT NULL DEFAULT '',
    region text NOT NULL DEFAULT '',
    device uuid REFERENCES device,
    grant_case uuid,
    grant_task bigint,
    grant_handoff uuid,
    parent uuid,
    lang text NOT NULL DEFAULT 'en',
    created timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_seen timestamptz NOT NULL DEFAULT clock_timestamp(),
    idle integer NOT NULL,
    wait_until timestamptz,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text NOT NULL DEFAULT ''
) WITH (fillfactor = 80);
CREATE INDEX session_by_person ON session (person) WHERE person IS NOT NULL;
CREATE INDEX session_by_device ON session (device) WHERE device IS NOT NULL;
CREATE INDEX session_by_parent ON session (parent) WHERE parent IS NOT NULL;
"""

HANDOFF = """
CREATE TABLE handoff (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    state text NOT NULL,
    seq integer NOT NULL DEFAULT 1,
    case_id uuid,
    task bigint,
    slot text NOT NULL DEFAULT '',
    procedure text NOT NULL DEFAULT '',
    source_session uuid NOT NULL,
    source_device uuid,
    hall text NOT NULL DEFAULT '',
    kiosk text NOT NULL DEFAULT '',
    epoch integer NOT NULL DEFAULT 0,
    rounds integer NOT NULL DEFAULT 1,
    code_hash bytea,
    code_expires_at timestamptz,
    previous_hash bytea,
    previous_expires_at timestamptz,
    user_code_mac bytea,
    user_code_expires_at timestamptz,
    user_code_tries integer NOT NULL DEFAULT 0,
    used_hash bytea,
    used_grace_until timestamptz,
    claim_hash bytea,
    claim_expires_at timestamptz,
    peer text NOT NULL DEFAULT '',
    target_session uuid,
    number_mac bytea,
    number_expires_at timestamptz,
    number_tries integer NOT NULL DEFAULT 0,
    activate_until timestamptz,
    receiver_session uuid,
    evidence text[] NOT NULL DEFAULT '{}',
    end_reason text NOT NULL DEFAULT '',
    created timestamptz NOT NULL DEFAULT clock_timestamp(),
    changed timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX handoff_by_code ON handoff (code_hash) WHERE code_hash IS NOT NULL;
CREATE INDEX handoff_by_previous ON handoff (previous_hash) WHERE previous_hash IS NOT NULL;
CREATE INDEX handoff_by_used ON handoff (used_hash) WHERE used_hash IS NOT NULL;
CREATE INDEX handoff_by_user_code ON handoff (user_code_mac) WHERE user_code_mac IS NOT NULL;
CREATE INDEX handoff_by_source ON handoff (source_session, created);
CREATE INDEX handoff_by_receiver ON handoff (receiver_session) WHERE receiver_session IS NOT NULL;
CREATE INDEX handoff_by_case ON handoff (case_id) WHERE case_id IS NOT NULL;

CREATE TABLE handoff_call (
    handoff uuid NOT NULL REFERENCES handoff ON DELETE CASCADE,
    caller bytea NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    answer bytea NOT NULL,
    made timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (handoff, caller, key)
);
"""

LIMITS = """
CREATE UNLOGGED TABLE limit_counter (
    name text NOT NULL,
    subject bytea NOT NULL,
    hits integer NOT NULL,
    ends_at timestamptz NOT NULL,
    PRIMARY KEY (name, subject)
);
"""


def upgrade() -> None:
    for statements in (PEOPLE, HANDOFF, LIMITS):
        op.execute(statements)


def downgrade() -> None:
    op.execute("DROP TABLE limit_counter, handoff_call, handoff, session, device_proof, device_challenge")
    op.execute("DROP TABLE device, device_enrolment, person")
