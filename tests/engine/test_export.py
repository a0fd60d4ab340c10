# ruff: noqa: E501  (models stand on one line each)
"""OCEL 2.0 and XES by the rules of their published schemas; nothing personal goes out."""

import json
import re
from datetime import datetime, timedelta

import pytest
from lxml import etree

from backend.engine import commands, step
from backend.engine.export import Lived, Thing, activities, ocel, xes
from tests.engine.models import NOW, compiled, model, script, service, user

LINE = model(
    '<laneSet><lane id="l" name="Office"><flowNodeRef>a</flowNodeRef></lane></laneSet><startEvent id="s" name="Begun"/>'
    + user("a", attributes='name="Ask &amp; hear"') + service("w", "register") + script("t", "1", "x") + '<endEvent id="e"/>', "s>a>w>t>e",
)  # fmt: skip
SECRETS = ("Anna", "Boris", "anna@example.org")


def lived(case="c1", end=True):
    process, state, steps = compiled(LINE), None, []
    todo = [
        commands.StartProcess({"name": "Anna"}),
        commands.CompleteTask(2, {"friend": "Boris", "mail": "anna@example.org"}),
        commands.FailJob(4, "registry-down", 0),
        commands.ResolveIncident(5),
        commands.CompleteJob(6, {"secret": "Boris"}),
    ]
    for number, command in enumerate(todo if end else todo[:2]):
        made = step(process, state, command, NOW)
        state = made.state
        steps.append((NOW + timedelta(minutes=number, microseconds=1500), made.events))
    things = (Thing(f"{case}/document/1", "document", NOW, 2),)
    return Lived(case, process, tuple(steps), {"procedure": "permit", "region": "south"}, things)


# --- OCEL ---

TYPES = {"string": str, "integer": int, "float": float, "boolean": bool, "time": str}


def check_ocel(document):
    """The published JSON schema's rules, and those of the specification that a schema cannot say."""
    assert set(document) == {"objectTypes", "eventTypes", "objects", "events"}
    declared = {}
    for kind in ("objectTypes", "eventTypes"):
        names = [one["name"] for one in document[kind]]
        assert len(set(names)) == len(names)
        for one in document[kind]:
            assert set(one) == {"name", "attributes"} and isinstance(one["name"], str) and one["name"]
            assert all(
                set(field) == {"name", "type"} and field["type"] in TYPES for field in one["attributes"]
            )
            declared[kind, one["name"]] = {field["name"]: field["type"] for field in one["attributes"]}
    ids = [one["id"] for one in document["objects"]]
    assert len(set(ids)) == len(ids)
    for one in document["objects"]:
        assert {"id", "type"} <= set(one) <= {"id", "type", "attributes", "relationships"}
        fields = declared["objectTypes", one["type"]]
        for field in one["attributes"]:
            assert set(field) == {"name", "time", "value"}
            assert isinstance(field["value"], TYPES[fields[field["name"]]])
            assert_instant(field["time"])
    events = [one["id"] for one in document["events"]]
    assert len(set(events)) == len(events)
    for one in document["events"]:
        assert {"id", "type", "time"} <= set(one) <= {"id", "type", "time", "attributes", "relationships"}
        assert_instant(one["time"])
        fields = declared["eventTypes", one["type"]]
        for field in one["attributes"]:
            assert set(field) == {"name", "value"}
            assert isinstance(field["value"], TYPES[fields[field["name"]]])
        assert one["relationships"], "an event belongs to an object"
    for one in (*document["objects"], *document["events"]):
        for relation in one["relationships"]:
            assert (
                set(relation) == {"objectId", "qualifier"}
                and relation["objectId"] in ids
                and relation["qualifier"]
            )


def assert_instant(text):
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    datetime.fromisoformat(text.replace("Z", "+00:00"))


def test_ocel_keeps_the_rules_of_its_schema():
    document = json.loads(ocel([lived(), lived("c2", end=False)]))
    check_ocel(document)
    assert {one["type"] for one in document["objects"]} == {"case", "task", "job", "incident", "document"}
    case = next(one for one in document["objects"] if one["id"] == "c1")
    assert {field["name"]: field["value"] for field in case["attributes"]} == {
        "process": "p",
        "procedure": "permit",
        "region": "south",
    }


def test_ocel_relates_events_to_the_case_the_task_and_what_it_made():
    document = json.loads(ocel([lived()]))
    done = [one for one in document["events"] if one["type"] == "Ask & hear"]
    assert [_attribute(one, "lifecycle") for one in done] == ["schedule", "complete"]
    assert {relation["objectId"]: relation["qualifier"] for relation in done[1]["relationships"]} == {
        "c1": "case", "c1/task/2": "task", "c1/document/1": "made",
    }  # fmt: skip
    task = next(one for one in document["objects"] if one["id"] == "c1/task/2")
    assert {field["name"]: field["value"] for field in task["attributes"]} == {
        "element": "a",
        "lane": "Office",
    }
    assert task["relationships"] == [{"objectId": "c1", "qualifier": "of case"}]


def _attribute(event, name):
    return next(field["value"] for field in event["attributes"] if field["name"] == name)


# --- XES ---

NAMESPACE = "{http://www.xes-standard.org/}"
VALUES = {
    "string": r".*", "int": r"-?\d+", "float": r"-?[\d.]+", "boolean": "true|false", "id": r".+",
    "date": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
}  # fmt: skip
STANDARD = {
    "schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort", "ate_abort", "complete",
    "autoskip", "manualskip", "unknown",
}  # fmt: skip
ORDER = {"log": ["extension", "global", "classifier", "attribute", "trace"], "trace": ["attribute", "event"]}


def check_xes(text):
    """The XSD's content models, and that prefixes are declared, globals kept and classifiers known."""
    log = etree.fromstring(text)
    assert log.tag == f"{NAMESPACE}log" and re.fullmatch(r"[\d.]+", log.get("xes.version"))
    assert set(log.attrib) == {"xes.version", "xes.features"}
    for holder in (log, *log.iterfind(f"{NAMESPACE}trace")):
        order = ORDER[holder.tag.removeprefix(NAMESPACE)]
        seen = [order.index(_part(child)) for child in holder]
        assert seen == sorted(seen)
    prefixes = set()
    for one in log.iterfind(f"{NAMESPACE}extension"):
        assert set(one.attrib) == {"name", "prefix", "uri"} and len(one) == 0
        prefixes.add(one.get("prefix"))
    needed = {"trace": set(), "event": set()}
    for one in log.iterfind(f"{NAMESPACE}global"):
        needed[one.get("scope")] = {child.get("key") for child in one}
    for one in log.iter():
        kind = one.tag.removeprefix(NAMESPACE)
        if kind in VALUES:
            assert set(one.attrib) == {"key", "value"}
            assert re.fullmatch(VALUES[kind], one.get("value"), re.S), (kind, one.get("value"))
            assert ":" not in one.get("key") or one.get("key").split(":")[0] in prefixes
        if kind in needed and one.getparent().tag != f"{NAMESPACE}global":
            keys = [child.get("key") for child in one if child.get("key")]
            assert len(set(keys)) == len(keys) and needed[kind] <= set(keys)
    for one in log.iterfind(f"{NAMESPACE}classifier"):
        assert set(one.attrib) == {"name", "keys"} and set(one.get("keys").split()) <= needed["event"]
    transitions = log.iterfind(f".//{NAMESPACE}event/{NAMESPACE}string[@key='lifecycle:transition']")
    assert {one.get("value") for one in transitions} <= STANDARD
    return log


def _part(child):
    kind = child.tag.removeprefix(NAMESPACE)
    return "attribute" if kind in VALUES else kind


def told(log):
    return [
        {child.get("key"): child.get("value") for child in event}
        for event in log.iterfind(f".//{NAMESPACE}event")
    ]


def test_xes_keeps_the_rules_of_its_schema():
    log = check_xes(xes([lived(), lived("c2", end=False)]))
    assert [one[0].get("value") for one in log.iterfind(f"{NAMESPACE}trace")] == ["c1", "c2"]


def test_xes_tells_the_life_of_each_activity_in_order():
    found = [(one["concept:name"], one["lifecycle:transition"]) for one in told(check_xes(xes([lived()])))]
    assert found == [
        ("p", "start"), ("Begun", "complete"), ("Ask & hear", "schedule"), ("Ask & hear", "complete"), ("w", "schedule"),
        ("w", "ate_abort"), ("w", "suspend"), ("w", "resume"), ("w", "schedule"), ("w", "complete"), ("t", "complete"),
        ("e", "complete"), ("p", "complete"),
    ]  # fmt: skip


def test_xes_names_the_lane_as_role_and_the_instance():
    task = told(check_xes(xes([lived()])))[2]
    assert task["org:role"] == "Office" and task["concept:instance"] == "task-2" and task["command"] == "1"


# --- both ---


@pytest.mark.parametrize("write", [ocel, xes])
def test_no_variable_and_no_person_goes_out_and_the_bytes_are_the_same_each_time(write):
    text = write([lived()])
    assert text == write([lived()])
    assert not any(secret.encode() in text for secret in SECRETS)


def test_no_cases_are_a_valid_empty_log():
    check_ocel(json.loads(ocel([])))
    check_xes(xes([]))


def test_a_cancelled_case_ends_as_an_abort():
    process = compiled(LINE)
    first = step(process, None, commands.StartProcess(), NOW)
    made = step(process, first.state, commands.Cancel("no longer wanted"), NOW)
    found = list(activities(Lived("c", process, ((NOW, first.events), (NOW, made.events)))))
    assert [(one.element, one.transition) for one in found[-2:]] == [("a", "withdraw"), ("p", "pi_abort")]
