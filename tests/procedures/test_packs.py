"""Whole packs: Moving house loads, a broken folder tells every fault at once, a copy is a pack of its own."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal

import pytest

from backend.procedures import PackFaults, load_folder, load_pack, read_folder, read_regions
from backend.procedures.lint import lint_folder
from tests.procedures.builders import MOVE, a_pack

MOVE_FILES = a_pack()


@pytest.fixture(scope="module")
def move():
    return load_pack(MOVE_FILES)


def changed(file: str, old: str, new: str) -> dict[str, bytes]:
    text = MOVE_FILES[file].decode()
    assert old in text, f"{old} is not in {file}"
    return {**MOVE_FILES, file: text.replace(old, new, 1).encode()}


def without(*files: str) -> dict[str, bytes]:
    return {name: data for name, data in MOVE_FILES.items() if name not in files}


def faults(files):
    with pytest.raises(PackFaults) as broken:
        load_pack(files)
    return broken.value.faults


def test_moving_house_loads_whole(move):
    assert (move.id, len(move.version), move.short) == ("move", 64, move.version[:12])
    assert move.languages == ("en", "zh-Hans", "ar")
    assert set(move.tasks) == {"check", "send", "decide"} and set(move.forms) == set(move.tasks)
    assert move.stages == ("your_move", "south_checks", "decided")
    assert {job.rule.name for job in move.jobs.values()} == {"pop.identity", "pop.address", "pop.household"}
    assert not move.warnings


def test_tasks_say_who_where_and_how(move):
    check, send, decide = (move.tasks[name] for name in ("check", "send", "decide"))
    assert (check.audience, check.handoff, check.submits) == ("citizen", {"K2P"}, False)
    assert (send.submits, send.fresh_login, send.assurance, send.stage) == (True, True, "L2", "your_move")
    assert (decide.audience, decide.department, decide.role) == ("staff", "residents-south", "caseworker")
    assert (decide.working_days, decide.outcome, decide.stage) == (1, "outcome", "south_checks")
    assert "kiosk" not in decide.channels


def test_stages_move_with_the_case(move):
    def states(*here, ended=False):
        return [stage.state for stage in move.progress(here, "en", ended=ended)]

    assert states("ask_household") == ["now", "ahead", "ahead"]
    assert states("decide") == ["done", "now", "ahead"]
    assert states(ended=True) == ["done", "done", "done"]
    assert [stage.name for stage in move.progress(["check"], "zh-Hans")] == [
        "填写搬迁",
        "南区核对",
        "已作决定",
    ]


def test_the_service_is_described_as_cpsv_ap_asks(move):
    assert move.service.authority("south") == "residents-south"
    assert move.service.fee("kiosk").amount == Decimal(0)
    assert move.service.limit.iso == "P3D"
    assert [proof["name"] for proof in move.proofs_not_asked("en")] == [
        "Deregistration letter", "Old household book", "Proof of family",
    ]  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "ar"])
@pytest.mark.parametrize("kind", ["receipt", "task_waiting", "registry_down", "decided", "moved"])
def test_inbox_letters_exist_in_every_language(move, lang, kind):
    from datetime import date

    letter = move.letter(kind, lang, {"due": date(2026, 11, 27)} if kind == "receipt" else None)
    assert letter.subject and letter.body and "{{" not in letter.body and "message." not in letter.body
    if kind == "receipt":
        assert {
            "en": "Friday 27 November 2026",
            "zh-Hans": "11月27日（周五）",
            "ar": "الجمعة 27 نوفمبر 2026",
        }[lang] in letter.body
        assert "null" not in move.letter(kind, lang).body


def test_the_time_limit_is_a_date_of_the_regions_calendar(move):
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    south = read_regions()["south"].calendar
    sent = datetime(2026, 11, 24, 10, 58, tzinfo=ZoneInfo("Europe/Berlin"))
    assert move.due(sent, south) == date(2026, 11, 27)


def test_the_version_is_the_content(move):
    again = load_pack(dict(reversed(MOVE_FILES.items())))
    other = load_pack(changed("texts/en.yaml", "Type the street. We", "Type the street, and we"))
    assert again.version == move.version != other.version


def test_a_copied_folder_with_one_more_question_and_another_fee_runs(tmp_path):
    folder = tmp_path / "moving_dog"
    shutil.copytree(MOVE, folder)
    form = json.loads((folder / "forms/check.form").read_text())
    question = {
        "type": "radio", "id": "pets", "key": "pets", "label": "check.pets.label",
        "values": [{"value": "yes", "label": "check.pets.yes"}, {"value": "no", "label": "check.pets.no"}],
        "properties": {"concept": "move.members"}, "validate": {"required": True},
    }  # fmt: skip
    form["components"].insert(-1, question)
    (folder / "forms/check.form").write_text(json.dumps(form))
    for lang in ("en", "zh-Hans", "ar"):
        path = folder / f"texts/{lang}.yaml"
        own = '  pets:\n    label: "Pets?"\n    "yes": "Yes"\n    "no": "No"\n'
        path.write_text(path.read_text().replace("check:\n  known:", f"check:\n{own}  known:"))
    service = folder / "service.yaml"
    service.write_text(service.read_text().replace("amount: 0", "amount: 12.50"))
    copy, move = load_folder(folder), load_folder(MOVE)
    assert (copy.id, move.id) == ("moving_dog", "move") and copy.version != move.version
    assert copy.service.fee("web").amount == Decimal("12.50") and move.service.fee("web").amount == 0
    assert "pets" in copy.forms["check"].level.keys and "pets" not in move.forms["check"].level.keys


BROKEN = [
    ("a file is missing", without("service.yaml"), "PACK-FILE-01", "service.yaml"),
    ("the process is missing", without("process.bpmn"), "PACK-FILE-01", "process.bpmn"),
    ("an unknown file", {**MOVE_FILES, "run.py": b""}, "PACK-FILE-02", "run.py"),
    ("a path that climbs", {**MOVE_FILES, "../x.dmn": b""}, "PACK-FILE-02", "../x.dmn"),
    ("a language is missing", without("texts/ar.yaml"), "PACK-TEXT-03", "texts/ar.yaml"),
    (
        "a text is missing",
        changed("texts/ar.yaml", '  your_move: "بيانات الانتقال"\n', ""),
        "PACK-TEXT-01",
        "texts/ar.yaml",
    ),
    (
        "a text has no use",
        changed("texts/en.yaml", "stage:\n", 'stage:\n  old: "Old"\n'),
        "PACK-TEXT-02",
        "texts/en.yaml",
    ),
    (
        "a text stands in a form",
        changed("forms/send.form", "send.declared.label", "It is true"),
        "PACK-TEXT-06",
        "forms/send.form",
    ),
    ("a task has no form", without("forms/send.form"), "PACK-FORM-01", "process.bpmn"),
    (
        "a form has no task",
        {
            **MOVE_FILES,
            "forms/more.form": MOVE_FILES["forms/send.form"].replace(b'"id": "send"', b'"id": "more"'),
        },
        "PACK-FORM-02",
        "forms/more.form",
    ),
    (
        "two forms have one id",
        {**MOVE_FILES, "forms/twin.form": MOVE_FILES["forms/send.form"]},
        "FJ-02",
        "forms/twin.form",
    ),
    (
        "a rule does not exist",
        changed("process.bpmn", 'value="pop.identity@1"', 'value="pop.identity@2"'),
        "PACK-RULE-03",
        "process.bpmn",
    ),
    (
        "a query names no rule",
        changed("process.bpmn", 'key="rule" value="pop.identity@1"', 'key="other" value="x"'),
        "PACK-RULE-03",
        "process.bpmn",
    ),
    (
        "a rule does not permit the task",
        changed("rules.yaml", "tasks: [ask_identity]", "tasks: [check]"),
        "PACK-RULE-04",
        "process.bpmn",
    ),
    (
        "a rule names a task that is none",
        changed("rules.yaml", "tasks: [ask_identity]", "tasks: [ask_identity, spy]"),
        "PACK-RULE-04",
        "rules.yaml",
    ),
    (
        "a rule has no legal basis",
        changed("rules.yaml", "legal_basis: residence_act_12", "legal_basis: because"),
        "PACK-RULE-05",
        "rules.yaml",
    ),
    (
        "a fact names no rule",
        changed("forms/check.form", '"fact": "pop.address@1"', '"fact": "pop.adress@1"'),
        "PACK-FACT-01",
        "forms/check.form",
    ),
    (
        "FEEL does not parse",
        changed("forms/check.form", '"hide": "=address_missing"', '"hide": "=address_missing ="'),
        "PACK-FEEL-01",
        "forms/check.form",
    ),
    ("a decision is missing", without("move_late.dmn"), "C8-DEC-01", "process.bpmn"),
    ("a table is broken", changed("move_late.dmn", "&gt; 90", "&gt; ) 90"), None, "move_late.dmn"),
    (
        "a fee is no number",
        changed("service.yaml", "amount: 0", "amount: free"),
        "PACK-SERVICE-01",
        "service.yaml",
    ),
    (
        "a zone that is none",
        changed("service.yaml", "zone: Europe/Berlin", "zone: Moon/Base"),
        "PACK-SERVICE-01",
        "service.yaml",
    ),
    (
        "a service has an unknown key",
        changed("service.yaml", "keywords:", "keyword:"),
        "PACK-SERVICE-01",
        "service.yaml",
    ),
    (
        "a property is unknown",
        changed("process.bpmn", "errand:fresh_login", "errand:freshlogin"),
        "PACK-BPMN-02",
        "process.bpmn",
    ),
    (
        "a handoff is unknown",
        changed("process.bpmn", 'name="errand:handoff" value="K2P"', 'name="errand:handoff" value="K2X"'),
        "PACK-BPMN-02",
        "process.bpmn",
    ),
    (
        "staff without department",
        changed("process.bpmn", ' candidateGroups="residents-south"', ""),
        "PACK-BPMN-03",
        "process.bpmn",
    ),
    (
        "two executable processes",
        changed(
            "process.bpmn",
            "  <bpmndi:BPMNDiagram",
            '  <bpmn:process id="two" isExecutable="true"><bpmn:startEvent id="s2"><bpmn:outgoing>f2'
            '</bpmn:outgoing></bpmn:startEvent><bpmn:endEvent id="e2"><bpmn:incoming>f2</bpmn:incoming>'
            '</bpmn:endEvent><bpmn:sequenceFlow id="f2" sourceRef="s2" targetRef="e2" /></bpmn:process>\n'
            "  <bpmndi:BPMNDiagram",
        ),
        "PACK-BPMN-01",
        "process.bpmn",
    ),
    (
        "a DOCTYPE",
        changed("process.bpmn", "<bpmn:definitions", "<!DOCTYPE x [<!ENTITY a 'b'>]><bpmn:definitions"),
        None,
        "process.bpmn",
    ),
    ("no XML at all", {**MOVE_FILES, "process.bpmn": b"process"}, None, "process.bpmn"),
    ("no JSON at all", {**MOVE_FILES, "forms/send.form": b"{"}, "FJ-01", "forms/send.form"),
    ("a key twice in JSON", {**MOVE_FILES, "forms/send.form": b'{"a":1,"a":2}'}, "FJ-01", "forms/send.form"),
    ("no YAML at all", {**MOVE_FILES, "rules.yaml": b"- id: [\n"}, "PACK-YAML-01", "rules.yaml"),
    (
        "a question that the state can answer",
        changed("forms/send.form", '"concept": "declaration.true"', '"concept": "person.address"'),
        "PACK-ASK-ONCE",
        "forms/send.form",
    ),
    (
        "a question without concept",
        changed("forms/send.form", '"properties": {"concept": "declaration.true"},', ""),
        "FJ-CONCEPT-01",
        "forms/send.form",
    ),
    (
        "a concept that is in no vocabulary",
        changed("forms/send.form", "declaration.true", "declaration.truth"),
        "FJ-CONCEPT-01",
        "forms/send.form",
    ),
    (
        "a review of no form",
        changed("forms/send.form", '"review": "check"', '"review": "chek"'),
        "PACK-FORM-03",
        "forms/send.form",
    ),
    (
        "a told case that is none",
        {**MOVE_FILES, "examples/x.yaml": b"story: x\nending: y\n"},
        "PACK-EXAMPLE-01",
        "examples/x.yaml",
    ),
]


@pytest.mark.parametrize(
    ("files", "rule", "file"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_a_broken_folder_is_refused_with_place_and_remedy(files, rule, file):
    found = faults(files)
    fitting = [fault for fault in found if fault.file == file and rule in (None, fault.rule)]
    assert fitting, found
    assert all(fault.text and fault.remedy and fault.rule for fault in found)


def test_every_fault_of_a_folder_comes_at_once():
    files = dict(MOVE_FILES)
    for _, broken, _, _ in BROKEN:
        for name in broken:
            if (
                broken.get(name) != MOVE_FILES.get(name)
                and name in broken
                and name not in ("process.bpmn", "rules.yaml")
            ):
                files[name] = broken[name]
    files["process.bpmn"] = changed("process.bpmn", "pop.identity@1", "pop.identity@9")["process.bpmn"]
    found = faults(files)
    assert len({fault.file for fault in found}) >= 7 and len({fault.rule for fault in found}) >= 8


def test_lint_tells_the_same_faults_and_nothing_for_a_good_folder(tmp_path):
    assert lint_folder(MOVE) == []
    shutil.copytree(MOVE, tmp_path / "move")
    (tmp_path / "move/forms/send.form").unlink()
    assert {fault.rule for fault in lint_folder(tmp_path / "move")} >= {"PACK-FORM-01", "PACK-TEXT-02"}


def test_texts_are_not_called_unused_while_their_user_cannot_be_read():
    found = faults({**MOVE_FILES, "forms/send.form": b"{"})
    assert {fault.rule for fault in found} == {"FJ-01", "PACK-FORM-01"}


def test_limits_of_a_folder(tmp_path):
    with pytest.raises(PackFaults):
        read_folder(tmp_path / "nothing")
    for number in range(501):
        (tmp_path / f"{number}.dmn").write_text("x")
    with pytest.raises(PackFaults, match="500 files"):
        read_folder(tmp_path)
    assert {fault.rule for fault in faults({**MOVE_FILES, "big.dmn": b" " * (5 * 1024 * 1024 + 1)})} >= {
        "PACK-FILE-03"
    }
    with pytest.raises(PackFaults, match="20 MiB"):
        load_pack({f"{n}.dmn": b" " * (5 * 1024 * 1024) for n in range(5)})


def test_links_and_hidden_files_are_not_read(tmp_path):
    (tmp_path / "a.dmn").write_text("x")
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / "secret.dmn").symlink_to("/etc/hostname")
    assert list(read_folder(tmp_path)) == ["a.dmn"]


def test_an_overlay_adds_and_tightens():
    overlay = {
        "service.yaml": b"time_limit: {working_days: 2}\nfees: [{amount: 5, currency: XEC}]\n",
        "texts/en.yaml": b'stage: {decided: "Decided in Central"}\n',
    }
    laid = load_pack(MOVE_FILES, overlay)
    assert (laid.service.limit.days, laid.service.fee("web").amount) == (2, Decimal(5))
    assert laid.progress([], "en")[2].name == "Decided in Central"
    assert laid.version != load_pack(MOVE_FILES).version
    assert set(laid.rules) == set(load_pack(MOVE_FILES).rules)


@pytest.mark.parametrize(
    ("overlay", "rule"),
    [
        ({"service.yaml": b"time_limit: {working_days: 30}\n"}, "PACK-OVERLAY-02"),
        ({"service.yaml": b"time_limit: {days: 1}\n"}, "PACK-OVERLAY-02"),
        ({"service.yaml": b"authorities: {south: other}\n"}, "PACK-OVERLAY-01"),
        ({"process.bpmn": b"<x/>"}, "PACK-OVERLAY-01"),
        ({"forms/check.form": b"{}"}, "PACK-OVERLAY-01"),
        ({"rules.yaml": b"- {id: pop.identity@1, response_fields: {income: number}}\n"}, "PACK-OVERLAY-02"),
    ],
)
def test_an_overlay_never_loosens(overlay, rule):
    with pytest.raises(PackFaults) as broken:
        load_pack(MOVE_FILES, overlay)
    assert rule in {fault.rule for fault in broken.value.faults}


def test_forms_of_moving_house_show_the_same_questions_in_every_language(move):
    facts = {
        "pop.identity": {"name": "Anna Orsel", "birth_date": "1988-03-14", "alive": True, "block": False},
        "pop.address": {"address_code": None, "address": None, "region": None, "from": None, "block": True},
        "pop.household": {
            "members": [
                {"person_id": "1", "name": "Boris Orsel", "birth_date": "1986-01-20", "role": "spouse"}
            ],
            "block": False,
        },
    }
    answers = {"pop_identity": "use", "pop_address": "use", "pop_household": "use"}
    shapes, titles = set(), set()
    for lang in move.languages:
        pages = move.forms["check"].pages(answers, facts, lang, "kiosk")
        shapes.add(tuple((page["id"], page["kind"], len(page["components"])) for page in pages))
        titles.add(tuple(page["title"] for page in pages))
        assert "check." not in str(pages) and "{{" not in str(pages)
    assert len(shapes) == 1 and len(titles) == 3
    assert [page[0] for page in shapes.pop()] == ["known", "moves", "where", "moved_in", "look_again"]
