"""Random instances carried over to the same process with other names are as if they had run there."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from backend.engine import Refused, commands, migrate, migrate_back, step
from tests.engine import test_compensation_random as undoing
from tests.engine import test_loops_random as looping
from tests.engine import test_replay as plain
from tests.engine.models import NOW, compiled

KINDS = {"plain": plain, "looping": looping, "undoing": undoing}
CHOICES = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=10)
POINTING = ("id", "sourceRef", "targetRef", "attachedToRef", "default", "activityRef", "calledElement")


def renamed(xml, ids):
    """The same model with a z before every one of these ids."""
    root = etree.fromstring(xml)
    for element in root.iter():
        for name in POINTING:
            if element.get(name) in ids:
                element.set(name, f"z{element.get(name)}")
        if element.tag.endswith(("}targetRef", "}sourceRef")) and element.text in ids:
            element.text = f"z{element.text}"
    return etree.tostring(root)


def both(xml):
    """(old, new, mapping): new is old with other names, of called processes too."""
    old = compiled(xml, process_id="p")
    names = {id for id in (*old.nodes, *old.positions) if "#" not in id}
    new = compiled(renamed(xml, {name.rpartition(":")[2] for name in names}), process_id="zp")
    mapping = {name: ":".join(f"z{part}" for part in name.split(":")) for name in names}
    assert set(mapping.values()) == {id for id in (*new.nodes, *new.positions) if "#" not in id}
    return old, new, mapping


@pytest.mark.parametrize("kind", KINDS)
def test_migrate_to_a_renamed_process_is_as_if_it_had_run_there_from_the_start(kind):
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(KINDS[kind].BLOCKS, CHOICES)
    def walk(block, choices):
        old, new, mapping = both(KINDS[kind].xml_of(block))
        first = commands.StartProcess({"n": 1, "items": [1, 2]})
        state, there, now = step(old, None, first, NOW).state, step(new, None, first, NOW).state, NOW
        for choice, value in choices:
            now += timedelta(hours=value)
            if state.status != "active":
                return
            made = migrate(old, new, state, commands.Migrate(mapping), now)
            assert made.state == there
            assert migrate_back(old, made.state, state, made.events, now).state == state
            try:
                command = plain.some_command(state, choice, value)
                state, there = step(old, state, command, now).state, step(new, there, command, now).state
            except Refused:
                continue

    walk()
