"""The bodies of requests and answers."""

from __future__ import annotations

from marshmallow import fields, validate

from backend.channel.schemas import Answers, Strict, Text, Whole, WrittenWhole


class Place(Strict):
    """Where a kiosk stands."""

    hall = fields.String()
    kiosk = fields.String()


class Problem(Strict):
    """RFC 9457."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    errors = fields.List(fields.Dict())


class Start(Strict):
    """Begin a case."""

    procedure = Text(required=True, shortest=1, longest=60)
    region = Text(required=True, shortest=1, longest=60)


class Draft(Strict):
    """Answers to keep."""

    answers = Answers(required=True)
    page = Text(longest=200, load_default=None, allow_none=True)


class Submission(Strict):
    """Answers to finish a task with."""

    answers = Answers(required=True)


class TakeLease(Strict):
    """Go on with a case at this screen; `force`: although another one holds it."""

    force = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class Signed(Strict):
    """What a kiosk's agent signed."""

    device_id = fields.UUID(required=True)
    challenge = Text(required=True, longest=64)
    iat = Whole(required=True)
    jti = Text(required=True, shortest=16, longest=64)
    signature = Text(required=True, shortest=80, longest=100)


class SignedSession(Signed):
    """The same, to begin a session with."""

    lang = Text(longest=20, load_default="")


class Report(Strict):
    """What a device says of itself."""

    build = Text(longest=100)
    boot_id = Text(longest=100)
    uptime = Whole()
    session = Text(longest=40)
    clock = Text(longest=40)


class Heartbeat(Strict):
    """A device says that it lives."""

    device_id = fields.UUID(required=True)
    challenge = Text(longest=64, load_default="")
    iat = Whole(required=True)
    jti = Text(required=True, shortest=16, longest=64)
    signature = Text(required=True, shortest=80, longest=100)
    report = fields.Nested(Report, load_default=dict)


class Enrol(Strict):
    """An agent enrols its key."""

    code = Text(required=True, shortest=16, longest=64)
    public_key = Text(required=True, shortest=40, longest=64)


class MakeHandoff(Strict):
    """What shall move."""

    kind = fields.String(required=True, validate=validate.OneOf(["K2P"]))
    case_id = fields.UUID(required=True)
    task_id = Text(required=True, shortest=1, longest=18)
    device = fields.Nested(Signed, load_default=None, allow_none=True)


class Rotate(Strict):
    """The next code; `again`: the screen was touched."""

    again = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class Claim(Strict):
    """A scanned code, or a typed one."""

    code = Text(longest=64, load_default="")
    user_code = Text(longest=40, load_default="")


class Number(Strict):
    """Six digits."""

    number = fields.String(required=True, validate=validate.Regexp(r"[0-9]{6}\Z"))


class Subscription(Strict):
    """A push subscription as browsers give it."""

    class Keys(Strict):
        """Its keys, base64url."""

        p256dh = Text(required=True, shortest=80, longest=100)
        auth = Text(required=True, shortest=16, longest=40)

    endpoint = Text(required=True, shortest=10, longest=1000)
    keys = fields.Nested(Keys, required=True)
    expirationTime = fields.Raw(allow_none=True, load_default=None)


class Echo(Strict):
    """The challenge that came by push."""

    challenge = Text(required=True, shortest=10, longest=64)


class Page(Strict):
    """Which part of a list."""

    limit = WrittenWhole(least=1, most=200, load_default=50)


class Since(Strict):
    """Live events of a topic after a number."""

    topic = Text(required=True, longest=80)
    after = WrittenWhole(most=2**62, load_default=0)


class CaseAnswer(Strict):
    """A case."""

    id = fields.UUID(required=True)
    reference = fields.String()
    procedure = fields.String()
    title = fields.String()
    version = fields.Integer()
    status = fields.String()
    stage = fields.String()
    stages = fields.List(fields.String())
    region = fields.String()
    department = fields.String()
    started = fields.DateTime()
    submitted = fields.DateTime(allow_none=True)
    due = fields.Date(allow_none=True)
    lease = fields.Dict()
    outcome = fields.Dict()
    available = fields.List(fields.String())
    tasks = fields.List(fields.Dict())
    waiting = fields.List(fields.Dict())


class CaseList(Strict):
    """Cases."""

    cases = fields.List(fields.Nested(CaseAnswer))


class TaskAnswer(Strict):
    """A task with its form (form-js) and what is known."""

    id = fields.String(required=True)
    case_id = fields.UUID(required=True)
    name = fields.String()
    element = fields.String()
    form = fields.Dict(allow_none=True)
    draft = fields.Dict()
    facts = fields.Dict()
    masked = fields.Boolean()
    revision = fields.Integer()
    lease = fields.Integer()
    due = fields.DateTime(allow_none=True)
    page = fields.String(allow_none=True)
    fresh_login = fields.Boolean()
    handoff = fields.List(fields.String())
    available = fields.List(fields.String())


class Changed(Strict):
    """What became of a change."""

    case_id = fields.UUID(required=True)
    case_seq = fields.Integer()
    task_id = fields.String(allow_none=True)
    revision = fields.Integer(allow_none=True)
    lease = fields.Integer()
    receipt = fields.String()


class Handoff(Strict):
    """A handoff as its caller may see it."""

    id = fields.UUID()
    kind = fields.String()
    state = fields.String(required=True)
    seq = fields.Integer()
    qr_url = fields.String()
    user_code = fields.String()
    code_expires_at = fields.DateTime(allow_none=True)
    user_code_expires_at = fields.DateTime(allow_none=True)
    rotations_left = fields.Integer()
    expires_at = fields.DateTime()
    place = fields.Nested(Place)
    procedure = fields.String()
    scope_text = fields.String()
    peer = fields.String()
    number = fields.String()
    number_expires_at = fields.DateTime(allow_none=True)
    case_id = fields.UUID()
    task_id = fields.String()
    lease = fields.Integer()


class Any(Strict):
    """An object."""
