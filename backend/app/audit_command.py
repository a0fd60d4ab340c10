"""`./errand audit`: check the audit log, copy it out, prove one leaf.

./errand audit verify                      the log of this installation, against its records and its memory
./errand audit verify DIR --key KEY        a copy, with nothing but the log's public key
./errand audit key                         the public key, which others keep
./errand audit export DIR                  the log as files (tlog-tiles)
./errand audit prove RECEIPT FILE          a leaf (FILE.leaf) and its proof (FILE.tlog-proof)
./errand audit check FILE --key KEY        whether they belong together
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg_pool import PoolTimeout

from backend.adapters.postgres.database import Database
from backend.app.auditing import signer_of
from backend.app.settings import ROOT, Settings, value_of
from backend.audit.log.directory import Directory, export, write_whole
from backend.audit.log.note import Checkpoint, NoteBroken, PublicKey, check_proof
from backend.audit.log.reading import AuditLog, NotThere, NotYet
from backend.audit.log.signer import RolledBack, read_key
from backend.audit.log.verify import Fault, Report, verify

WHOLE, TAMPERED, UNAVAILABLE = 0, 1, 2
SHOWN = 10  # faults


def audit(arguments: list[str]) -> int:
    """0: whole; 1: something is not as it was signed, and which leaf is told; 2: it cannot be told."""
    wanted = _parser().parse_args(arguments)
    try:
        return int(wanted.run(wanted))
    except (FileNotFoundError, ValueError, NoteBroken, NotThere, NotYet, RolledBack) as error:
        return _unavailable(str(error) or type(error).__name__)
    except (psycopg.Error, PoolTimeout) as error:
        return _unavailable(f"the database does not answer: {type(error).__name__}")


def verify_here(database: Database, key: PublicKey, last: Checkpoint | None) -> Report:
    """The log in the database, against the records that its leaves name and what was signed last."""
    store = AuditLog(database)
    if store.size() == 0 and last is None:
        return Report()
    report = verify(store, key, last, lambda first, leaves: _records(database, first, leaves))
    beyond = database.row("audit.beyond")
    if beyond:
        report.faults.append(Fault(beyond["first"], beyond["last"], "it was never signed"))
    return report


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./errand audit", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("verify", help="is the log whole?")
    one.add_argument("directory", nargs="?", type=Path, help="a copy; none: the log in the database")
    one.add_argument("--last", type=Path, help="a checkpoint that you kept: the log must go on from it")
    one.set_defaults(run=_verify)
    two = commands.add_parser("check", help="does a leaf stand in the log?")
    two.add_argument("file", type=Path, help="FILE.leaf and FILE.tlog-proof")
    two.set_defaults(run=_check)
    for command in (one, two):
        command.add_argument("--key", help="the log's public key, or a file with it; none: our own")
    commands.add_parser("key", help="the log's public key").set_defaults(run=_key)
    three = commands.add_parser("export", help="copy the log into files")
    three.add_argument("directory", type=Path)
    three.set_defaults(run=_export)
    four = commands.add_parser("prove", help="a leaf and its proof")
    four.add_argument("receipt", help="the number that an answer named")
    four.add_argument("file", type=Path)
    four.set_defaults(run=_prove)
    return parser


def _verify(wanted: argparse.Namespace) -> int:
    key = _public(wanted.key)
    kept = key.open(wanted.last.read_text(encoding="utf-8")) if wanted.last else None
    if wanted.directory is None:
        settings = Settings.read()
        return _tell(verify_here(Database(settings.database_url, size=1), key, kept or _memory(settings)))
    store = Directory(wanted.directory)
    if store.checkpoint() is None and not (wanted.directory / "tile").exists():
        raise FileNotFoundError(f"there is no log in {wanted.directory}")
    return _tell(verify(store, key, kept))


def _check(wanted: argparse.Namespace) -> int:
    leaf = wanted.file.with_name(wanted.file.name + ".leaf").read_bytes()
    proof = wanted.file.with_name(wanted.file.name + ".tlog-proof").read_text(encoding="utf-8")
    key = _public(wanted.key)
    try:
        print(f"the leaf stands in the log at position {check_proof(leaf, proof, key)}")
    except NoteBroken as error:
        print(f"not proven: {error}")
        return TAMPERED
    return WHOLE


def _key(_wanted: argparse.Namespace) -> int:
    print(_public(None))
    return WHOLE


def _export(wanted: argparse.Namespace) -> int:
    log, key = _log(), _public(None)
    text = log.checkpoint()
    if text is None:
        raise ValueError("the log is empty")
    head = key.open(text)
    export(log, head.size, text, wanted.directory)
    print(f"{head.size} leaves in {wanted.directory}; check it with --key '{key}'")
    return WHOLE


def _prove(wanted: argparse.Namespace) -> int:
    proved = _log().prove(wanted.receipt)
    write_whole(wanted.file.with_name(wanted.file.name + ".leaf"), proved.leaf)
    write_whole(wanted.file.with_name(wanted.file.name + ".tlog-proof"), proved.proof.encode())
    print(f"position {proved.index}")
    return WHOLE


def _log() -> AuditLog:
    return AuditLog(Database(Settings.read().database_url, size=1))


def _memory(settings: Settings) -> Checkpoint | None:
    return signer_of(settings).last() if settings.audit_key.exists() else None


def _public(given: str | None) -> PublicKey:
    if given is None:
        path = ROOT / value_of(os.environ, "ERRAND_AUDIT_KEY")
        return read_key(path, value_of(os.environ, "ERRAND_AUDIT_NAME")).public
    return PublicKey.read(given if "+" in given else Path(given).read_text(encoding="utf-8"))


def _records(database: Database, first: int, leaves: Sequence[bytes]) -> list[Fault]:
    """The sealed records that are kept are those that the leaves name."""
    named = {}
    for index, leaf in enumerate(leaves, first):
        said = json.loads(leaf)
        if {"case", "case_seq", "body_h"} <= said.keys():
            named[UUID(said["case"]), said["case_seq"]] = (index, said["body_h"])
    kept = database.rows(
        "audit.bodies", cases=[case for case, _ in named], versions=[version for _, version in named]
    )
    faults = []
    for row in kept:
        index, expected = named[row["case_id"], row["version"]]
        if hashlib.sha256(row["body"]).hexdigest() != expected:
            faults.append(Fault(index, index, "the record that it names was changed"))
    return faults


def _tell(report: Report) -> int:
    if not report.faults:
        print(f"the log is whole: {report.size} leaves, root {report.root.hex() or '-'}")
        return WHOLE
    print("the log is NOT what was signed")
    for fault in sorted(report.faults)[:SHOWN]:
        print(f"- {fault}")
    if len(report.faults) > SHOWN:
        print(f"- and {len(report.faults) - SHOWN} more")
    return TAMPERED


def _unavailable(text: str) -> int:
    print(f"audit: {text}", file=sys.stderr)
    return UNAVAILABLE
