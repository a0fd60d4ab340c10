"""Unary tests, by the ids of their rules."""

from backend.engine.feel import FeelFault, compile_unary_tests
from backend.engine.feel.expression import compile_values
from tests.engine.feel.lines import holds, satisfies

test_F_UT_01_irrelevant = satisfies("""
null | - → true
5 | - → true
"a" | - → true
""")

test_F_UT_02_joined_by_or = satisfies("""
1 | 1, 2 → true
3 | 1, 2 → false
"b" | "a", "b" → true
7 | < 5, > 9 → false
4 | < 5, > 9 → true
5 | [1..3], 5 → true
null | 1, null → true
"x" | 1, "x" → true
"x" | 1, 2 → null
2 | [1, 2], [3, 4] → true
""")

test_F_UT_03_not = satisfies("""
3 | not(1, 2) → true
2 | not(1, 2) → false
null | not(1, 2) → true
null | not(null) → false
null | not(< 5) → false
"c" | not("a", "b") → true
5 | not([1..3]) → true
3 | not(? > 5) → true
"b" | not(contains(?, "a")) → true
false | not(not(true)) → false
""")

test_F_UT_04_comparisons_and_ranges = satisfies("""
4 | < 5 → true
5 | < 5 → false
5 | <= 5 → true
5 | > 4 → true
5 | >= 6 → false
5 | = 5 → true
5 | != 5 → false
null | < 5 → null
"a" | < 5 → null
5 | [1..5) → false
5 | (4..6) → true
5 | ]5..6] → false
null | [1..5] → null
@"2024-01-15" | [@"2024-01-01"..@"2024-02-01"] → true
@"2024-01-15" | < date("2024-02-01") → true
@"2024-01-15T00:00:00Z" | > date and time("2024-01-01T00:00:00Z") → true
@"PT2H" | > duration("PT1H") → true
5 | > 2 + 2 → true
-5 | -5 → true
-5 | < -4 → true
""")

test_F_UT_05_expressions_with_the_value = satisfies("""
4 | ? > 3 and ? < 9 → true
9 | ? > 3 and ? < 9 → false
"cat" | contains(?, "a") → true
"dog" | contains(?, "a") → false
null | ? = null → true
null | ? != null → false
[1, 2] | count(?) > 1 → true
[1, 2] | every x in ? satisfies x > 0 → true
{a: 2} | ?.a > 1 → true
5 | ? in [1..9] → true
5 | ? between 1 and 9 → true
5 | if ? > 3 then true else false → true
5 | even(?) → false
"b" | starts with(?, "a"), "b" → true
null | ? > 3 → null
""")

test_F_UT_06_values = satisfies("""
1 | 1 → true
"a" | "a" → true
6 | [1, 2, [5..7]] → true
2 | [1, 2] → true
3 | [1, 2] → false
[1, 2] | [1, 2] → true
[1, 2] | [[1, 2], [3]] → true
2 | 1 + 1 → true
null | null → true
1 | null → false
1 | {a: 1} → null
{a: 1} | {a: 1} → true
@"2024-01-01" | @"2024-01-01" → true
@"2024-01-01" | date("2024-01-01") → true
@"P1D" | @"PT24H" → true
5 | {r: [1..9]}.r → true
null | [1, 2] → false
null | [1, null] → true
""")

test_F_UT_07_booleans = satisfies("""
true | true → true
false | true → false
false | false → true
null | true → false
1 | true → null
true | 1 = 1 → true
""")


def test_F_UT_08_allowed_values_are_tests_too() -> None:
    values, diagnostics = compile_values('"high", "low"').evaluate({})
    assert values == ["high", "low"] and diagnostics == ()


test_F_IN_01_in = holds("""
5 in (? > 3)
"abc" in (starts with(?, "a"))
3 in (< 2, >= 3)
3 in [] → false
null in null
null in [1, null]
null in (1, 2) → false
1 in (null) → false
1 in "a" → null
[1, 2] in [[1, 2], [3]]
[1, 2, 3] in [1, 2, 3]
1 in [[1]] → null
{a: 1} in [{a: 1}]
4 in [1..3] → false
"a" in ("a", "b")
""")


def test_F_ERR_02_tests_that_do_not_parse() -> None:
    for text in ("", "1,", "-, 1", "not()", "not(1", "< ", "between 1 and 2", "not 1", "[1..2", "1 2", "1;2"):
        try:
            compile_unary_tests(text)
        except FeelFault:
            continue
        raise AssertionError(text)
