"""What is executed: element and trigger → what a token does there and what an instance does from Ready on.

The list on one screen; what is executable in BPMN and absent here is refused when a process is compiled.
"""

from typing import Final

from backend.engine.moves import choose, choose_one, complete, enter
from backend.engine.nodes import Choose, Enter, Work

from . import (
    adhoc,
    calls,
    compensation,
    complex_gateway,
    events,
    gateways,
    inclusive,
    joins,
    races,
    subprocess,
    tasks,
    throwing,
)

Behaviour = tuple[Enter, Work, Choose]

TASKS: Final[dict[str, Behaviour]] = {
    "task": (tasks.through, complete, choose),
    "manualTask": (tasks.through, complete, choose),
    "userTask": (enter, tasks.user_work, choose),
    "serviceTask": (enter, tasks.job_work, choose),
    "sendTask": (enter, tasks.job_work, choose),
    "receiveTask": (enter, events.catch_work, choose),
    "scriptTask": (tasks.script, tasks.script_work, choose),
    "businessRuleTask": (enter, tasks.rule_work, choose),
    "subProcess": (enter, subprocess.work, choose),
    "transaction": (enter, subprocess.work, choose),
    "callActivity": (enter, calls.work, choose),
    "adHocSubProcess": (enter, adhoc.work, choose),
}

GATEWAYS: Final[dict[str, Behaviour]] = {
    "exclusiveGateway": (gateways.exclusive, complete, choose_one),
    "parallelGateway": (gateways.parallel, complete, choose),
    "inclusiveGateway": (gateways.exclusive, joins.again, inclusive.choose),
    "complexGateway": (complex_gateway.pass_alone, complex_gateway.again, complex_gateway.choose),
    "eventBasedGateway": (enter, races.work, choose),
}

AWAITED: Final = ("message", "timer", "signal", "conditional", "multiple")
THROWN: Final = ("message", "signal", "escalation", "compensation", "multiple")
EVENTS: Final[dict[str, tuple[frozenset[str], Behaviour]]] = {
    "startEvent": (
        frozenset({"none", "error", "escalation", "compensation", *AWAITED}),
        (events.start, events.start_work, choose),
    ),
    "intermediateCatchEvent": (
        frozenset({"link", *AWAITED}),
        (enter, events.catch_work, choose),
    ),
    "intermediateThrowEvent": (
        frozenset({"none", "link", *THROWN}),
        (throwing.throw, throwing.throw_work, choose),
    ),
    "boundaryEvent": (
        frozenset({"error", "escalation", "compensation", "cancel", *AWAITED}),
        (enter, complete, choose),
    ),
    "endEvent": (
        frozenset({"none", "error", "terminate", "cancel", *THROWN}),
        (throwing.throw, throwing.throw_work, choose),
    ),
}

WAITING: Final[dict[tuple[str, str], Behaviour]] = {
    ("intermediateThrowEvent", "compensation"): (enter, compensation.throw_work, choose),
    ("endEvent", "compensation"): (enter, compensation.throw_work, choose),
    ("endEvent", "cancel"): (enter, compensation.cancel_work, choose),
}
CANCELLING: Final[Behaviour] = (enter, throwing.cancel_last, choose)
COMPENSATING: Final[Behaviour] = (enter, throwing.compensate_last, choose)

SEND: Final[Behaviour] = (enter, throwing.send_work, choose)
JOB: Final[Behaviour] = (enter, tasks.job_work, choose)
