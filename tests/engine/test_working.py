# ruff: noqa: E501  (models stand on one line each)
"""Tasks, jobs, variables: rules C8-VAR, C8-IO, C8-JOB, C8-UT, C8-SCR, C8-PROP, X-ACT-06."""

from decimal import Decimal

import pytest

from backend.engine import Refused, commands
from backend.engine import events as ev
from backend.engine.feel.values import Date
from tests.engine.models import (
    HOUR,
    NOW,
    ext,
    flows,
    hosted,
    io,
    model,
    open_tasks,
    raised,
    script,
    service,
    state,
    user,
)


def created(host, kind=ev.TaskCreated):
    return [one for one in host.instances[1].events if isinstance(one, kind)][-1]


def test_C8_VAR_02_a_result_goes_to_the_nearest_scope_that_has_it_else_to_the_root():
    inner = '<startEvent id="i"/>' + user("a")
    nodes = (
        f'<startEvent id="s"/><subProcess id="S">{ext(io("in near = 1"))}{inner}{flows("i>a")}</subProcess>'
        + user("z")
    )
    host = hosted(model(nodes, "s>S>z"), {"root": 1})
    host.complete(1, "a", {"near": 2, "root": 3, "new": 4})
    assert state(host).variables == {"root": 3, "new": 4}, "near was local to S and is gone with it"


def test_C8_VAR_03_with_output_mappings_only_these_leave():
    nodes = '<startEvent id="s"/>' + user("a", extension=io("out total = x + y")) + user("z")
    host = hosted(model(nodes, "s>a>z"))
    host.complete(1, "a", {"x": 1, "y": 2})
    assert state(host).variables == {"total": 3}


def test_C8_VAR_04_dotted_targets_build_and_extend_contexts():
    nodes = (
        '<startEvent id="s"/>'
        + user("a", extension=io("out person.name = n", "out person.age = 5"))
        + user("z")
    )
    host = hosted(model(nodes, "s>a>z"), {"person": {"id": "P1"}})
    host.complete(1, "a", {"n": "Anna"})
    assert state(host).variables["person"] == {"id": "P1", "name": "Anna", "age": 5}


def test_C8_IO_01_inputs_in_order_each_sees_the_earlier_and_stay_local():
    nodes = '<startEvent id="s"/>' + service("w", extension=io("in a = x + 1", "in b = a + 1"))
    host = hosted(model(nodes, "s>w"), {"x": 1})
    assert created(host, ev.JobCreated).variables == {"x": 1, "a": 2, "b": 3}
    assert state(host).variables == {"x": 1}


def test_C8_EXPR_02_an_unknown_variable_in_a_mapping_is_an_incident_and_retries_at_entry():
    nodes = '<startEvent id="s"/>' + service("w", extension=io("in a = missing"))
    host = hosted(model(nodes, "s>w"))
    assert raised(host) == [("w", "mapping")] and not state(host).jobs
    host.do(1, commands.UpdateVariables(1, {"missing": 5}))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert created(host, ev.JobCreated).variables["a"] == 5


def test_C8_IO_02_a_failing_output_is_an_incident_that_retries_without_doing_the_work_again():
    nodes = '<startEvent id="s"/>' + user("a", extension=io("out t = x + missing")) + user("z")
    host = hosted(model(nodes, "s>a>z"))
    host.complete(1, "a", {"x": 1})
    assert raised(host) == [("a", "mapping")] and open_tasks(host) == []
    host.do(1, commands.UpdateVariables(1, {"missing": 5}))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert open_tasks(host) == ["z"] and state(host).variables["t"] == 6


def test_C8_JOB_01_retries_then_incident_then_offered_again():
    host = hosted(model('<startEvent id="s"/>' + service("w", "mail", 2), "s>w"))
    first = created(host, ev.JobCreated)
    assert (first.type, first.retries) == ("mail", 2)
    host.do(1, commands.FailJob(first.job, "down", 1))
    second = created(host, ev.JobCreated)
    assert second.job != first.job and second.retries == 1
    with pytest.raises(Refused) as refused:
        host.do(1, commands.CompleteJob(first.job))
    assert refused.value.code == "no_job", "a late answer to the old offer"
    host.do(1, commands.FailJob(second.job, "down", 0))
    assert raised(host) == [("w", "job")] and not state(host).jobs
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert raised(host) == [] and created(host, ev.JobCreated).retries == 2
    host.complete(1, "w")
    assert state(host).status == "completed"


def test_C8_JOB_01_a_retry_waits_until_its_time():
    host = hosted(model('<startEvent id="s"/>' + service("w"), "s>w"))
    host.do(1, commands.FailJob(created(host, ev.JobCreated).job, "down", 2, NOW + HOUR))
    assert not state(host).jobs and [one.kind for one in state(host).timers.values()] == ["retry"]
    host.advance(NOW + HOUR)
    assert [one.retries for one in state(host).jobs.values()] == [2]


def test_C8_JOB_02_headers_and_properties_are_given():
    more = '<zeebe:taskHeaders><zeebe:header key="k" value="v"/></zeebe:taskHeaders><zeebe:properties><zeebe:property name="errand:rule" value="r1"/></zeebe:properties>'
    host = hosted(model('<startEvent id="s"/>' + service("w", extension=more), "s>w"))
    job = created(host, ev.JobCreated)
    assert job.headers == {"k": "v"} and job.properties == {"errand:rule": "r1"}


FULL = (
    '<zeebe:formDefinition formId="f1"/><zeebe:assignmentDefinition assignee="=who" candidateGroups="staff, chiefs" candidateUsers=\'=["xenia"]\'/>'
    '<zeebe:taskSchedule dueDate="=now() + duration(&quot;P1D&quot;)" followUpDate="2026-12-01T08:00:00+01:00"/><zeebe:priorityDefinition priority="70"/>'
    '<zeebe:properties><zeebe:property name="errand:stage" value="checking"/></zeebe:properties>'
)  # fmt: skip


def test_C8_UT_02_C8_UT_03_a_task_says_who_by_when_and_where():
    lanes = '<laneSet id="ls"><lane id="l1" name="Officer"><flowNodeRef>s</flowNodeRef><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    host = hosted(
        model(lanes + '<startEvent id="s"/>' + user("a", attributes='name="Check"', extension=FULL), "s>a"),
        {"who": "xenia"},
    )
    task = created(host)
    assert (task.name, task.form, task.assignee, task.groups, task.users) == (
        "Check",
        "f1",
        "xenia",
        ("staff", "chiefs"),
        ("xenia",),
    )
    assert task.due == NOW + 24 * HOUR and task.follow_up.isoformat() == "2026-12-01T07:00:00+00:00"
    assert (task.lane, task.stage, task.priority, task.properties) == (
        "Officer",
        "checking",
        70,
        {"errand:stage": "checking"},
    )
    assert state(host).tasks[task.task].groups == ("staff", "chiefs")


def test_a_wrong_assignment_is_an_incident():
    host = hosted(
        model(
            '<startEvent id="s"/>'
            + user("a", extension='<zeebe:assignmentDefinition candidateGroups="=5"/>'),
            "s>a",
        )
    )
    assert raised(host) == [("a", "assignment")]


def test_C8_SCR_01_script_into_its_variable_and_incident_when_it_fails():
    host = hosted(
        model('<startEvent id="s"/>' + script("c", "x * 2", "y") + user("z"), "s>c>z"), {"x": Decimal("1.25")}
    )
    assert state(host).variables["y"] == Decimal("2.50")
    host = hosted(model('<startEvent id="s"/>' + script("c", "x * 2", "y") + user("z"), "s>c>z"))
    assert raised(host) == [("c", "expression")]
    host.do(1, commands.UpdateVariables(1, {"x": 4}))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert state(host).variables["y"] == 8 and open_tasks(host) == ["z"]


def test_an_endless_script_ends_as_an_incident():
    host = hosted(
        model('<startEvent id="s"/>' + script("c", "count(for i in 1..1000000000 return i * i)", "y"), "s>c")
    )
    assert raised(host) == [("c", "expression")]


def test_commands_for_what_is_not_there_are_refused():
    host = hosted(model('<startEvent id="s"/>' + user("a"), "s>a"))
    for command, code in [
        (commands.CompleteTask(99), "no_task"), (commands.CompleteJob(99), "no_job"), (commands.FailJob(99, "", 1), "no_job"),
        (commands.ThrowError(99, "E"), "no_key"), (commands.ResolveIncident(99), "no_incident"), (commands.UpdateVariables(99, {}), "no_scope"),
        (commands.StartProcess(), "started"), (commands.CompleteTask(2, {"f": object()}), "bad_value"), (commands.CompleteTask(2, {"f": {"x", "y"}}), "bad_value"), (commands.Resume(), "not_suspended"),
    ]:  # fmt: skip
        with pytest.raises(Refused) as refused:
            host.do(1, command)
        assert refused.value.code == code
    deep: list = []
    for _ in range(200):
        deep = [deep]
    with pytest.raises(Refused) as refused:
        host.do(1, commands.CompleteTask(2, {"deep": deep}))
    assert refused.value.code == "bad_value"


def test_values_survive_dump_and_load_exactly():
    from backend.engine import decode_events, dump, encode_events, load

    values = {
        "d": Date(2026, 2, 28),
        "n": Decimal("1.50"),
        "l": [Decimal("2"), {"x": None}],
        "b": True,
        "t": "文",
    }
    host = hosted(model('<startEvent id="s"/>' + user("a"), "s>a"), values)
    again = load(dump(state(host)))
    assert again == state(host) and str(again.variables["n"]) == "1.50"
    history = tuple(host.instances[1].events)
    assert decode_events(encode_events(history)) == history
