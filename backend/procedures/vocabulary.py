"""The one list of concepts (config/vocabulary.yaml): questions and registers use the same names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from backend.procedures.faults import Findings
from backend.procedures.yaml_text import read_yaml

FILE = Path(__file__).resolve().parents[2] / "config" / "vocabulary.yaml"


@cache
def vocabulary(file: Path = FILE) -> Mapping[str, str]:
    """Concept to its meaning in English. Raises PackFaults if the file is broken."""
    findings = Findings()
    document = read_yaml(file.name, file.read_bytes(), findings)
    given = document.value if document else None
    if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
        findings.add(
            file.name, "VOCABULARY-01", "The vocabulary is no list of concepts.", "Write concept: meaning."
        )
        given = {}
    findings.refuse_if_any()
    return given
