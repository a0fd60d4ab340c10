# ruff: noqa: E501  (models stand on one line each)
"""A history replays to any point and reads in words, without values or persons."""

from datetime import timedelta

import pytest

from backend.engine import commands, dump, step
from backend.engine.history import marks, readable, state_after, what, whereabouts
from tests.engine.models import NOW, compiled, model, script, service, user

SPLIT = model(
    '<startEvent id="s"/><parallelGateway id="g"/><parallelGateway id="m"/>' + user("a", attributes='name="Ask her"') + service("w")
    + user("c"), "s>g", "g>a", "g>w", "a>m", "w>m", "m>c",
)  # fmt: skip


def lived():
    """(process, events by command, states by command)."""
    process, steps, states = compiled(SPLIT), [], []
    state = None
    for command in (
        commands.StartProcess({"name": "Anna"}),
        commands.CompleteTask(2, {"secret": "Boris"}),
        commands.FailJob(4, "registry-down", 0),
        commands.Suspend(),
    ):
        made = step(process, state, command, NOW)
        state = made.state
        steps.append(made.events)
        states.append(state)
    return process, steps, states


def test_replay_to_any_command_gives_the_state_of_that_moment():
    _, steps, states = lived()
    for number, state in enumerate(states, 1):
        assert dump(state_after(steps, number)) == dump(state)
    for number in (0, 5):
        with pytest.raises(IndexError):
            state_after(steps, number)


def test_a_history_reads_in_words_with_names_and_instants():
    process, steps, _ = lived()
    instants = [NOW + timedelta(minutes=n) for n in range(4)]
    lines = readable(steps, process, instants)
    assert [(line.number, line.what, line.element) for line in lines if line.number == 2] == [
        (2, "task_completed", "a"), (2, "element_completed", "a"),
    ]  # fmt: skip
    told = next(line for line in lines if line.what == "task_created")
    assert told.name == "Ask her" and told.at == NOW and told.text == "task created: Ask her"
    incident = next(line for line in lines if line.what == "incident_raised")
    assert incident.details == {"kind": "job", "message": "registry-down"}
    assert lines[-1].what == "suspended"


def test_a_history_tells_no_value_and_no_person():
    process, steps, _ = lived()
    told = repr(readable(steps, process))
    assert "Anna" not in told and "Boris" not in told


def test_whereabouts_tell_instances_waiting_tokens_and_incidents():
    process, _, states = lived()
    found = {(one.what, one.element, one.position): one for one in whereabouts(process, states[-1])}
    assert set(found) == {("instance", "w", ""), ("waiting", "m", "a_m")}
    assert found["instance", "w", ""].phase == "active"
    assert len(found["instance", "w", ""].incidents) == 1
    assert marks(found.values()) == {"w": 1, "m": 1}


def test_whereabouts_tell_tokens_on_their_way():
    process = compiled(model('<startEvent id="s"/>' + service("w") + script("t", "1", "x"), "s>w>t"))
    state = step(process, None, commands.StartProcess(), NOW).state
    state = step(process, state, commands.Suspend(), NOW).state
    state = step(process, state, commands.CompleteJob(next(iter(state.jobs))), NOW).state
    assert [(one.what, one.element, one.position) for one in whereabouts(process, state)] == [
        ("moving", "t", "w_t")
    ]


def test_events_are_named_in_words():
    _, steps, _ = lived()
    assert what(steps[0][0]) == "process_started"
