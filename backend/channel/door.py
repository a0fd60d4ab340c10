"""What pages and the API ask for: each call adds the request's actor and goes to the room that owns it.

Nothing is decided here. Errors of the rooms go through to the one error handler.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import current_app, request

from backend.cases.ask import Ask, Changed, case_id_for
from backend.cases.commands import Command, Decide, RenewLease, SaveDraft, StartCase, Submit, TakeLease
from backend.channel import csrf, identity
from backend.channel.problem import EndpointRefused, HeaderMissing, LoginRequired, NotFound
from backend.notify.ports import PushRefused, Subscription
from backend.people import Person
from backend.rights import Actor, Thing, can, masked


def errand() -> Any:
    """What wiring built for this process: cases, people, handoff, facts, inbox, push, packs, vault,
    valkey."""
    return current_app.extensions["errand"]


def actor() -> Actor:
    """The request's actor. Raises LoginRequired without a session."""
    found = identity.actor()
    if found is None:
        raise LoginRequired
    return found


def person() -> Person | None:
    """The logged-in person with her name, for the reader's own page."""
    found = identity.actor()
    if found is None or found.kind not in {"citizen", "staff"}:
        return None
    known: Person | None = errand().people.persons.get(UUID(found.id))
    return known


def new_key() -> str:
    """A fresh idempotency key; a form carries it in a hidden field, so that sending twice has one effect."""
    return secrets.token_urlsafe(16)


def hidden(task: Any, epoch: int) -> dict[str, str]:
    """The hidden fields of a task's form, in the order of the form page's dict."""
    return {
        csrf.FIELD: csrf.token(),
        "revision": str(task.revision),
        "epoch": str(epoch),
        "idempotency_key": new_key(),
    }


def form_envelope() -> dict[str, Any]:
    """Revision, lease and key out of a posted form, as arguments for `save`, `submit` and `decide`."""
    return {
        "revision": _whole(request.form.get("revision", "")),
        "lease": _whole(request.form.get("epoch", "")),
        "key": request.form.get("idempotency_key", ""),
    }


def start(procedure: str, *, region: str, key: str, fingerprint: bytes = b"") -> Changed:
    """Begin a case of a procedure for the request's person; the same key gives the same case."""
    who = actor()
    command = StartCase(
        procedure=procedure,
        region=region,
        lang=who.lang,
        subject=UUID(who.id) if who.kind == "citizen" else None,
    )
    return change(case_id_for(who, key), command, key=key, fingerprint=fingerprint)


def change(
    case: UUID,
    command: Command,
    *,
    key: str,
    revision: int | None = None,
    lease: int | None = None,
    fingerprint: bytes = b"",
) -> Changed:
    """The one way in."""
    ask = Ask(
        actor=actor(),
        case=case,
        command=command,
        key=key,
        fingerprint=fingerprint,
        revision=revision,
        lease=lease,
    )
    done: Changed = errand().cases.change(ask)
    return done


def save(
    case: UUID, task: int, answers: Mapping[str, Any], *, page: str | None = None, **envelope: Any
) -> Changed:
    """Keep a draft. `envelope`: revision, lease, key, fingerprint."""
    return change(case, SaveDraft(task=task, answers=dict(answers), page=page), **envelope)


def submit(case: UUID, task: int, answers: Mapping[str, Any], **envelope: Any) -> Changed:
    """Finish a citizen's task."""
    return change(case, Submit(task=task, answers=dict(answers)), **envelope)


def decide(case: UUID, task: int, answers: Mapping[str, Any], **envelope: Any) -> Changed:
    """Finish an official's task."""
    return change(case, Decide(task=task, answers=dict(answers)), **envelope)


def take_lease(case: UUID, *, force: bool = False, key: str = "") -> Changed:
    """This screen goes on with the case."""
    return change(case, TakeLease(force=force), key=key or new_key())


def renew_lease(case: UUID, lease: int) -> Changed:
    """The screen that holds the case is still there."""
    return change(case, RenewLease(), key=new_key(), lease=lease)


def case(case_id: UUID) -> Any:
    """The case as the request's actor may see it. Raises NotFound."""
    return errand().cases.read.case(actor(), case_id)


def open_tasks(case_id: UUID) -> Any:
    """The case's open tasks that the actor may see."""
    return errand().cases.read.open_tasks(actor(), case_id)


def task(case_id: UUID, key: int) -> Any:
    """One open task with its form, draft, answers and references to facts. Raises NotFound."""
    return errand().cases.read.task(actor(), case_id, key)


def mine() -> Any:
    """The person's own cases, the newest first."""
    return errand().cases.read.mine(actor())


def worklist() -> Any:
    """What waits for the official's department."""
    return errand().cases.read.worklist(actor())


def history(case_id: UUID) -> Any:
    """What happened in the case, the newest first."""
    return errand().cases.read.history(actor(), case_id)


def decisions(case_id: UUID) -> Any:
    """The decisions that were evaluated in the case and the rules that made them. Raises NotFound."""
    return errand().cases.read.decisions(actor(), case_id)


def way(case_id: UUID) -> Any:
    """Where the case went and is on its drawing. Raises NotFound."""
    return errand().cases.read.way(actor(), case_id)


def drawing(case_id: UUID) -> bytes:
    """The BPMN file of the case's own version, for those who may read the case. Raises NotFound."""
    view = case(case_id)
    found: bytes = errand().packs.drawing(view.procedure, view.version)
    return found


def operates() -> bool:
    """Whether the request's actor looks after cases as an operator."""
    found: bool = errand().cases.operating.allowed(actor())
    return found


def operated(which: str) -> Any:
    """The cases that an operator looks after. Raises NotFound for others."""
    return errand().cases.operating.listed(actor(), which)


def operated_counts() -> Any:
    """How many cases each of the operator's lists holds."""
    return errand().cases.operating.counts(actor())


def machine(case_id: UUID, version: int | None = None) -> Any:
    """A case as the engine sees it, now or after a version. Raises NotFound."""
    return errand().cases.operating.machine(actor(), case_id, version)


def machine_drawing(case_id: UUID, version: int | None = None) -> bytes:
    """The BPMN file of the procedure's version on which an operated case is, or was after a version of its
    own. Raises NotFound."""
    seen = machine(case_id, version)
    found: bytes = errand().packs.drawing(seen.procedure, seen.pack)
    return found


def may(action: str, *, of_own_region: bool = False) -> bool:
    """Whether the request's actor may do this at all, with no case in hand, or to what is of her region."""
    who = actor()
    return can(who, action, Thing(region=who.region)) if of_own_region else can(who, action)


def waiting(case_id: UUID) -> Any:
    """What the case waits for from machines (a registry that is silent), for those who may see the case."""
    case(case_id)
    return errand().cases.read.waiting(case_id)


def available(view: Any) -> frozenset[str]:
    """What the actor may do with the case now; draw only these controls."""
    found: frozenset[str] = errand().cases.available(view, actor())
    return found


def masked_for(view: Any) -> bool:
    """Whether facts and personal answers stay hidden (a moved session before its login)."""
    subject = view.subject
    return masked(actor(), UUID(str(subject)) if subject else None)


def fact_values(view: Any, refs: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The values behind references to facts ({name: reference with a handle}); empty while they are
    masked."""
    if masked_for(view):
        return {}
    handles = {name: UUID(str(_handle(ref))) for name, ref in refs.items() if _handle(ref)}
    values = errand().facts.facts(view.case, list(handles.values()))
    return {name: values[handle] for name, handle in handles.items() if handle in values}


def inbox() -> Any:
    """The person's messages, the newest first."""
    return errand().inbox.messages(UUID(identity.require("inbox.read").id))


def unread() -> int:
    """How many messages the person has not opened; 0 without a login."""
    found = identity.actor()
    return errand().inbox.unread(UUID(found.id)) if found is not None and found.kind == "citizen" else 0


def mark_read(message: UUID) -> None:
    """The person has opened her message. Raises NotFound."""
    if not errand().inbox.read(UUID(identity.require("inbox.read").id), message):
        raise NotFound


def message_words(message: Any, lang: str) -> tuple[str, str]:
    """Subject and text of a message, from its procedure's texts in the version that wrote it."""
    pack = packs().get(message.procedure, message.pack_version)
    words = pack.message_words.get(message.kind)
    return (message.kind, "") if words is None else (str(words[0].render(lang)), str(words[1].render(lang)))


def push_subscribe(endpoint: str, keys: Mapping[str, str]) -> tuple[UUID, bool]:
    """Wake this browser for its person: the subscription's id, and whether it is live at once."""
    who = identity.require("push.subscribe")
    wanted = Subscription(endpoint=endpoint, p256dh=keys["p256dh"], auth=keys["auth"])
    try:
        found: tuple[UUID, bool] = errand().push.subscribe(UUID(who.id), who.session, wanted)
    except PushRefused:
        raise EndpointRefused from None
    return found


def packs() -> Any:
    """The procedures: `active()` gives those that can be begun, `get(id, version)` one."""
    return errand().packs


def live_url() -> str:
    """Where this origin's pages open their socket."""
    found: str = current_app.config["PLACES"].live(identity.channel())
    return found


def kiosk_place() -> dict[str, str]:
    """Kiosk and hall of the session's device, for the kiosk's own bar; empty without one."""
    found = identity.actor()
    if found is None or not found.device:
        return {}
    device = errand().people.devices.get(UUID(found.device))
    return {} if device is None else {"kiosk": device.kiosk, "hall": device.hall, "region": device.region}


def _handle(ref: Any) -> Any:
    return ref.get("handle") if isinstance(ref, Mapping) else getattr(ref, "handle", None)


def _whole(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise HeaderMissing
    return int(text)
