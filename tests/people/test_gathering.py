"""Many look-ups at once are one reading, and none is answered with what was read before it asked."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.people.gathering import Gathering


class Slow:
    """A reading that can be held up; `asked` are the batches, `stands` what there is to read."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.stands = {"anna": 1, "boris": 2}
        self.began, self.go_on = threading.Semaphore(0), threading.Semaphore(0)

    def __call__(self, keys: list[str]) -> dict[str, int]:
        self.asked.append(keys)
        found = {key: self.stands[key] for key in keys if key in self.stands}
        self.began.release()
        assert self.go_on.acquire(timeout=5)
        return found


def waiting(gathering: Gathering[str, int], number: int) -> None:
    """Until so many wait."""
    for _ in range(500):
        if len(gathering._waiting) == number:
            return
        threading.Event().wait(0.01)
    raise AssertionError("they did not come")


def test_who_comes_during_a_reading_is_read_together_and_anew() -> None:
    read = Slow()
    gathering: Gathering[str, int] = Gathering(read)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(gathering, "anna")
        assert read.began.acquire(timeout=5)
        read.stands.pop("anna")  # ended while the first reading is under way
        others = [pool.submit(gathering, name) for name in ("anna", "boris", "nobody")]
        waiting(gathering, 3)
        read.go_on.release(2)
        assert first.result(5) == 1
        assert [each.result(5) for each in others] == [None, 2, None]
    assert read.asked[0] == ["anna"] and sorted(read.asked[1]) == ["anna", "boris", "nobody"]
    assert len(read.asked) == 2


def test_a_reading_that_fails_fails_for_its_own_askers_alone() -> None:
    fails = [True]

    def read(keys: list[str]) -> dict[str, int]:
        if fails.pop() if fails else False:
            raise ConnectionError
        return dict.fromkeys(keys, 7)

    gathering: Gathering[str, int] = Gathering(read)
    with pytest.raises(ConnectionError):
        gathering("anna")
    assert gathering("anna") == 7


def test_hundreds_of_askers_all_get_their_own_answer() -> None:
    gathering: Gathering[int, int] = Gathering(lambda keys: {key: key * 2 for key in keys})
    with ThreadPoolExecutor(32) as pool:
        assert list(pool.map(gathering, range(3000))) == [number * 2 for number in range(3000)]
