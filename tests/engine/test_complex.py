# ruff: noqa: E501  (models stand on one line each)
"""The complex gateway: rules X-CPLX-01 to X-CPLX-05, X-CASE-07 and X-CASE-08."""

from backend.engine import commands, dump, load, replay
from tests.engine.models import hosted, model, open_tasks, passed, raised, state, user

ABC = "".join(map(user, "abc"))
SPLIT = '<startEvent id="s"/><parallelGateway id="g"/>' + ABC


def gate(condition="", attributes=""):
    text = condition.replace("<", "&lt;").replace(">", "&gt;")
    inner = f"<activationCondition>={text}</activationCondition>" if condition else ""
    return f'<complexGateway id="k" {attributes}>{inner}</complexGateway>'


def three(condition, *outgoing, more="", attributes=""):
    """Three tasks a, b, c into the gateway k, and the tasks behind it."""
    lines = ("s>g", "g>a>k", "g>b>k", "g>c>k", *outgoing)
    return model(SPLIT + gate(condition, attributes) + more + user("z") + user("y"), *lines)


def stored(host):
    instance = host.instances[1]
    assert replay(instance.events) == instance.state
    instance.state = load(dump(instance.state))


def remembered(host):
    return state(host).scopes[1].memory if 1 in state(host).scopes else {}


def test_X_CPLX_01_X_CASE_07_waits_starts_resets_and_can_start_again():
    host = hosted(three("activationCount >= 2", "k>z"))
    host.complete(1, "b")
    stored(host)
    assert open_tasks(host) == ["a", "c"]
    host.complete(1, "c")
    assert open_tasks(host) == ["a", "z"] and remembered(host) == {"k:seen": ["b_k", "c_k"]}
    stored(host)
    host.complete(1, "z")
    assert state(host).status == "active"
    host.complete(1, "a")
    assert open_tasks(host) == [] and passed(host, "z") == 1, "the third is consumed without output"
    assert state(host).status == "completed"
    stored(host)


def test_X_CPLX_01_a_second_wave_in_a_loop_starts_it_again():
    xml = model(
        SPLIT + gate("activationCount >= 2") + '<exclusiveGateway id="m"/><exclusiveGateway id="x" default="x_z"/><parallelGateway id="q"/>' + user("z") + user("y"),
        "s>m", "m>g", "g>a>k", "g>b>k", "g>c>k", "k>x", "x>m: again", "x>z",
    ).replace(b'<parallelGateway id="q"/>', b"")  # fmt: skip
    host = hosted(xml, {"again": True})
    host.complete(1, "a")
    host.complete(1, "b")
    assert open_tasks(host) == ["c", "a", "b", "c"]
    host.complete(1, "c")
    assert remembered(host) == {}, "nothing can come any more without passing it: the first wave is over"
    host.complete(1, "a", {"again": False})
    assert passed(host, "x") == 1
    host.complete(1, "b")
    assert passed(host, "x") == 2 and open_tasks(host) == ["c", "z"]


def test_X_CPLX_01_conditions_see_the_state_the_counts_and_each_flow():
    host = hosted(three("waitingForStart and c_k = 1 and a_k + b_k > 0 and activationCount = 2", "k>z"))
    host.complete(1, "a")
    host.complete(1, "c")
    assert open_tasks(host) == ["b", "z"]
    host = hosted(
        three("c_k = 1", "k>z: activationCount = 2 and c_k = 1 and b_k = 0", "k>y: waitingForStart")
    )
    host.complete(1, "a")
    host.complete(1, "c")
    assert open_tasks(host) == ["b", "z", "y"]


def test_X_CPLX_01_tokens_that_wait_see_data_that_change():
    host = hosted(three("activationCount >= needed", "k>z"), {"needed": 3})
    host.complete(1, "a")
    host.complete(1, "b")
    assert open_tasks(host) == ["c"]
    host.do(1, commands.UpdateVariables(1, {"needed": 2}))
    assert open_tasks(host) == ["c", "z"]


def test_X_CPLX_01_a_condition_that_fails_is_an_incident_that_can_be_repaired():
    host = hosted(
        three('activationCount >= needed + "x"', "k>z").replace(b'+ "x"', b"+ 0"), {"needed": "text"}
    )
    host.complete(1, "a")
    assert raised(host) == [("k", "condition")] and open_tasks(host) == ["b", "c"]
    stored(host)
    host.do(1, commands.UpdateVariables(1, {"needed": 1}))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert open_tasks(host) == ["b", "c", "z"] and not raised(host)


def test_X_CPLX_02_conditions_of_the_first_phase_and_an_incident_when_none_is_true():
    xml = three("activationCount >= 2", "k>z: x > 1", "k>y: x > 2")
    host = hosted(xml, {"x": 2})
    host.complete(1, "a")
    host.complete(1, "b")
    assert open_tasks(host) == ["c", "z"]
    host = hosted(xml, {"x": 0})
    host.complete(1, "a")
    host.complete(1, "b")
    assert raised(host) == [("k", "condition")]
    host.complete(1, "c")
    stored(host)
    host.do(1, commands.UpdateVariables(1, {"x": 9}))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert open_tasks(host) == ["z", "y"] and not raised(host)


def test_X_CPLX_02_the_default_when_none_is_true():
    host = hosted(three("activationCount >= 2", "k>z: false", "k>y", attributes='default="k_y"'))
    host.complete(1, "a")
    host.complete(1, "b")
    assert open_tasks(host) == ["c", "y"]
    host.complete(1, "c")
    assert open_tasks(host) == ["y"], "X-CPLX-04: not at the reset"


def test_X_CPLX_03_it_resets_when_the_last_token_can_no_longer_come():
    xml = model(
        SPLIT + gate("activationCount >= 2") + '<exclusiveGateway id="x" default="x_y"/>' + user("z") + user("y"),
        "s>g", "g>a>k", "g>b>k", "g>c>x", "x>k: come", "x>y", "k>z",
    )  # fmt: skip
    host = hosted(xml, {"come": False})
    host.complete(1, "a")
    host.complete(1, "b")
    assert remembered(host)
    host.complete(1, "c")
    assert remembered(host) == {} and open_tasks(host) == ["z", "y"]


def test_X_CPLX_04_X_CASE_08_a_condition_decides_which_phase_gives_a_token():
    host = hosted(three("activationCount >= 2", "k>z", "k>y: waitingForStart = false"))
    host.complete(1, "a")
    host.complete(1, "b")
    assert open_tasks(host) == ["c", "z"]
    stored(host)
    host.complete(1, "c")
    assert open_tasks(host) == ["z", "y"] and passed(host, "k") == 2


def test_X_CPLX_04_nothing_is_produced_when_nothing_was_consumed():
    xml = model(
        SPLIT + gate("activationCount >= 2") + '<exclusiveGateway id="x" default="x_e"/><endEvent id="e"/>' + user("z") + user("y"),
        "s>g", "g>a>k", "g>b>k", "g>c>x", "x>k: come", "x>e", "k>z", "k>y: waitingForStart = false",
    )  # fmt: skip
    host = hosted(xml, {"come": False})
    for task in "abc":
        host.complete(1, task)
    assert open_tasks(host) == ["z"] and passed(host, "k") == 1


def test_X_CPLX_04_a_condition_that_fails_at_the_reset_is_an_incident_of_the_reset():
    host = hosted(
        three("activationCount >= 2", "k>z", "k>y: if waitingForStart then false else x > 1"), {"x": "text"}
    )
    for task in "abc":
        host.complete(1, task)
    assert raised(host) == [("k", "condition")] and open_tasks(host) == ["z"]
    stored(host)
    host.do(1, commands.UpdateVariables(1, {"x": 2}))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert open_tasks(host) == ["z", "y"] and not raised(host)


def test_X_CPLX_04_more_tokens_on_a_flow_that_started_it_wait_for_the_next_start():
    xml = model(
        SPLIT + gate("activationCount >= 2") + '<exclusiveGateway id="m"/>' + user("d") + user("z"),
        "s>g", "g>a>m", "g>d>m", "m>k", "g>b>k", "g>c>k", "k>z",
    )  # fmt: skip
    host = hosted(xml)
    host.complete(1, "a")
    host.complete(1, "b")
    host.complete(1, "d")
    assert state(host).scopes[1].arrived == {"m_k": 1} and passed(host, "k") == 1
    host.complete(1, "c")
    assert state(host).scopes[1].arrived == {"m_k": 1} and passed(host, "k") == 2
    assert remembered(host) == {} and open_tasks(host) == ["z"]


def test_X_CPLX_05_without_condition_the_first_token_and_no_other():
    host = hosted(three("", "k>z"))
    host.complete(1, "c")
    assert open_tasks(host) == ["a", "b", "z"]
    host.complete(1, "a")
    host.complete(1, "b")
    assert passed(host, "k") == 2 and open_tasks(host) == ["z"]
    host.complete(1, "z")
    assert state(host).status == "completed"


def test_X_CPLX_02_with_one_way_in_it_splits_as_an_inclusive_gateway():
    xml = model(
        '<startEvent id="s"/><complexGateway id="k" default="k_c"/>' + ABC,
        "s>k", "k>a: x > 1", "k>b: x > 2 and waitingForStart and activationCount = 1", "k>c",
    )  # fmt: skip
    assert open_tasks(hosted(xml, {"x": 3})) == ["a", "b"]
    assert open_tasks(hosted(xml, {"x": 0})) == ["c"]


def test_X_CPLX_03_X_INCL_06_joins_that_wait_for_each_other_are_an_incident():
    xml = model(
        SPLIT + gate() + '<inclusiveGateway id="j"/><exclusiveGateway id="x" default="x_k"/>' + user("z") + user("y") + user("w"),
        "s>g", "g>a>k", "g>b>k", "k>z: waitingForStart", "k>y: waitingForStart = false", "y>j", "g>c>j", "j>x", "x>k", "x>w: out",
    )  # fmt: skip
    host = hosted(xml, {"out": True})
    for task in "abc":
        host.complete(1, task)
    assert raised(host) == [("k", "deadlock")] and open_tasks(host) == ["z"]
    stored(host)
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert raised(host) == [("k", "deadlock")]
    host.do(1, commands.Modify(remove=("j",)))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert open_tasks(host) == ["z", "y"] and not raised(host)


def test_X_INCL_06_a_complex_gateway_that_its_data_may_start_is_no_deadlock():
    xml = model(
        SPLIT + gate("activationCount >= needed") + '<inclusiveGateway id="j"/><exclusiveGateway id="x" default="x_k"/>' + user("z") + user("y"),
        "s>g", "g>a>k", "g>b>k", "k>y>j", "g>c>j", "j>x", "x>k", "x>z: true",
    )  # fmt: skip
    host = hosted(xml, {"needed": 9})
    for task in "abc":
        host.complete(1, task)
    assert not raised(host) and open_tasks(host) == []
    host.do(1, commands.UpdateVariables(1, {"needed": 2}))
    host.complete(1, "y")
    assert open_tasks(host) == ["z"] and passed(host, "j") == 1
