"""Types, conversions, logic, equality and order, by the ids of their rules."""

from backend.engine.feel import compile_expression
from backend.engine.feel.types import NUMBER, STRING, Type
from tests.engine.feel.lines import holds, nulls

test_F_TYPE_01_kinds = holds("""
1 instance of number
"a" instance of string
true instance of boolean
@"2024-01-01" instance of date
@"10:00:00" instance of time
@"2024-01-01T10:00:00" instance of date and time
@"P1D" instance of days and time duration
@"P1M" instance of years and months duration
[1..2] instance of range<number>
[1] instance of list<number>
{a: 1} instance of context<a: number>
(function(x: number) x) instance of function<number> -> Any
1 instance of Any
null instance of Null
""")

test_F_TYPE_02_conformance = holds("""
[1, 2] instance of list<Any>
[1..2] instance of range<Any>
{a: 1, b: 2} instance of context<a: number>
{b: 1} instance of context<a: number> → false
{a: {b: 1}} instance of context<a: context<b: number>>
{a: {b: "x"}} instance of context<a: context<b: number>> → false
{a: null} instance of context<a: number>
(function(x) x) instance of function<number> -> Any
(function(x: number) x) instance of function<Any> -> Any → false
(function(x: number) x) instance of function<number, number> -> Any → false
(function() 1) instance of function<> -> Any
(function(x: Any) x) instance of function<Null> -> Any
abs instance of function<number> -> number
abs instance of function<number> -> Any
abs instance of function<string> -> number → false
""")

test_F_TYPE_03_lists = holds("""
[] instance of list<number>
[] instance of list<list<string>>
[null] instance of list<number>
[1, "a"] instance of list<number> → false
[1, "a"] instance of list<Any>
[[1], [2]] instance of list<list<number>>
[@"P1D"] instance of list<days and time duration>
""")

test_F_INST_01_instance_of = holds("""
1 instance of string → false
null instance of number → false
null instance of Any → false
1 instance of Null → false
[1] instance of number → false
@"P1M" instance of days and time duration → false
@"2024-01-01" instance of date and time → false
["a".."b"] instance of range<number> → false
(< 5) instance of range<number>
{a: 1}.b instance of Null
""")

test_F_INST_01_the_result_of_a_function_is_found_out = holds("""
(function(x: number) x) instance of function<number> -> number
(function(x: number) x) instance of function<number> -> string → false
(function(x: number) x + 1) instance of function<number> -> number
(function(x: number) x > 1) instance of function<number> -> boolean
(function(x: string) "a" + x) instance of function<string> -> string
(function(x) string(x)) instance of function<Any> -> string
(function() [1, 2]) instance of function<> -> list<number>
(function(x: number) {a: x}) instance of function<number> -> context<a: number>
(function(x: number) if x > 1 then "a" else "b") instance of function<number> -> string
(function(x: number) if x > 1 then 1 else "b") instance of function<number> -> number → false
(function(x: number) function(y: string) y) instance of function<number> -> function<string> -> string
(function(x: number) null) instance of function<number> -> string
(function(f: function<number> -> number) f(1))(function(x: number) x * 2) → 2
(function(f: function<number> -> number) f(1))(function(x) "a") → null
{f: function(x: number) x, r: f instance of function<number> -> number}.r
""")

test_F_INST_02_unknown_types = nulls("""
F-INST-02 1 instance of list
F-INST-02 {} instance of context
F-INST-02 [1..2] instance of range
F-INST-02 abs instance of function
F-INST-02 1 instance of nothing known
F-INST-02 [1] instance of list<nothing>
F-INST-02 null instance of nothing
""")

test_F_CONV_01_a_value_for_a_list = holds("""
3[item > 2] → [3]
count(1) → 1
sum(5) → 5
reverse("a") → ["a"]
list contains(1, 1)
append(1, 2) → [1, 2]
concatenate(1, 2) → [1, 2]
(function(a: list<number>) a)(1) → [1]
(function(a: list<number>) a)("x") → null
count(null) → null
(function(a: list<number>) a)(null) → null
""")

test_F_CONV_02_a_list_of_one_for_a_value = holds("""
[1] + 2 → 3
2 * [3] → 6
-[1] → -1
[1] < 2
string length(["abc"]) → 3
contains(["foobar"], "of") → false
date(["2024-01-01"]) → @"2024-01-01"
(function(a: number) a)([1]) → 1
[1, 2] + 1 → null
string length(["a", "b"]) → null
[] + 1 → null
""")

test_F_CONV_03_declared_types = holds("""
(function(a: number) a)("x") → null
(function(a: number) a)(null) → null
(function(a: string) a)("x") → "x"
(function(a: context<b: number>) a)({b: 1, c: 2}) → {b: 1, c: 2}
(function(a: context<b: number>) a)({b: "x"}) → null
(function(a: list<number>) a)([1, "a"]) → null
(function(a: range<number>) a)([1..2]) → [1..2]
(function(a: function<number> -> Any) a(1))(abs) → 1
(function(a: nothing known) a)(1) → 1
""")

test_F_CONV_04_a_date_for_a_date_and_time = holds("""
(function(a: date and time) a)(@"2024-01-01") → @"2024-01-01T00:00:00Z"
(function(a: date) a)(@"2024-01-01T00:00:00") → null
(function(a: number) a)("1") → null
(function(a: string) a)(1) → null
""")

test_F_LOGIC_01_three_values = holds("""
true and true
true and false → false
true and null → null
true and "x" → null
false and true → false
false and false → false
false and 1 → false
null and true → null
null and false → false
null and null → null
"x" and true → null
true or true
true or false
true or null
false or true
false or false → false
false or null → null
null or true
null or false → null
"x" or 1 → null
not(true) → false
not(false)
not(null) → null
not("x") → null
""")

test_F_LOGIC_02_quantifiers = holds("""
some x in [] satisfies true → false
every x in [] satisfies false
some x in [1, 2] satisfies x > 1
some x in [1, 2] satisfies x > 2 → false
every x in [1, 2] satisfies x > 0
every x in [1, 2] satisfies x > 1 → false
some x in [1, null] satisfies x > 0
some x in [0, null] satisfies x > 0 → null
every x in [true, null] satisfies x → null
every x in [false, null] satisfies x → false
some x in [1, 2], y in [2, 3] satisfies x = y
every x in [1, 2], y in [x, 3] satisfies y >= x
some x in [1] satisfies "a" → null
""")

test_F_LOGIC_03_if = holds("""
if true then 1 else 2 → 1
if false then 1 else 2 → 2
if null then 1 else 2 → 2
if "x" then 1 else 2 → 2
if 1 > 0 then "a" else "b" → "a"
if false then 1 else if true then 2 else 3 → 2
if true then 1 else 2 + 1 → 1
(if true then 1 else 2) + 1 → 2
if if true then false else true then 1 else 2 → 2
""")

test_F_EQ_01_null = holds("""
null = null
1 = null → false
null = "a" → false
1 != null
null != null → false
[] = null → false
{}.a = null
[1, null] = [1, null]
[1, null] = [1, 2] → false
""")

test_F_EQ_02_different_kinds = nulls("""
F-EQ-02 1 = "1"
F-EQ-02 1 != "1"
F-EQ-02 true = 1
F-EQ-02 [1] = {a: 1}
F-EQ-02 @"P0D" = @"P0M"
F-EQ-02 @"2024-01-01" = @"2024-01-01T00:00:00"
F-EQ-02 @"2024-01-01" = "2024-01-01"
F-EQ-02 [1, "a"] = [1, 2]
F-EQ-02 {a: 1} = {a: "1"}
F-EQ-02 [1..2] = [1, 2]
""")

test_F_EQ_03_by_kind = holds("""
1 = 1.000
1 != 2
0.1 + 0.2 = 0.3
"a" = "a"
"a" = "A" → false
true = true
true != false
[1, 2] = [1, 2]
[1, 2] = [2, 1] → false
[1, 2] = [1] → false
[1, "a"] = [2, 2] → false
[[1]] = [[1]]
[] = []
{a: 1, b: 2} = {b: 2, a: 1}
{a: 1} = {a: 1, b: 2} → false
{a: 1} = {b: 1} → false
{} = {}
{a: 1} != {a: 2}
[1..5] = [1..5.0]
[1..5] = (1..5] → false
]1..5[ = (1..5)
(< 5) = (< 5)
(< 5) = (<= 5) → false
abs = abs
abs = floor → false
{f: function(x) x, r: f = f}.r
(function(x) x) = (function(x) y) → false
""")

test_F_EQ_04_dates_times_durations = holds("""
@"2024-01-01" = @"2024-01-01"
@"2024-01-01" != @"2024-01-02"
@"10:00:00" = @"10:00:00.000"
@"10:00:00+01:00" = @"09:00:00Z"
@"10:00:00" = @"10:00:00Z" → false
@"2024-01-01T10:00:00+01:00" = @"2024-01-01T09:00:00Z"
@"2024-01-01T10:00:00Z" = @"2024-01-01T10:00:00@Etc/UTC"
@"2024-07-01T10:00:00@Europe/Paris" = @"2024-07-01T08:00:00Z"
@"2024-01-01T10:00:00" = @"2024-01-01T10:00:00Z" → false
@"P1D" = @"PT24H"
@"P1Y" = @"P12M"
@"P0D" = @"PT0S"
""")

test_F_ORD_01_order = holds("""
1 < 2
2 > 1
"a" < "b"
"foo" < "foobar"
"a" < "B" → false
@"2023-12-31" < @"2024-01-01"
@"-0001-01-01" < @"0001-01-01"
@"09:00:00" < @"10:00:00"
@"10:00:00+02:00" < @"09:00:00Z"
@"2024-01-01T23:59:59" < @"2024-01-02T00:00:00"
@"PT1H" < @"P1D"
@"P11M" < @"P1Y"
""")

test_F_ORD_01_no_order = nulls("""
F-ORD-01 true < false
F-ORD-01 null < 1
F-ORD-01 null >= null
F-ORD-01 [1, 2] < [1, 3]
F-ORD-01 {a: 1} < {a: 2}
F-ORD-01 [1..2] < [3..4]
F-ORD-01 abs < abs
F-ORD-01 1 < "2"
F-ORD-01 @"P1M" < @"P40D"
""")

test_F_ORD_02_or_equal = holds("""
1 <= 1.0
1 >= 1.0
1 <= 2
2 >= 3 → false
@"10:00:00+01:00" <= @"09:00:00Z"
@"P1Y" >= @"P12M"
""")

test_F_ORD_03_local_beside_offset = holds("""
@"10:00:00" < @"10:00:01+05:00"
@"10:00:00" < @"10:00:00+05:00" → false
@"2024-01-01T09:59:59" < @"2024-01-01T10:00:00-08:00"
""")

test_F_ORD_04_date_beside_date_and_time = nulls("""
F-ORD-01 @"2024-01-01" < @"2024-01-01T10:00:00"
F-ORD-01 @"2024-01-01T10:00:00" >= @"2023-01-01"
""")

test_F_BETW_01_between = holds("""
5 between 1 and 5
5 between 6 and 9 → false
"b" between "a" and "c"
@"2024-01-15" between @"2024-01-01" and @"2024-02-01"
5 between null and 7 → null
5 between null and 3 → false
5 between 6 and null → false
5 between 1 and null → null
null between 1 and 2 → null
5 between "a" and 9 → null
""")

test_F_IS_01_is = holds("""
is(1, 1.0)
is(1, 2) → false
is("a", 1) → false
is(null, null)
is(1, null) → false
is([1, 2], [1, 2])
is({a: 1}, {a: 1})
is(@"2024-01-01", @"2024-01-01T00:00:00") → false
is(@"P0D", @"P0M") → false
is(time("23:00:50z"), time("23:00:50+00:00"))
is(time("23:00:50"), time("23:00:50Z")) → false
is(@"2024-01-01T00:00:00", @"2024-01-01T00:00:00Z") → false
""")


def test_F_INST_03_types_of_a_model() -> None:
    size = Type("string", allowed=(lambda value: value in ("small", "large"),), name="tSize")
    person = Type("context", (STRING, NUMBER), ("name", "age"), name="tPerson")
    known = {"tSize": size, "tPerson": person, "tSizes": Type("list", (size,)), "types.tSize": size}
    for text, expected in (
        ('"small" instance of tSize', True),
        ('"huge" instance of tSize', False),
        ("1 instance of tSize", False),
        ('["small", "large"] instance of tSizes', True),
        ('["small", "huge"] instance of tSizes', False),
        ('{name: "Anna", age: 30} instance of tPerson', True),
        ('{name: "Anna", age: "30"} instance of tPerson', False),
        ('{name: "Anna"} instance of tPerson', False),
        ('"small" instance of types.tSize', True),
        ('(function(s: tSize) s)("huge")', None),
        ("(function(s: tSize) s) instance of function<tSize> -> tSize", True),
    ):
        assert compile_expression(text, types=known.get).evaluate({})[0] is expected, text
