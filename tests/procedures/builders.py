"""Small forms, packs and registers for tests."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import ClassVar

from backend.procedures.faults import Findings
from backend.procedures.folder import read_folder
from backend.procedures.forms import Checked, Form, FormSetting, Option, read_form
from backend.procedures.rules import read_rules
from backend.procedures.texts import Texts
from backend.procedures.yaml_text import Document, read_yaml

ROOT = Path(__file__).resolve().parents[2]
MOVE = ROOT / "workflows" / "move"
LANGUAGES = ("en", "zh-Hans", "ar")

RULES = """
- id: pop.household@1
  registry: XE/GOV/1001/pop/household
  legal_basis: act
  share_class: conditional
  tasks: [ask]
  actors: [system]
  subject: applicant
  request_fields: [person_id]
  response_fields:
    members: {list: {name: text, role: {code: [spouse, child]}, born: date}}
  concepts: [person.household]
  acr_min: substantial
  subject_visible: true
  preview: true
  retention: case+P30D
  rate: 5/case/day
- id: res.address@1
  registry: XE/GOV/1002/res/address
  legal_basis: act
  share_class: unconditional
  tasks: [check]
  actors: [system]
  subject: none
  request_fields: [query, limit]
  response_fields: {addresses: {list: {code: id, text: text}}}
  lookup: {text: query, limit: limit, list: addresses, value: code, label: text}
  acr_min: none
  subject_visible: false
  preview: false
  retention: case
  rate: 50/case/day
- id: res.dwelling@1
  registry: XE/GOV/1002/res/dwelling
  legal_basis: act
  share_class: unconditional
  tasks: [check]
  actors: [system]
  subject: none
  request_fields: [code]
  response_fields: {exists: boolean, text: text?}
  lookup: {value: code, exists: exists, label: text}
  acr_min: none
  subject_visible: false
  preview: false
  retention: case
  rate: 50/case/day
"""


class Echo(dict):
    """Texts in which every key stands for itself, but for those that are given."""

    def __contains__(self, key: object) -> bool:
        return True

    def get(self, key, default=None):
        return super().get(key, key)


def a_form(*components, texts: dict[str, str] | None = None, faults: bool = False) -> Form:
    """A form of these components; asserts that it has no fault. With `faults`, gives the findings instead."""
    findings = Findings()
    words = Texts(LANGUAGES, {}, findings)
    words._flat = {lang: dict(texts or {}) for lang in LANGUAGES}
    rules = read_rules(read_yaml("rules.yaml", RULES.encode(), findings), findings)
    data = json.dumps({"type": "default", "id": "f", "components": list(components)}).encode()
    form = read_form("forms/f.form", data, FormSetting(words, rules), findings)
    if faults:
        return findings  # type: ignore[return-value]
    assert not findings.all, findings.all
    assert form is not None
    return form


def codes(checked: Checked) -> dict[str, str]:
    return {problem.key: problem.code for problem in checked.problems}


def a_document(file: str, text: str) -> Document:
    findings = Findings()
    document = read_yaml(file, text.encode(), findings)
    assert document is not None, findings.all
    return document


@cache
def move_files() -> tuple[tuple[str, bytes], ...]:
    return tuple(read_folder(MOVE).items())


def a_pack(**changes: bytes | None) -> dict[str, bytes]:
    """The files of Moving house with some replaced; `__` in a name is `/`, None removes the file."""
    files = dict(move_files())
    for name, data in changes.items():
        if data is None:
            files.pop(name)
        else:
            files[name] = data
    return files


class Addresses:
    """A register with two homes."""

    homes: ClassVar[dict[str, str]] = {"1": "Millrace Street 14, Southmere", "2": "Mill Lane 3, Alderbrook"}

    def find(self, rule: str, text: str, limit: int = 8) -> list[Option]:
        return [
            Option(code, home) for code, home in self.homes.items() if home.lower().startswith(text.lower())
        ]

    def exact(self, rule: str, value: str) -> Option | None:
        return Option(value, self.homes[value]) if value in self.homes else None
