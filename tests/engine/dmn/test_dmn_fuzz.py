"""Seeded fuzzing of DMN files: a broken file is refused with faults,
any other gives an outcome or a limit."""

import random
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from backend.engine.dmn import Outcome, read_dmn
from backend.engine.feel import LimitExceeded, Limits
from backend.engine.model import ModelFaults

TEXTS = [
    "x", "y + 1", "null", "-", "", "not(1)", "> 3", '"a","b"', "[1..5]", "f(x)", "f(a: 1)", "(",
    "for i in 1..9 return i",
    "count(x)", '@"2024-01-01"', "Low.p", "{a: 1}", "item", "svc(1)", "? > 1", "function(x) x", "1/0",
    "[1,2][x]",
]  # fmt: skip
VALUES = [
    "number",
    "string",
    "tThing",
    "nothing",
    "",
    "FIRST",
    "COLLECT",
    "SUM",
    "#low",
    "#x",
    "#f",
    "x",
    "true",
    "Any",
]
SAMPLES: list[Any] = [
    None,
    1,
    -2.5,
    "a",
    "2024-01-01",
    True,
    [],
    [1, "a", None],
    {"p": 1},
    {"p": [1]},
    Decimal("1E30"),
]


def sample(build: Any) -> bytes:
    """A model with a table, a context, knowledge, a service, types and a loop."""
    types = (
        '<itemDefinition name="tThing"><itemComponent name="p"><typeRef>number</typeRef><allowedValues>'
        "<text>&lt; 100</text></allowedValues></itemComponent></itemDefinition>"
    )
    bkm = (
        '<businessKnowledgeModel id="f" name="f"><variable name="f"/><encapsulatedLogic>'
        '<formalParameter name="a"'
        f' typeRef="number"/>{build.literal("a * 2")}</encapsulatedLogic></businessKnowledgeModel>'
    )
    entry = '<contextEntry><variable name="{}" typeRef="number"/>{}</contextEntry>'
    entries = entry.format("p", build.literal("f(x)")) + entry.format("q", build.literal("p + 1"))
    context = f"<context>{entries}</context>"
    rules = [["> 3", '"a"', "1", "law"], ["-", '"b"', "x", "law"]]
    table = build.table({"x": ""}, {"k": {"values": '"a","b"', "default": '"b"'}, "n": {}}, rules, "PRIORITY")
    loop = (
        f'<for iteratorVariable="i"><in>{build.literal("[1,2,x]")}</in>'
        f"<return>{build.literal('i + count(partial)')}</return></for>"
    )
    service = (
        '<decisionService id="svc" name="svc"><variable name="svc"/><outputDecision href="#low"/>'
        '<inputData href="#x"/></decisionService>'
    )
    out: bytes = build.model(
        types
        + build.input("x", "number")
        + build.input("y", "tThing")
        + bkm
        + build.decision("Low", context, "#x ?f")
        + build.decision("Mid", table, "#x !low")
        + build.decision("Top", loop, "#x #y !mid ?svc")
        + service
    )
    return out


def mutated(xml: bytes, pick: random.Random) -> bytes:
    """The file with some elements dropped, doubled or moved, texts and attributes changed."""
    root = etree.fromstring(xml)
    for _ in range(pick.randrange(1, 5)):
        elements = list(root.iter())
        element = pick.choice(elements[1:])
        form = pick.randrange(6)
        parent = element.getparent()
        if form == 0 and parent is not None:
            parent.remove(element)
        elif form == 1 and parent is not None:
            parent.append(etree.fromstring(etree.tostring(element)))
        elif form == 2 and element.text:
            element.text = pick.choice(TEXTS)
        elif form == 3 and element.attrib:
            element.set(pick.choice(sorted(map(str, element.attrib))), pick.choice(VALUES))
        elif form == 4:
            target = pick.choice(elements)
            if element is not target and element not in target.iterancestors():
                target.append(element)
        else:
            texts = [found for found in elements if str(found.tag).endswith("}text")]
            if texts:
                pick.choice(texts).text = pick.choice(TEXTS)
    return etree.tostring(root)


def run_fuzz(build: Any, seed: int, count: int) -> tuple[int, int]:
    """(models that were read, models that were refused)"""
    pick = random.Random(seed)
    original = sample(build)
    read = refused = 0
    for number in range(count):
        xml = mutated(original, pick)
        try:
            model = read_dmn(xml)
            read += 1
            for name in [*model.decisions, *model.services]:
                inputs = {key: pick.choice(SAMPLES) for key in ("x", "y") if pick.random() < 0.9}
                outcome = model.evaluate(name, inputs, build.NOW, Limits(steps=5_000))
                assert isinstance(outcome, Outcome)
        except ModelFaults as faults:
            assert faults.faults
            assert all(fault.rule and fault.text and fault.remedy for fault in faults.faults)
            refused += 1
        except LimitExceeded:
            continue
        except Exception as error:
            raise AssertionError(f"seed {seed}, model {number}: {xml!r}") from error
    return read, refused


def test_the_sample_itself_works(build: Any) -> None:
    outcome = read_dmn(sample(build)).evaluate("Top", {"x": 4, "y": {"p": 1}}, build.NOW)
    assert outcome.value == [1, 3, 6]
    assert outcome.diagnostics == ()


def test_fuzz(build: Any) -> None:
    read, refused = run_fuzz(build, 11, 250)
    assert read > 30
    assert refused > 30


@pytest.mark.deep
def test_fuzz_deep(build: Any) -> None:
    run_fuzz(build, 12, 2_000)
