"""Functions: definitions, calls, closures, limits, by the ids of their rules."""

import pytest

from backend.engine.feel import FeelFault, LimitExceeded, compile_expression
from tests.engine.feel.lines import holds, nulls

test_F_FN_01_closures = holds("""
(function(x) x + 1)(1) → 2
(function() 1)() → 1
(function(x) function(y) x + y)(1)(2) → 3
{a: 1, f: function(x) x + a, g: {a: 100, r: f(1)}.r}.g → 2
[function(x) x][1](5) → 5
{a: function(x) x}.a(5) → 5
(for i in [1, 2] return function(x) x * i)[2](10) → 20
(function(f, x) f(x))(abs, -1) → 1
(function(a, b: number, c: list<number>) [a, b, c])("x", 1, [2]) → ["x", 1, [2]]
""")

test_F_FN_02_by_position = holds("""
(function(x, y) x - y)(3, 1) → 2
(function(x) x)() → null
(function(x) x)(1, 2) → null
abs(-1) → 1
abs() → null
abs(1, 2) → null
substring("abc", 2) → "bc"
floor(1.5) → 1
""")

test_F_FN_03_by_name = holds("""
(function(x, y) x - y)(y: 1, x: 3) → 2
(function(x, y) y)(x: 1) → null
(function(x) x)(z: 1) → null
(function(x) x)(x: 1, x: 2) → null
(function(unit price) unit price)(unit price: 2) → 2
abs(n: -1) → 1
abs(x: -1) → null
abs(n: 1, n: 2) → null
substring(start position: 2, string: "abc") → "bc"
substring(string: "abc") → null
time(hour: 1, minute: 2, second: 3) → @"01:02:03"
{f: count, r: f(list: [1, 2])}.r → 2
""")

test_F_FN_04_what_is_no_function = nulls("""
F-FN-04 5(1)
F-FN-04 "a"(1)
F-FN-04 null(1)
F-FN-04 {a: 1}.a(1)
F-FN-04 nobody(1)
F-FN-04 5(a: 1)
""")


@pytest.mark.parametrize("text", [
    'function(x) external {java: {class: "java.lang.Math", method signature: "abs(int)"}}',
    'function(x: number) external {pmml: {document: "a", model: "b"}}',
])  # fmt: skip
def test_F_FN_05_external_functions_are_refused(text: str) -> None:
    with pytest.raises(FeelFault) as caught:
        compile_expression(text)
    assert caught.value.rule == "F-FN-05"


test_F_FN_06_recursion_and_built_ins_as_values = holds("""
{f: function(n) if n = 0 then 0 else 1 + f(n - 1), r: f(60)}.r → 60
[abs, floor][1](-3) → 3
for f in [floor, ceiling] return f(1.5) → [1, 2]
sort([3, 1], function(a, b) a < b) → [1, 3]
{round: function(x) x + 1, r: round(1)}.r → 2
abs instance of function<number> -> number
""")


def test_F_FN_06_recursion_ends_at_a_limit() -> None:
    with pytest.raises(LimitExceeded):
        compile_expression("{f: function(n) f(n + 1), r: f(0)}.r").evaluate({})
