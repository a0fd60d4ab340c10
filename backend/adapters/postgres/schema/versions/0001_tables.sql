-- Every key begins with case_id, so that a case's transaction stays on one node (audit_stage and packs are no case's).
-- Clear are ids, names of the model and times; what a person said or is stands only in sealed columns.

CREATE TABLE case_state (
    case_id        uuid        NOT NULL PRIMARY KEY,
    procedure      text        NOT NULL,
    pack           text        NOT NULL,
    region         text        NOT NULL,
    department     text        NOT NULL,
    lang           text        NOT NULL,
    subject        uuid,
    owner_session  uuid,
    version        bigint      NOT NULL,
    status         text        NOT NULL,
    stage          text        NOT NULL,
    started        timestamptz NOT NULL,
    changed        timestamptz NOT NULL,
    submitted      timestamptz,
    due            timestamptz,
    lease_epoch    bigint      NOT NULL,
    lease_session  uuid,
    lease_kind     text,
    lease_expires  timestamptz,
    wrapped        bytea       NOT NULL,
    blob           bytea       NOT NULL
) WITH (fillfactor = 70, toast_tuple_target = 4080);
ALTER TABLE case_state ALTER blob SET STORAGE EXTERNAL;
CREATE INDEX case_by_subject ON case_state (subject, started DESC) WHERE subject IS NOT NULL;

CREATE TABLE case_event (
    case_id    uuid        NOT NULL,
    version    bigint      NOT NULL,
    at         timestamptz NOT NULL,
    types      text[]      NOT NULL,
    elements   text[]      NOT NULL,
    actor_kind text        NOT NULL,
    channel    text        NOT NULL,
    body       bytea       NOT NULL,
    PRIMARY KEY (case_id, version)
);
ALTER TABLE case_event ALTER body SET STORAGE EXTERNAL;

CREATE TABLE task (
    case_id    uuid        NOT NULL,
    task       bigint      NOT NULL,
    element    text        NOT NULL,
    audience   text        NOT NULL,
    department text        NOT NULL,
    lane       text        NOT NULL,
    stage      text        NOT NULL,
    revision   bigint      NOT NULL DEFAULT 1,
    page       text,
    draft      bytea,
    due        timestamptz,
    created    timestamptz NOT NULL,
    PRIMARY KEY (case_id, task)
) WITH (fillfactor = 80);
ALTER TABLE task ALTER draft SET STORAGE EXTERNAL;
CREATE INDEX task_worklist ON task (department, created) WHERE audience = 'staff';

CREATE TABLE completion (
    case_id uuid        NOT NULL,
    task    bigint      NOT NULL,
    element text        NOT NULL,
    version bigint      NOT NULL,
    at      timestamptz NOT NULL,
    PRIMARY KEY (case_id, task)
);

CREATE TABLE timer (
    case_id uuid        NOT NULL,
    timer   bigint      NOT NULL,
    element text        NOT NULL,
    due     timestamptz NOT NULL,
    hand_at timestamptz NOT NULL,
    PRIMARY KEY (case_id, timer)
);
CREATE INDEX timer_hand_at ON timer (hand_at);

CREATE TABLE job (
    case_id uuid        NOT NULL,
    job     bigint      NOT NULL,
    type    text        NOT NULL,
    element text        NOT NULL,
    retries integer     NOT NULL,
    since   timestamptz NOT NULL,
    hand_at timestamptz NOT NULL,
    PRIMARY KEY (case_id, job)
);
CREATE INDEX job_hand_at ON job (hand_at);

CREATE TABLE job_failure (
    case_id  uuid        NOT NULL,
    element  text        NOT NULL,
    type     text        NOT NULL,
    code     text        NOT NULL,
    tries    integer     NOT NULL DEFAULT 1,
    since    timestamptz NOT NULL,
    retry_at timestamptz,
    PRIMARY KEY (case_id, element)
);

CREATE TABLE subscription (
    case_id      uuid   NOT NULL,
    subscription bigint NOT NULL,
    kind         text   NOT NULL,
    name         text   NOT NULL,
    key          bytea,
    element      text   NOT NULL,
    PRIMARY KEY (case_id, subscription)
);
CREATE INDEX subscription_by_name ON subscription (name, key);

CREATE TABLE incident (
    case_id  uuid        NOT NULL,
    incident bigint      NOT NULL,
    kind     text        NOT NULL,
    element  text        NOT NULL,
    since    timestamptz NOT NULL,
    PRIMARY KEY (case_id, incident)
);

CREATE TABLE idempotency (
    case_id     uuid        NOT NULL,
    actor       text        NOT NULL,
    key         text        NOT NULL,
    fingerprint bytea       NOT NULL,
    answer      bytea       NOT NULL,
    receipt     bigint      NOT NULL,
    created     timestamptz NOT NULL,
    PRIMARY KEY (case_id, actor, key)
);
CREATE INDEX idempotency_created ON idempotency USING brin (created);

-- Taken by DELETE ... RETURNING, never by a position: a row that commits late would be lost.
CREATE TABLE outbox (
    case_id uuid   NOT NULL,
    version bigint NOT NULL,
    body    text   NOT NULL,
    PRIMARY KEY (case_id, version)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_insert_threshold = -1);

CREATE TABLE audit_stage (
    id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    leaf bytea NOT NULL
);

CREATE TABLE pack (
    procedure text        NOT NULL,
    version   text        NOT NULL,
    files     bytea       NOT NULL,
    deployed  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (procedure, version)
);
CREATE TABLE pack_active (
    procedure text NOT NULL PRIMARY KEY,
    version   text NOT NULL,
    since     timestamptz NOT NULL DEFAULT clock_timestamp()
);
