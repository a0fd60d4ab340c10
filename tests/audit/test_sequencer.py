"""The sequencer on the real PostgreSQL: in order, once, whole, whoever is killed; and what it refuses."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from backend.adapters.postgres.database import Database
from backend.app import audit_command
from backend.app import relay as relay_process
from backend.app.audit_command import audit, verify_here
from backend.app.auditing import prepare_key, signer_of
from backend.app.settings import Settings
from backend.audit.log.merkle import consistent, leaf_hash
from backend.audit.log.note import check_proof
from backend.audit.log.reading import AuditLog, NotThere, NotYet
from backend.audit.log.sequencer import Sequencer
from backend.audit.log.signer import RolledBack, Signer, make_key, read_key
from tests.audit import slow
from tests.audit.conftest import a_leaf
from tests.house import APPLY, House

ROOT = Path(__file__).resolve().parents[2]
PROCESS = Path(__file__).resolve().parent / "append_process.py"
TABLES = "audit_stage, audit_leaf, audit_tile"


@pytest.fixture
def records(database, tmp_path):
    """An empty log."""
    made = Database(database, size=4)
    with made.connect() as connection:
        connection.execute(f"TRUNCATE {TABLES} RESTART IDENTITY")
        connection.execute("UPDATE audit_head SET size = 0, root = sha256(''), checkpoint = ''")
    make_key(tmp_path / "audit.pem")
    yield made
    made.close()


@pytest.fixture
def signer(records, tmp_path):
    return Signer(read_key(tmp_path / "audit.pem", "audit.example/test"), tmp_path / "last")


@pytest.fixture
def sequencer(records, signer):
    return Sequencer(records, signer)


def stage(records, first, end):
    for n in range(first, end):
        records.row("audit.stage", leaf=a_leaf(n))


def logged(records):
    return [row["leaf"] for row in records.rows("audit.leaves", first=0, end=10**6)]


def sql(records, text, *params):
    with records.connect() as connection:
        cursor = connection.execute(text, params)
        return cursor.fetchall() if cursor.description else []


def faults(records, signer):
    return [str(fault) for fault in verify_here(records, signer.public, signer.last()).faults]


def test_what_is_staged_stands_in_the_log_in_order_and_the_stage_is_empty(records, sequencer, signer):
    assert sequencer.step() == 0 and AuditLog(records).checkpoint() is None
    leaves = []
    for first, end in [(0, 1), (1, 250), (250, 256), (256, 600)]:
        stage(records, first, end)
        leaves += [a_leaf(n) for n in range(first, end)]
        assert sequencer.step() == end - first
        head = signer.public.open(AuditLog(records).checkpoint())
        assert (head.size, head.root) == (end, slow.mth(leaves)) and signer.last() == head
    assert logged(records) == leaves and sql(records, "SELECT * FROM audit_stage") == []
    assert faults(records, signer) == []
    proof = AuditLog(records).consistency(250, 600)
    assert consistent(250, slow.mth(leaves[:250]), 600, slow.mth(leaves), proof)


def test_a_row_that_commits_late_joins_a_later_batch(records, sequencer, signer):
    with records.connect() as late:
        with late.transaction():
            late.execute("INSERT INTO audit_stage (leaf) VALUES (%s)", (a_leaf(0),))
            stage(records, 1, 3)
            assert sequencer.step() == 2
    assert sequencer.step() == 1
    assert logged(records) == [a_leaf(1), a_leaf(2), a_leaf(0)]
    assert AuditLog(records).position("1") == 2


def test_one_works_while_the_others_find_nothing_to_do(records, sequencer):
    stage(records, 0, 3)
    with records.connect() as other:
        with other.transaction():
            other.execute("SELECT pg_advisory_xact_lock(6962)")
            assert sequencer.step() == 0
    assert sequencer.step() == 3


def test_a_receipt_leads_to_the_leaf_and_a_proof_that_needs_only_the_key(records, sequencer, signer):
    log = AuditLog(records)
    stage(records, 0, 3)
    with pytest.raises(NotYet):
        log.prove("2")
    sequencer.step()
    proved = log.prove("2")
    assert proved.index == log.position("2") == 1 and proved.leaf == a_leaf(1)
    assert check_proof(proved.leaf, proved.proof, signer.public) == 1
    for receipt in ("4", "0", "", "-1", "x", "٣", "9" * 30, str(2**63)):
        with pytest.raises(NotThere):
            log.prove(receipt)


@pytest.mark.parametrize("point", ["audit.appended", "audit.committed", "audit.remembered"])
def test_a_sequencer_killed_at_a_point_loses_and_doubles_nothing(records, signer, tmp_path, point):
    stage(records, 0, 300)
    killed = appending(records, tmp_path, batch=100, ERRAND_CRASH_AT=point)
    assert killed.wait(60) == -signal.SIGKILL
    size = AuditLog(records).size()
    assert size == (0 if point == "audit.appended" else 100)
    assert len(sql(records, "SELECT id FROM audit_stage")) == 300 - size
    with_next = Sequencer(records, signer, batch=100)
    while with_next.step():
        pass
    assert logged(records) == [a_leaf(n) for n in range(300)]
    assert faults(records, signer) == []


def test_sequencers_that_are_killed_at_random_make_one_log(records, signer, tmp_path):
    killing(records, signer, tmp_path, rounds=6, seed=1)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(4))
def test_sequencers_that_are_killed_fifty_times_make_one_log(records, signer, tmp_path, seed):
    killing(records, signer, tmp_path, rounds=50, seed=seed)


def killing(records, signer, tmp_path, rounds, seed):
    """Writers stage while two sequencers compete and are killed at any instruction."""
    chance, stop = random.Random(seed), threading.Event()
    written: list[list[int]] = [[], [], []]

    def write(mine):
        number = 0
        while not stop.is_set():
            number += 1
            leaf = json.dumps({"id": f"{mine}/{number}", "case": str(mine), "case_seq": number}).encode()
            records.row("audit.stage", leaf=leaf)
            written[mine].append(number)
            time.sleep(0.002)

    writers = [threading.Thread(target=write, args=(mine,)) for mine in range(3)]
    for writer in writers:
        writer.start()
    running = [appending(records, tmp_path, batch=37) for _ in range(2)]
    try:
        for _ in range(rounds):
            at = chance.randrange(2)
            assert running[at].stdout.readline() == "works\n"
            time.sleep(chance.uniform(0, 0.3))
            running[at].kill()
            running[at].wait()
            running[at] = appending(records, tmp_path, batch=37)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
        for each in running:
            each.kill()
            each.wait()
    assert AuditLog(records).size() > 0, "they had time to work"
    sequencer = Sequencer(records, signer)
    deadline = time.monotonic() + 30
    while sql(records, "SELECT id FROM audit_stage LIMIT 1"):
        sequencer.step()
        assert time.monotonic() < deadline
    leaves = logged(records)
    for mine, numbers in enumerate(written):
        assert [n for n in map(json.loads, leaves) if n["case"] == str(mine)] == [
            {"id": f"{mine}/{n}", "case": str(mine), "case_seq": n} for n in numbers
        ]
    assert len(leaves) == sum(map(len, written)) > 100
    assert faults(records, signer) == []
    assert signer.public.open(AuditLog(records).checkpoint()).root == slow.mth(leaves)


def appending(records, tmp_path, *, batch, **env):
    argv = [sys.executable, str(PROCESS), records.url, str(tmp_path / "audit.pem"), str(tmp_path / "last")]
    env = {**os.environ, "PYTHONPATH": str(ROOT), **env}
    return subprocess.Popen([*argv, str(batch)], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    "harm, told",
    [
        ("UPDATE audit_leaf SET leaf = '{}' WHERE index = 301", "leaf 301: it is not the leaf"),
        ("DELETE FROM audit_leaf WHERE index = 44", "leaf 44: it is missing"),
        ("DELETE FROM audit_leaf WHERE index >= 555", "leaf 555: it is missing"),
        (
            "UPDATE audit_leaf SET index = CASE index WHEN 8 THEN -9 ELSE -8 END WHERE index IN (8, 9);"
            "UPDATE audit_leaf SET index = -index WHERE index < 0",
            "leaf 8: it is not the leaf",
        ),
        (
            "UPDATE audit_tile SET hashes = set_byte(hashes, 64, get_byte(hashes, 64) # 1)"
            " WHERE level = 0 AND n = 1",
            "leaf 258: its hash in tile/0/001 is wrong; the leaf is right",
        ),
        ("DELETE FROM audit_tile WHERE level = 1", "leaves 0 to 511: tile/1/000.p/2 is missing"),
        ("INSERT INTO audit_leaf VALUES (600, 9999, '{}')", "leaf 600: it was never signed"),
        (
            "DELETE FROM audit_leaf WHERE index >= 300; UPDATE audit_head SET size = 300",
            "leaf 300: it is missing",
        ),
    ],
)
def test_harm_done_in_the_database_is_told_by_leaf(records, sequencer, signer, harm, told):
    stage(records, 0, 600)
    sequencer.step()
    for statement in harm.split(";"):
        sql(records, statement)
    found = faults(records, signer)
    assert found[0].startswith(told), found
    if "audit_leaf SET index" in harm:
        assert len(found) == 2


def test_a_database_that_was_turned_back_is_not_signed_and_nothing_is_lost(records, sequencer, signer):
    stage(records, 0, 10)
    sequencer.step()
    before = sql(records, "SELECT * FROM audit_head")[0]
    tiles = sql(records, "SELECT * FROM audit_tile")[0]
    stage(records, 10, 15)
    sequencer.step()
    sql(records, "DELETE FROM audit_leaf WHERE index >= 10")
    sql(records, "UPDATE audit_tile SET hashes = %s", tiles["hashes"])
    sql(
        records, "UPDATE audit_head SET size = %s, root = %s, checkpoint = %s",
        before["size"], before["root"], before["checkpoint"],
    )  # fmt: skip
    stage(records, 15, 17)
    with pytest.raises(RolledBack, match="has 10 leaves, but 15 were signed"):
        sequencer.step()
    assert len(sql(records, "SELECT * FROM audit_stage")) == 2 and AuditLog(records).size() == 10
    assert faults(records, signer)[0].startswith("leaves 10 to 14: gone")


def test_a_log_that_was_rewritten_is_not_signed(records, sequencer, signer):
    stage(records, 0, 10)
    sequencer.step()
    changed = [a_leaf(99), *(a_leaf(n) for n in range(1, 10))]
    tile = b"".join(leaf_hash(leaf) for leaf in changed)
    sql(records, "UPDATE audit_tile SET hashes = %s", tile)
    stage(records, 10, 12)
    with pytest.raises(RolledBack, match="not those of its head"):
        sequencer.step()
    sql(records, "UPDATE audit_head SET root = %s", slow.mth(changed))
    with pytest.raises(RolledBack, match="first 10 leaves are not those that were signed"):
        sequencer.step()
    assert len(sql(records, "SELECT * FROM audit_stage")) == 2


def test_the_memory_never_goes_back(records, sequencer, signer):
    stage(records, 0, 1)
    sequencer.step()
    older = AuditLog(records).checkpoint()
    stage(records, 1, 2)
    sequencer.step()
    signer.remember(older)
    assert signer.last().size == 2
    with pytest.raises(RolledBack, match="two logs of 2 leaves"):
        signer.remember(signer.sign(2, bytes(32)))


def test_prepare_makes_a_key_in_the_directory_of_keys_and_nowhere_else(tmp_path):
    env = {"ERRAND_DATABASE_URL": "x", "ERRAND_HOME": str(tmp_path)}
    settings = Settings.read(env)
    prepare_key(settings)
    made = settings.audit_key.read_bytes()
    prepare_key(settings)
    assert settings.audit_key.read_bytes() == made and settings.audit_key.stat().st_mode & 0o777 == 0o600
    assert signer_of(settings).public.name == "audit.localhost/dev"
    with pytest.raises(SystemExit, match="ERRAND_AUDIT_KEY"):
        prepare_key(Settings.read({**env, "ERRAND_AUDIT_KEY": str(tmp_path / "other.pem")}))


@pytest.fixture
def installation(records, tmp_path, monkeypatch):
    """What the relay and the command are told."""
    env = {"ERRAND_DATABASE_URL": records.url, "ERRAND_HOME": str(tmp_path / "home")}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    settings = Settings.read()
    prepare_key(settings)
    return settings


def test_a_change_reaches_the_log_through_the_relay_and_is_proven_to_its_citizen(
    records, installation, tmp_path, capsys
):
    house = House(records.url)
    anna, boris = house.citizen(), house.citizen()
    stop = threading.Event()
    relays = [
        threading.Thread(target=relay_process.run, args=(installation, lambda *_: None, stop))
        for _ in range(2)
    ]
    for relay in relays:
        relay.start()
    try:
        started = house.start(anna)
        done = house.submit(anna, started.case, APPLY)
        deadline = time.monotonic() + 20
        while house.count("audit_stage"):
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        stop.set()
        for relay in relays:
            relay.join()
    log = AuditLog(records)
    positions = [log.position(changed.receipt) for changed in (started, done)]
    assert positions == sorted(positions)
    said = json.loads(log.prove(done.receipt).leaf)
    assert (said["case"], said["case_seq"]) == (str(done.case), 2)
    proved = log.prove_own(anna.id, done.receipt)
    assert check_proof(proved.leaf, proved.proof, signer_of(installation).public) == positions[1]
    with pytest.raises(NotThere):
        log.prove_own(boris.id, done.receipt)
    assert audit(["verify"]) == 0 and "the log is whole: 2 leaves" in capsys.readouterr().out
    house.sql("UPDATE case_event SET body = body || '\\x00' WHERE case_id = %s AND version = 2", done.case)
    assert audit(["verify"]) == 1
    assert "leaf 1: the record that it names was changed" in capsys.readouterr().out
    house.close()


def test_a_relay_without_a_usable_key_says_so_and_appends_when_there_is_one(records, installation, caplog):
    good = installation.audit_key.read_bytes()
    installation.audit_key.write_text("no key")
    stop = threading.Event()
    relay = threading.Thread(target=relay_process.run, args=(installation, lambda *_: None, stop))
    stage(records, 0, 3)
    relay.start()
    try:
        deadline = time.monotonic() + 30
        while "the audit log stands still" not in caplog.text:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert AuditLog(records).size() == 0 and "no key" not in caplog.text
        installation.audit_key.write_bytes(good)
        while AuditLog(records).size() < 3:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        stop.set()
        relay.join()


def test_the_command_copies_checks_and_proves_with_nothing_but_the_key(
    records, installation, tmp_path, capsys, monkeypatch
):
    signer = signer_of(installation)
    stage(records, 0, 260)
    Sequencer(records, signer).step()
    copy = tmp_path / "copy"
    assert audit(["key"]) == 0
    vkey = capsys.readouterr().out.strip()
    assert vkey == str(signer.public) and audit(["export", str(copy)]) == 0
    assert audit(["prove", "259", str(tmp_path / "mine")]) == 0
    monkeypatch.setenv("ERRAND_DATABASE_URL", "")
    monkeypatch.setenv("ERRAND_HOME", str(tmp_path / "elsewhere"))
    assert audit(["verify", str(copy), "--key", vkey]) == 0
    (tmp_path / "key").write_text(vkey)
    assert audit(["check", str(tmp_path / "mine"), "--key", str(tmp_path / "key")]) == 0
    assert "at position 258" in capsys.readouterr().out
    (tmp_path / "mine.leaf").write_bytes(a_leaf(3))
    assert audit(["check", str(tmp_path / "mine"), "--key", vkey]) == 1
    last = (copy / "checkpoint").read_text()
    (tmp_path / "last-seen").write_text(last.replace("260", "261"))
    assert audit(["verify", str(copy), "--key", vkey, "--last", str(tmp_path / "last-seen")]) == 2
    bundle = copy / "tile/entries/000"
    bundle.write_bytes(bundle.read_bytes().replace(a_leaf(77), a_leaf(77, res="no")[: len(a_leaf(77))]))
    capsys.readouterr()
    assert audit(["verify", str(copy), "--key", vkey]) == 1
    assert "leaf 77: it is not the leaf that was signed" in capsys.readouterr().out
    assert audit(["verify", str(tmp_path / "nothing"), "--key", vkey]) == 2
    assert audit(["verify", str(copy), "--key", "a+b+c"]) == 2
    assert audit_command.UNAVAILABLE == 2
