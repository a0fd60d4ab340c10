"""A pack's folder as a mapping of names to bytes, within fixed limits."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from backend.procedures.faults import Fault, Findings, PackFaults

MAX_FILES = 500
MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_PACK_BYTES = 20 * 1024 * 1024

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}"
_KNOWN = (
    re.compile(r"service\.yaml\Z"),
    re.compile(r"rules\.yaml\Z"),
    re.compile(r"process\.bpmn\Z"),
    re.compile(rf"{_NAME}\.dmn\Z"),
    re.compile(rf"forms/{_NAME}\.form\Z"),
    re.compile(r"texts/[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\.yaml\Z"),
    re.compile(rf"examples/{_NAME}\.yaml\Z"),
    re.compile(r"README\.md\Z"),
)
REQUIRED = ("service.yaml", "process.bpmn", "rules.yaml")
LAYOUT = (
    "A pack holds service.yaml, process.bpmn, rules.yaml, *.dmn, forms/*.form, texts/<language>.yaml, "
    "examples/*.yaml."
)


def read_folder(path: str | Path) -> dict[str, bytes]:
    """All files below `path` by their name with `/`; links are not followed, hidden files are left out.

    Raises PackFaults if the folder is missing or beyond the limits, before anything large is read.
    """
    root = Path(path)
    if not root.is_dir():
        raise PackFaults(
            [Fault(root.name, "There is no such folder.", "Name a folder below workflows/.", "PACK-FILE-01")]
        )
    found: dict[str, Path] = {}
    total = 0
    for entry in sorted(root.rglob("*")):
        name = entry.relative_to(root).as_posix()
        if entry.is_symlink() or not entry.is_file() or any(part.startswith(".") for part in name.split("/")):
            continue
        total += entry.stat().st_size
        found[name] = entry
        if len(found) > MAX_FILES or total > MAX_PACK_BYTES:
            raise PackFaults([_too_big(root.name)])
    return {name: entry.read_bytes() for name, entry in found.items()}


def check_files(files: Mapping[str, bytes], findings: Findings) -> None:
    """Names, number and sizes of a pack's files (limits: TRUST 5.8)."""
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_PACK_BYTES:
        raise PackFaults([_too_big("pack")])
    for name, data in files.items():
        if not any(pattern.match(name) for pattern in _KNOWN):
            findings.add(
                name, "PACK-FILE-02", "This file has no place in a pack.", f"Remove or rename it. {LAYOUT}"
            )
        if len(data) > MAX_FILE_BYTES:
            findings.add(
                name, "PACK-FILE-03", "The file is larger than 5 MiB.", "Split it or make it smaller."
            )
    for name in REQUIRED:
        if name not in files:
            findings.add(name, "PACK-FILE-01", "This file is missing.", f"Add it. {LAYOUT}")


def version_of(files: Mapping[str, bytes], overlay: Mapping[str, bytes] | None = None) -> str:
    """SHA-256 (hex) over the names and contents of the pack and of its overlay."""
    total = hashlib.sha256(b"errand-pack-v1")
    for part in (files, overlay or {}):
        total.update(len(part).to_bytes(4, "big"))
        for name in sorted(part):
            total.update(len(name.encode()).to_bytes(4, "big") + name.encode())
            total.update(hashlib.sha256(part[name]).digest())
    return total.hexdigest()


def _too_big(name: str) -> Fault:
    text = f"The folder holds more than {MAX_FILES} files or {MAX_PACK_BYTES // 1024 // 1024} MiB."
    return Fault(name, text, "Keep only the files of one procedure in it.", "PACK-FILE-03")
