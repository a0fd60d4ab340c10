# ruff: noqa: E501  (models stand on one line each)
"""Soundness: one example, sound or not, per class of the literature; data are ignored."""

from pathlib import Path

import pytest

from backend.engine import compile_process, read_bpmn
from backend.engine.soundness import Report, explore
from tests.engine.models import compiled, message, model, service, timer, user

XOR = '<exclusiveGateway id="x"/>'
AND = '<parallelGateway id="g"/><parallelGateway id="j"/>'
ENDS = '<startEvent id="s"/><endEvent id="e"/>'


def explored(nodes: str, *lines: str, roots: str = "", limit: int = 50_000) -> Report:
    return explore(compiled(model(nodes, *lines, roots=roots)), limit)


def found(report: Report) -> list[tuple[str, list[str]]]:
    return [(one.kind, [place.element for place in one.at]) for one in report.findings]


def way(report: Report) -> list[str]:
    return [place.element for place in report.findings[0].path]


# --- sound ---


def test_a_sequence_with_a_choice_and_a_parallel_block_is_sound():
    report = explored(
        ENDS + AND + '<exclusiveGateway id="x" default="x_c"/><exclusiveGateway id="m"/>' + "".join(map(user, "abcd")),
        "s>g", "g>a", "g>x", "x>b: n > 1", "x>c", "b>m", "c>m", "a>j", "m>j", "j>d>e",
    )  # fmt: skip
    assert (report.verdict, report.findings) == ("sound", ())
    assert report.markings > 10


def test_a_loop_with_an_exit_is_sound():
    nodes = ENDS + '<exclusiveGateway id="m"/>' + XOR + user("a") + user("b")
    assert explored(nodes, "s>m>a>x", "x>b: n > 1", "b>m", "x>e: n < 1").verdict == "sound"


def test_a_loop_that_no_task_stops_is_walked_once():
    nodes = ENDS + '<exclusiveGateway id="m"/>' + XOR
    report = explored(nodes, "s>m>x", "x>m: n > 1", "x>e: n < 1")
    assert report.verdict == "sound" and report.markings < 10


def test_boundary_events_and_event_sub_processes_that_interrupt_are_sound():
    inner = (
        '<startEvent id="i"/>' + AND.replace('"g"', '"h"').replace('"j"', '"k"') + service("a") + user("b")
        + '<endEvent id="z"/><sequenceFlow id="f1" sourceRef="i" targetRef="h"/><sequenceFlow id="f2" sourceRef="h" targetRef="a"/>'
        + '<sequenceFlow id="f3" sourceRef="h" targetRef="b"/><sequenceFlow id="f4" sourceRef="a" targetRef="k"/>'
        + '<sequenceFlow id="f5" sourceRef="b" targetRef="k"/><sequenceFlow id="f6" sourceRef="k" targetRef="z"/>'
        + '<subProcess id="H" triggeredByEvent="true"><startEvent id="hs"><messageEventDefinition messageRef="M"/></startEvent>'
        + user("hu") + '<sequenceFlow id="f7" sourceRef="hs" targetRef="hu"/></subProcess>'
    )  # fmt: skip
    nodes = (
        ENDS
        + f'<subProcess id="S">{inner}</subProcess>'
        + timer("t", "boundaryEvent", "timeDuration", "P1D", 'attachedToRef="S"')
        + user("late")
    )
    assert explored(nodes, "s>S>e", "t>late>e", roots=message("M")).verdict == "sound"


def test_reminders_that_come_ever_so_often_are_no_overflow():
    keep = 'attachedToRef="a" cancelActivity="false"'
    nodes = ENDS + '<exclusiveGateway id="m"/>' + XOR + user("a") + user("remind")
    nodes += timer("t", "boundaryEvent", "timeCycle", "R/PT1H", keep) + '<endEvent id="z"/>'
    report = explored(nodes, "s>m>a>x", "x>m: n > 1", "x>e: n < 1", "t>remind>z")
    assert (report.verdict, report.findings) == ("sound", ())


def test_an_error_that_a_task_may_throw_reaches_its_boundary():
    nodes = ENDS + service("a") + user("b")
    nodes += '<boundaryEvent id="t" attachedToRef="a"><errorEventDefinition errorRef="E1"/></boundaryEvent>'
    report = explored(nodes, "s>a>e", "t>b>e", roots='<error id="E1" errorCode="E1"/>')
    assert report.verdict == "sound", report.findings


def test_every_start_event_is_tried():
    nodes = (
        ENDS
        + '<startEvent id="z"><messageEventDefinition messageRef="M"/></startEvent>'
        + user("a")
        + user("b")
    )
    assert explored(nodes, "s>a>e", "z>b>e", roots=message("M")).verdict == "sound"


def test_the_procedures_of_this_project_are_sound():
    root = Path(__file__).resolve().parents[2]
    files = [*root.glob("workflows/*/process.bpmn"), *root.glob("benchmarks/*.bpmn")]
    assert files
    for file in files:
        process = compile_process(read_bpmn(file.read_bytes()), decisions=_decisions(file.parent))
        report = explore(process)
        assert (report.verdict, report.findings) == ("sound", ()), file


def _decisions(folder):
    from backend.engine.dmn import read_dmn

    return tuple(read_dmn(file.read_bytes()) for file in folder.glob("*.dmn"))


# --- deadlock ---


def test_a_choice_that_a_parallel_join_waits_for_is_a_deadlock_with_its_path():
    nodes = ENDS + XOR + '<parallelGateway id="j"/>' + '<userTask id="a" name="Check papers"/>' + user("b")
    report = explored(nodes, "s>x", "x>a: n > 1", "x>b: n < 1", "a>j", "b>j", "j>e")
    assert report.verdict == "unsound"
    assert ("deadlock", ["j"]) in found(report)
    assert way(report) == ["s", "x", "a", "j"]
    assert str(report.findings[0]) == "deadlock at j after s > x > a (Check papers) > j"


def test_a_parallel_join_that_waits_for_its_own_loop_is_a_deadlock():
    nodes = ENDS + '<parallelGateway id="j"/>' + XOR + user("a")
    report = explored(nodes, "s>j>a>x", "x>j: n > 1", "x>e: n < 1")
    assert ("deadlock", ["j"]) in found(report)


def test_a_token_left_over_at_a_join_is_a_deadlock():
    nodes = ENDS + AND + '<exclusiveGateway id="m"/>' + "".join(map(user, "abc"))
    report = explored(nodes, "s>g", "g>a", "g>b", "g>c", "a>m", "b>m", "m>j", "c>j", "j>e")
    assert report.verdict == "unsound"
    assert {kind for kind, _ in found(report)} & {"deadlock", "lack of synchronisation"}


# --- lack of synchronisation ---


def test_a_parallel_split_that_an_exclusive_gateway_merges_lacks_synchronisation():
    nodes = ENDS + '<parallelGateway id="g"/><exclusiveGateway id="m"/>' + "".join(map(user, "abc"))
    report = explored(nodes, "s>g", "g>a", "g>b", "a>m", "b>m", "m>c>e")
    assert [kind for kind, _ in found(report)] == ["lack of synchronisation"]
    assert found(report)[0][1] == ["c"]


def test_tokens_without_bound_are_found_at_once():
    nodes = ENDS + '<exclusiveGateway id="m"/><parallelGateway id="g"/>' + user("a") + user("b")
    report = explored(nodes, "s>m>g", "g>a", "g>b", "a>m", "b>e")
    assert found(report)[0] == ("lack of synchronisation", ["b"])
    assert way(report) == ["s", "m", "g", "a", "m", "g"]


# --- dead activity ---


def test_what_no_token_reaches_is_dead():
    nodes = ENDS + user("a") + user("lost") + '<exclusiveGateway id="m"/>'
    report = explored(nodes, "s>a>e", "lost>m", "m>lost")
    assert found(report) == [("dead activity", ["lost"]), ("dead activity", ["m"])]


def test_a_boundary_event_whose_error_nobody_throws_is_dead():
    nodes = ENDS + '<subProcess id="S"><startEvent id="i"/></subProcess>' + user("b")
    nodes += '<boundaryEvent id="t" attachedToRef="S"><errorEventDefinition/></boundaryEvent>'
    assert ("dead activity", ["t"]) in found(explored(nodes, "s>S>e", "t>b>e"))


# --- livelock ---


def test_a_loop_without_exit_is_a_livelock():
    nodes = '<startEvent id="s"/><exclusiveGateway id="m"/>' + user("a") + user("b")
    report = explored(nodes, "s>m>a>b>m")
    assert [(kind, set(at)) for kind, at in found(report)] == [("livelock", {"m", "a", "b"})]
    nodes = ENDS + '<exclusiveGateway id="m"/><parallelGateway id="g"/>' + user("a")
    (one,) = found(explored(nodes, "s>m>a>g", "g>m", "g>e"))
    assert one[0] == "livelock" and {"m", "a", "g"} <= set(one[1])


def test_a_way_into_a_loop_without_exit_is_a_livelock_with_its_path():
    nodes = ENDS + XOR + '<exclusiveGateway id="m"/>' + "".join(map(user, "abc"))
    report = explored(nodes, "s>x", "x>a: n > 1", "a>e", "x>b: n < 1", "b>m>c>m")
    (one,) = found(report)
    assert one[0] == "livelock" and set(one[1]) == {"m", "c"}
    assert way(report)[:3] == ["s", "x", "b"]


# --- bounds ---


def test_a_bound_that_is_reached_is_unknown():
    nodes = ENDS + AND + "".join(user(f"t{n}") for n in range(8))
    lines = ["s>g", "j>e", *(f"g>t{n}>j" for n in range(8))]
    report = explored(nodes, *lines, limit=100)
    assert report.verdict == "unknown" and report.markings >= 100


@pytest.mark.parametrize("number", [6])
def test_parallel_tasks_are_sound(number):
    nodes = ENDS + AND + "".join(user(f"t{n}") for n in range(number))
    assert explored(nodes, "s>g", "j>e", *(f"g>t{n}>j" for n in range(number))).verdict == "sound"


# --- gateways that wait for what can still come ---


def test_an_inclusive_split_and_join_are_sound():
    nodes = (
        ENDS
        + '<inclusiveGateway id="o" default="o_c"/><inclusiveGateway id="i"/>'
        + "".join(map(user, "abc"))
    )
    report = explored(nodes, "s>o", "o>a: n > 1", "o>b: n > 2", "o>c", "a>i", "b>i", "c>i>e")
    assert (report.verdict, report.findings) == ("sound", ())


def test_joins_that_wait_for_each_other_are_a_deadlock():
    nodes = (
        ENDS + '<parallelGateway id="g"/><inclusiveGateway id="i"/><inclusiveGateway id="k"/><exclusiveGateway id="x"/><exclusiveGateway id="y"/>'
    )  # fmt: skip
    report = explored(nodes, "s>g", "g>i>x", "g>k>y", "x>k: n > 1", "x>e: n < 1", "y>i: n > 1", "y>e: n < 1")
    assert report.verdict == "unsound" and ("deadlock", ["k", "i"]) in [
        (kind, sorted(at, reverse=True)) for kind, at in found(report)
    ]


def test_an_event_gateway_is_sound_and_its_events_are_alive():
    nodes = (
        ENDS + '<eventBasedGateway id="g"/><intermediateCatchEvent id="m"><messageEventDefinition messageRef="M"/></intermediateCatchEvent>'
        + timer("t", "intermediateCatchEvent", "timeDuration", "PT1H") + '<exclusiveGateway id="x"/>'
    )  # fmt: skip
    report = explored(nodes, "s>g", "g>m>x", "g>t>x", "x>e", roots=message("M"))
    assert (report.verdict, report.findings) == ("sound", ())


def test_a_discriminator_by_counts_is_sound_and_one_that_never_starts_a_deadlock():
    gate = '<complexGateway id="k"><activationCondition>=activationCount >= {}</activationCondition></complexGateway>'
    lines = ("s>g", "g>a>k", "g>b>k", "g>c>k", "k>d>e")
    nodes = ENDS + '<parallelGateway id="g"/>' + "".join(map(user, "abcd"))
    assert explored(nodes + gate.format(2), *lines).verdict == "sound"
    assert explored(nodes + gate.format(3), *lines).verdict == "sound"
    assert found(explored(nodes + gate.format(4), *lines))[0][0] == "deadlock"


def test_a_complex_gateway_whose_start_depends_on_data_is_explored_to_an_end():
    gate = '<complexGateway id="k"><activationCondition>=activationCount >= needed</activationCondition></complexGateway>'
    nodes = ENDS + '<parallelGateway id="g"/>' + "".join(map(user, "abcd")) + gate
    report = explored(nodes, "s>g", "g>a>k", "g>b>k", "g>c>k", "k>d>e")
    assert report.verdict == "unsound" and found(report)[0] == ("deadlock", ["k"]), "it may never start"
    assert report.markings < 200


def test_what_one_activity_gives_and_another_gathers_is_no_lack_of_synchronisation():
    nodes = ENDS + '<task id="a" completionQuantity="3"/><task id="b" startQuantity="3"/>'
    assert explored(nodes, "s>a>b>e").verdict == "sound"
    short = explored(nodes.replace('completionQuantity="3"', 'completionQuantity="2"'), "s>a>b>e")
    assert found(short)[0] == ("deadlock", ["b"])
