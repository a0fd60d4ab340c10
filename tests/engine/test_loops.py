"""Standard loops: X-LOOP-01, X-LOOP-02."""

import pytest

from backend.engine import Limits, commands
from backend.engine import events as ev
from tests.engine.looping import START, Careful, boundary, careful, local, mended, standard, sub
from tests.engine.models import (
    HOUR,
    NOW,
    compiled,
    io,
    message,
    model,
    open_tasks,
    passed,
    raised,
    script,
    service,
    state,
    timer,
    user,
)  # fmt: skip


def looped_script(loop: str) -> str:
    return script("n", "n + 1", "n").replace("</scriptTask>", f"{loop}</scriptTask>")


def test_X_LOOP_01_after_each_round_by_default():
    assert state(careful(looped_script(standard("n &lt; 3")), "s>n", n=0)).variables["n"] == 3
    assert state(careful(looped_script(standard("n &lt; 3")), "s>n", n=7)).variables["n"] == 8


def test_X_LOOP_01_testBefore_can_mean_no_round_at_all():
    loop = standard("n &lt; 3", 'testBefore="true"')
    assert state(careful(looped_script(loop), "s>n", n=0)).variables["n"] == 3
    host = careful(looped_script(loop) + user("z"), "s>n>z", n=7)
    assert state(host).variables["n"] == 7 and open_tasks(host) == ["z"]


def test_X_LOOP_01_each_round_is_a_task_of_its_own():
    host = careful(user("a", standard("again")) + user("z"), "s>a>z")
    first = next(iter(state(host).tasks))
    host.complete(1, "a", {"again": True})
    assert open_tasks(host) == ["a"] and first not in state(host).tasks
    host.complete(1, "a", {"again": False})
    assert open_tasks(host) == ["z"]


def test_X_LOOP_02_loopMaximum_ends_it_whatever_the_condition_says():
    for loop in (
        standard("true", 'loopMaximum="4"'),
        standard("", 'loopMaximum="4"'),
        standard("true", 'loopMaximum="4" testBefore="true"'),
    ):
        assert state(careful(looped_script(loop), "s>n", n=0)).variables["n"] == 4


def test_X_LOOP_02_loopCounter_is_seen_inside_and_by_the_condition():
    task = script("n", "append(seen, loopCounter)", "seen")
    before = 'testBefore="true"'
    for condition, more in (("loopCounter &lt; 3", ""), ("loopCounter in [1..3]", before)):
        loop = task.replace("</scriptTask>", f"{standard(condition, more)}</scriptTask>")
        assert state(careful(loop, "s>n", seen=[])).variables["seen"] == [1, 2, 3]


def test_X_LOOP_02_boundary_events_belong_to_the_whole_loop():
    nodes = user("a", standard("true")) + user("z") + user("late")
    nodes += timer("t", "boundaryEvent", "timeDuration", "PT1H", 'attachedToRef="a"')
    host = careful(nodes, "s>a>z", "t>late")
    host.complete(1, "a")
    (one,) = state(host).timers.values()
    assert one.due == NOW + HOUR
    host.now = NOW + HOUR / 2
    host.complete(1, "a")
    assert [one.due for one in state(host).timers.values()] == [NOW + HOUR], "not set anew each round"
    host.advance(NOW + HOUR)
    assert open_tasks(host) == ["late"] and len(state(host).scopes) == 2


def test_X_LOOP_02_a_non_interrupting_boundary_leaves_the_round_alone():
    event = '<messageEventDefinition messageRef="M"/>'
    nodes = user("a", standard("loopCounter &lt; 2")) + user("z") + user("told")
    nodes += boundary("b", "a", event, 'cancelActivity="false"')
    host = careful(nodes, "s>a>z", "b>told", roots=message("M"))
    host.publish("M", "k")
    host.complete(1, "a")
    host.publish("M", "k")
    assert open_tasks(host) == ["told", "a", "told"]
    host.complete(1, "a")
    assert open_tasks(host) == ["told", "told", "z"] and not state(host).subscriptions


def test_an_endless_loop_that_holds_nothing_counts_against_the_limit_and_can_go_on():
    nodes = looped_script(standard("n &lt; 50")) + user("z")
    host = Careful([compiled(model(START + nodes, "s>n>z"))], NOW, Limits(moves=20))
    host.start("p", {"n": 0})
    assert raised(host) == [("n", "limit")] and state(host).variables["n"] == 18
    for _ in range(2):
        mended(host)
    assert open_tasks(host) == ["z"] and state(host).variables["n"] == 50
    host = careful(f'<manualTask id="m">{standard("true")}</manualTask>', "s>m")
    assert raised(host) == [("m", "limit")]


def test_a_failing_condition_is_an_incident_that_asks_again():
    host = careful(user("a", standard("n > 5")) + user("z"), "s>a>z")
    host.complete(1, "a", {"n": "text"})
    assert raised(host) == [("a", "condition")] and open_tasks(host) == []
    mended(host, n=7)
    assert open_tasks(host) == ["a"] and local(host, "loopCounter") == [2]
    host = careful(user("a", standard("n > 5", 'testBefore="true"')) + user("z"), "s>a>z", n="text")
    mended(host, n=1)
    assert open_tasks(host) == ["z"]


def test_mappings_belong_to_the_round():
    nodes = user(
        "a", standard("loopCounter &lt; 2"), extension=io("in mine = n + loopCounter", "out n = mine * 10")
    )
    host = careful(nodes, "s>a", n=1)
    assert local(host, "mine") == [2]
    host.complete(1, "a")
    assert local(host, "mine") == [22]
    host.complete(1, "a")
    assert state(host).status == "completed" and state(host).variables == {"n": 220}


def test_jobs_of_a_loop_fail_and_are_offered_again():
    host = careful(service("w", inner=standard("loopCounter &lt; 2")) + user("z"), "s>w>z")
    (job,) = state(host).jobs
    host.do(1, commands.FailJob(job, "down", 1, NOW + HOUR))
    host.advance(NOW + HOUR)
    (job,) = state(host).jobs
    host.do(1, commands.FailJob(job, "down", 0))
    assert raised(host) == [("w", "job")]
    mended(host)
    host.complete(1, "w")
    host.complete(1, "w")
    assert open_tasks(host) == ["z"] and passed(host, "w") == 3, "two rounds and the whole"


@pytest.mark.parametrize("kind", ["receiveTask", "subProcess"])
def test_X_LOOP_01_every_kind_of_activity_repeats(kind):
    loop = standard("loopCounter &lt; 3")
    node = f'<receiveTask id="a" messageRef="M">{loop}</receiveTask>'
    if kind == "subProcess":
        node = sub("a", '<startEvent id="i"/><receiveTask id="r" messageRef="M"/>' + loop, "i>r")
    host = careful(node + user("z"), "s>a>z", roots=message("M"))
    for _ in range(3):
        assert open_tasks(host) == []
        host.publish("M", "k")
    assert open_tasks(host) == ["z"]


def test_events_of_a_loop_tell_its_rounds():
    host = careful(user("a", standard("", 'loopMaximum="2"')), "s>a")
    host.complete(1, "a")
    host.complete(1, "a")
    entered = [one for one in host.instances[1].events if isinstance(one, ev.ElementEntered)]
    assert [one.round for one in entered if one.element == "a"] == [0, 1, 2]
