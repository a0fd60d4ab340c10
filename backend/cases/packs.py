"""Deployed procedures. A version is immutable: what runs on it goes on running on it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import msgspec

from backend.cases.errors import NotFound
from backend.cases.records import Records
from backend.procedures import Procedure, load_pack


class Packs:
    """Procedures by id and version, each read and compiled once in this process."""

    def __init__(self, records: Records):
        self._records = records
        self._loaded: dict[tuple[str, str], Procedure] = {}
        self._lock = threading.Lock()

    def get(self, procedure: str, version: str | None = None) -> Procedure:
        """This version, or the one that new cases begin with. Raises NotFound."""
        wanted = version or self._active(procedure)
        found = self._loaded.get((procedure, wanted))
        return found if found is not None else self._load(procedure, wanted)

    def drawing(self, procedure: str, version: str) -> bytes:
        """The BPMN file of a version, as it was deployed. Raises NotFound."""
        return self._files(procedure, version)["process.bpmn"]

    def active(self) -> dict[str, Procedure]:
        """The procedures that can be begun, by id."""
        rows = self._records.rows("packs.active")
        return {row["procedure"]: self.get(row["procedure"], row["version"]) for row in rows}

    def deploy(self, files: Mapping[str, bytes], id: str | None = None) -> str:
        """Check, store and activate; gives the version. Raises PackFaults, and then changes nothing."""
        pack = load_pack(files, None, id)
        with self._records.transaction() as records:
            packed = msgspec.msgpack.encode(dict(files))
            records.run("packs.store", procedure=pack.id, version=pack.version, files=packed)
            records.run("packs.activate", procedure=pack.id, version=pack.version)
        self._loaded[pack.id, pack.version] = pack
        return pack.version

    def _active(self, procedure: str) -> str:
        row = self._records.row("packs.active_version", procedure=procedure)
        if row is None:
            raise NotFound
        version: str = row["version"]
        return version

    def _load(self, procedure: str, version: str) -> Procedure:
        with self._lock:
            if (procedure, version) not in self._loaded:
                self._loaded[procedure, version] = load_pack(self._files(procedure, version), None, procedure)
            return self._loaded[procedure, version]

    def _files(self, procedure: str, version: str) -> dict[str, bytes]:
        row: dict[str, Any] | None = self._records.row("packs.files", procedure=procedure, version=version)
        if row is None:
            raise NotFound
        return msgspec.msgpack.decode(row["files"], type=dict[str, bytes])
