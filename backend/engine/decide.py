"""`decide`: a command against a state gives events, or Refused. The same three always give the same
events."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from . import commands as cmd
from . import events as ev
from .arming import arm, disarm
from .conditions import at_entry, settle
from .correlation import agrees, fix
from .elements import adhoc, listening
from .elements.data import settle_data
from .ending import end, resolve_incidents, withdraw
from .feel.values import SCALARS, Function, to_feel
from .firing import broadcast as broadcast_signal
from .firing import emit_repetition, fire_due, offer_again, taken, throw_error
from .lifecycle import COMPLETING, READY
from .limits import DEFAULT, Limits
from .modifying import modify
from .moves import begin, complete, drain, leave
from .nodes import Node, Process
from .refused import Refused
from .run import Problem, Run
from .state import State, began, private
from .variables import by_all_names, result

MAX_DEPTH: Final = 64


class Step(msgspec.Struct, frozen=True):
    """What one command did: the state after it, and the events that tell it."""

    state: State
    events: tuple[ev.Event, ...]


def step(
    process: Process, state: State | None, command: cmd.Command, now: datetime, limits: Limits = DEFAULT
) -> Step:
    """Decide and apply in one; the state given is not changed. Raises Refused."""
    run = decided(process, state, command, now, limits)
    return Step(run.state, tuple(run.events))


def decide(
    process: Process, state: State | None, command: cmd.Command, now: datetime, limits: Limits = DEFAULT
) -> tuple[ev.Event, ...]:
    """What the command makes true, moved on until nothing moves (X-DET-06). `now` is aware. Raises
    Refused."""
    return tuple(decided(process, state, command, now, limits).events)


def decided(
    process: Process, state: State | None, command: cmd.Command, now: datetime, limits: Limits
) -> Run:
    """The finished run of a command."""
    if now.tzinfo is None:
        raise ValueError("now must be aware of its time zone")
    if now.tzinfo is not UTC:
        now = now.astimezone(UTC)
    if isinstance(command, cmd.StartProcess):
        run = _start(process, state, command, now, limits)
    else:
        if state is None:
            raise Refused("no_start", "the instance has not started")
        if state.status != "active":
            raise Refused("ended", f"the instance is {state.status}")
        run = Run(process, private(state), now, limits)
        HANDLERS[type(command)](run, command)
    if (run.state.moving or process.settle is not None) and not run.ended:
        drain(run)
    if process.waits:
        settle_data(run)
    if run.state.conditions:
        settle(run, state, isinstance(command, REEXAMINED))
        while process.waits and settle_data(run):
            settle(run, state)
    return run


REEXAMINED: Final = (cmd.Resume, cmd.ResolveIncident, cmd.Modify)
"""After these a condition may be due although no variable changed."""


def values(variables: dict[str, Any]) -> dict[str, Any]:
    """Variables as FEEL values. Refused for what FEEL cannot hold or what nests too deep."""
    kinds = set(map(type, variables.values()))
    if SCALARS.issuperset(kinds):
        return dict(variables)
    try:
        converted = to_feel(variables)
    except (TypeError, RecursionError) as error:
        raise Refused("bad_value", str(error)) from None
    if not _NESTING.isdisjoint(kinds) and not all(_storable(item, MAX_DEPTH) for item in variables.values()):
        raise Refused("bad_value", "a value nests too deep or is a function")
    return dict(converted) if converted is variables else converted


_NESTING: Final = frozenset({list, dict, tuple, Function})


def _storable(value: Any, depth: int) -> bool:
    if isinstance(value, Function) or not depth:
        return False
    if isinstance(value, dict):
        return all(_storable(item, depth - 1) for item in value.values())
    if isinstance(value, list | tuple):
        return all(_storable(item, depth - 1) for item in value)
    return True


# --- one function per command ---


def _start(
    process: Process, state: State | None, command: cmd.StartProcess, now: datetime, limits: Limits
) -> Run:
    if state is not None:
        raise Refused("started", "the instance has started already")
    root = process.root
    positions = root.starts
    if command.start is not None:
        if command.start not in root.named and command.start not in root.instantiating:
            raise Refused("no_start", f"nothing that begins an instance is called {command.start!r}")
        positions = root.instantiating.get(command.start, (command.start,))
    elif not positions:
        raise Refused(
            "no_start", "the process begins by a message, signal or timer only: name its start event"
        )
    listened = listening.before(process.nodes[process.id])
    placed = () if listened else positions
    given = values(command.variables)
    if process.aliases:
        given = by_all_names(process, given)
    first = ev.ProcessStarted(process.id, given, placed, command.start or "")
    run = Run(process, began(first), now, limits)
    run.hops = command.hops
    run.events.append(first)
    if command.stores:
        run.emit(ev.StoreWritten(values(command.stores)))
    if listened:
        listening.hold(run, positions, command.start or "")
    else:
        begun(run, command.start)
    return run


def begun(run: Run, start: str | None) -> None:
    """Handlers wait; what begins the instance by a message of its own has had it (X-INST-05 to X-INST-07)."""
    if run.process.correlation is not None and start is not None:
        _converse(run, run.process.nodes[start], run.state.variables)
    key = _come(run, start) if start in run.process.root.instantiating else 0
    _arm_handlers(run)
    if key in run.state.scopes:
        complete(run, run.node(key), key)


def _come(run: Run, start: str) -> int:
    """The instance of what a message has come to already; a condition that is true at once may end it."""
    node = run.process.nodes[start]
    key = run.key()
    payload = run.state.variables if node.keeps else {}
    run.emit(ev.ElementEntered(key, run.root, node.id, "", payload))
    return key


def _converse(run: Run, node: Node, payload: dict[str, Any]) -> None:
    """The message that begins the instance begins a conversation (X-CORR-01)."""
    for trigger in node.trigger.each():
        if trigger.kind == "message" and trigger.name is not None:
            fix(run, trigger.name.text, payload)


def _arm_handlers(run: Run) -> None:
    """Let the process's event sub-processes wait; one that cannot is an incident of the process."""
    for handler in run.process.root.handlers:
        try:
            arm(run, handler, run.root, "handler")
        except Problem as problem:
            run.incident(run.root, run.node(run.root), problem)
            return
    if run.state.conditions:
        at_entry(run, run.node(run.root), run.root)


def _not_suspended(run: Run) -> None:
    if run.state.suspended:
        raise Refused("suspended", "the instance is suspended")


def _complete_task(run: Run, command: cmd.CompleteTask) -> None:
    task = run.state.tasks.get(command.task)
    if task is None:
        raise Refused("no_task", "the task is not open")
    _not_suspended(run)
    answers = values(command.variables)
    node = run.node(command.task)
    run.emit(ev.TaskCompleted(command.task, task.element))
    if run.state.incidents:
        resolve_incidents(run, command.task)
    result(run, node, command.task, answers)
    leave(run, node, command.task)


def _complete_job(run: Run, command: cmd.CompleteJob) -> None:
    job = run.state.jobs.get(command.job)
    if job is None:
        raise Refused("no_job", "the job is not offered")
    answers = values(command.variables)
    node = run.node(job.scope)
    run.emit(ev.JobCompleted(command.job, job.element))
    if job.listener:
        if listening.heard(run, node, job.scope, job.listener, answers):
            begun(run, listening.set_off(run))
        return
    result(run, node, job.scope, answers)
    leave(run, node, job.scope)


def _fail_job(run: Run, command: cmd.FailJob) -> None:
    job = run.state.jobs.get(command.job)
    if job is None:
        raise Refused("no_job", "the job is not offered")
    node = run.node(job.scope)
    retries = max(command.retries, 0)
    run.emit(ev.JobFailed(command.job, job.element, command.message, retries))
    if not retries:
        run.incident(job.scope, node, Problem("job", command.message or "the job failed"))
    elif command.retry_at is not None and command.retry_at > run.now:
        due = command.retry_at.astimezone(UTC)
        member = job.listener
        run.emit(ev.TimerSet(run.key(), job.element, due, job.scope, "retry", retries, member=member))
    else:
        offer_again(run, node, job.scope, retries, job.listener)


def _throw_error(run: Run, command: cmd.ThrowError) -> None:
    state = run.state
    if command.key in state.tasks:
        _not_suspended(run)
        scope = command.key
    elif command.key in state.jobs:
        scope = state.jobs[command.key].scope
    else:
        raise Refused("no_key", "no open task or job has this key")
    node = run.node(scope)
    payload = values(command.variables)
    if throw_error(run, node, scope, command.code, payload, command.message):
        return
    if command.key in state.jobs:
        run.emit(ev.JobFailed(command.key, node.id, command.message, 0))
    run.incident(scope, node, Problem("error", f"nobody catches the error {command.code!r}"))


def _correlate(run: Run, command: cmd.CorrelateMessage) -> None:
    state = run.state
    if command.message_id and command.message_id in state.seen:
        return
    _not_suspended(run)
    for key, one in state.subscriptions.items():
        if one.key is not None and one.name == command.name and one.key == command.key:
            payload = values(command.variables)
            if run.process.correlation is not None:
                if not agrees(run, command.name, payload):
                    break
                fix(run, command.name, payload)
            run.hops = command.hops
            if command.message_id:
                run.emit(ev.MessageTaken(command.message_id))
            taken(run, key, payload)
            return
    raise Refused("no_subscription", f"nothing waits for the message {command.name!r} with this key")


def _broadcast(run: Run, command: cmd.BroadcastSignal) -> None:
    _not_suspended(run)
    run.hops = command.hops
    broadcast_signal(run, command.name, values(command.variables))


def _fire_timers(run: Run, command: cmd.FireTimers) -> None:
    fire_due(run)


def _update_variables(run: Run, command: cmd.UpdateVariables) -> None:
    if command.scope not in run.state.scopes:
        raise Refused("no_scope", "no such scope")
    written = values(command.variables)
    if run.process.aliases:
        written = by_all_names(run.process, written)
    run.emit(ev.VariablesSet(command.scope, written))


def _update_stores(run: Run, command: cmd.UpdateStores) -> None:
    run.emit(ev.StoreWritten(values(command.stores)))


def _resolve_incident(run: Run, command: cmd.ResolveIncident) -> None:
    incident = run.state.incidents.get(command.incident)
    if incident is None:
        raise Refused("no_incident", "no such incident")
    run.emit(ev.IncidentResolved(command.incident, incident.element))
    watched = incident.kind == "condition" and incident.element != run.node(incident.scope).id
    if incident.kind != "limit" and not watched:  # a watched condition is examined when the command ends
        retry(run, incident.scope)


def retry(run: Run, scope: int) -> None:
    """Go on at the phase in which an incident stopped the instance of `scope`."""
    node = run.node(scope)
    phase = run.state.scopes[scope].phase
    if node.listeners is not None and listening.again(run, node, scope):
        return
    if scope == run.root:
        disarm(run, scope, "handler")
        _arm_handlers(run)
        return
    if phase == COMPLETING:
        leave(run, node, scope)
    elif phase == READY:
        withdraw(run, scope)
        begin(run, node, scope)
    elif node.kind == "intermediateCatchEvent" and node.trigger.kind == "timer":
        emit_repetition(run, node, scope)
    elif node.job is not None and not any(job.scope == scope for job in run.state.jobs.values()):
        work = node.work if node.listeners is None else node.listeners.work
        try:
            work(run, node, scope)
        except Problem as problem:
            run.incident(scope, node, problem)


def _activate_ad_hoc(run: Run, command: cmd.ActivateAdHoc) -> None:
    _not_suspended(run)
    adhoc.activate(run, command.scope, command.element)


def _suspend(run: Run, command: cmd.Suspend) -> None:
    _not_suspended(run)
    run.emit(ev.Suspended())


def _resume(run: Run, command: cmd.Resume) -> None:
    if not run.state.suspended:
        raise Refused("not_suspended", "the instance is not suspended")
    run.emit(ev.Resumed())


def _cancel(run: Run, command: cmd.Cancel) -> None:
    end(run, "terminated")


def _modify(run: Run, command: cmd.Modify) -> None:
    activate = [msgspec.structs.replace(one, variables=values(one.variables)) for one in command.activate]
    move = [msgspec.structs.replace(one, variables=values(one.variables)) for one in command.move]
    modify(run, msgspec.structs.replace(command, activate=tuple(activate), move=tuple(move)))


def _migrate(run: Run, command: cmd.Migrate) -> None:
    raise Refused("two_processes", "a migration needs the old and the new process: call migrate()")


HANDLERS: Final[dict[type[cmd.Command], Callable[[Run, Any], None]]] = {
    cmd.CompleteTask: _complete_task,
    cmd.CompleteJob: _complete_job,
    cmd.FailJob: _fail_job,
    cmd.ThrowError: _throw_error,
    cmd.CorrelateMessage: _correlate,
    cmd.BroadcastSignal: _broadcast,
    cmd.FireTimers: _fire_timers,
    cmd.UpdateVariables: _update_variables,
    cmd.UpdateStores: _update_stores,
    cmd.ResolveIncident: _resolve_incident,
    cmd.ActivateAdHoc: _activate_ad_hoc,
    cmd.Suspend: _suspend,
    cmd.Resume: _resume,
    cmd.Cancel: _cancel,
    cmd.Modify: _modify,
    cmd.Migrate: _migrate,
}
