"""The bodies and queries of the operators' calls."""

from __future__ import annotations

from marshmallow import fields, validate

from backend.channel.schemas import Answers, Strict, Text, Whole, WrittenWhole

NAME = 200
MOST = 100
FORMATS = ("ocel", "xes")


def _names() -> fields.Dict:
    """Old element → new one."""
    name = Text(shortest=1, longest=NAME)
    return fields.Dict(keys=name, values=name, load_default=dict, validate=validate.Length(max=1000))


class Listed(Strict):
    """Which list."""

    which = fields.String(load_default="stuck", validate=validate.OneOf(("stuck", "running", "all")))


class AtVersion(Strict):
    """After which version; none: now."""

    version = WrittenWhole(least=1, load_default=None)


class Export(Strict):
    """In which format."""

    format = fields.String(load_default="ocel", validate=validate.OneOf(FORMATS))


class Two(Strict):
    """Two versions of a procedure."""

    old = Text(required=True, shortest=1, longest=NAME)
    new = Text(required=True, shortest=1, longest=NAME)


class Reason(Strict):
    """Why it is done; kept in the audit log, so without personal data."""

    reason = Text(required=True, shortest=1, longest=200)


class Repair(Reason):
    """Which incident."""

    incident = Whole(required=True, least=1)


class Activation(Strict):
    """A token to add."""

    element = Text(required=True, shortest=1, longest=NAME)
    scope = Whole(least=1, load_default=None, allow_none=True)
    variables = Answers(load_default=dict)


class Moving(Strict):
    """Tokens to move: of one instance, or all of an element."""

    to = Text(required=True, shortest=1, longest=NAME)
    element = Text(longest=NAME, load_default="")
    key = Whole(load_default=0)
    scope = Whole(least=1, load_default=None, allow_none=True)
    variables = Answers(load_default=dict)


class Modification(Reason):
    """Tokens added, ended and moved."""

    activate = fields.List(fields.Nested(Activation), load_default=list, validate=validate.Length(max=MOST))
    terminate = fields.List(Whole(least=1), load_default=list, validate=validate.Length(max=MOST))
    remove = fields.List(Text(longest=NAME), load_default=list, validate=validate.Length(max=MOST))
    move = fields.List(fields.Nested(Moving), load_default=list, validate=validate.Length(max=MOST))


class MigrationPlan(Strict):
    """To which version, by which mapping."""

    to = Text(required=True, shortest=1, longest=NAME)
    mapping = _names()


class Migration(Reason):
    """The same, with the reason."""

    to = Text(required=True, shortest=1, longest=NAME)
    mapping = _names()


class Batch(Strict):
    """Many cases. kind: plan, migrate, or back, which undoes the batch `undoes`. cases: none is all running
    ones of the region on `from_version`."""

    kind = fields.String(required=True, validate=validate.OneOf(("plan", "migrate", "back")))
    procedure = Text(longest=60, load_default="")
    from_version = Text(longest=NAME, load_default="")
    to_version = Text(longest=NAME, load_default="")
    mapping = _names()
    cases = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=1000))
    undoes = fields.UUID(load_default=None, allow_none=True)
    reason = Text(longest=200, load_default="")


class Outcomes(Strict):
    """Of which outcome; none: all."""

    outcome = fields.String(
        load_default="",
        validate=validate.OneOf(("", "waiting", "done", "possible", "refused", "failed")),
    )
