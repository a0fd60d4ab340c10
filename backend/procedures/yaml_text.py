"""YAML as packs use it: mappings, lists and scalars of YAML 1.2, with lines; no aliases, no key twice."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import yaml
from msgspec import Struct

from backend.procedures.faults import Findings

MAX_DEPTH = 32
_INTEGER = re.compile(r"[-+]?[0-9]{1,30}\Z")
_NUMBER = re.compile(r"[-+]?[0-9]{1,30}\.[0-9]{1,30}\Z")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

Path = tuple[str | int, ...]


class Document(Struct, frozen=True):
    """A read file: dict, list, str, int, Decimal, bool, None; `lines` maps each path to its line."""

    file: str
    value: Any
    lines: dict[Path, int]

    def line(self, *path: str | int) -> int | None:
        """The line of a path, or of the nearest path around it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def read_yaml(file: str, data: bytes, findings: Findings) -> Document | None:
    """Read one YAML file; None (and a fault) if it is no YAML or uses what packs may not use."""
    try:
        node = yaml.compose(data.decode("utf-8"), Loader=_Loader)
    except UnicodeDecodeError:
        findings.add(file, "PACK-YAML-01", "The file is not UTF-8 text.", "Save it as UTF-8.")
        return None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        remedy = "Check the indentation and the quotes around this line."
        findings.add(file, "PACK-YAML-01", f"This is no YAML: {error.problem}.", remedy, line=line)
        return None
    except yaml.YAMLError:
        findings.add(file, "PACK-YAML-01", "This is no YAML: it holds control characters.", "Remove them.")
        return None
    if node is None:
        return Document(file, None, {})
    reader = _Reader(file, findings)
    value = reader.build(node, ())
    return None if reader.broken else Document(file, value, reader.lines)


class _Reader:
    def __init__(self, file: str, findings: Findings) -> None:
        self.file = file
        self.findings = findings
        self.lines: dict[Path, int] = {}
        self.seen: set[int] = set()
        self.broken = False

    def build(self, node: yaml.Node, path: Path) -> Any:
        line = node.start_mark.line + 1
        self.lines[path] = line
        if id(node) in self.seen:
            return self.refuse("An alias (*name) is used.", "Write the value out.", line)
        self.seen.add(id(node))
        if len(path) > MAX_DEPTH:
            return self.refuse(f"The file nests deeper than {MAX_DEPTH} levels.", "Make it flatter.", line)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*path, index)) for index, child in enumerate(node.value)]
        return _scalar(node)

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.refuse("A key is not a plain word.", "Use a word as the key.", line)
                continue
            key = str(key_node.value)
            if key in result:
                self.refuse(f"The key {key} stands twice in one place.", "Keep one of them.", line)
            result[key] = self.build(value_node, (*path, key))
            self.lines[(*path, key)] = line
        return result

    def refuse(self, text: str, remedy: str, line: int) -> None:
        self.broken = True
        self.findings.add(self.file, "PACK-YAML-02", text, remedy, line=line)


def _scalar(node: yaml.Node) -> str | int | Decimal | bool | None:
    text = str(node.value)
    if getattr(node, "style", None) in ("'", '"', "|", ">"):
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    if _NUMBER.match(text):
        return Decimal(text)
    return text
