"""kill -9 of any part between (and, in the deep run, in the middle of) any two steps of the story.

What was acknowledged is there, the story ends rightly, every effect happens once.
"""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
import redis

from tests.attacks.stage import until
from tests.journeys.over_http import Story, check_end, pushes
from tests.system import System

PARTS = ("web", "live", "worker", "relay", "valkey", "postgres")
KILLS_A_STORY = 6
STORIES = 9
NORMAL = {
    "start": "relay", "known": "worker", "save": "postgres", "offer": "valkey", "confirm": "web",
    "activate": "postgres", "log_in_on_phone": "live", "answer": "web", "send": "valkey", "receipt": "worker",
    "decide": "relay", "decided": "worker",
}  # fmt: skip
"""The part that is killed before a step of the one story that every run plays."""


def strike(system: System, name: str) -> None:
    """End a part without a warning, and go on when its successor listens."""
    system.restart_postgres() if name == "postgres" else system.kill(name)


def flush(system: System) -> None:
    """Valkey forgets everything."""

    def gone() -> bool:
        try:
            return bool(redis.Redis.from_url(system.redis_url).flushall())
        except redis.RedisError:
            return False

    until(gone)


def test_each_part_is_killed_once_on_the_way_and_the_story_ends_rightly(system: System) -> None:
    flush(system)
    story = Story(system)
    for step in story.go():
        if step in NORMAL:
            strike(system, NORMAL[step])
    check_end(story)
    assert set(pushes(story).values()) == {1}


def test_valkey_forgets_everything_before_every_step_and_nothing_changes(system: System) -> None:
    story = Story(system, "boris")
    for _step in story.go():
        flush(system)
    check_end(story)
    assert set(pushes(story).values()) == {1}


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(STORIES))
def test_many_kills_at_random_moments(system: System, seed: int) -> None:
    """Fifty-four kills in nine stories, each at a random moment of a random step, while it runs."""
    flush(system)
    chance = random.Random(seed)
    story = Story(system, chance.choice(["anna", "boris", "carla", "ivo"]))
    struck = {chance.randrange(len(story.steps)): chance.choice(PARTS) for _ in range(KILLS_A_STORY * 2)}
    chosen = dict(sorted(struck.items())[:KILLS_A_STORY])
    threads: list[threading.Timer] = []
    for number, _step in enumerate(story.go()):
        if number in chosen:
            later = threading.Timer(chance.random() * 0.06, sudden(system, chosen[number]))
            later.start()
            threads.append(later)
        if len(threads) > 1:
            threads.pop(0).join()
    for each in threads:
        each.join()
    check_end(story)
    pushes(story)  # a push may come again when its worker died between sending and writing so down


def sudden(system: System, name: str) -> Callable[[], None]:
    """SIGKILL for all but PostgreSQL, which is told to stop at once."""

    def now() -> None:
        pid = system.pids.get(name)
        with suppress(ProcessLookupError):
            if pid is not None:
                os.kill(pid, signal.SIGQUIT if name == "postgres" else signal.SIGKILL)

    return now
