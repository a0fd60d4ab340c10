"""The number is typed at the source; then the receiver takes the case, in one transaction with everything
else."""

from __future__ import annotations

from uuid import UUID

from backend.cases.ask import Ask
from backend.cases.commands import MoveLease
from backend.cases.errors import CaseError, Conflict, SessionEnded
from backend.cases.records import Extra
from backend.handoff import codes
from backend.handoff.answers import Answer, Caller
from backend.handoff.errors import HandoffEnded, NotConfirmed, NotFound, NumberMismatch, WrongState
from backend.handoff.machine import Kind, machine
from backend.handoff.tools import Row, Tools, found, is_claimant, is_source, of_party
from backend.people import Opening, TooMany
from backend.people.sessions import Opened
from backend.rights import Actor, Grant


def confirm(tools: Tools, handoff: UUID, caller: Caller, number: str) -> Answer:
    """The number of the phone, typed at the screen that made the handoff. Wrong ones are counted; the
    third ends it. A refused number is kept under its key too: a lost answer costs no second try."""
    row = of_party(tools, handoff, caller, is_source)
    party, request = f"session:{row['source_session']}", ["confirm", number]
    again = tools.answers.again(handoff, party, caller.key, request)
    if again is not None:
        return _or_refused(again)
    _target_lives(tools, row)
    with tools.together() as inside:
        done = inside.records.row(
            "handoff.confirm", id=handoff, source_session=row["source_session"],
            number_mac=codes.number_mac(tools.vault, str(handoff), number), right=machine().to("confirm"),
            rejected=machine().to("third_mistake"), tries=codes.TRIES,
            activate_seconds=codes.ACTIVATE_SECONDS, **{"from": machine().sources("confirm")},
        )  # fmt: skip
        if done is not None:
            answer = inside.answers.keep(handoff, party, caller.key, request, _judged(inside, done))
    if done is None:
        now = of_party(tools, handoff, caller, is_source)
        raise WrongState(state=now["state"])
    return _or_refused(answer)


def activate(tools: Tools, handoff: UUID, caller: Caller) -> Answer:
    """The receiver's new session, the moved lease, the source's dead session and the log: all or nothing."""
    party, request = f"claim:{caller.claim}", ["activate"]
    row = found(tools, handoff)
    if not is_claimant(row, caller):
        if is_source(row, caller):
            raise _not_yet(row)
        raise NotFound
    again = tools.answers.again(handoff, party, caller.key, request)
    if again is not None:
        return again
    if row["state"] not in machine().sources("activate"):
        raise _not_yet(row)
    source = tools.people.sessions.live(row["source_session"])
    if source is None:
        return _lost(tools, handoff, caller, party, request)
    case = tools.cases.read.case(source, row["case_id"])
    opened = tools.people.sessions.prepare(_opening(row, caller, case.subject))
    ask = _ask(tools, row, caller, source, opened, case.lease.epoch)
    try:
        changed = tools.cases.change(ask)
    except (Conflict, SessionEnded):
        return _lost(tools, handoff, caller, party, request)
    if changed.replayed:
        return _lost(tools, handoff, caller, party, request)
    _moved(tools, row, caller)
    return _activated(row, opened, changed.lease)


def _target_lives(tools: Tools, row: Row) -> None:
    """A phone that was logged in when it claimed must still be."""
    target = row["target_session"]
    if target is not None and tools.people.sessions.live(target) is None:
        tools.records.row(
            "handoff.finish", id=row["id"], to=machine().to("cancel"), reason="cancelled",
            **{"from": machine().live()},
        )  # fmt: skip
        raise HandoffEnded("cancelled")


def _judged(tools: Tools, row: Row) -> Answer:
    """The answer to a typed number, whatever it was."""
    if row["state"] == machine().to("confirm"):
        tools.event(row, "handoff.confirmed")
        return Answer(status=200, body={"id": str(row["id"]), "state": row["state"], "seq": row["seq"]})
    if row["state"] == machine().to("third_mistake"):
        tools.event(row, "handoff.rejected")
        _count_rejected(tools, row)
        return Answer(status=410, body={"reason": "rejected"})
    return Answer(status=403, body={"attempts_left": codes.TRIES - row["number_tries"]})


def _or_refused(answer: Answer) -> Answer:
    if answer.status == 410:
        raise HandoffEnded(str(answer.body["reason"]))
    if answer.status == 403:
        raise NumberMismatch(int(answer.body["attempts_left"]))
    return answer


def _count_rejected(tools: Tools, row: Row) -> None:
    try:
        tools.limits.hit("handoff.rejected.kiosk", str(row["source_device"]))
    except TooMany:
        pass  # the next handoff of this kiosk is refused; this answer stays what it is


def _opening(row: Row, caller: Caller, subject: object) -> Opening:
    """The receiver's session: her own identity if the phone is logged in as the case's subject, else a
    bare grant on this case from this task on. Another person's login on the phone is not merged with it."""
    kind: Kind = machine().kinds[row["kind"]]
    actor = caller.actor
    if actor is not None and actor.kind == "citizen" and actor.id == str(subject):
        return Opening(
            channel=kind.channel, kind="citizen", person=UUID(actor.id), level=actor.level,
            auth_time=actor.auth_time, region=actor.region, lang=actor.lang,
        )  # fmt: skip
    # No task in the grant: the receiver goes on from this task, so also to those that follow it.
    grant = Grant(row["case_id"], None, row["id"])
    return Opening(channel=kind.channel, grant=grant, lang=caller.lang)


def _activated(row: Row, opened: Opened, lease: int) -> Answer:
    body = {
        "id": str(row["id"]),
        "state": machine().to("activate"),
        "case_id": str(row["case_id"]),
        "task_id": str(row["task"]),
        "lease": lease,
        "seq": row["seq"] + 1,
    }
    return Answer(status=200, body=body, session=opened.token, drop_claim=True)


def _ask(tools: Tools, row: Row, caller: Caller, source: Actor, opened: Opened, epoch: int) -> Ask:
    """The change, asked in the name of the source: its rights and its session are compared in the
    transaction."""
    sessions = tools.people.sessions
    kind = machine().kinds[row["kind"]]
    answer = _activated(row, opened, epoch + 1)
    taken = {
        "id": row["id"],
        "to": machine().to("activate"),
        "from": machine().sources("activate"),
        "claim_hash": codes.hash_of(caller.claim),
        "receiver_session": opened.id,
    }
    extras = [
        Extra(query="handoff.activate", params=taken),
        opened.extra,
        sessions.extra_end(row["source_session"], "moved"),
        tools.answers.extra(row["id"], f"claim:{caller.claim}", caller.key, ["activate"], answer),
    ]
    if caller.session is not None:
        own = sessions.extra_end(caller.session, "superseded")
        extras.append(Extra(query=own.query, params=own.params, expects=None))
    return Ask(
        actor=source,
        case=row["case_id"],
        command=MoveLease(to_session=opened.id, kind=kind.channel),
        key=f"handoff-{row['id'].hex}",
        lease=epoch,
        extras=tuple(extras),
    )


def _moved(tools: Tools, row: Row, caller: Caller) -> None:
    """After the commit: the old screen is told to wipe itself."""
    tools.event(row | {"seq": row["seq"] + 1}, "handoff.active")
    tools.people.sessions.gone(row["source_session"])
    if caller.session is not None:
        tools.people.sessions.gone(caller.session)


def _lost(tools: Tools, handoff: UUID, caller: Caller, party: str, request: object) -> Answer:
    """The change did not happen by this request: by its twin, or not at all."""
    again = tools.answers.again(handoff, party, caller.key, request)
    if again is not None:
        return again
    row = found(tools, handoff)
    if (
        row["state"] in machine().sources("activate")
        and tools.people.sessions.live(row["source_session"]) is None
    ):
        raise HandoffEnded("source-ended")
    raise _not_yet(row)


def _not_yet(row: Row) -> CaseError | HandoffEnded | NotConfirmed | WrongState:
    """Why a handoff cannot be activated in its state."""
    if machine().final(row["state"]):
        return HandoffEnded(row["end_reason"] or row["state"].lower())
    if row["state"] in (
        *machine().sources("claim"),
        *machine().sources("approve"),
        *machine().sources("confirm"),
    ):
        return NotConfirmed()
    return WrongState(state=row["state"])
