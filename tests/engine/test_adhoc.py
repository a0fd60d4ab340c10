"""Ad-hoc sub-processes: X-ADHOC-01 to X-ADHOC-04, C8-ADHOC-01 and the micro-case X-CASE-26."""

import pytest

from backend.engine import Refused, commands
from backend.engine import events as ev
from tests.engine.looping import boundary, careful, local, mended, multi, over, sub, until
from tests.engine.models import (
    HOUR,
    NOW,
    ext,
    flows,
    io,
    message,
    open_tasks,
    passed,
    raised,
    script,
    service,
    state,
    timer,
    user,
)  # fmt: skip

XYZ = user("X") + user("Y") + user("Z")


def adhoc(nodes, *lines, condition="", attributes="", zeebe="", more=""):
    head = ext(f"<zeebe:adHoc {zeebe}/>" + more) if zeebe or more else ""
    tail = until(condition) if condition else ""
    return f'<adHocSubProcess id="A" {attributes}>{head}{nodes}{flows(*lines)}{tail}</adHocSubProcess>'


def case(condition="", attributes="", zeebe="", nodes=XYZ, lines=("Y>Z",), **variables):
    whole = adhoc(nodes, *lines, condition=condition, attributes=attributes, zeebe=zeebe) + user("end")
    return careful(whole, "s>A>end", **variables)


def key_of(host, element="A"):
    return next(key for key, scope in state(host).scopes.items() if scope.element == element)


def activate(host, element):
    host.do(1, commands.ActivateAdHoc(key_of(host), element))


# --- X-ADHOC-01 ---


def test_X_ADHOC_01_all_that_no_flow_leads_to_begins_once_in_document_order():
    host = case()
    assert open_tasks(host) == ["X", "Y"]
    host.complete(1, "Y")
    assert open_tasks(host) == ["X", "Z"], "flows inside are followed as usual"


def test_X_ADHOC_01_more_by_command_as_often_as_wanted():
    host = case()
    activate(host, "X")
    activate(host, "X")
    assert open_tasks(host) == ["X", "Y", "X", "X"]
    for element in ("X", "Y", "X", "Z", "X"):
        assert "end" not in open_tasks(host)
        host.complete(1, element)
    assert open_tasks(host) == ["end"]


@pytest.mark.parametrize(
    ("element", "code"), [("Z", "no_element"), ("end", "no_element"), ("no", "no_element")]
)
def test_X_ADHOC_01_what_a_flow_leads_to_or_is_not_inside_is_refused(element, code):
    with pytest.raises(Refused) as refused:
        activate(case(), element)
    assert refused.value.code == code


def test_X_ADHOC_01_nothing_begins_in_what_is_no_ad_hoc_or_suspended_or_over():
    host = case(condition="done", attributes='cancelRemainingInstances="false"')
    for key in (1, 99, key_of(host, "X")):
        with pytest.raises(Refused) as refused:
            host.do(1, commands.ActivateAdHoc(key, "X"))
        assert refused.value.code == "no_scope"
    host.do(1, commands.Suspend())
    with pytest.raises(Refused) as refused:
        activate(host, "X")
    assert refused.value.code == "suspended"
    host.do(1, commands.Resume())
    host.complete(1, "X", {"done": True})
    with pytest.raises(Refused) as refused:
        activate(host, "X")
    assert refused.value.code == "ended"


# --- C8-ADHOC-01 ---


def test_C8_ADHOC_01_exactly_the_active_elements_begin():
    host = case(zeebe='activeElementsCollection="=wanted"', wanted=["Y"])
    assert open_tasks(host) == ["Y"]
    host = case(zeebe='activeElementsCollection="=wanted"', wanted=[])
    assert open_tasks(host) == ["end"]


@pytest.mark.parametrize("wanted", [["no"], ["X", 1], ["Z"], "X", None])
def test_C8_ADHOC_01_an_unknown_active_element_is_an_incident_that_can_be_repaired(wanted):
    host = case(zeebe='activeElementsCollection="=wanted"', wanted=wanted)
    assert raised(host) == [("A", "loop")] and open_tasks(host) == []
    mended(host, wanted=["X"])
    assert open_tasks(host) == ["X"] and raised(host) == []


def test_C8_ADHOC_01_outputs_are_collected_in_completion_order():
    host = case(zeebe='outputCollection="all" outputElement="=said"')
    assert local(host, "all") == [[]]
    for element in ("Y", "Z", "X"):
        host.complete(1, element, {"said": element})
    assert state(host).variables["all"] == ["Y", "Z", "X"] and open_tasks(host) == ["end"]


def test_C8_ADHOC_01_a_failing_output_is_an_incident_at_the_activity():
    host = case(zeebe='outputCollection="all" outputElement="=1 + said"', said="text")
    host.complete(1, "X")
    assert raised(host) == [("X", "mapping")] and local(host, "all") == [[]]
    mended(host, said=1)
    assert local(host, "all") == [[2]] and open_tasks(host) == ["Y"]


def test_C8_ADHOC_01_the_condition_sees_what_was_collected():
    host = case(condition="count(all) = 2", zeebe='outputCollection="all" outputElement="=1"')
    host.complete(1, "X")
    host.complete(1, "Y")
    assert open_tasks(host) == ["end"] and state(host).variables["all"] == [1, 1]


# --- X-ADHOC-02 ---


def test_X_CASE_26_sequential_one_at_a_time_with_what_follows():
    host = case(attributes='ordering="Sequential"')
    for element in ("X", "Y", "Z", "end"):
        assert open_tasks(host) == [element]
        host.complete(1, element)
    assert state(host).status == "completed"


def test_X_ADHOC_02_what_is_activated_waits_its_turn():
    host = case(attributes='ordering="Sequential"')
    activate(host, "X")
    for element in ("X", "Y", "Z", "X", "end"):
        assert open_tasks(host) == [element]
        host.complete(1, element)


def test_X_ADHOC_02_a_sequence_ends_when_its_condition_is_true():
    host = case("done", 'ordering="Sequential"')
    host.complete(1, "X", {"done": False})
    host.complete(1, "Y", {"done": True})
    assert open_tasks(host) == ["end"], "Z, which follows Y, is new work"


# --- X-ADHOC-03, X-ADHOC-04 ---


def test_X_CASE_26_condition_with_cancelRemainingInstances():
    host = case("done")
    events = host.complete(1, "X", {"done": True})
    assert open_tasks(host) == ["end"]
    assert [one.element for one in events if isinstance(one, ev.ElementTerminated)] == ["Y"]
    host = case("done", 'cancelRemainingInstances="false"')
    host.complete(1, "X", {"done": True})
    assert open_tasks(host) == ["Y"]
    host.complete(1, "Y", {"done": False})
    assert open_tasks(host) == ["end"], "and not Z"


def test_X_ADHOC_03_a_condition_that_is_not_true_lets_more_work_come():
    host = case("n >= 3", lines=("Y>Z",), n=0)
    for number, element in enumerate(("X", "Y"), 1):
        host.complete(1, element, {"n": number})
    assert open_tasks(host) == ["Z"]
    host.complete(1, "Z", {"n": 1})
    assert open_tasks(host) == [] and state(host).status == "active", "it is for people to choose more"
    activate(host, "X")
    host.complete(1, "X", {"n": 3})
    assert open_tasks(host) == ["end"]


def test_X_ADHOC_03_a_failing_condition_is_an_incident_at_the_activity():
    host = case("n > 1", n="text")
    host.complete(1, "X")
    assert raised(host) == [("X", "condition")] and open_tasks(host) == ["Y"]
    mended(host, n=2)
    assert open_tasks(host) == ["end"] and raised(host) == []


def test_X_ADHOC_03_activities_that_take_no_time_count_too():
    nodes = script("X", "n + 1", "n") + '<manualTask id="M"/>' + user("Y") + script("W", "n + 10", "n")
    host = case("n = 1", nodes=nodes, lines=("X>W",), n=0)
    assert open_tasks(host) == ["end"] and state(host).variables["n"] == 1
    assert passed(host, "X") == 1 and passed(host, "W") == 0


def test_X_ADHOC_03_tokens_at_a_join_inside_end_with_the_rest():
    nodes = XYZ + '<parallelGateway id="j"/>' + user("W")
    host = case("done", 'cancelRemainingInstances="false"', nodes=nodes, lines=("X>j", "Y>j", "j>W"))
    host.complete(1, "X", {"done": False})
    assert state(host).scopes[key_of(host)].arrived == {"X_j": 1}
    host.complete(1, "Z", {"done": True})
    assert open_tasks(host) == ["Y"] and not state(host).scopes[key_of(host)].arrived
    host.complete(1, "Y")
    assert open_tasks(host) == ["end"]


def test_X_ADHOC_03_an_event_inside_leads_to_nothing_new_when_it_is_over():
    nodes = user("X") + timer("T", "intermediateCatchEvent", "timeDuration", "PT1H") + user("Z")
    host = case("done", 'cancelRemainingInstances="false"', nodes=nodes, lines=("T>Z",))
    host.complete(1, "X", {"done": True})
    assert open_tasks(host) == [] and len(state(host).timers) == 1
    host.advance(NOW + HOUR)
    assert open_tasks(host) == ["end"]


def test_X_ADHOC_04_without_condition_it_completes_when_nothing_is_active():
    host = case()
    for element in ("X", "Y"):
        host.complete(1, element)
    assert open_tasks(host) == ["Z"]
    host.complete(1, "Z")
    assert open_tasks(host) == ["end"]


# --- with everything else ---


def test_an_ad_hoc_sub_process_has_boundary_events_mappings_and_handlers():
    handler = sub(
        "H", '<startEvent id="h" isInterrupting="false"><messageEventDefinition messageRef="M"/></startEvent>'
        + user("hu"), "h>hu", attributes='triggeredByEvent="true"',
    )  # fmt: skip
    whole = adhoc(
        user("X") + user("Y") + handler, condition="done", more=io("in n = 1", "out result = n + 1")
    )
    whole += boundary("b", "A", "<errorEventDefinition/>") + user("caught") + user("end")
    host = careful(whole, "s>A>end", "b>caught", roots=message("M"))
    assert open_tasks(host) == ["X", "Y"], "an event sub-process does not begin by itself"
    host.publish("M", "k")
    host.complete(1, "X", {"done": True})
    assert open_tasks(host) == ["hu"], "Y is terminated, the running handler is waited for"
    host.complete(1, "hu")
    assert open_tasks(host) == ["end"] and state(host).variables["result"] == 2
    host = careful(whole, "s>A>end", "b>caught", roots=message("M"))
    host.do(1, commands.ThrowError(next(iter(state(host).tasks)), "E1"))
    assert open_tasks(host) == ["caught"] and len(state(host).scopes) == 2


def test_a_multi_instance_inside_counts_as_one_activity():
    nodes = user("X", multi(over())) + user("Y")
    host = case("done", nodes=nodes, lines=(), items=[1, 2], done=False)
    host.complete(1, "X", {"done": True})
    assert open_tasks(host) == ["Y", "X"]
    host.complete(1, "X")
    assert open_tasks(host) == ["end"]


def test_an_ad_hoc_sub_process_in_a_multi_instance():
    whole = adhoc(XYZ, "Y>Z", condition="item = 1", attributes='ordering="Sequential"').replace(
        "</adHocSubProcess>", multi(over()) + "</adHocSubProcess>"
    )
    host = careful(whole + user("end"), "s>A>end", items=[1, 2])
    host.complete(1, "X")
    assert open_tasks(host) == ["X"]
    for element in ("X", "Y", "Z"):
        host.complete(1, element)
    assert open_tasks(host) == []
    key = max(key for key, scope in state(host).scopes.items() if scope.element == "A")
    host.do(1, commands.UpdateVariables(key, {"item": 1}))
    host.do(1, commands.ActivateAdHoc(key, "X"))
    host.complete(1, "X")
    assert open_tasks(host) == ["end"]


def test_jobs_inside_fail_and_are_repaired():
    host = case("ok", nodes=service("X") + user("Y"), lines=())
    (job,) = state(host).jobs
    host.do(1, commands.FailJob(job, "down", 0))
    mended(host)
    host.complete(1, "X", {"ok": True})
    assert open_tasks(host) == ["end"]


def test_what_completed_inside_is_compensated_inside_and_from_outside():
    undo = '<association id="as" sourceRef="b" targetRef="U"/>' + user("U", "", 'isForCompensation="true"')
    throw = "<{0} id='t'><compensateEventDefinition/></{0}>"
    nodes = user("X") + boundary("b", "X", "<compensateEventDefinition/>") + undo + user("Y")
    inside = nodes + throw.format("intermediateThrowEvent") + user("Z")
    host = careful(adhoc(inside, "Y>t>Z") + user("end"), "s>A>end")
    assert open_tasks(host) == ["X", "Y"], "what compensates does not begin by itself"
    for element in ("X", "Y", "U", "Z"):
        host.complete(1, element)
    assert open_tasks(host) == ["end"]
    host = careful(adhoc(nodes) + throw.format("endEvent"), "s>A>t")
    for element in ("X", "Y", "U"):
        host.complete(1, element)
    assert state(host).status == "completed"
