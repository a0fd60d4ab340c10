"""A13 to A15: a hostile or broken folder is refused whole, within a second; the running version stays."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.adapters.postgres.database import Database
from backend.cases.packs import Packs
from backend.procedures import PackFaults, read_folder

MOVE = dict(read_folder(Path(__file__).resolve().parents[2] / "workflows" / "move"))
MODELS = ("process.bpmn", "move_late.dmn")
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>'
LAUGHS = (
    "<!DOCTYPE l [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    + "]>"
)
DOCTYPES: dict[str, Callable[[int], str]] = {
    "billion laughs": lambda port: LAUGHS,
    "a file": lambda port: "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>",
    "an external DTD": lambda port: f"<!DOCTYPE definitions SYSTEM 'http://127.0.0.1:{port}/x.dtd'>",
    "a parameter entity": lambda port: f"<!DOCTYPE x [<!ENTITY % p SYSTEM 'http://127.0.0.1:{port}/p'> %p;]>",
    "an empty one": lambda port: "<!DOCTYPE definitions>",
}


class Canary:
    """Listens where a fetched DTD would lie, and counts who comes."""

    def __init__(self) -> None:
        self.heard = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            while True:
                self.socket.accept()[0].close()
                self.heard += 1
        except OSError:
            return


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    made = Canary()
    yield made
    made.socket.close()


@pytest.fixture(scope="module")
def packs(database: str) -> Iterator[Packs]:
    """Moving house runs already."""
    records = Database(database)
    made = Packs(records)
    made.deploy(MOVE, "move")
    yield made
    records.close()


def refused(packs: Packs, files: dict[str, bytes], seconds: float = 20.0) -> list[str]:
    """The faults of a folder, told as one would read them; what ran before still runs."""
    before, began = packs.get("move").version, time.monotonic()
    with pytest.raises(PackFaults) as broken:
        packs.deploy(files, "move")
    assert time.monotonic() - began < seconds
    assert packs.get("move").version == before
    assert all(fault.file and fault.text and fault.remedy for fault in broken.value.faults)
    return [f"{fault.file}: {fault.text}" for fault in broken.value.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("kind", DOCTYPES)
@pytest.mark.parametrize("file", MODELS)
def test_a13_a_doctype_is_refused_unread(
    packs: Packs, canary: Canary, file: str, kind: str, encoding: str
) -> None:
    body = MOVE[file].replace(DECLARATION, b"").decode()
    head = f'<?xml version="1.0" encoding="{encoding[:6].upper() if encoding != "utf-8" else "UTF-8"}"?>'
    text = head + DOCTYPES[kind](canary.port) + body
    told = refused(packs, {**MOVE, file: text.encode(encoding)})
    assert any(line.startswith(f"{file}: ") for line in told), told
    if encoding in ("utf-8", "utf-16"):
        assert any("DOCTYPE" in line for line in told), told
    assert canary.heard == 0


def test_a13_every_fault_is_told_at_once_with_file_element_and_remedy(packs: Packs) -> None:
    bpmn = MOVE["process.bpmn"].decode()
    broken = {
        **MOVE,
        "process.bpmn": bpmn.replace(
            'sourceRef="send" targetRef="check_late"', 'sourceRef="send" targetRef="nowhere"'
        )
        .replace('<zeebe:formDefinition formId="check" />', '<zeebe:formDefinition formId="missing" />')
        .encode(),
        "forms/send.form": MOVE["forms/send.form"].replace(b"send.declared.label", b"send.unknown.label"),
        "move_late.dmn": b"<not-xml",
        "rules.yaml": MOVE["rules.yaml"] + b"\n- id: pop.secret@1\n  colour: red\n",
    }
    with pytest.raises(PackFaults) as told:
        packs.deploy(broken, "move")
    faults = told.value.faults
    assert {"process.bpmn", "move_late.dmn", "rules.yaml"} <= {fault.file for fault in faults}
    assert all(fault.text and fault.remedy for fault in faults)
    assert any(fault.element for fault in faults if fault.file == "process.bpmn")


HOSTILE_XML = {
    "too deep": b"<a>" * 5000 + b"</a>" * 5000,
    "too many": b"<a>" + b"<b/>" * 300_000 + b"</a>",
    "six megabytes": b"<a>" + b" " * (6 << 20) + b"</a>",
    "an include": b'<a xmlns:xi="http://www.w3.org/2001/XInclude">'
    b'<xi:include href="file:///etc/hostname" parse="text"/></a>',
    "no text": b"\x00" * 1000,
    "a lying encoding": b'<?xml version="1.0" encoding="UTF-7"?><a/>',
    "many attributes": b"<a " + b" ".join(b"x%d='1'" % n for n in range(100_000)) + b"/>",
}


@pytest.mark.parametrize("kind", HOSTILE_XML)
@pytest.mark.parametrize("file", MODELS)
def test_a14_xml_that_costs_too_much(packs: Packs, file: str, kind: str) -> None:
    assert refused(packs, {**MOVE, file: HOSTILE_XML[kind]})


def test_a14_yaml_and_json_that_grow_when_read(packs: Packs) -> None:
    laughs = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)
    )
    for file, raw in {
        "rules.yaml": laughs.encode(),
        "texts/en.yaml": b"!!python/object/apply:os.system ['true']",
        "service.yaml": b"a: " + b"[" * 20_000,
        "forms/check.form": b"[" * 200_000,
        "forms/send.form": b'{"components": ' + b"9" * 100_000 + b"}",
    }.items():
        assert refused(packs, {**MOVE, file: raw}), file


FEEL = {
    "a billion": "for i in 1..1000000000 return i*i",
    "nested loops": "for a in 1..9999, b in 1..9999, c in 1..9999 return a",
    "twenty thousand parentheses": "(" * 20_000 + "1" + ")" * 20_000,
    "a power": "9**9**9**9",
    "a long text": 'string join(for i in 1..9999 return string join(for j in 1..9999 return "xxxxxxxxxx"))',
    "a slow pattern": 'matches("' + "a" * 26 + 'b", "(a+)+$")',
    "calls itself": "{f: function(x) f(x), g: f(1)}.g",
}


@pytest.mark.parametrize("kind", FEEL)
def test_a15_feel_in_a_form_costs_at_most_its_limits(packs: Packs, kind: str) -> None:
    """Refused when the folder is loaded, or counted to its end when the form is checked; never for long."""
    from datetime import UTC, datetime

    from backend.procedures import load_pack

    text = MOVE["forms/check.form"].decode()
    wanted = '"=today() - duration(\\"P2Y\\")"'
    assert wanted in text
    hostile = FEEL[kind].replace("\\", "\\\\").replace('"', '\\"')
    files = {**MOVE, "forms/check.form": text.replace(wanted, f'"={hostile}"', 1).encode()}
    began = time.monotonic()
    try:
        form = load_pack(files, None, "move").forms["check"]
    except PackFaults as broken:
        assert all(fault.text and fault.remedy for fault in broken.faults)
    else:
        answers = {"address_missing": True, "new_address_text": "x", "moved_in": "2026-11-20"}
        form.check(answers, {}, now=datetime(2026, 11, 24, 9, tzinfo=UTC))
    assert time.monotonic() - began < 3
