"""Every built-in by its own documentation: each example in a docstring is evaluated, its signature obeyed."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from backend.engine.feel.builtins import BUILTINS, EXTENDED

OVERLOADS = list(
    dict.fromkeys(
        (name, overload)
        for table in (BUILTINS, EXTENDED)
        for name, found in sorted(table.items())
        for overload in found.overloads
    )
)
EXAMPLES = [
    pytest.param(line.strip(), id=f"{BUILTINS[name].rule}: {line.strip()}")
    for name, overload in OVERLOADS
    for line in (overload.body.__doc__ or "").splitlines()[1:]
    if re.match(r" {4}\S.* = ", line)
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_F_BUILTIN_example(feel: Callable[..., Any], example: str) -> None:
    assert feel(example, extras=True) is True


@pytest.mark.parametrize(("name", "overload"), OVERLOADS, ids=[o.signature for _, o in OVERLOADS])
def test_every_builtin_has_a_promise_and_an_example(name: str, overload: Any) -> None:
    document = overload.body.__doc__ or ""
    assert len(document.split("\n")[0]) > 15
    assert f"{name}(" in document


@pytest.mark.parametrize("name", [n for n, b in BUILTINS.items() if not b.extra])
def test_F_FN_02_wrong_counts_give_null(rules: Callable[..., list[str]], name: str) -> None:
    limit = max(20 if o.spread or o.rest else len(o.parameters) for o in BUILTINS[name].overloads)
    if limit < 20:
        assert rules(f"{name}({', '.join(['1'] * (limit + 1))})") == [BUILTINS[name].rule]
    assert rules(f"{name}(no such parameter: 1)") == [BUILTINS[name].rule]


NAMED = """
substring(start position: 2, string: "abc") = "bc"
date(year: 2024, month: 1, day: 2) = @"2024-01-02"
date(from: "2024-01-02") = @"2024-01-02"
sum(list: [1,2]) = 3
count(list: 1) = 1
before(point: 1, range: [2..3]) = true
before(range1: [0..1], range2: [2..3]) = true
list replace(list: [1,2], position: 1, newItem: 9) = [9,2]
list replace(list: [1,2], match: function(i, n) i = 2, newItem: 9) = [1,9]
context put(context: {}, keys: ["a","b"], value: 1) = {a: {b: 1}}
string join(list: ["a","b"]) = "ab"
number(from: "1,5", grouping separator: null, decimal separator: ",") = 1.5
years and months duration(from: @"2024-01-01", to: @"2024-03-01") = @"P2M"
sort(list: [2,1], precedes: function(x,y) x < y) = [1,2]
decimal(n: 1.25, scale: 1) = 1.2
before(range: [2..3], point: 1) = false
is(value1: 1, value2: 1) = true
insert before(list: [1], position: 1, newItem: 0) = [0,1]
day of week(date: @"2024-12-25") = "Wednesday"
get value(m: {a: 1}, key: "a") = 1
sort([3,1,2], precedes) = [1,2,3]
[abs][1](-3) = 3
{f: count, r: f([1,2])}.r = 2
(abs instance of function<number>->number) = true
{round: function(x) x + 1, r: round(1)}.r = 2
(for f in [floor, ceiling] return f(1.5)) = [1, 2]
"""


@pytest.mark.parametrize("example", NAMED.strip().splitlines())
def test_F_FN_03_named_and_as_values(feel: Callable[..., Any], example: str) -> None:
    assert feel(example, {"precedes": feel("function(a, b) a < b")}) is True


NULLS = """
substring(string: "abc", string: "abc", start position: 1)
sum([1, null])
sum([1, "2"])
upper case(null)
contains("a", null)
number("1,0", ",", ",")
number("abc")
number("INF")
date("2024-02-30")
date(null)
time("25:00:00")
duration("P")
sqrt("4")
string length(1)
get entries(1)
insert before([1], 3, 0)
sublist([1,2], 3)
range("[2..1]")
range("1..2")
5(1)
"abc".length
"""


@pytest.mark.parametrize("text", NULLS.strip().splitlines())
def test_F_ERR_01_outside_the_domain(
    feel: Callable[..., Any], rules: Callable[..., list[str]], text: str
) -> None:
    assert feel(text) is None
    assert rules(text)
