"""Group commit: the changes of a process wait in one queue; one thread takes all that wait, at most one a
case.

One read, the engine, one write for the batch; each asker is answered after the commit. There is no
artificial wait:
while a batch is being written the next one gathers. A row that breaks its batch is found by halving it. What
another
process changed meanwhile is decided once more from a new read. A commit whose answer is lost is told as
Unavailable:
the key tells later what became of it.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from backend.cases.ask import Ask, Changed
from backend.cases.crash import crash_point
from backend.cases.decide import NOTHING, Decision, decide, task_of
from backend.cases.errors import CaseError, Conflict, Finished, Unavailable
from backend.cases.journal import DraftWrite, Journal, Lost, Renewal, Seen, TaskDone, Unknown, Wanted, Write
from backend.cases.submitting import saved
from backend.cases.tools import LookedUp, LookUp, Tools
from backend.cases.writing import answered

MAX_BATCH = 128
log = logging.getLogger(__name__)


class Waiting(Struct, eq=False):
    """One ask, who waits for its answer, and how often it may be decided again after a conflict."""

    ask: Ask
    looked_up: LookedUp
    told: threading.Lock  # locked until there is an answer
    again: int = 1
    changed: Changed | None = None
    error: BaseException | None = None
    seen: Seen | None = None
    decision: Decision | None = None

    def answer(self, changed: Changed) -> None:
        self.changed = changed
        self.told.release()

    def refuse(self, error: BaseException) -> None:
        self.error = error
        self.told.release()

    @property
    def done(self) -> bool:
        """Whether the asker has an answer or an error."""
        return self.changed is not None or self.error is not None

    def result(self) -> Changed:
        """The answer, when there is one. Raises what it was refused with."""
        self.told.acquire()
        if self.error is not None:
            raise self.error
        assert self.changed is not None
        return self.changed


class Committer:
    """The queue and its thread, which is made in the process that asks first (after a fork, not before)."""

    def __init__(
        self, journal: Callable[[], Journal], tools: Tools, after: Callable[[], None] = lambda: None
    ):
        self._make_journal = journal
        self._tools = tools
        self._after = after
        self._pid = 0
        self._start_lock = threading.Lock()
        self._queue: deque[Waiting] = deque()
        self._ready = threading.Condition()
        self._closed = False

    def change(self, ask: Ask, looked_up: LookedUp = NOTHING) -> Changed:
        """The answer to `ask`, after its commit. Raises CaseError or LookUp."""
        self._ensure_thread()
        waiting = Waiting(ask, looked_up, threading.Lock())
        waiting.told.acquire()
        with self._ready:
            self._queue.append(waiting)
            self._ready.notify()
        return waiting.result()

    def close(self) -> None:
        """Finish what waits and end the thread."""
        with self._ready:
            self._closed = True
            self._ready.notify()

    def _ensure_thread(self) -> None:
        if self._pid == os.getpid():
            return
        with self._start_lock:
            if self._pid != os.getpid():
                self._queue, self._ready, self._closed = deque(), threading.Condition(), False
                threading.Thread(target=self._run, name="committer", daemon=True).start()
                self._pid = os.getpid()

    def _run(self) -> None:
        journal = self._make_journal()
        while batch := self._next_batch():
            try:
                self._commit(journal, batch)
            except Exception as error:
                log.exception("the committer failed")
                _refuse_open(batch, error)

    def _next_batch(self) -> list[Waiting]:
        """All that wait, the oldest first, one a case; the others stay for the next batch. Empty: closed."""
        with self._ready:
            while not self._queue and not self._closed:
                self._ready.wait()
            batch: dict[UUID, Waiting] = {}
            left: list[Waiting] = []
            while self._queue and len(batch) < MAX_BATCH:
                waiting = self._queue.popleft()
                if waiting.ask.case in batch:
                    left.append(waiting)
                else:
                    batch[waiting.ask.case] = waiting
            self._queue.extendleft(reversed(left))
            return list(batch.values())

    def _commit(self, journal: Journal, batch: Sequence[Waiting]) -> None:
        decided = self._decided(journal, batch)
        crash_point("change.decided")
        wrote = self._write_halving(journal, [w for w in decided if isinstance(w.decision, Write)])
        self._save(journal, [w for w in decided if isinstance(w.decision, DraftWrite)])
        self._renew(journal, [w for w in decided if isinstance(w.decision, Renewal)])
        if wrote:
            self._after()

    def _decided(self, journal: Journal, batch: Sequence[Waiting]) -> list[Waiting]:
        """Those with something to write; the others are answered."""
        try:
            found = journal.read([_wanted(waiting.ask) for waiting in batch])
        except Exception as error:
            _refuse_open(batch, error)
            return []
        decided = []
        for waiting, seen in zip(batch, found, strict=True):
            try:
                waiting.seen = seen
                waiting.decision = decide(waiting.ask, seen, self._tools, waiting.looked_up)
            except (CaseError, LookUp) as refusal:
                waiting.refuse(refusal)
            except Exception as error:
                log.exception("deciding failed")
                waiting.refuse(error)
            else:
                if isinstance(waiting.decision, Changed):
                    waiting.answer(waiting.decision)
                else:
                    decided.append(waiting)
        return decided

    def _write_halving(self, journal: Journal, group: Sequence[Waiting]) -> bool:
        """Write a group as one transaction; when it fails as a whole, each half by itself. True if anything
        went in."""
        if not group:
            return False
        try:
            receipts = journal.write(_now(group), [_write(w) for w in group])
        except Unknown:
            _refuse_open(group, Unavailable())
            return True
        except Exception as error:
            if len(group) > 1:
                middle = len(group) // 2
                wrote = self._write_halving(journal, group[:middle])
                return self._write_halving(journal, group[middle:]) or wrote
            return self._broke(journal, group[0], error)
        crash_point("change.committed")
        lost = []
        for waiting in group:
            receipt = receipts.get(waiting.ask.case)
            if receipt is None:
                lost.append(waiting)
            else:
                waiting.answer(answered(waiting.ask.case, _write(waiting).answer, receipt, replayed=False))
        self._again(journal, lost)
        return bool(receipts)

    def _broke(self, journal: Journal, waiting: Waiting, error: Exception) -> bool:
        """One change that broke by itself: a race is decided again, a second completion of a task is
        Finished."""
        if isinstance(error, Lost):
            self._again(journal, [waiting])
        elif isinstance(error, TaskDone):
            waiting.refuse(Finished())
        else:
            log.error("a change broke: %s", type(error).__name__)
            waiting.refuse(error)
        return False

    def _again(self, journal: Journal, lost: Sequence[Waiting]) -> None:
        """Decide once more what lost against another process; the second time it is told as Conflict."""
        for waiting in lost:
            if waiting.again <= 0:
                waiting.refuse(Conflict())
        rest = [waiting for waiting in lost if waiting.again > 0]
        for waiting in rest:
            waiting.again -= 1
        if rest:
            self._commit(journal, rest)

    def _save(self, journal: Journal, group: Sequence[Waiting]) -> None:
        drafts = [w.decision for w in group if isinstance(w.decision, DraftWrite)]
        self._small(journal, group, lambda: journal.save_drafts(drafts), _saved)

    def _renew(self, journal: Journal, group: Sequence[Waiting]) -> None:
        renewals = [w.decision for w in group if isinstance(w.decision, Renewal)]
        self._small(journal, group, lambda: journal.renew(renewals), _renewed)

    def _small(
        self,
        journal: Journal,
        group: Sequence[Waiting],
        write: Callable[[], set[UUID]],
        told: Callable[[Waiting], Changed],
    ) -> None:
        """Drafts and renewals: one statement for all of them."""
        if not group:
            return
        try:
            won = write()
        except Unknown:
            _refuse_open(group, Unavailable())
        except Lost:
            self._again(journal, group)
        except Exception as error:
            log.error("saving broke: %s", type(error).__name__)
            _refuse_open(group, error)
        else:
            for waiting in group:
                if waiting.ask.case in won:
                    waiting.answer(told(waiting))
            self._again(journal, [w for w in group if w.ask.case not in won])


def _wanted(ask: Ask) -> Wanted:
    return Wanted(ask.case, ask.actor.id, ask.key or None, ask.actor.session, ask.actor.stamp, task_of(ask))


def _write(waiting: Waiting) -> Write:
    assert isinstance(waiting.decision, Write)
    return waiting.decision


def _now(group: Sequence[Waiting]) -> datetime:
    return max(waiting.seen.now for waiting in group if waiting.seen is not None)


def _saved(waiting: Waiting) -> Changed:
    draft, seen = waiting.decision, waiting.seen
    assert isinstance(draft, DraftWrite) and seen is not None and seen.case is not None
    return saved(draft.case, seen.case.version, draft.task, draft.revision + 1, draft.epoch, replayed=False)


def _renewed(waiting: Waiting) -> Changed:
    seen = waiting.seen
    assert seen is not None and seen.case is not None
    return Changed(waiting.ask.case, seen.case.version, None, None, seen.case.lease_epoch, "", False, ())


def _refuse_open(batch: Iterable[Waiting], error: Any) -> None:
    for waiting in batch:
        if not waiting.done:
            waiting.refuse(error)
