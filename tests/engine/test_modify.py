# ruff: noqa: E501  (models stand on one line each)
"""Modify: an operator adds, removes and moves tokens; all of it or nothing."""

import pytest

from backend.engine import Refused, commands, dump, load, replay
from backend.engine import events as ev
from tests.engine.models import ext, hosted, message, model, open_tasks, raised, service, state, timer, user

Activate, Modify, Move = commands.Activate, commands.Modify, commands.Move
LINE = model('<startEvent id="s"/>' + user("a") + user("b") + '<endEvent id="e"/>', "s>a>b>e")
SUB = model(
    '<startEvent id="s"/>' + user("a") + '<subProcess id="S"><startEvent id="i"/>' + user("x") + user("y")
    + '<endEvent id="j"/><sequenceFlow id="i_x" sourceRef="i" targetRef="x"/><sequenceFlow id="x_y" sourceRef="x" targetRef="y"/>'
    '<sequenceFlow id="y_j" sourceRef="y" targetRef="j"/></subProcess>' + timer("late", "boundaryEvent", "timeDuration", "PT1H", 'attachedToRef="S"')
    + user("w") + user("b") + '<endEvent id="e"/>', "s>a>S>b>e", "late>w",
)  # fmt: skip


def modified(host, **what):
    """The command given to instance 1; the state is what the history says, and survives being stored."""
    host.do(1, Modify(**what))
    found = state(host)
    assert replay(host.instances[1].events) == found
    assert load(dump(found)) == found
    return found


def refused(host, code, **what):
    before = dump(state(host))
    with pytest.raises(Refused) as found:
        host.do(1, Modify(**what))
    assert found.value.code == code and str(found.value)
    assert dump(state(host)) == before, "a refusal changes nothing"


def test_modify_moves_a_token_from_one_task_to_another():
    host = hosted(LINE)
    modified(host, move=(Move("b", "a", variables={"hint": "again"}),))
    assert open_tasks(host) == ["b"]
    assert state(host).scopes[3].variables == {"hint": "again"}, "local to what begins"
    host.complete(1, "b")
    assert state(host).status == "completed"
    assert any(isinstance(one, ev.Modified) for one in host.instances[1].events)


def test_modify_moves_one_instance_by_its_key():
    xml = model(
        '<startEvent id="s"/><parallelGateway id="g"/><task id="t"/>' + user("a") + user("b"),
        "s>g",
        "g>t",
        "g>a>b",
        "t>a",
    )
    host = hosted(xml)
    first, second = state(host).tasks
    modified(host, move=(Move("b", key=first),))
    assert open_tasks(host) == ["a", "b"] and second in state(host).tasks


def test_modify_to_an_end_event_completes_the_process():
    host = hosted(LINE)
    modified(host, move=(Move("e", "a"),))
    assert state(host).status == "completed"


def test_modify_begins_the_sub_process_around_outermost_first_with_its_boundary_events():
    host = hosted(SUB)
    found = modified(host, move=(Move("y", "a"),))
    assert open_tasks(host) == ["y"]
    assert [one.element for one in found.timers.values()] == ["late"]
    host.complete(1, "y")
    assert open_tasks(host) == ["b"]


def test_modify_of_two_elements_in_a_sub_process_begins_it_once():
    host = hosted(SUB)
    found = modified(host, activate=(Activate("x"), Activate("y")))
    assert sorted(open_tasks(host)) == ["a", "x", "y"]
    assert [one.element for one in found.scopes.values()].count("S") == 1


def test_modify_inside_a_sub_process_stays_in_it_and_out_of_it_ends_it():
    host = hosted(SUB)
    host.complete(1, "a")
    inside = next(key for key, one in state(host).scopes.items() if one.element == "S")
    modified(host, move=(Move("y", "x"),))
    assert inside in state(host).scopes
    found = modified(host, move=(Move("b", "y"),))
    assert open_tasks(host) == ["b"] and inside not in found.scopes and not found.timers


def test_modify_with_two_instances_of_a_sub_process_wants_the_scope():
    host = hosted(SUB)
    modified(host, activate=(Activate("S"), Activate("S")))
    keys = [key for key, one in state(host).scopes.items() if one.element == "S"]
    assert len(keys) == 2
    refused(host, "ambiguous", activate=(Activate("y"),))
    modified(host, activate=(Activate("y", keys[1]),))
    inside = {one.element for one in state(host).scopes.values() if one.parent == keys[1]}
    assert inside == {"x", "y"}
    refused(host, "no_scope", activate=(Activate("b", keys[1]),))


def test_modify_of_an_instance_among_several_keeps_its_sub_process():
    host = hosted(SUB)
    modified(host, activate=(Activate("S"), Activate("S")))
    keys = [key for key, one in state(host).scopes.items() if one.element == "S"]
    task = next(
        key for key, one in state(host).scopes.items() if one.element == "x" and one.parent == keys[1]
    )
    found = modified(host, move=(Move("y", key=task),))
    assert next(one.parent for one in found.scopes.values() if one.element == "y") == keys[1]


def test_modify_terminates_an_instance_and_all_in_it_and_leaves_no_empty_scope():
    host = hosted(SUB)
    modified(host, activate=(Activate("x"),))
    inner = next(key for key, one in state(host).scopes.items() if one.element == "x")
    found = modified(host, terminate=(inner,))
    assert open_tasks(host) == ["a"] and not found.timers
    assert {one.element for one in found.scopes.values()} == {"p", "a"}


def test_modify_removes_and_adds_tokens_of_a_join():
    xml = model(
        '<startEvent id="s"/><parallelGateway id="g"/><parallelGateway id="m"/>' + user("a") + user("b") + user("c"),
        "s>g", "g>a", "g>b", "a>m", "b>m", "m>c",
    )  # fmt: skip
    host = hosted(xml)
    host.complete(1, "a")
    assert state(host).scopes[1].arrived == {"a_m": 1}
    found = modified(host, remove=("m",))
    assert not found.scopes[1].arrived and open_tasks(host) == ["b"]
    modified(host, activate=(Activate("a_m"),))
    host.complete(1, "b")
    assert open_tasks(host) == ["c"], "the flow's token counts at the join"
    modified(host, activate=(Activate("m"),))
    assert open_tasks(host) == ["c", "c"], "a join that is activated itself goes on at once"


def test_modify_frees_an_endless_loop():
    host = hosted(
        model('<startEvent id="s"/><exclusiveGateway id="x"/><task id="t"/>' + user("b"), "s>x>t>x", "b>t")
    )
    assert raised(host)[0][1] == "limit"
    at = state(host).moving[0][1]
    element = {"x_t": "t", "t_x": "x"}[at]
    modified(host, move=(Move("b", element),))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert open_tasks(host) == ["b"] and not state(host).incidents


def test_modify_withdraws_jobs_timers_and_incidents_of_what_ends():
    xml = model('<startEvent id="s"/>' + service("w") + user("b"), "s>w>b")
    host = hosted(xml)
    job = next(iter(state(host).jobs))
    host.do(1, commands.FailJob(job, "down", 0))
    found = modified(host, move=(Move("b", "w"),))
    assert not found.jobs and not found.incidents and open_tasks(host) == ["b"]


def test_modify_disarms_handlers_when_only_they_are_left():
    handler = '<subProcess id="h" triggeredByEvent="true"><startEvent id="hs" isInterrupting="false"><messageEventDefinition messageRef="M"/></startEvent>' + user("t") + '<sequenceFlow id="hs_t" sourceRef="hs" targetRef="t"/></subProcess>'  # fmt: skip
    host = hosted(model('<startEvent id="s"/>' + user("a") + handler, "s>a", roots=message("M")))
    host.publish("M", "k")
    found = modified(host, remove=("a",))
    assert open_tasks(host) == ["t"] and not found.subscriptions


def test_modify_in_a_suspended_instance_moves_on_only_after_it_is_resumed():
    host = hosted(LINE)
    host.do(1, commands.Suspend())
    modified(host, move=(Move("a_b", "a"),))
    assert open_tasks(host) == [] and state(host).moving == [(1, "a_b")]
    host.do(1, commands.Resume())
    assert open_tasks(host) == ["b"]


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("no_element", {"activate": (Activate("nowhere"),)}),
        ("no_element", {"activate": (Activate("p"),)}),
        ("no_scope", {"activate": (Activate("b", 99),)}),
        ("no_scope", {"activate": (Activate("a_b", variables={"x": 1}),)}),
        ("no_scope", {"terminate": (99,)}),
        ("no_token", {"remove": ("b",)}),
        ("no_token", {"move": (Move("b", "b"),)}),
        ("would_end", {"remove": ("a",)}),
        ("would_end", {"terminate": (1,)}),
        ("twice", {"remove": ("a",), "move": (Move("b", "a"),)}),
        ("bad_value", {"activate": (Activate("b", variables={"x": object()}),)}),
        ("no_element", {"activate": (Activate("b"), Activate("nowhere"))}),
    ],
)
def test_modify_refuses_as_a_whole_and_says_why(code, what):
    refused(hosted(LINE), code, **what)


def test_modify_that_cannot_begin_a_sub_process_is_refused():
    broken = SUB.replace(b"PT1H", b"=never there")
    refused(hosted(broken), "problem", activate=(Activate("x"),))


CALLED = (
    b'<process id="q" isExecutable="true"><startEvent id="i"/>'
    + user("x").encode()
    + user("y").encode()
    + b'<sequenceFlow id="i_x" sourceRef="i" targetRef="x"/><sequenceFlow id="x_y" sourceRef="x" targetRef="y"/></process></definitions>'
)
CALLING = model(
    '<startEvent id="s"/>' + user("a") + '<callActivity id="c" calledElement="q"/>' + user("b"), "s>a>c>b"
).replace(b"</definitions>", CALLED)


def test_modify_inside_a_called_process_only_while_it_is_called():
    host = hosted(CALLING)
    refused(host, "no_scope", activate=(Activate("y"),))
    modified(host, move=(Move("c", "a"),))
    assert open_tasks(host) == ["x"]
    modified(host, move=(Move("y", "x"),))
    assert open_tasks(host) == ["y"]
    host.complete(1, "y")
    assert open_tasks(host) == ["b"]


def test_modify_out_of_a_called_process_ends_it_and_its_caller():
    host = hosted(CALLING)
    host.complete(1, "a")
    found = modified(host, move=(Move("b", "x"),))
    assert open_tasks(host) == ["b"] and {one.element for one in found.scopes.values()} == {"p", "b"}


def test_modify_lets_an_inclusive_join_look_again_when_a_token_is_gone():
    xml = model(
        '<startEvent id="s"/><parallelGateway id="g"/><inclusiveGateway id="m"/>' + user("a") + user("b") + user("c"),
        "s>g", "g>a", "g>b", "a>m", "b>m", "m>c",
    )  # fmt: skip
    host = hosted(xml)
    host.complete(1, "a")
    assert open_tasks(host) == ["b"]
    modified(host, remove=("b",))
    assert open_tasks(host) == ["c"]


def test_modify_begins_a_sub_process_whose_condition_is_true_already():
    inner = '<startEvent id="i"/>' + user("x") + '<sequenceFlow id="i_x" sourceRef="i" targetRef="x"/>'
    event = '<boundaryEvent id="c" attachedToRef="S"><conditionalEventDefinition><condition>=1 = 1</condition></conditionalEventDefinition></boundaryEvent>'
    host = hosted(
        model(
            '<startEvent id="s"/>'
            + user("a")
            + f'<subProcess id="S">{inner}</subProcess>'
            + event
            + user("w"),
            "s>a>S",
            "c>w",
        )
    )
    modified(host, activate=(Activate("x"),))
    assert sorted(open_tasks(host)) == ["a", "w"]


EVERY = {
    "manual": '<manualTask id="z"/>', "task": '<task id="z"/>', "script": '<scriptTask id="z"/>',
    "none": '<intermediateThrowEvent id="z"/>', "xor": '<exclusiveGateway id="z"/>', "or": '<inclusiveGateway id="z"/>',
    "and": '<parallelGateway id="z"/>', "complex": '<complexGateway id="z"/>', "end": '<endEvent id="z"/>',
    "signal": '<intermediateThrowEvent id="z"><signalEventDefinition signalRef="G"/></intermediateThrowEvent>',
    "catch": '<intermediateCatchEvent id="z"><signalEventDefinition signalRef="G"/></intermediateCatchEvent>',
    "boundary": '<boundaryEvent id="z" attachedToRef="a"><signalEventDefinition signalRef="G"/></boundaryEvent>',
    "throw link": '<intermediateThrowEvent id="z"><linkEventDefinition name="L"/></intermediateThrowEvent><intermediateCatchEvent id="l"><linkEventDefinition name="L"/></intermediateCatchEvent><sequenceFlow id="l_b" sourceRef="l" targetRef="b"/>',
    "catch link": '<intermediateThrowEvent id="l"><linkEventDefinition name="L"/></intermediateThrowEvent><intermediateCatchEvent id="z"><linkEventDefinition name="L"/></intermediateCatchEvent>',
    "start": '<startEvent id="z"><signalEventDefinition signalRef="G"/></startEvent>',
    "terminate": '<endEvent id="z"><terminateEventDefinition/></endEvent>',
    "error": '<endEvent id="z"><errorEventDefinition errorRef="E1"/></endEvent>',
}  # fmt: skip


@pytest.mark.parametrize("kind", EVERY)
def test_modify_activates_every_kind_of_element(kind):
    flow = [] if kind in ("end", "terminate", "error", "throw link") else ["z>b"]
    host = hosted(
        model(
            '<startEvent id="s"/>' + user("a") + user("b") + EVERY[kind],
            "s>a",
            *flow,
            roots='<signal id="G" name="G"/><error id="E1" errorCode="E1"/>',
        )
    )
    found = modified(host, activate=(Activate("z"),))
    if kind == "catch":
        assert found.subscriptions
    elif kind in ("terminate", "error"):
        assert found.status in ("terminated", "failed")
    else:
        assert not found.incidents and open_tasks(host) == (["a", "b"] if kind != "end" else ["a"])


MANY = (
    "<multiInstanceLoopCharacteristics>"
    + ext('<zeebe:loopCharacteristics inputCollection="=items" inputElement="item"/>')
    + "</multiInstanceLoopCharacteristics>"
)


def rounds(host):
    return [key for key, one in state(host).scopes.items() if one.round]


def test_modify_terminates_one_round_of_a_multi_instance_and_the_last_completes_it():
    host = hosted(model('<startEvent id="s"/>' + user("a", MANY) + user("b"), "s>a>b"), {"items": [1, 2]})
    found = modified(host, terminate=(rounds(host)[0],))
    outer = next(one for one in found.scopes.values() if one.element == "a" and not one.round)
    assert (
        outer.variables["numberOfTerminatedInstances"] == 1
        and outer.variables["numberOfActiveInstances"] == 1
    )
    modified(host, terminate=(rounds(host)[0],))
    assert open_tasks(host) == ["b"]


def test_modify_moves_a_loop_as_a_whole_and_into_a_named_round():
    inner = (
        '<startEvent id="i"/>'
        + user("x")
        + user("y")
        + '<sequenceFlow id="i_x" sourceRef="i" targetRef="x"/><sequenceFlow id="x_y" sourceRef="x" targetRef="y"/>'
    )
    host = hosted(
        model('<startEvent id="s"/>' + f'<subProcess id="S">{MANY}{inner}</subProcess>' + user("b"), "s>S>b"),
        {"items": [1, 2]},
    )
    refused(host, "ambiguous", activate=(Activate("y"),))
    second = rounds(host)[1]
    found = modified(host, activate=(Activate("y", second),))
    assert {one.element for one in found.scopes.values() if one.parent == second} == {"x", "y"}
    modified(host, move=(Move("b", "S"),))
    assert open_tasks(host) == ["b"]
    refused(host, "no_scope", activate=(Activate("y"),))
