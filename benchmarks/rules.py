"""FEEL beside npm's feelin, a decision table beside zen-engine (Rust): `python -m benchmarks.rules [--json]`.

Expressions are timed as their users hold them: compiled once here (the cache by content would do as well);
feelin has no public form of a compiled expression and is given the text. The table has 20 rules and 5 inputs
and is asked by 20 households, one per rule; zen-engine is asked with the same Python dicts, without its trace
and with it, since ours is always kept. Rounds alternate; the quickest counts, here and there, since other
work of the machine only adds. All answers are compared first. A peer that is not there is said so, and its
figures are left out.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from backend.engine.dmn import DecisionModel, read_dmn
from backend.engine.feel import compile_expression
from backend.engine.feel.values import to_json
from benchmarks import _fees
from benchmarks._node_process import Missing, NodeProcess
from benchmarks.engine import timed

Way = tuple[Callable[[int], float], int]
FACTS: dict[str, Any] = {
    "amount": 120, "days": 30, "rate": 12, "name": "Anna", "district": "north", "incomes": [900, 1200, 450],
    "person": {"age": 41, "children": 2},
}  # fmt: skip
HOT = (
    "amount > 100",
    "25 + amount * 0.1",
    "days - 14 >= 0 and amount < 500",
    "(amount + days) / 2 * rate",
)
OTHERS = (
    "if amount > 100 then amount * 0.9 else amount",
    "person.age >= 18 and person.children > 0",
    'district in ("north", "south")',
    "amount between 100 and 200",
    "sum(incomes) / count(incomes)",
    "incomes[item > 500][1]",
    "every income in incomes satisfies income < 2000",
    'upper case(name) + " " + string(amount)',
    'date("2026-03-01") - date("2026-02-01") > duration("P14D")',
)
EXPRESSIONS = (*HOT, *OTHERS)


class Feelin:
    """npm's feelin; `values` are its answers."""

    def __init__(self) -> None:
        self._process = NodeProcess("_feelin.mjs", "feelin")
        self.values = self._process.ask({"open": {"expressions": EXPRESSIONS, "facts": FACTS}})["values"]

    def seconds(self, which: int, times: int) -> float:
        """Seconds of one evaluation of an expression."""
        return float(self._process.ask({"time": which, "times": times})["seconds"])

    def close(self) -> None:
        """End the process."""
        self._process.close()


def zen_engine() -> Any:
    """zen-engine's decision in its quickest form (a static loader); in the bench group of dependencies."""
    try:
        import zen
    except ImportError as error:
        raise Missing(f"zen-engine is not measured: {error}") from None
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"fee": json.loads(_fees.jdm())}}})
    return partial(engine.evaluate, "fee")


def or_none(make: Any) -> Any:
    """The peer; None, told plainly, when it is not there."""
    try:
        return make()
    except Missing as missing:
        print(missing, file=sys.stderr)
        return None


def check_expressions(peer: Feelin) -> None:
    """The same answers; numbers of 34 digits here, binary ones there."""
    for text, theirs in zip(EXPRESSIONS, peer.values, strict=True):
        value, warnings = compile_expression(text).evaluate(FACTS)
        ours = to_json(value)
        if warnings or not (ours == theirs or (_is_number(ours) and abs(float(ours) - theirs) < 1e-9)):
            raise SystemExit(f"different answers to {text}: {ours} here, {theirs} there; {warnings}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def check_table(model: DecisionModel, peer: Any) -> None:
    """Each household has the fee of its rule, here and there."""
    for facts, (amount, kind) in zip(_fees.FACTS, _fees.FEES, strict=True):
        wanted = {"amount": amount, "kind": kind}
        here = to_json(model.evaluate("fee", facts).value)
        there = wanted if peer is None else peer(facts)["result"]
        if here != wanted or there != wanted:
            raise SystemExit(
                f"for {facts} the fee is {here} here, {there} in zen-engine, {wanted} by its rule"
            )


def ways(model: DecisionModel, feelin: Feelin | None, zen: Any) -> dict[str, Way]:
    """What is measured, by name, with the number of runs of a round."""
    found: dict[str, Way] = {}
    for which, text in enumerate(EXPRESSIONS):
        found[text] = (_ours(text), 2000)
        if feelin is not None:
            found[f"feelin {text}"] = (partial(feelin.seconds, which), 100)
    found["table"] = (_asked(lambda facts: model.evaluate("fee", facts), _fees.FACTS), 20)
    found["table, last rule"] = (_asked(lambda facts: model.evaluate("fee", facts), _fees.FACTS[-1:]), 400)
    if zen is not None:
        traced = {"trace": True}
        found["zen-engine"] = (_asked(zen, _fees.FACTS), 20)
        found["zen-engine, traced"] = (_asked(lambda facts: zen(facts, traced), _fees.FACTS), 20)
    return found


def _ours(text: str) -> Callable[[int], float]:
    evaluate = compile_expression(text).evaluate
    return lambda times: timed(lambda: evaluate(FACTS), times)


def _asked(decide: Callable[[Any], Any], households: Sequence[Any]) -> Callable[[int], float]:
    """Seconds of one decision, on average over the households."""

    def each() -> None:
        for facts in households:
            decide(facts)

    return lambda times: timed(each, times) / len(households)


def measure(found: dict[str, Way], rounds: int) -> dict[str, float]:
    """The quickest of alternating rounds, in seconds."""
    quickest = {name: seconds(max(times // 4, 1)) for name, (seconds, times) in found.items()}
    for _ in range(rounds):
        for name, (seconds, times) in found.items():
            quickest[name] = min(quickest[name], seconds(times))
    return quickest


def figures(found: dict[str, float]) -> dict[str, float]:
    """Microseconds and ratios by their names; above 1, a ratio says that ours is faster."""
    result = {
        "hot_expression_us": round(sum(found[text] for text in HOT) / len(HOT) * 1e6, 2),
        "hot_expression_slowest_us": round(max(found[text] for text in HOT) * 1e6, 2),
        "table_us": round(found["table"] * 1e6, 2),
        "table_last_rule_us": round(found["table, last rule"] * 1e6, 2),
    }
    ratios = [found[f"feelin {text}"] / found[text] for text in EXPRESSIONS if f"feelin {text}" in found]
    if ratios:
        ours = sum(found[text] for text in EXPRESSIONS)
        result["vs_feelin"] = round(sum(found[f"feelin {text}"] for text in EXPRESSIONS) / ours, 2)
        result["vs_feelin_least"] = round(min(ratios), 2)
    if "zen-engine" in found:
        result["vs_zen_engine"] = round(found["zen-engine"] / found["table"], 2)
        result["vs_zen_engine_traced"] = round(found["zen-engine, traced"] / found["table"], 2)
    return result


def show(found: dict[str, float]) -> None:
    """The table: each expression in microseconds here and there, then a decision by the table."""
    print(f"{'':62}{'errand (us)':>12}{'feelin (us)':>12}{'times':>8}")
    for text in EXPRESSIONS:
        theirs = found.get(f"feelin {text}")
        peer = f"{'-':>12}" if theirs is None else f"{theirs * 1e6:12.2f}{theirs / found[text]:8.1f}"
        print(f"{text:62}{found[text] * 1e6:12.2f}{peer}")
    for name in ("table", "table, last rule", "zen-engine", "zen-engine, traced"):
        if name in found:
            print(f"{name + ', 20 rules':62}{found[name] * 1e6:12.2f}")


def main() -> None:
    """Measure, print a table, and with --json one object as the last line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--rounds", type=int, default=15)
    chosen = options.parse_args()
    model = read_dmn(_fees.dmn())
    feelin, zen = or_none(Feelin), or_none(zen_engine)
    if feelin is not None:
        check_expressions(feelin)
    check_table(model, zen)
    found = measure(ways(model, feelin, zen), chosen.rounds)
    if feelin is not None:
        feelin.close()
    show(found)
    if chosen.json:
        print(json.dumps(figures(found)))


if __name__ == "__main__":
    main()
