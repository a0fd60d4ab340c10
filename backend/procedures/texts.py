"""A pack's words in every language: flat keys, complete in each language, none without use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from backend.procedures.clean import clean_text
from backend.procedures.expressions import Place
from backend.procedures.faults import Findings
from backend.procedures.templates import Template, compile_template
from backend.procedures.yaml_text import Document, read_yaml

TEXT_KEY = re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_-]+)+\Z")
TEXT_LENGTH = 10_000


class Words(Struct, frozen=True):
    """One text key in all languages, compiled. own: languages in which the model's own words stand in."""

    key: str
    by_language: Mapping[str, Template]
    own: frozenset[str] = frozenset()

    def render(self, lang: str, context: Mapping[str, Any] | None = None, now: datetime | None = None) -> str:
        """The text in `lang` (else in the pack's first language), values put in, not escaped."""
        return self.template(lang).render(context or {}, now)

    def template(self, lang: str) -> Template:
        return self.by_language.get(lang) or next(iter(self.by_language.values()))


class Texts:
    """The texts of one pack. `words` notes the use of a key; `close` reports what is missing or unused."""

    def __init__(
        self, languages: tuple[str, ...], catalogues: Mapping[str, Document], findings: Findings
    ) -> None:
        self.languages = languages
        self._findings = findings
        self._documents = catalogues
        self._flat = {lang: _flatten(document, findings) for lang, document in catalogues.items()}
        self._used: dict[str, str] = {}
        self._offered: set[str] = set()
        self._compiled: dict[str, Words] = {}

    def has(self, key: str) -> bool:
        return any(key in flat for flat in self._flat.values())

    def keys(self) -> frozenset[str]:
        return frozenset().union(*(flat.keys() for flat in self._flat.values()))

    def words(self, key: str, used_by: str) -> Words:
        """The compiled words of `key`; where a language lacks it the key stands in, told by `close`."""
        self._used.setdefault(key, used_by)
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = Words(
                key, {lang: self._compile(lang, key) for lang in self.languages}
            )
        return found

    def or_own(self, key: str, own: str, used_by: str) -> Words:
        """The words of `key`; where a language lacks it, the model's own stand in, with a warning: in the
        pack's first language, which is the model's, with none."""
        self._offered.add(key)
        lacking = frozenset(lang for lang in self.languages if key not in self._flat.get(lang, {}))
        for lang in self.languages[1:]:
            if lang in lacking and lang in self._flat:
                text = f"The text {key} is missing; {used_by} says “{own}” in its own language."
                remedy = "Write it in this language."
                self._findings.add(
                    f"texts/{lang}.yaml", "PACK-TEXT-07", text, remedy, element=key, severity="warning"
                )
        plain = Template(own, [own])
        return Words(
            key,
            {lang: plain if lang in lacking else self._compile(lang, key) for lang in self.languages},
            lacking,
        )

    def close(self, unused: bool = True) -> None:
        """Note every key that a language lacks; and, if `unused`, every key that nothing uses."""
        for lang in self.languages:
            file, flat = f"texts/{lang}.yaml", self._flat.get(lang, {})
            if lang not in self._flat:
                continue
            for key, used_by in self._used.items():
                if key not in flat:
                    text = f"The text {key} is missing; {used_by} uses it."
                    self._findings.add(file, "PACK-TEXT-01", text, "Write it in this language.", element=key)
            for key in flat.keys() - self._used.keys() - self._offered if unused else ():
                line = self._documents[lang].line(*key.split("."))
                self._findings.add(
                    file,
                    "PACK-TEXT-02",
                    f"Nothing uses the text {key}.",
                    "Remove it.",
                    element=key,
                    line=line,
                )

    def _compile(self, lang: str, key: str) -> Template:
        text = self._flat.get(lang, {}).get(key, key)
        return compile_template(text, Place(self._findings, f"texts/{lang}.yaml", key))


def read_texts(files: Mapping[str, bytes], languages: tuple[str, ...], findings: Findings) -> Texts:
    """Read texts/<lang>.yaml for each language that service.yaml names."""
    catalogues: dict[str, Document] = {}
    for lang in languages:
        file = f"texts/{lang}.yaml"
        if file not in files:
            findings.add(file, "PACK-TEXT-03", f"The language {lang} has no texts.", "Write this file.")
            continue
        document = read_yaml(file, files[file], findings)
        if document is not None:
            catalogues[lang] = document
    for file in files:
        if file.startswith("texts/") and file[6:-5] not in languages:
            remedy = "Add the language to `languages` in service.yaml, or remove the file."
            findings.add(file, "PACK-TEXT-03", "service.yaml does not name this language.", remedy)
    return Texts(languages, catalogues, findings)


def _flatten(document: Document, findings: Findings) -> dict[str, str]:
    flat: dict[str, str] = {}
    stack: list[tuple[tuple[str, ...], Any]] = [((), document.value or {})]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict):
            stack += [((*path, key), child) for key, child in value.items()]
        elif isinstance(value, str) and len(value) <= TEXT_LENGTH and clean_text(value) == value:
            flat[".".join(path)] = value.rstrip("\n")
        else:
            key = ".".join(path)
            remedy = (
                f"Write a text in quotes, of at most {TEXT_LENGTH} characters, without direction overrides."
            )
            findings.add(
                document.file,
                "PACK-TEXT-04",
                f"{key} is no text.",
                remedy,
                element=key,
                line=document.line(*path),
            )
    return flat
