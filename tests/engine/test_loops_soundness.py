"""Soundness of loops and ad-hoc sub-processes: one instance, any number of rounds, any choice."""

import pytest

from tests.engine.looping import START, multi, over, standard, sub, times, until
from tests.engine.models import flows, user
from tests.engine.test_soundness import explored, found

END = '<endEvent id="e"/>'
AD_HOC = (
    '<adHocSubProcess id="A" {}>' + user("X") + user("Y") + user("Z") + flows("Y>Z") + "{}</adHocSubProcess>"
)


@pytest.mark.parametrize(
    "loop",
    [
        standard("n > 1"),
        standard("n > 1", 'testBefore="true"'),
        standard("n > 1", 'loopMaximum="3"'),
        multi(over()),
        multi("", times("n")),
        multi(over(), until("n > 1"), 'isSequential="true"'),
    ],
)
def test_loops_are_sound_and_what_is_in_them_is_reached(loop):
    report = explored(START + END + user("a", loop), "s>a>e", limit=100)
    assert (report.verdict, report.findings) == ("sound", ())
    inner = sub("S", '<startEvent id="i"/>' + user("a") + user("b") + loop, "i>a>b")
    report = explored(START + END + inner, "s>S>e", limit=100)
    assert (report.verdict, report.findings) == ("sound", ())


def test_a_deadlock_in_a_multi_instance_is_found():
    inner = '<startEvent id="i"/><exclusiveGateway id="x"/><parallelGateway id="j"/>' + "".join(
        map(user, "abc")
    )
    nodes = sub("S", inner + multi(over()), "i>x", "x>a: n > 1", "x>b", "a>j", "b>j", "j>c")
    assert ("deadlock", ["j", "S"]) in found(explored(START + END + nodes, "s>S>e"))


@pytest.mark.parametrize("ordering", ["", 'ordering="Sequential"', 'cancelRemainingInstances="false"'])
@pytest.mark.parametrize("condition", ["", until("n > 1")])
def test_ad_hoc_sub_processes_are_sound_when_people_may_choose_more(ordering, condition):
    report = explored(START + END + AD_HOC.format(ordering, condition), "s>A>e", limit=500)
    assert (report.verdict, report.findings) == ("sound", ())
