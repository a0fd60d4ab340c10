"""Random modifications of random instances: refused as a whole, or nothing is lost and all replays."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.engine import Refused, apply, commands, dump, load, replay, step
from tests.engine import test_compensation_random as undoing
from tests.engine import test_loops_random as looping
from tests.engine import test_replay as plain
from tests.engine.models import NOW, compiled

Activate, Modify, Move = commands.Activate, commands.Modify, commands.Move
KINDS = {"plain": plain, "looping": looping, "undoing": undoing}
CHOICES = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5), st.integers(0, 200)), max_size=10)


def some_change(process, state, value, where):
    """A modification of what stands there, to wherever."""
    elements = [*process.nodes, *process.positions]
    to = elements[where % len(elements)]
    here = [scope.element for scope in state.scopes.values()]
    key = list(state.scopes)[where % len(state.scopes)]
    return [
        Modify(activate=(Activate(to),)),
        Modify(activate=(Activate(to, key, {"x": value}),)),
        Modify(move=(Move(to, here[where % len(here)]),)),
        Modify(move=(Move(to, key=key),)),
        Modify(terminate=(key,)),
        Modify(remove=(to,), activate=(Activate(elements[value]),)),
    ][value]


@pytest.mark.parametrize("kind", KINDS)
def test_modify_loses_no_token_and_replays_whatever_happens(kind):
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(KINDS[kind].BLOCKS, CHOICES)
    def walk(block, choices):
        process, now = compiled(KINDS[kind].xml_of(block), process_id="p"), NOW
        made = step(process, None, commands.StartProcess({"n": 1, "items": [1, 2]}), now)
        state, history = made.state, list(made.events)
        for choice, value, where in choices:
            now += timedelta(hours=value)
            command = plain.some_command(state, choice, value)
            if choice % 2:
                command = some_change(process, state, value, where)
            before = load(dump(state))
            try:
                made = step(process, before, command, now)
            except Refused:
                assert before == state, "a refusal changes nothing"
                continue
            folded = before
            for event in made.events:
                folded = apply(folded, event)
            state = made.state
            history += made.events
            assert folded == state == replay(history)
            plain.check_tokens(state)

    walk()
