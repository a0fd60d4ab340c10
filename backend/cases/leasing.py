"""The lease: which screen goes on with a case. Its epoch is a fencing token: it only grows."""

from __future__ import annotations

from backend.cases.ask import Ask
from backend.cases.available import why_not
from backend.cases.commands import MoveLease, RenewLease, TakeLease
from backend.cases.errors import LeaseLost, LeaseRequired, Refused
from backend.cases.journal import LEASE_SECONDS, CaseRow, Lease, Renewal, Seen
from backend.cases.standing import Standing
from backend.cases.writing import Move


def take(ask: Ask, command: TakeLease, _seen: Seen, case: CaseRow, stands: Standing) -> Move:
    """Free when nobody is there any more; from another screen of the person only by force, and that one is told."""
    refusal = why_not("take_lease", stands, ask.actor)
    if refusal is not None:
        raise refusal
    if case.lease_live and not command.force:
        raise LeaseLost(case.lease_kind or "")
    lease = Lease(case.lease_epoch + 1, ask.actor.session, ask.actor.channel, LEASE_SECONDS)
    return Move(act="lease.take", notes=(("LeaseTaken", "-"),), lease=lease)


def move(ask: Ask, command: MoveLease, _seen: Seen, case: CaseRow, stands: Standing) -> Move:
    """A handoff gives the case to `to_session`; what the old screen still sends is refused by its epoch."""
    refusal = why_not("move_lease", stands, ask.actor)
    if refusal is not None:
        raise refusal
    if ask.lease is not None and ask.lease != case.lease_epoch:
        raise LeaseLost(case.lease_kind or "")
    lease = Lease(case.lease_epoch + 1, command.to_session, command.kind, LEASE_SECONDS)
    return Move(act="lease.move", notes=(("LeaseMoved", "-"),), lease=lease, extras=())


def renew(ask: Ask, _command: RenewLease, _seen: Seen, case: CaseRow, stands: Standing) -> Renewal:
    """The holder is still there."""
    refusal = why_not("read", stands, ask.actor)
    if refusal is not None:
        raise refusal
    hold_or_refuse(ask, case)
    if ask.actor.session is None:
        raise Refused("no-session")
    return Renewal(case.case_id, case.lease_epoch, ask.actor.session)


def hold_or_refuse(ask: Ask, case: CaseRow) -> None:
    """Raises LeaseRequired without an epoch, LeaseLost unless this session holds the case under this epoch."""
    if ask.lease is None:
        raise LeaseRequired
    if ask.lease != case.lease_epoch or case.lease_session is None or case.lease_session != ask.actor.session:
        raise LeaseLost(case.lease_kind or "")


def kept(case: CaseRow) -> Lease:
    """The lease as it is."""
    return Lease(case.lease_epoch, case.lease_session, case.lease_kind, None)


def prolonged(case: CaseRow) -> Lease:
    """The lease of a holder who just wrote."""
    return Lease(case.lease_epoch, case.lease_session, case.lease_kind, LEASE_SECONDS)
