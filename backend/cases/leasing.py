"""The lease: which screen goes on with a case. Its epoch is a fencing token: it only grows."""

from __future__ import annotations

from backend.cases.ask import Ask
from backend.cases.commands import MoveLease, TakeLease
from backend.cases.errors import LeaseLost, LeaseRequired
from backend.cases.journal import LEASE_SECONDS, CaseRow, Lease, Renewal
from backend.cases.scene import Scene
from backend.cases.writing import Move


def take(scene: Scene, command: TakeLease) -> Move:
    """Free when nobody is there any more; from another screen of the person only by force, and that one is
    told."""
    scene.allow("take_lease")
    case, actor = scene.case, scene.ask.actor
    if case.lease_live and not command.force:
        raise LeaseLost(case.lease_kind or "")
    lease = Lease(case.lease_epoch + 1, actor.session, actor.channel, LEASE_SECONDS)
    return Move(act="lease.take", notes=(("LeaseTaken", "-"),), lease=lease)


def move(scene: Scene, command: MoveLease) -> Move:
    """A handoff gives the case to `to_session`; what the old screen still sends is refused by its epoch."""
    scene.allow("move_lease")
    case = scene.case
    if scene.ask.lease is not None and scene.ask.lease != case.lease_epoch:
        raise LeaseLost(case.lease_kind or "")
    lease = Lease(case.lease_epoch + 1, command.to_session, command.kind, LEASE_SECONDS)
    return Move(act="lease.move", notes=(("LeaseMoved", "-"),), lease=lease)


def renew(scene: Scene) -> Renewal:
    """The holder is still there."""
    hold_or_refuse(scene.ask, scene.case)
    assert scene.case.lease_session is not None
    return Renewal(scene.case.case_id, scene.case.lease_epoch, scene.case.lease_session)


def hold_or_refuse(ask: Ask, case: CaseRow) -> None:
    """Raises LeaseRequired without an epoch, LeaseLost unless this session holds the case under this
    epoch."""
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
