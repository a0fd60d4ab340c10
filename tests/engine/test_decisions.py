# ruff: noqa: E501  (models stand on one line each)
"""Business rule tasks call DMN: C8-DEC-01."""

from backend.engine import commands, decode_events, encode_events
from backend.engine import events as ev
from backend.engine.dmn import read_dmn
from tests.engine.models import NOW, ext, model, open_tasks, raised, state, user

TABLE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">
<inputData id="days_in" name="days"><variable id="dv" name="days" typeRef="number"/></inputData>
<decision id="fee" name="Fee"><variable id="fv" name="Fee"/><informationRequirement id="ir"><requiredInput href="#days_in"/></informationRequirement><decisionTable id="tab" hitPolicy="UNIQUE">
<input id="i"><inputExpression id="ie"><text>days</text></inputExpression></input><output id="o" name="fee"/>
<rule id="r1"><inputEntry id="a1"><text>&lt; 10</text></inputEntry><outputEntry id="b1"><text>0</text></outputEntry></rule>
<rule id="r2"><inputEntry id="a2"><text>[10..20]</text></inputEntry><outputEntry id="b2"><text>25</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def hosted_with_table(days, decision="fee"):
    from backend.engine import Host, compile_process, read_bpmn

    called = ext(f'<zeebe:calledDecision decisionId="{decision}" resultVariable="cost"/>')
    xml = model(
        '<startEvent id="s"/>' + f'<businessRuleTask id="b">{called}</businessRuleTask>' + user("z"), "s>b>z"
    )
    host = Host([compile_process(read_bpmn(xml, "foreign"), decisions=(read_dmn(TABLE),))], NOW)
    host.start("p", {"days": days} if days is not None else {})
    return host


def test_C8_DEC_01_the_result_and_which_rule_made_it():
    host = hosted_with_table(15)
    assert state(host).variables["cost"] == 25 and open_tasks(host) == ["z"]
    (made,) = [one for one in host.instances[1].events if isinstance(one, ev.DecisionMade)]
    assert (made.decision, made.rules) == ("fee", ("tab:2",))


def test_C8_DEC_01_what_was_looked_at_is_kept_with_the_decision():
    host = hosted_with_table(15)
    (made,) = [one for one in host.instances[1].events if isinstance(one, ev.DecisionMade)]
    assert made.used == {"inputs": {"tab": [15]}, "results": {"tab": 25}, "result": 25}
    host.do(1, commands.UpdateVariables(1, {"days": 5, "cost": 0}))
    stored = decode_events(encode_events(host.instances[1].events))
    assert made in stored, "it says what counted then, whatever is changed later"


def test_C8_DEC_01_null_is_a_value():
    host = hosted_with_table(50)
    assert state(host).variables["cost"] is None and open_tasks(host) == ["z"]


def test_C8_DEC_01_a_failing_or_unknown_decision_is_an_incident():
    host = hosted_with_table(1, "=nothing")
    assert raised(host) == [("b", "decision")]
    host.do(1, commands.UpdateVariables(1, {"nothing": "fee"}))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert state(host).variables["cost"] == 0
    host = hosted_with_table("a text")
    assert raised(host) == [("b", "decision")]
