"""The general words for refused answers, from config/texts/<lang>.yaml (`problem.<code>`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from backend.procedures.expressions import Place
from backend.procedures.faults import Findings, PackFaults
from backend.procedures.templates import Template, compile_template
from backend.procedures.texts import Words
from backend.procedures.yaml_text import read_yaml

_CODES = """
    required type unsafe unknown minLength maxLength pattern email phone number min max decimalDigits
    increment choice date time pastDate minDate maxDate file search fact rows
"""
CODES = tuple(_CODES.split())
DIRECTORY = Path(__file__).resolve().parents[2] / "config" / "texts"


@cache
def general_words(directory: Path = DIRECTORY) -> dict[str, Words]:
    """Words by key (`problem.required`, `form.continue`, …) in every language of config/texts.

    Raises PackFaults if a language lacks a text that another has, or a code has none.
    """
    findings = Findings()
    catalogues: dict[str, dict[str, Template]] = {}
    languages = sorted(
        (path.stem for path in directory.glob("*.yaml")), key=lambda lang: (lang != "en", lang)
    )
    for lang in languages:
        document = read_yaml(f"{lang}.yaml", (directory / f"{lang}.yaml").read_bytes(), findings)
        for group, texts in (document.value if document else {}).items():
            for key, text in texts.items():
                place = Place(findings, f"{lang}.yaml", f"{group}.{key}")
                catalogues.setdefault(f"{group}.{key}", {})[lang] = compile_template(str(text), place)
    for key in {*catalogues, *(f"problem.{code}" for code in CODES)}:
        for lang in languages:
            if lang not in catalogues.get(key, {}):
                findings.add(
                    f"{lang}.yaml", "PACK-TEXT-01", f"The text {key} is missing.", "Write it.", element=key
                )
    if findings.errors:
        raise PackFaults(findings.all)
    return {key: Words(key, by_language) for key, by_language in catalogues.items()}
