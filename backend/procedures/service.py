"""service.yaml: what the procedure is to the public (CPSV-AP 3.2; mapping CP-05)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from backend.procedures.calendar import TimeLimit
from backend.procedures.faults import Findings
from backend.procedures.texts import Texts, Words
from backend.procedures.yaml_text import Document

CHANNELS = ("kiosk", "phone", "web", "desk", "api")


class Fee(Struct, frozen=True):
    """What it costs (cv:Cost), on one channel or on all."""

    amount: Decimal
    currency: str
    channel: str | None = None


class LegalResource(Struct, frozen=True):
    """A legal basis (eli:LegalResource); its words are the text `legal.<id>`."""

    id: str
    words: Words


class Proof(Struct, frozen=True):
    """A paper that nobody has to bring, and who knows it instead: `proof.<id>.name`, `proof.<id>.how`."""

    id: str
    name: Words
    how: Words
    rule: str | None = None


class Service(Struct, frozen=True, kw_only=True):
    """The public service. `authorities` names the responsible department by region."""

    id: str
    languages: tuple[str, ...]
    title: Words
    description: Words
    authorities: Mapping[str, str]
    limit: TimeLimit
    fees: tuple[Fee, ...]
    channels: tuple[str, ...]
    legal: Mapping[str, LegalResource]
    zone: str = "UTC"
    life_events: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    outputs: Mapping[str, Words] = {}
    proofs: tuple[Proof, ...] = ()

    def authority(self, region: str) -> str:
        """The department that is responsible in `region`; KeyError where the procedure is not offered."""
        return self.authorities[region]

    def fee(self, channel: str) -> Fee:
        """The fee on a channel; the row of that channel, else the row for all."""
        own = [fee for fee in self.fees if fee.channel == channel]
        return (own or [fee for fee in self.fees if fee.channel is None] or [Fee(Decimal(0), "XEC")])[0]


NEEDED = ("languages", "authorities", "time_limit", "fees", "channels", "legal")
OPTIONAL = ("zone", "life_events", "keywords", "outputs", "proofs_not_asked")


def languages_of(document: Document | None, findings: Findings) -> tuple[str, ...]:
    """The languages that service.yaml promises; the first is the one of last resort."""
    given = document.value.get("languages") if document and isinstance(document.value, dict) else None
    if isinstance(given, list) and given and all(isinstance(lang, str) for lang in given):
        return tuple(given)
    if document is not None:
        remedy = "Write a list such as [en, zh-Hans, ar]."
        findings.add(document.file, "PACK-SERVICE-01", "languages is no list of languages.", remedy)
    return ("en",)


def zone_of(document: Document | None, findings: Findings) -> str:
    """The time zone in which the procedure counts days; UTC if service.yaml names none."""
    given = document.value.get("zone", "UTC") if document and isinstance(document.value, dict) else "UTC"
    try:
        ZoneInfo(given)
    except (ValueError, OSError, KeyError, TypeError):
        assert document is not None
        remedy, line = "Name one of the IANA list, such as Europe/Berlin.", document.line("zone")
        findings.add(document.file, "PACK-SERVICE-01", "zone is no time zone.", remedy, line=line)
        return "UTC"
    return str(given)


def read_service(
    document: Document, id: str, texts: Texts, rules: Mapping[str, Any], findings: Findings
) -> Service:
    """The service; every fault noted."""
    return _ServiceReader(document, texts, rules, findings).read(id)


class _ServiceReader:
    def __init__(
        self, document: Document, texts: Texts, rules: Mapping[str, Any], findings: Findings
    ) -> None:
        self.document = document
        self.texts = texts
        self.rules = rules
        self.findings = findings
        self.given: dict[str, Any] = document.value if isinstance(document.value, dict) else {}

    def read(self, id: str) -> Service:
        for key in self.given.keys() - set(NEEDED) - set(OPTIONAL):
            self.fault(f"A service has no key {key}.", "Remove it or correct its spelling.", key)
        for key in NEEDED:
            if key not in self.given:
                self.fault(f"The service has no {key}.", "Add it.")
        return Service(
            id=id,
            languages=self.texts.languages,
            title=self.words("service.title"),
            description=self.words("service.description"),
            authorities=self.authorities(),
            limit=self.limit(),
            fees=self.fees(),
            channels=self.channels(),
            legal={name: LegalResource(name, self.words(f"legal.{name}")) for name in self.list("legal")},
            zone=zone_of(self.document, self.findings),
            life_events=self.list("life_events"),
            keywords=self.list("keywords"),
            outputs={name: self.words(f"output.{name}") for name in self.list("outputs")},
            proofs=self.proofs(),
        )

    def authorities(self) -> dict[str, str]:
        given = self.given.get("authorities")
        if isinstance(given, dict) and given and all(isinstance(name, str) for name in given.values()):
            return dict(given)
        if given is not None:
            self.fault(
                "authorities names no department.", "Write region: department, one a line.", "authorities"
            )
        return {}

    def limit(self) -> TimeLimit:
        given = self.given.get("time_limit")
        if isinstance(given, dict) and len(given) == 1:
            unit, days = next(iter(given.items()))
            if unit in ("working_days", "days") and type(days) is int and 0 <= days <= 1000:
                return TimeLimit(days, unit == "working_days")
        if given is not None:
            self.fault("time_limit is no limit.", "Write working_days: 3 or days: 30.", "time_limit")
        return TimeLimit(0)

    def fees(self) -> tuple[Fee, ...]:
        given = self.given.get("fees")
        fees: list[Fee] = []
        for index, row in enumerate(given if isinstance(given, list) else []):
            stated = row.get("amount") if isinstance(row, dict) else None
            amount = Decimal(stated) if isinstance(stated, (int, Decimal)) else Decimal(-1)
            good = 0 <= amount < 10**9 and isinstance(row.get("currency"), str)
            channel = row.get("channel") if good else None
            if not good or (channel is not None and channel not in CHANNELS):
                remedy = "Write amount and currency, and channel if the fee is one channel's."
                self.fault("A fee is not given as it should be.", remedy, "fees", index)
                continue
            fees.append(Fee(amount, row["currency"], channel))
        if given is not None and not fees:
            self.fault("fees lists no fee.", "Write one row; amount: 0 if it is free.", "fees")
        return tuple(fees)

    def channels(self) -> tuple[str, ...]:
        channels = self.list("channels")
        for name in channels:
            if name not in CHANNELS:
                self.fault(f"{name} is no channel.", f"Use some of: {', '.join(CHANNELS)}.", "channels")
        return channels

    def proofs(self) -> tuple[Proof, ...]:
        given = self.given.get("proofs_not_asked") or []
        proofs: list[Proof] = []
        for index, entry in enumerate(given if isinstance(given, list) else []):
            row = {"id": entry} if isinstance(entry, str) else entry
            if not isinstance(row, dict) or not isinstance(row.get("id"), str):
                self.fault(
                    "A proof has no id.",
                    "Write an id, and the rule that replaces the paper.",
                    "proofs_not_asked",
                    index,
                )
                continue
            rule = row.get("rule")
            if rule is not None and rule not in self.rules:
                self.fault(f"No rule {rule} exists.", "Name a rule of rules.yaml.", "proofs_not_asked", index)
            name, how = self.words(f"proof.{row['id']}.name"), self.words(f"proof.{row['id']}.how")
            proofs.append(Proof(row["id"], name, how, rule))
        return tuple(proofs)

    def list(self, key: str) -> tuple[str, ...]:
        given = self.given.get(key, [])
        if isinstance(given, list) and all(isinstance(item, str) for item in given):
            return tuple(given)
        self.fault(f"{key} is no list of words.", "Write a list such as [one, two].", key)
        return ()

    def words(self, key: str) -> Words:
        return self.texts.words(key, self.document.file)

    def fault(self, text: str, remedy: str, *path: str | int) -> None:
        line = self.document.line(*path)
        self.findings.add(self.document.file, "PACK-SERVICE-01", text, remedy, line=line)
