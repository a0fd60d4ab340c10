"""Dumps and histories of every release load: examples of each are kept beside this file."""

import json
import typing
from pathlib import Path

import msgspec
import pytest

from backend.engine import commands, compile_process, decode_events, dump, load, read_bpmn, replay, step
from backend.engine import events as ev
from backend.engine import state as state_module
from backend.engine.state import SCHEMA
from backend.engine.upgrades import UPGRADES, upgraded
from tests.engine.models import HOUR, NOW

KEPT = Path(__file__).parent / "kept"
RELEASES = sorted(int(path.stem.removeprefix("state-")) for path in KEPT.glob("state-*.msgpack"))


@pytest.mark.parametrize("schema", RELEASES)
def test_a_kept_dump_loads_and_goes_on(schema):
    state = load((KEPT / f"state-{schema}.msgpack").read_bytes())
    history = decode_events((KEPT / f"events-{schema}.msgpack").read_bytes())
    assert state.schema == SCHEMA
    assert replay(history) == state == load(dump(state))
    process = compile_process(read_bpmn((KEPT / f"model-{schema}.bpmn").read_bytes(), "foreign"))
    state = step(process, state, commands.Resume(), NOW).state
    state = step(process, state, commands.FireTimers(), NOW + HOUR).state
    assert {task.element for task in state.tasks.values()} == {"k", "x", "end"}
    assert [job.element for job in state.jobs.values()] == ["w"]
    state = step(process, state, commands.CompleteJob(next(iter(state.jobs))), NOW + HOUR).state
    assert [task.element for task in state.tasks.values()].count("end") == 2


def test_every_schema_has_a_step_and_a_kept_example():
    assert list(UPGRADES) == list(range(1, SCHEMA))
    assert set(range(1, SCHEMA)) <= set(RELEASES)


@pytest.mark.parametrize("schema", RELEASES)
def test_fields_are_added_at_the_end_only_and_with_a_default(schema):
    kept = json.loads((KEPT / f"fields-{schema}.json").read_text())
    events = {one.__name__: one for one in typing.get_args(ev.AnyEvent)}
    now = {name: events[name] for name in kept["events"]} | {
        name: getattr(state_module, name) for name in kept["state"]
    }
    for name, fields in (kept["events"] | kept["state"]).items():
        found = now[name].__struct_fields__
        assert list(found[: len(fields)]) == fields, name
        assert len(now[name].__struct_defaults__) >= len(found) - len(fields), name


def test_steps_are_taken_one_after_the_other():
    steps = {
        1: lambda raw: [raw[0], raw[2], raw[1]],
        2: lambda raw: [*raw, "added"],
    }
    assert upgraded([1, "a", "b"], 3, steps) == [3, "b", "a", "added"]


@pytest.mark.parametrize("blob", [b"", b"\x01", msgspec.msgpack.encode([]), msgspec.msgpack.encode([2, 3])])
def test_what_is_no_dump_is_refused(blob):
    with pytest.raises(ValueError, match="not a dumped state"):
        load(blob)


def test_a_dump_of_a_later_release_is_refused_and_not_half_read():
    state = load((KEPT / "state-1.msgpack").read_bytes())
    state.schema = SCHEMA + 1
    with pytest.raises(ValueError, match="later release"):
        load(dump(state))
