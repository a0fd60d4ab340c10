"""A legal model that chance has changed is read, compiled and run, or refused with faults; nothing else."""

import time
from collections import Counter
from contextlib import suppress
from random import Random

import pytest
from lxml import etree

from backend.engine import Host, ModelFaults, Refused, commands, compile_process, every_fault, read_bpmn
from backend.engine.model.metamodel import META
from tests.engine.models import HOUR, NOW
from tests.engine.test_round_trip import CASES, FILES

LEGAL = [case.legal for case in CASES] + [file.read_bytes() for file in FILES]
KINDS = sorted(META.elements)
WORDS = (
    "",
    " ",
    "a",
    "p",
    "e",
    "true",
    "false",
    "=",
    "=1 +",
    "R/PT0S",
    "PT1H",
    "zz:a",
    "t:a",
    "-1",
    "99999999999999999999",
    "Parallel",
    "\u00e9",
)


def mutated(xml: bytes, random: Random, times: int) -> bytes:
    root = etree.fromstring(xml)
    for _ in range(times):
        elements = [one for one in root.iter(etree.Element) if one is not root]
        if not elements:
            break
        random.choice(MUTATIONS)(random.choice(elements), elements, random)
    return etree.tostring(root)


def drop(one, _elements, _random):
    one.getparent().remove(one)


def duplicate(one, _elements, _random):
    one.getparent().insert(0, etree.fromstring(etree.tostring(one)))


def move(one, elements, random):
    to = random.choice(elements)
    if one not in to.iterancestors() and one is not to:
        to.append(one)


def rename(one, _elements, random):
    one.tag = f"{{http://www.omg.org/spec/BPMN/20100524/MODEL}}{random.choice(KINDS)}"


def retarget(one, elements, random):
    if one.attrib:
        ids = [other.get("id") for other in elements if other.get("id")] or ["a"]
        one.set(random.choice(sorted(one.attrib)), random.choice(random.choice([ids, WORDS])))


def forget(one, _elements, random):
    if one.attrib:
        del one.attrib[random.choice(sorted(one.attrib))]


def say(one, elements, random):
    ids = [other.get("id") for other in elements if other.get("id")] or ["a"]
    one.text = random.choice(random.choice([ids, WORDS]))


def attribute(one, _elements, random):
    kind = META.types.get(META.elements.get(etree.QName(one).localname, ""))
    if kind is not None:
        named = [*kind.values, *kind.attribute_references, "id", "name"]
        one.set(random.choice(named), random.choice(WORDS))


MUTATIONS = (drop, duplicate, move, rename, retarget, retarget, forget, say, attribute)


def outcome(xml: bytes, profile: str) -> str:
    """How far it gets; a fault has an id or a line, a rule and a remedy."""
    try:
        definitions = read_bpmn(xml, profile)
    except ModelFaults as refused:
        assert all(fault.rule and fault.text and fault.remedy for fault in refused.faults)
        return "refused"
    try:
        processes = [compile_process(definitions, process.id) for process in definitions.processes]
    except ModelFaults as refused:
        assert all(fault.rule and fault.text and fault.remedy for fault in refused.faults)
        return "not compiled"
    drive(Host(processes, NOW))
    return "compiled"


def drive(host: Host) -> None:
    """Start each process, complete what is open and let an hour pass, twice; refusals are answers."""
    for process in host.processes:
        with suppress(Refused):
            host.start(process, {"a": 1})
    for hours in (1, 2):
        for number, instance in list(host.instances.items()):
            for task in list(instance.state.tasks):
                with suppress(Refused):
                    host.do(number, commands.CompleteTask(task, {}))
        host.advance(NOW + hours * HOUR)


def walk(seeds: range) -> Counter[str]:
    found: Counter[str] = Counter()
    for seed in seeds:
        random = Random(seed)
        xml = mutated(random.choice(LEGAL), random, random.choice((1, 1, 2, 5)))
        every_fault(xml)
        began = time.perf_counter()
        try:
            found[outcome(xml, random.choice(("strict", "foreign", "foreign")))] += 1
        except Exception as error:
            raise AssertionError(f"seed {seed}: {xml.decode()}") from error
        assert time.perf_counter() - began < 2, seed
    return found


def test_a_mutated_model_is_read_or_refused_and_nothing_else_happens():
    found = walk(range(1_000))
    assert min(found["refused"], found["compiled"]) > 40, found


@pytest.mark.deep
def test_many_mutated_models():
    walk(range(1_000, 20_000))
