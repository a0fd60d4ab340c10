"""Lists, filters, paths, contexts, ranges and iteration, by the ids of their rules."""

from tests.engine.feel.lines import holds, nulls

test_F_LIST_01_positions = holds("""
[1, 2, 3][1] → 1
[1, 2, 3][-1] → 3
{a: [1], b: append(a, 2), r: a}.r → [1]
{a: [2, 1], b: sort(a), r: a}.r → [2, 1]
""")

test_F_FILT_01_a_position = holds("""
[1, 2, 3][3] → 3
[1, 2, 3][-3] → 1
[1, 2, 3][1.0] → 1
[1, 2, 3][1 + 1] → 2
[[1, 2], [3]][1][2] → 2
[null][1] → null
{i: 2, r: ["a", "b"][i]}.r → "b"
[1, 2, 3][count([1, 2])] → 2
""")

test_F_FILT_01_outside = nulls("""
F-FILT-01 [1, 2, 3][4]
F-FILT-01 [1, 2, 3][-4]
F-FILT-01 [1, 2, 3][0]
F-FILT-01 [][1]
""")

test_F_FILT_02_a_condition = holds("""
[1, 2, 3][item >= 2] → [2, 3]
[1, 2, 3][item > 1 and item < 3] → [2]
[1, 2, 3][item > 5] → []
[1, 2, 3][true] → [1, 2, 3]
[1, 2, 3][false] → []
[{x: 1, y: 2}, {x: 2, y: 3}][x = 2].y → [3]
[{x: 1}][item.x = 1] → [{x: 1}]
[{x: 1, y: 2}, {x: null, y: 3}][x < 2] → [{x: 1, y: 2}]
[{item: 1}, {item: 2}][item = 2] → [{item: 2}]
[{x: 1}, {y: 1}][x = null] → [{y: 1}]
[[1], [2, 3]][count(item) = 2] → [[2, 3]]
[1, 2, 3, 4][item > 1][item < 4] → [2, 3]
[1, 2, 3][even(item)] → [2]
[{l: [{y: 1}]}][l[y = 1].y = [1]] → [{l: [{y: 1}]}]
{k: 2, r: [{x: 1}, {x: 2}][x = k]}.r → [{x: 2}]
[][item > 1] → []
""")

test_F_FILT_03_one_value = holds("""
5[1] → 5
5[2] → null
5[true] → [5]
5[false] → []
5[item > 6] → []
"abc"[1] → "abc"
{a: 1}[a = 1] → [{a: 1}]
{a: 1}[1] → {a: 1}
true[1]
""")

test_F_FILT_04_what_decides = holds("""
[{a: true}, {a: false}][a] → [{a: true}]
[1, 2, null, 3][item > 1] → [2, 3]
[1, "a", 3][item > 1] → [3]
[1, 2, 3][if item > 2 then true else null] → [3]
[1, null][item = null] → [null]
""")

test_F_FILT_04_neither = nulls("""
F-FILT-04 [1, 2, 3]["a"]
F-FILT-04 [1, 2, 3][null]
F-FILT-01 [1, 2, 3][1.5]
F-FILT-04 [1, 2, 3][[1]]
F-FILT-04 [1, 2, 3][@"P1D"]
""")

test_F_FILT_05_entries_hide_outer_names = holds("""
{x: 10, r: [{x: 1}, {x: 2}][x = 1]}.r → [{x: 1}]
{x: 10, r: [{y: 1}][x = 10]}.r → [{y: 1}]
{name: "q", r: [{name: "a"}][name = "q"]}.r → []
for x in [9] return [{x: 1}][x = 1] → [[{x: 1}]]
[{count: 1}][count = 1] → [{count: 1}]
""")

test_F_FILT_06_null = holds("""
null[1] → null
null[item > 1] → []
null[true] → []
""")

test_F_PATH_01_of_a_context = holds("""
{a: 1}.a → 1
{a: {b: {c: 1}}}.a.b.c → 1
{a: null}.a → null
{"x y": 1}.x y → 1
{a: [1, 2]}.a[1] → 1
{a: function(x) x}.a(5) → 5
{a: 1}.a.b → null
""")

test_F_PATH_01_no_entry = nulls("""
F-PATH-01 {a: 1}.b
F-PATH-03 null.a
F-PATH-03 1.5.x
F-PATH-03 true.a
""")

test_F_PATH_02_of_a_list = holds("""
[{y: 2}, {z: 1}].y → [2, null]
[{a: 1}, {a: 2}].a → [1, 2]
[].a → []
[{a: {b: 1}}, {a: {b: 2}}].a.b → [1, 2]
[{a: [{b: 1}, {b: 2}]}, {a: [{b: 3}]}].a.b → [[1, 2], [3]]
[[{y: 1}], {y: 2}].y → [[1], 2]
[{a: 1, b: 2}].b[1] → 2
[@"2024-01-01", @"2025-01-01"].year → [2024, 2025]
[1, null].a → [null, null]
""")

test_F_PATH_03_of_a_value = holds("""
@"2024-01-01".year + 1 → 2025
date("2024-01-01").month → 1
(@"2024-02-01" - @"2024-01-01").days → 31
[1..5].end → 5
""")

test_F_CTX_01_entries = holds("""
{a: 1, b: a + 1, c: b * 2}.c → 4
{b: a + 1, a: 1}.b → 2
{a: 1, b: {a: a + 1}}.b.a → 2
{a: 1, b: {c: a}}.b.c → 1
{a: [1, 2], b: a[item > 1]}.b → [2]
get entries({b: 1, a: b}) → [{key: "b", value: 1}, {key: "a", value: 1}]
{} = {}
{a: 1, a: 2} → null
""")

test_F_CTX_01_never_itself = nulls("""
F-NAME-06 {a: a}.a
F-CTX-01 {a: 1, "a": 2}
F-NAME-06 {a: b, b: a}.a
""")

test_F_CTX_02_any_key = holds("""
get value({"a+b ": 1}, "a+b ") → 1
get value({"1 x": 5}, "1 x") → 5
get value({"": 5}, "") → 5
{"a": 1, b: a}.b → 1
{"if": 1} = {"if": 1}
""")

test_F_CTX_03_functions = holds("""
{fact: function(n) if n < 2 then 1 else n * fact(n - 1), r: fact(20)}.r → 2432902008176640000
{e: function(n) n = 0 or o(n - 1), o: function(n) n > 0 and e(n - 1), r: e(10)}.r
{a: function(x) x + b, b: 2, r: a(1)}.r → 3
""")

test_F_RANGE_01_two_ends = holds("""
]1..3] = (1..3]
[1..3[ = [1..3)
]1..3[ = (1..3)
2 in [1..2]
2 in [1..2) → false
1 in (1..2] → false
"b" in ["a".."c"]
@"2024-01-15" in [@"2024-01-01"..@"2024-02-01")
@"PT2H" in [@"PT1H"..@"P1D"]
2 in [1 + 0..2 * 2]
{a: 1, r: 2 in [a..a + 2]}.r
[1..1].end → 1
date("2024-01-02") in [date("2024-01-01")..date("2024-01-03")]
""")

test_F_RANGE_01_no_range = nulls("""
F-RANGE-01 [5..1]
F-RANGE-01 [1.."a"]
F-RANGE-01 [true..false]
F-RANGE-01 [1..null]
F-RANGE-01 [null..1]
F-RANGE-01 [[1]..[2]]
F-RANGE-01 [@"P1D"..@"P1M"]
""")

test_F_RANGE_02_one_end = holds("""
(< 5) = (< 5.0)
(< 5) = (<= 5) → false
(> 5).start → 5
(> 5).end → null
(>= 5).start included
(> 5).start included → false
4 in (< 5)
5 in (< 5) → false
{r: >= 5, t: 5 in r}.t
[< 1, > 9][1].end → 1
""")

test_F_RANGE_03_in = holds("""
3 in [1..3]
0 in [1..3] → false
null in [1..3] → null
"a" in [1..3] → null
5 in [null..7] → null
""")

test_F_RANGE_04_compared_with_equals_only = nulls("""
F-ORD-01 [1..2] < [3..4]
F-ORD-01 (< 1) >= (< 2)
""")

test_F_FOR_01_products = holds("""
for i in [1, 2] return i + 1 → [2, 3]
for i in [1, 2], j in [10, 20] return i + j → [11, 21, 12, 22]
for i in [[1, 2], [3]], j in i return j → [1, 2, 3]
for i in 1..3, j in i..3 return i * j → [1, 2, 3, 4, 6, 9]
for i in [] return i → []
for i in [1, 2], j in [] return i → []
for i in [1] return for j in [2] return i + j → [[3]]
for x in [1], x in [2] return x → [2]
for i in [null] return i → [null]
""")

test_F_FOR_02_ranges = holds("""
for i in 1..3 return i → [1, 2, 3]
for i in 3..1 return i → [3, 2, 1]
for i in 1..1 return i → [1]
for i in -1..1 return i → [-1, 0, 1]
for i in 1 + 1..2 * 2 return i → [2, 3, 4]
for i in @"2024-02-28"..@"2024-03-01" return i → [@"2024-02-28", @"2024-02-29", @"2024-03-01"]
for i in @"2024-01-02"..@"2024-01-01" return i → [@"2024-01-02", @"2024-01-01"]
for i in [1..3] return i → [1, 2, 3]
for i in (1..4) return i → [2, 3]
for i in [@"2024-01-01"..@"2024-01-02"] return i → [@"2024-01-01", @"2024-01-02"]
for i in (@"2024-01-01"..@"2024-01-03") return i → [@"2024-01-02"]
""")

test_F_FOR_02_nothing_to_count = nulls("""
F-FOR-02 for i in 1..2.5 return i
F-FOR-02 for i in "a".."c" return i
F-FOR-02 for i in 1.."b" return i
F-FOR-02 for i in null..2 return i
F-FOR-02 for i in (< 3) return i
F-FOR-02 for i in 1..@"2024-01-01" return i
F-FOR-02 for i in [1.5..3] return i
""")

test_F_FOR_03_partial = holds("""
for i in 0..4 return if i = 0 then 1 else i * partial[-1] → [1, 1, 2, 6, 24]
for i in [1, 2, 3] return count(partial) → [0, 1, 2]
(for i in [1, 2] return partial)[2] → [[]]
for i in 1..2, j in 1..2 return count(partial) → [0, 1, 2, 3]
for partial in [1] return partial → [1]
""")

test_F_FOR_04_one_value = holds("""
for i in 5 return i → [5]
for i in {a: 1} return i.a → [1]
for i in null return i → null
for i in nobody return i → null
""")

test_F_QUANT_01_lists = holds("""
some x in 5 satisfies x > 1
every x in [1, 2], y in [3] satisfies x < y
some x in null satisfies true → null
every x in null satisfies true → null
some x in [[1], [2]], y in x satisfies y = 2
""")
