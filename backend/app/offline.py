"""Commands that need no database: what authors ask of a folder or a decision model.

./errand lint workflows/move [FOLDER ...]
./errand decide late.dmn "Late notice" --input facts.json
"""

from __future__ import annotations

import argparse
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from backend.engine import ModelFaults
from backend.engine.dmn import DecisionModel, Outcome, read_dmn
from backend.engine.feel import LimitExceeded
from backend.engine.feel.values import to_json
from backend.procedures.lint import lint_folder, lint_model

ENCODER = msgspec.json.Encoder(decimal_format="number")


def lint_folders(arguments: list[str]) -> int:
    """Every fault and warning of each folder (or BPMN file), with place and remedy; 1 if one cannot be
    deployed."""
    parser = argparse.ArgumentParser(prog="./errand lint", description=lint_folders.__doc__)
    parser.add_argument("folder", nargs="+", type=Path)
    broken = False
    for folder in parser.parse_args(arguments).folder:
        if not folder.exists():
            parser.error(f"there is no folder and no file {folder}")
        faults = lint_folder(folder) if folder.is_dir() else lint_model(folder)
        for fault in faults:
            print(f"{fault.severity}: {fault}")
        errors = sum(fault.severity == "error" for fault in faults)
        broken = broken or errors > 0
        state = f"{errors} faults: it cannot be deployed" if errors else "it can be deployed"
        print(f"{folder}: {state}, {len(faults) - errors} warnings")
    return 1 if broken else 0


def decide(arguments: list[str]) -> int:
    """The result of a decision as JSON, the rules that made it, all warnings; 1 if there is no result."""
    parser = argparse.ArgumentParser(prog="./errand decide", description=decide.__doc__)
    parser.add_argument("model", type=Path, help="a DMN file")
    parser.add_argument("decision", help="the decision's name or id")
    parser.add_argument("--input", type=Path, help="a JSON file: input data by name; - reads standard input")
    wanted = parser.parse_args(arguments)
    try:
        outcome = _outcome(wanted.model, wanted.decision, _facts(wanted.input))
    except (OSError, ValueError) as error:
        print(f"decide: {error}", file=sys.stderr)
        return 2
    except ModelFaults as faults:
        for fault in faults.faults:
            print(fault, file=sys.stderr)
        return 2
    except LimitExceeded as reached:
        print(f"decide: a limit was reached: {reached}", file=sys.stderr)
        return 2
    _tell(outcome)
    return 0 if outcome.value is not None else 1


def _facts(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    facts = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    if not isinstance(facts, dict):
        raise ValueError("the input is no JSON object")
    return facts


def _outcome(path: Path, decision: str, facts: dict[str, Any]) -> Outcome:
    model = read_dmn(path.read_bytes(), _beside(path))
    if decision not in model:
        known = ", ".join([*model.decisions.values(), *model.services.values()])
        raise ValueError(f"there is no decision {decision!r}; there are: {known}")
    return model.evaluate(decision, facts)


def _beside(path: Path) -> dict[str, DecisionModel]:
    """The other models of the folder by namespace, since it may import them; broken ones are left out."""
    left = [other.read_bytes() for other in sorted(path.parent.glob("*.dmn")) if other.name != path.name]
    known: dict[str, DecisionModel] = {}
    while left:
        open_still = []
        for xml in left:
            try:
                model = read_dmn(xml, known)
                known[model.namespace] = model
            except ModelFaults:
                open_still.append(xml)
        if len(open_still) == len(left):
            break
        left = open_still
    return known


def _tell(outcome: Outcome) -> None:
    print(msgspec.json.format(ENCODER.encode(to_json(outcome.value)), indent=2).decode())
    for decision in outcome.trace:
        for table in decision.tables:
            for rule in table.matched:
                if rule.number in table.chosen:
                    notes = "; ".join(text for _, text in rule.annotations)
                    told = f"{decision.name}: rule {rule.number} ({', '.join(rule.entries)})"
                    print(told + (f": {notes}" if notes else ""), file=sys.stderr)
    for each in outcome.diagnostics:
        print(f"warning: {each.rule}: {each.text}", file=sys.stderr)
