"""The job type `registry_query`: a service task reads one fact about the case's subject.

BPMN: `zeebe:taskDefinition type="registry_query"` with the header `rule` = an access rule's id. The
result is the variable `fact` (handle, rule, source, read_at: never a value), which an output mapping
puts where the procedure wants it, say `=fact` to `facts.identity`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from backend.evidence import Asked, NotAllowed
from backend.evidence.ports import RegistryDown, RegistryRefused, RegistryWrong
from backend.jobs import Done, Failed, JobContext, JobView, Outcome, Retry, job_type

#: Waits between two questions to a silent registry: short at first, since most outages are.
WAITS = (timedelta(seconds=5), timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=5))
LAST_WAIT = timedelta(minutes=15)


@job_type("registry_query")
def run(ctx: JobContext, job: JobView) -> Outcome:
    """The fact's handle, a later try while the registry is silent, or a failure that staff must see."""
    rule = ctx.packs.get(job.procedure, job.version).rules.get(job.headers.get("rule", ""))
    if rule is None:
        return Failed("rule-unknown", "the header rule names no access rule of this procedure")
    try:
        known = ctx.query.ask(
            Asked(
                case=job.case,
                scope=job.scope,
                element=job.element,
                reference=job.reference,
                rule=rule,
                person=UUID(job.subject),
                pid=ctx.people.pid(UUID(job.subject)),
                department=job.department,
            )
        )
    except RegistryDown:
        return Retry("registry-down", "the registry does not answer", _next_try(job.failures))
    except RegistryRefused:
        return Failed("registry-refused", "the registry refuses this query")
    except RegistryWrong:
        return Failed("registry-wrong", "the registry's answer breaks the rule's types")
    except NotAllowed as error:
        return Failed("rule-refused", str(error))
    return Done({"fact": known.reference}, known.extras)


def _next_try(failures: int) -> datetime:
    wait = WAITS[failures] if failures < len(WAITS) else LAST_WAIT
    return datetime.now(UTC) + wait
