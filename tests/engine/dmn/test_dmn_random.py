"""Random DMN models out of every boxed expression, knowledge, services and types: read, they give an outcome
or a limit; mutated, they are refused with faults or still give one."""

import random
from typing import Any

import pytest

from backend.engine.dmn import DecisionModel, Outcome, read_dmn
from backend.engine.feel import LimitExceeded, Limits
from backend.engine.feel.values import to_json
from backend.engine.model import ModelFaults
from tests.engine.dmn.test_dmn_fuzz import SAMPLES, mutated

V15 = "https://www.omg.org/spec/DMN/20230324/MODEL/"
TYPES = ["number", "string", "boolean", "date", "dateTime", "dayTimeDuration", "Any", "list", "context"]
ATOMS = [
    "1", "0.1", '"a"', "true", "null", "[1,2,3]", '@"2024-02-29"', "{a: 1, b: [2]}", "[1..5]",
    "function(n) n",    '@"P1D"', "[]", "today()", '"a" + 1', "1/0", "-1",
]  # fmt: skip
SHAPES = [
    "{0} + {1}", "{0} = {1}", "{0}[{1}]", "{0}[item > {1}]", "if {0} then {1} else 1", "{0} in ({1}, > 3)",
    "for i in {0} return i", "some i in {0} satisfies i = {1}", "{0}.a", "count({0})", "sum({0})", "not({0})",
    "{0} between 1 and {1}", "{0} instance of number", "string({0})", "{0}({1})", "max({0}, {1})",
]  # fmt: skip
TESTS = [
    "-",
    "",
    "> 3",
    "< {0}",
    "[1..5]",
    '"a", "b"',
    "not(1, 2)",
    "{0}",
    "? = {0}",
    "null",
    "true",
    "? > 1",
]
POLICIES = ["UNIQUE", "ANY", "FIRST", "PRIORITY", "COLLECT", "RULE ORDER", "OUTPUT ORDER"]


class Maker:
    """Writes one random model; `names` are what a text may use."""

    def __init__(self, build: Any, pick: random.Random) -> None:
        self.build = build
        self.pick = pick

    def text(self, names: list[str], depth: int = 2) -> str:
        if depth == 0 or self.pick.random() < 0.3:
            return self.pick.choice([*ATOMS, *names, *names])
        shape = self.pick.choice(SHAPES)
        return shape.format(self.text(names, depth - 1), self.text(names, depth - 1))

    def literal(self, names: list[str]) -> str:
        return str(self.build.literal(self.text(names)))

    def typed(self, kind: str, name: str) -> str:
        known = self.pick.choice(["", *TYPES, "tOwn", "tOwns"])
        return f'<{kind} name="{name}"' + (f' typeRef="{known}"' if known else "") + "/>"

    def logic(self, names: list[str], depth: int = 3) -> str:
        makers = [
            self.table,
            self.context,
            self.listed,
            self.relation,
            self.conditional,
            self.loop,
            self.filtered,
        ]
        makers += [self.function, self.invocation]
        if depth == 0 or self.pick.random() < 0.3:
            return self.literal(names)
        return self.pick.choice(makers)(names, depth - 1)

    def table(self, names: list[str], depth: int) -> str:
        pick = self.pick
        policy = pick.choice(POLICIES)
        ins = {
            self.text(names, 1): pick.choice(["", "", "1, 2, 3", '"a","b"']) for _ in range(pick.randrange(4))
        }
        outs: dict[str, dict[str, str]] = {}
        for name in ["out", "net pay"][: pick.randrange(1, 3)]:
            outs[name] = {"type": pick.choice(TYPES)} if pick.random() < 0.4 else {}
            if policy in ("PRIORITY", "OUTPUT ORDER") or pick.random() < 0.2:
                outs[name]["values"] = pick.choice(['"a","b"', "1, 2, 3"])
            if pick.random() < 0.3:
                outs[name]["default"] = self.text(names, 1)
        rules = [
            [pick.choice(TESTS).format(self.text(names, 0)) for _ in ins]
            + [self.text(names, 1) for _ in outs]
            for _ in range(pick.randrange(5))
        ]
        single = policy == "COLLECT" and len(outs) == 1
        return str(
            self.build.table(
                ins, outs, rules, policy, pick.choice(["", "SUM", "COUNT", "MIN"]) if single else ""
            )
        )

    def context(self, names: list[str], depth: int) -> str:
        found, known = "", list(names)
        for name in self.pick.sample(["net pay", "p", "q", "a-b"], self.pick.randrange(1, 4)):
            found += f"<contextEntry>{self.typed('variable', name)}{self.logic(known, depth)}</contextEntry>"
            known.append(name)
        if self.pick.random() < 0.5:
            found += f"<contextEntry>{self.logic(known, depth)}</contextEntry>"
        return f"<context>{found}</context>"

    def listed(self, names: list[str], depth: int) -> str:
        return f"<list>{''.join(self.logic(names, depth) for _ in range(self.pick.randrange(4)))}</list>"

    def relation(self, names: list[str], depth: int) -> str:
        rows = "".join(f"<row>{self.logic(names, depth)}{self.literal(names)}</row>" for _ in range(2))
        return f"<relation>{self.typed('column', 'a')}{self.typed('column', 'net pay')}{rows}</relation>"

    def conditional(self, names: list[str], depth: int) -> str:
        parts = "".join(f"<{kind}>{self.logic(names, depth)}</{kind}>" for kind in ("if", "then", "else"))
        return f"<conditional>{parts}</conditional>"

    def loop(self, names: list[str], depth: int) -> str:
        kind = self.pick.choice(["for", "some", "every"])
        body = "return" if kind == "for" else "satisfies"
        known = [*names, "i", *(["partial"] if kind == "for" else [])]
        inner = f"<in>{self.logic(names, depth)}</in><{body}>{self.logic(known, depth)}</{body}>"
        return f'<{kind} iteratorVariable="i">{inner}</{kind}>'

    def filtered(self, names: list[str], depth: int) -> str:
        match = self.logic([*names, "item"], depth)
        return f"<filter><in>{self.logic(names, depth)}</in><match>{match}</match></filter>"

    def function(self, names: list[str], depth: int) -> str:
        body = self.logic([*names, "n"], depth)
        return f"<functionDefinition>{self.typed('formalParameter', 'n')}{body}</functionDefinition>"

    def invocation(self, names: list[str], depth: int) -> str:
        bound = f'<binding><parameter name="n"/>{self.logic(names, depth)}</binding>'
        return f"<invocation>{self.literal(names)}{bound}</invocation>"

    def model(self) -> bytes:
        """Inputs x and y, a knowledge model f, a chain of decisions, a service over part of it."""
        build, pick = self.build, self.pick
        types = (
            '<itemDefinition name="tOwn"><itemComponent name="a"><typeRef>number</typeRef></itemComponent>'
            '</itemDefinition><itemDefinition name="tOwns" isCollection="true"><typeRef>tOwn</typeRef>'
            "<typeConstraint><text>count(?) &lt; 9</text></typeConstraint></itemDefinition>"
        )
        bkm = '<businessKnowledgeModel id="f" name="f"><variable name="f"/><encapsulatedLogic>'
        bkm += f"{self.typed('formalParameter', 'n')}{self.logic(['n'])}</encapsulatedLogic>"
        bkm += "</businessKnowledgeModel>"
        decisions, names = "", ["x", "y", "f"]
        needs = "#x #y ?f"
        for number in range(pick.randrange(1, 4)):
            type_ref = pick.choice(["", "", *TYPES, "tOwn"])
            decisions += build.decision(f"D{number}", self.logic(names), needs, type_ref)
            names, needs = [*names, f"D{number}"], f"{needs} !d{number}"
        service = '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#d0"/>'
        service += '<inputData href="#x"/><inputData href="#y"/></decisionService>'
        x, y = (f'<inputData id="{n}" name="{n}">{self.typed("variable", n)}</inputData>' for n in "xy")
        out: bytes = build.model(types + x + y + bkm + decisions + service, V15)
        return out


def asked(model: DecisionModel, pick: random.Random, build: Any) -> None:
    """Every decision, service and knowledge model of a model gives an outcome, the same one twice."""
    for name in [*model.decisions, *model.services, *model.knowledge_models]:
        inputs = {key: pick.choice(SAMPLES) for key in ("x", "y", "n") if pick.random() < 0.9}
        try:
            outcome = model.evaluate(name, inputs, build.NOW, Limits(steps=3_000))
            again = model.evaluate(name, inputs, build.NOW, Limits(steps=3_000))
        except LimitExceeded:
            continue
        assert isinstance(outcome, Outcome)
        assert outcome.diagnostics == again.diagnostics
        try:
            assert to_json(outcome.value) == to_json(again.value)
        except TypeError:
            continue


def run_models(build: Any, seed: int, count: int) -> int:
    """Models that were read of `count`, each also mutated once."""
    pick = random.Random(seed)
    read = 0
    for number in range(count):
        original = Maker(build, pick).model()
        for xml in (original, mutated(original, pick)):
            try:
                asked(read_dmn(xml), pick, build)
                read += 1
            except ModelFaults as refused:
                assert all(fault.rule and fault.text and fault.remedy for fault in refused.faults)
            except Exception as error:
                raise AssertionError(f"seed {seed}, model {number}: {xml!r}") from error
    return read


def test_random_models(build: Any) -> None:
    assert run_models(build, 21, 60) > 40


@pytest.mark.deep
def test_random_models_deep(build: Any) -> None:
    assert run_models(build, 22, 2_000) > 1_000
