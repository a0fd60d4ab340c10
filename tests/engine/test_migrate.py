# ruff: noqa: E501  (models stand on one line each)
"""Migrate: an instance goes on in another version of its process; all of it or nothing; and the way back."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.engine import (
    Refused,
    commands,
    decode_events,
    default_mapping,
    dump,
    encode_events,
    load,
    migrate,
    migrate_back,
    plan_migration,
    replay,
    step,
)  # fmt: skip
from backend.engine import events as ev
from backend.engine.effects.migration import TABLES
from tests.engine.models import HOUR, NOW, compiled, ext, message, model, service, timer, user
from tests.engine.test_replay import BLOCKS, process_of, some_command

LATER = NOW + timedelta(minutes=10)


class Case:
    """One instance and its history, moved between processes."""

    def __init__(self, xml, variables=None):
        self.process = compiled(xml)
        self.now = NOW
        self.events = []
        self.state = None
        self.do(commands.StartProcess(variables or {}))

    def do(self, command):
        self.take(step(self.process, self.state, command, self.now))

    def take(self, made):
        self.state = load(dump(made.state))
        self.events += decode_events(encode_events(made.events))
        assert self.state == made.state == replay(self.events)

    def complete(self, element, variables=None):
        key = next(key for key, one in self.state.tasks.items() if one.element == element)
        self.do(commands.CompleteTask(key, variables or {}))

    def migrate(self, xml, **mapping):
        new = compiled(xml)
        made = migrate(self.process, new, self.state, commands.Migrate(mapping, "2"), LATER)
        self.take(made)
        self.process, self.now = new, LATER
        return made.events

    def refused(self, xml, code="migration", **mapping):
        before = dump(self.state)
        with pytest.raises(Refused) as found:
            migrate(self.process, compiled(xml), self.state, commands.Migrate(mapping), LATER)
        assert dump(self.state) == before and found.value.code == code
        return str(found.value)

    @property
    def tasks(self):
        return [one.element for one in self.state.tasks.values()]


LINE = model('<startEvent id="s"/>' + user("a") + user("b") + '<endEvent id="e"/>', "s>a>b>e")
CHECKED = model(
    '<startEvent id="s"/>' + user("ask") + user("check") + user("b") + '<endEvent id="e"/>', "s>ask>check>b>e"
)


def test_migrate_an_open_task_keeps_its_key_and_goes_on_in_the_new_process():
    case = Case(LINE, {"n": 1})
    keys = list(case.state.tasks)
    events = case.migrate(CHECKED, a="ask")
    assert list(case.state.tasks) == keys and case.tasks == ["ask"]
    assert events == (ev.Migrated("p", {"p": "p", "a": "ask"}, {}, "2"),)
    case.complete("ask")
    assert case.tasks == ["check"]
    case.complete("check")
    case.complete("b")
    assert case.state.status == "completed"


def test_migrate_an_element_that_is_not_there_is_refused_by_name():
    case = Case(LINE)
    assert "'a': map it" in case.refused(CHECKED)
    assert "'b' is a userTask" not in case.refused(CHECKED)


def test_migrate_to_another_kind_of_element_is_refused():
    case = Case(LINE)
    other = model('<startEvent id="s"/>' + service("a") + user("b"), "s>a>b")
    assert "serviceTask" in case.refused(other)
    job = model('<startEvent id="s"/>' + service("w") + user("b"), "s>w>b")
    assert case.refused(job, a="w")


def test_migrate_to_a_process_of_another_id():
    case = Case(LINE)
    case.migrate(LINE.replace(b'<process id="p"', b'<process id="q"'))
    assert case.state.process == "q" and case.state.scopes[1].element == "q"
    case.complete("a")
    case.complete("b")
    assert case.state.status == "completed"


def test_migrate_a_job_keeps_its_key_and_retries():
    xml = model('<startEvent id="s"/>' + service("w", retries=2), "s>w")
    case = Case(xml)
    jobs = dict(case.state.jobs)
    case.migrate(xml.replace(b'"w"', b'"work2"'), w="work2", s_w="s_work2")
    assert [(key, job.retries) for key, job in case.state.jobs.items()] == [
        (key, job.retries) for key, job in jobs.items()
    ]
    case.do(commands.FailJob(next(iter(jobs)), "down", 1, LATER + HOUR))
    retry = next(iter(case.state.timers.values()))
    case.migrate(xml, work2="w")
    assert next(iter(case.state.timers.values())).due == retry.due
    case.now = LATER + HOUR
    case.do(commands.FireTimers())
    assert [job.element for job in case.state.jobs.values()] == ["w"]


def bounded(duration, id="late", host="a", extra=""):
    return model(
        '<startEvent id="s"/>' + user(host) + timer(id, "boundaryEvent", "timeDuration", duration, f'attachedToRef="{host}"') + user("w") + extra,
        f"s>{host}", f"{id}>w",
    )  # fmt: skip


def test_migrate_a_timer_keeps_its_instant_though_the_new_one_is_longer():
    case = Case(bounded("PT1H"))
    due = next(iter(case.state.timers.values())).due
    keys = list(case.state.timers)
    events = case.migrate(bounded("PT9H", "late2", "a2"), a="a2", late="late2")
    assert [type(one) for one in events] == [ev.Migrated]
    assert list(case.state.timers) == keys and next(iter(case.state.timers.values())).due == due == NOW + HOUR
    case.now = NOW + HOUR
    case.do(commands.FireTimers())
    assert case.tasks == ["w"]


def test_migrate_a_boundary_event_that_is_gone_is_withdrawn_and_a_new_one_is_set():
    case = Case(bounded("PT1H"))
    events = case.migrate(bounded("PT2H", "other"))
    assert [type(one) for one in events] == [ev.TimerWithdrawn, ev.Migrated, ev.TimerSet]
    assert [(one.element, one.due) for one in case.state.timers.values()] == [("other", LATER + 2 * HOUR)]


def test_migrate_a_timer_mapped_by_hand_to_something_unlike_is_refused():
    case = Case(bounded("PT1H"))
    assert "'b' is a userTask" in case.refused(bounded("PT1H", "late2", extra=user("b")), late="b")
    two = model(
        '<startEvent id="s"/>'
        + user("a")
        + user("z")
        + timer("late", "boundaryEvent", "timeDuration", "PT1H", 'attachedToRef="z"')
        + user("w"),
        "s>a>z",
        "late>w",
    )
    assert "another place" in case.refused(two, late="late")


def test_migrate_a_used_up_boundary_event_does_not_begin_again():
    keep = model(
        '<startEvent id="s"/>'
        + user("a")
        + timer("late", "boundaryEvent", "timeDuration", "PT1H", 'attachedToRef="a" cancelActivity="false"')
        + user("w"),
        "s>a",
        "late>w",
    )
    case = Case(keep)
    case.now = NOW + HOUR
    case.do(commands.FireTimers())
    assert case.tasks == ["a", "w"] and not case.state.timers
    case.migrate(keep)
    assert not case.state.timers


def received(name, key, id="r"):
    return model(
        f'<startEvent id="s"/><receiveTask id="{id}" messageRef="M"/>' + user("b"),
        f"s>{id}>b",
        roots=message("M", name, key),
    )


def test_migrate_a_subscription_stays_when_its_words_do_and_is_set_anew_when_not():
    case = Case(received("paid", "=x"), {"x": "1", "y": "2"})
    assert [type(one) for one in case.migrate(received("paid", "=x", "r2"), r="r2")] == [ev.Migrated]
    events = case.migrate(received("settled", "=y", "r2"))
    assert [type(one) for one in events] == [ev.MessageUnsubscribed, ev.Migrated, ev.MessageSubscribed]
    assert [(one.name, one.key) for one in case.state.subscriptions.values()] == [("settled", "2")]
    case.do(commands.CorrelateMessage("settled", "2"))
    assert case.tasks == ["b"]


def test_migrate_a_subscription_that_cannot_be_set_anew_is_refused():
    case = Case(received("paid", "=x"), {"x": "1"})
    assert "there is no 'y'" in case.refused(received("paid", "=y"))


def test_migrate_a_receive_task_that_is_gone_is_refused():
    case = Case(received("paid", "=x"), {"x": "1"})
    assert "map it" in case.refused(LINE)


JOIN = model(
    '<startEvent id="s"/><parallelGateway id="g"/><parallelGateway id="m"/>' + user("a") + user("b") + user("c"),
    "s>g", "g>a", "g>b", "a>m", "b>m", "m>c",
)  # fmt: skip


def test_migrate_a_waiting_join_maps_by_its_flows():
    case = Case(JOIN)
    case.complete("a")
    renamed = JOIN.replace(b'"m"', b'"n"').replace(b'"a_m"', b'"a_n"')
    assert "a token waits" in case.refused(renamed, m="n") and "map it" in case.refused(renamed)
    case.migrate(renamed, m="n", a_m="a_n")
    assert case.state.scopes[1].arrived == {"a_n": 1}
    case.complete("b")
    assert case.tasks == ["c"]


def test_migrate_a_join_that_has_all_its_tokens_now_goes_on():
    case = Case(JOIN.replace(b"</process>", b'<sequenceFlow id="z" sourceRef="c" targetRef="m"/></process>'))
    case.complete("a")
    case.complete("b")
    assert case.tasks == []
    case.migrate(JOIN)
    assert case.tasks == ["c"]


def test_migrate_two_waiting_flows_do_not_become_one():
    case = Case(JOIN)
    case.complete("a")
    assert "both become 'b'" in Case(JOIN).refused(JOIN, a="b")


SUB = '<subProcess id="{S}"><startEvent id="i"/>' + user("x") + '<sequenceFlow id="i_x" sourceRef="i" targetRef="x"/></subProcess>'  # fmt: skip


def sub(name="S"):
    return model('<startEvent id="s"/>' + SUB.replace("{S}", name) + user("b"), f"s>{name}>b")


def test_migrate_a_sub_process_outermost_first_and_never_into_another_one():
    case = Case(sub())
    case.migrate(sub("T"), S="T")
    assert case.tasks == ["x"]
    flat = model('<startEvent id="s"/>' + user("x") + user("b"), "s>x>b")
    assert "'T': map it" in case.refused(flat)
    deeper = model('<startEvent id="s"/><subProcess id="T"><startEvent id="o"/>' + SUB.replace("{S}", "U") + '<sequenceFlow id="o_U" sourceRef="o" targetRef="U"/></subProcess>' + user("b"), "s>T>b")  # fmt: skip
    assert "x: 'x' stands in another sub-process" in case.refused(deeper)
    case.complete("x")
    assert case.tasks == ["b"]


def test_migrate_gives_new_event_sub_processes_their_subscription():
    handler = '<subProcess id="h" triggeredByEvent="true"><startEvent id="hs" isInterrupting="false"><messageEventDefinition messageRef="M"/></startEvent>' + user("t") + '<sequenceFlow id="hs_t" sourceRef="hs" targetRef="t"/></subProcess>'  # fmt: skip
    more = model('<startEvent id="s"/>' + user("a") + user("b") + handler, "s>a>b", roots=message("M"))
    case = Case(LINE)
    case.migrate(more)
    case.do(commands.CorrelateMessage("M", "k"))
    assert case.tasks == ["a", "t"]
    case.do(commands.CorrelateMessage("M", "k"))
    assert case.tasks == ["a", "t", "t"]
    assert "'h': map it" in case.refused(LINE)


def test_migrate_takes_a_suspended_token_along():
    case = Case(service_line())
    case.do(commands.Suspend())
    case.do(commands.CompleteJob(next(iter(case.state.jobs))))
    assert case.state.moving
    case.migrate(service_line("v"), w_b="v_b")
    assert case.state.moving == [(1, "v_b")]
    case.do(commands.Resume())
    assert case.tasks == ["b"]


def test_migrate_a_moving_token_needs_its_flow():
    case = Case(service_line())
    case.do(commands.Suspend())
    case.do(commands.CompleteJob(next(iter(case.state.jobs))))
    assert "on its way on 'w_b'" in case.refused(service_line("v"))


def service_line(id="w"):
    return model('<startEvent id="s"/>' + service(id) + user("b"), f"s>{id}>b")


def test_migrate_an_incident_is_repaired_in_the_new_version():
    broken = model('<startEvent id="s"/>' + user("a") + user("b"), "s>a", "a>b: n > 5")
    case = Case(broken, {"n": 1})
    case.complete("a")
    incident = next(iter(case.state.incidents))
    case.migrate(model('<startEvent id="s"/>' + user("a") + user("b"), "s>a>b"))
    case.do(commands.ResolveIncident(incident))
    assert case.tasks == ["b"] and not case.state.incidents


def remembering(case, **memory):
    first = replay([*case.events, ev.Remembered(1, memory)])
    case.events.append(ev.Remembered(1, memory))
    case.state = first


def test_migrate_what_is_remembered_is_renamed_by_the_element_that_begins_its_key():
    case = Case(LINE)
    remembering(case, **{"a:count": 3, "a": "x"})
    case.migrate(CHECKED, a="ask")
    assert case.state.scopes[1].memory == {"ask:count": 3, "ask": "x"}


def test_migrate_what_is_remembered_for_a_lost_or_unknown_element_is_refused():
    case = Case(LINE)
    remembering(case, **{"b:count": 3})
    assert "'b'" in case.refused(model('<startEvent id="s"/>' + user("a"), "s>a"))
    remembering(case, **{"what:count": 3})
    assert "no element that is known" in case.refused(LINE)


def test_migrate_what_is_remembered_by_a_renamed_id_is_refused():
    case = Case(JOIN)
    remembering(case, **{"m:last": ["a_m"]})
    case.migrate(JOIN)
    renamed = JOIN.replace(b'"a_m"', b'"a_n"')
    assert "names 'a_m'" in case.refused(renamed, a_m="a_n")


def test_migrate_an_instance_that_has_ended_is_refused_and_so_is_the_plain_command():
    case = Case(LINE)
    with pytest.raises(Refused) as found:
        step(case.process, case.state, commands.Migrate(), NOW)
    assert found.value.code == "two_processes"
    case.do(commands.Cancel())
    case.refused(LINE, "ended")


def test_migrate_a_plan_tells_every_fate_and_keeps_nothing():
    case = Case(bounded("PT1H"))
    before = dump(case.state)
    plan = plan_migration(case.process, compiled(bounded("PT2H", "other")), case.state, {}, LATER)
    assert dump(case.state) == before and not plan.refused
    assert [(fate.what, fate.element, fate.outcome) for fate in plan.fates] == [
        ("instance", "p", "kept"), ("instance", "a", "kept"), ("timer", "late", "withdrawn"), ("new", "other", "set"),
    ]  # fmt: skip
    lost = plan_migration(case.process, compiled(CHECKED), case.state, {}, LATER)
    assert [(fate.element, bool(fate.reason)) for fate in lost.refused] == [("a", True)]


def test_migrate_the_default_mapping_is_equal_ids_of_equal_kind_and_place():
    old, new = (
        compiled(LINE),
        compiled(
            CHECKED.replace(b'<userTask id="b"', b'<manualTask id="b"').replace(
                b"</userTask><endEvent", b"</manualTask><endEvent"
            )
        ),
    )
    assert default_mapping(old, new) == {"p": "p", "s": "s", "e": "e"}
    assert default_mapping(old, old) == {key: key for key in old.nodes}


# --- elements that remember, watch or call ---


COMPLEX = model(
    '<startEvent id="s"/><parallelGateway id="g"/>' + user("a") + user("b") + user("c") + user("d")
    + '<complexGateway id="m"><activationCondition>=activationCount &gt;= 1</activationCondition></complexGateway>',
    "s>g", "g>a", "g>b", "g>c", "a>m", "b>m", "c>m", "m>d",
)  # fmt: skip


def test_migrate_a_complex_join_that_waits_for_its_reset_keeps_what_started_it():
    case = Case(COMPLEX)
    case.complete("a")
    assert case.state.scopes[1].memory == {"m:seen": ["a_m"]}
    renamed = COMPLEX.replace(b'"m"', b'"n"').replace(b'_m"', b'_n"')
    assert "does not lead there" in case.refused(renamed, m="n")
    case.migrate(renamed, m="n", a_m="a_n", b_m="b_n", c_m="c_n")
    assert case.state.scopes[1].memory == {"n:seen": ["a_n"]}
    case.complete("b")
    case.complete("c")
    assert case.tasks == ["d"]


def test_migrate_an_inclusive_join_looks_again_at_what_can_still_come():
    def xml(last):
        return model(
            '<startEvent id="s"/><parallelGateway id="g"/><inclusiveGateway id="m"/>' + user("a") + user("b") + user("c") + user("d"),
            "s>g", "g>a", "g>b", "a>m", "m>c", last,
        )  # fmt: skip

    case = Case(xml("b>m"))
    case.complete("a")
    assert case.tasks == ["b"]
    case.migrate(xml("b>d"))
    assert case.tasks == ["b", "c"]


def gate(events, *lines):
    return model(
        '<startEvent id="s"/><eventBasedGateway id="g"/>' + events + user("u") + user("v"), "s>g", *lines,
        roots=message("M"),
    )  # fmt: skip


HOURLY = timer("t", "intermediateCatchEvent", "timeDuration", "PT1H")
DAILY = timer("d", "intermediateCatchEvent", "timeDuration", "P1D")
PAID = '<intermediateCatchEvent id="r"><messageEventDefinition messageRef="M"/></intermediateCatchEvent>'


def test_migrate_an_event_based_gateway_keeps_drops_and_takes_on_events():
    case = Case(gate(HOURLY + DAILY + PAID, "g>t", "g>d", "g>r", "t>u", "d>u", "r>v"))
    timers = dict(case.state.timers)
    case.migrate(gate(HOURLY + DAILY, "g>t", "g>d", "t>u", "d>u"))
    assert case.state.timers == timers and not case.state.subscriptions
    case.migrate(gate(HOURLY + PAID, "g>t", "g>r", "t>u", "r>v"))
    assert [one.element for one in case.state.timers.values()] == ["t"] and len(case.state.subscriptions) == 1
    case.do(commands.CorrelateMessage("M", "k"))
    assert case.tasks == ["v"] and not case.state.timers


def watching(condition):
    event = f'<boundaryEvent id="c" attachedToRef="a" cancelActivity="false"><conditionalEventDefinition><condition>={condition}</condition></conditionalEventDefinition></boundaryEvent>'
    return model('<startEvent id="s"/>' + user("a") + event + user("w"), "s>a", "c>w")


def test_migrate_a_watched_condition_stays_and_one_with_other_words_is_examined_at_once():
    case = Case(watching("n &gt; 5"), {"n": 1})
    conditions = dict(case.state.conditions)
    case.migrate(watching("n &gt; 5"))
    assert case.state.conditions == conditions
    before, old = case.state, case.process
    events = case.migrate(watching("n = 2"))
    case.take(migrate_back(old, case.state, before, events, LATER))
    assert list(case.state.conditions.values()) == list(conditions.values())
    case.process = old
    case.migrate(watching("n = 1"))
    assert case.tasks == ["a", "w"]


def both(name):
    event = '<intermediateCatchEvent id="m" parallelMultiple="true"><messageEventDefinition messageRef="M"/><signalEventDefinition signalRef="G"/></intermediateCatchEvent>'
    return model(
        '<startEvent id="s"/>' + event + user("u"),
        "s>m>u",
        roots=message("M", name) + '<signal id="G" name="G"/>',
    )


def test_migrate_a_parallel_multiple_event_remembers_what_has_come():
    case = Case(both("paid"))
    case.do(commands.BroadcastSignal("G", {"by": "x"}))
    case.migrate(both("settled"))
    assert [one.name for one in case.state.subscriptions.values()] == ["settled"]
    case.do(commands.CorrelateMessage("settled", "k"))
    assert case.tasks == ["u"]


def called(id, task, start):
    flow = f'<sequenceFlow id="{start}_{task}" sourceRef="{start}" targetRef="{task}"/>'
    return f'<process id="{id}" isExecutable="true"><startEvent id="{start}"/>{user(task)}{flow}</process>'.encode()


def calling(calls, *processes):
    xml = model(f'<startEvent id="s"/><callActivity id="c" calledElement="{calls}"/>' + user("b"), "s>c>b")
    return xml.replace(b"</definitions>", b"".join(processes) + b"</definitions>")


def test_migrate_a_called_process_goes_on_inside_its_caller():
    case = Case(calling("q", called("q", "x", "i")))
    assert case.tasks == ["x"]
    longer = calling("q", called("q", "y", "i"))
    assert "'x': map it" in case.refused(longer)
    case.migrate(longer, x="y")
    case.migrate(calling("r", called("r", "z", "j")), q="r", y="z")
    case.complete("z")
    assert case.tasks == ["b"]


def test_migrate_a_caller_that_calls_another_process_is_refused():
    case = Case(calling("q", called("q", "x", "i")))
    other = calling("r", called("r", "z", "j"), called("q", "x", "i"))
    other = other.replace(b"</process>", b'<callActivity id="c2" calledElement="q"/></process>', 1)
    assert "the call activity calls another process than 'q'" in case.refused(other)


EACH = (
    '<multiInstanceLoopCharacteristics isSequential="{0}">'
    + ext('<zeebe:loopCharacteristics inputCollection="=items" inputElement="item"/>')
    + "</multiInstanceLoopCharacteristics>"
)


def each(id="a", sequential="false", loop=EACH):
    return model('<startEvent id="s"/>' + user(id, loop.format(sequential)) + user("b"), f"s>{id}>b")


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_migrate_a_multi_instance_goes_on_with_its_rounds(sequential):
    case = Case(each("a", sequential), {"items": ["a", "b", "c"]})
    case.complete("a")
    case.migrate(each("a2", sequential), a="a2")
    case.complete("a2")
    case.complete("a2")
    assert case.tasks == ["b"]


def test_migrate_to_another_kind_of_loop_is_refused():
    case = Case(each(), {"items": ["x"]})
    assert "'a' is a sequential multi-instance userTask, not a parallel" in case.refused(
        each(sequential="true")
    )
    assert "'a' is a userTask" in case.refused(each(loop=""))
    assert "looping" in case.refused(each(loop='<standardLoopCharacteristics loopMaximum="2"/>'))


def test_migrate_a_standard_loop_goes_on_with_its_count():
    loop = '<standardLoopCharacteristics loopMaximum="2"/>'
    case = Case(each(loop=loop))
    case.complete("a")
    case.migrate(each("z", loop=loop), a="z")
    case.complete("z")
    assert case.tasks == ["b"]


def undoing(done="a", undo="u"):
    boundary = f'<boundaryEvent id="c" attachedToRef="{done}"><compensateEventDefinition/></boundaryEvent><association id="as" sourceRef="c" targetRef="{undo}"/>'
    handler = user(undo, attributes='isForCompensation="true"')
    throw = '<intermediateThrowEvent id="t"><compensateEventDefinition/></intermediateThrowEvent>'
    return model(
        '<startEvent id="s"/>' + user(done) + boundary + handler + user("w") + throw + '<endEvent id="e"/>',
        f"s>{done}>w>t>e",
    )


def test_migrate_what_can_be_compensated_stays_so_or_is_refused():
    case = Case(undoing())
    case.complete("a")
    assert "'d': map it" not in case.refused(undoing("d", "v")) and "'a': map it" in case.refused(
        undoing("d", "v")
    )
    case.migrate(undoing("d", "v"), a="d", c="c")
    case.complete("w")
    assert case.tasks == ["v"]
    case.complete("v")
    assert case.state.status == "completed"


# --- the way back ---


def test_migrate_back_restores_keys_instants_and_subscriptions():
    case = Case(bounded("PT1H"))
    before, old = case.state, case.process
    events = case.migrate(bounded("PT2H", "other", "a2"), a="a2")
    made = migrate_back(old, case.state, before, events, LATER + HOUR)
    case.take(made)
    assert case.state.tasks == before.tasks and case.state.scopes == before.scopes
    assert list(case.state.timers.values()) == list(before.timers.values())
    assert any(isinstance(one, ev.Migrated) and one.back for one in made.events)


def test_migrate_back_is_refused_once_something_happened():
    case = Case(LINE)
    before, old = case.state, case.process
    events = case.migrate(CHECKED, a="ask")
    case.complete("ask")
    with pytest.raises(Refused) as found:
        migrate_back(old, case.state, before, events, LATER)
    assert found.value.code == "happened"


def test_migrate_back_is_refused_when_the_migration_itself_moved_tokens():
    case = Case(JOIN.replace(b"</process>", b'<sequenceFlow id="z" sourceRef="c" targetRef="m"/></process>'))
    case.complete("a")
    case.complete("b")
    before, old = case.state, case.process
    events = case.migrate(JOIN)
    with pytest.raises(Refused) as found:
        migrate_back(old, case.state, before, events, LATER)
    assert found.value.code == "moved"


# --- properties ---


def test_migrate_reaches_every_table_of_the_state_that_names_elements():
    assert set(TABLES) >= {"scopes", "tasks", "jobs", "timers", "subscriptions", "incidents"}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BLOCKS, st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=10))
def test_migrate_to_an_equal_process_leaves_an_equal_state(block, choices):
    process = process_of(block)
    made = step(process, None, commands.StartProcess({"n": 1}), NOW)
    state, now = made.state, NOW
    for choice, value in choices:
        now += timedelta(hours=value)
        if state.status != "active":
            return
        carried = migrate(process, process_of(block), state, commands.Migrate(), now)
        assert carried.state == state and [type(one) for one in carried.events] == [ev.Migrated]
        assert not plan_migration(process, process, state, default_mapping(process, process), now).refused
        back = migrate_back(process, carried.state, state, carried.events, now)
        assert back.state == state
        try:
            state = step(process, carried.state, some_command(state, choice, value), now).state
        except Refused:
            continue


def watched(condition, event="c"):
    definition = (
        f"<conditionalEventDefinition><condition>={condition}</condition></conditionalEventDefinition>"
    )
    return model(
        f'<startEvent id="s"/><intermediateCatchEvent id="{event}">{definition}</intermediateCatchEvent>'
        + user("b"),
        f"s>{event}>b",
    )


def test_migrate_a_watched_condition_stays_when_its_words_do_and_is_examined_anew_when_not():
    case = Case(watched("x > 5"), {"x": 3})
    assert [type(one) for one in case.migrate(watched("x > 5", "d"), c="d")] == [ev.Migrated]
    assert [one.element for one in case.state.conditions.values()] == ["d"]
    case.migrate(watched("x > 2", "d"))
    assert case.tasks == ["b"] and not case.state.conditions


def several(*names):
    roots = "".join(message(name) for name in ("A", "B", "C"))
    inner = "".join(f'<messageEventDefinition messageRef="{name}"/>' for name in names)
    inner += "<timerEventDefinition><timeDuration>PT5H</timeDuration></timerEventDefinition>"
    event = f'<intermediateCatchEvent id="c">{inner}</intermediateCatchEvent>'
    return model('<startEvent id="s"/>' + event + user("b"), "s>c>b", roots=roots)


def test_migrate_an_event_of_several_triggers_goes_over_as_a_whole():
    case = Case(several("A", "B"))
    case.migrate(several("A", "C"))
    assert [one.name for one in case.state.subscriptions.values()] == ["A", "C"]
    assert len(case.state.timers) == 1
    assert "a message and timer intermediateCatchEvent" in case.refused(several("A"))


def test_migrate_an_endless_loop_names_its_incident_anew():
    def xml(task):
        return model(f'<startEvent id="s"/><exclusiveGateway id="x"/><task id="{task}"/>', f"s>x>{task}>x")

    case = Case(xml("t"))
    place = case.state.moving[0][1]
    case.migrate(xml("z"), t="z", x_t="x_z", t_x="z_x")
    assert case.state.moving[0][1] == {"x_t": "x_z", "t_x": "z_x"}[place]
    assert next(iter(case.state.incidents.values())).element in {"x", "z"}
    assert case.state.halted
