"""Every production of the grammar, by the ids of its rules."""

from tests.engine.feel.lines import faults, holds, nulls

test_F_PREC_01_unary_minus_binds_tighter_than_power = holds("""
-2 ** 2 → 4
-(2 ** 2) → -4
2 ** -1 → 0.5
--1 → 1
1 - -1 → 2
2 * -3 → -6
- 5 → -5
-{a: 1}.a → -1
""")

test_F_PREC_02_left_associative = holds("""
2 ** 3 ** 2 → 64
8 - 3 - 2 → 3
100 / 10 / 2 → 5
2 + 3 * 4 → 14
2 * 3 + 4 → 10
(2 + 3) * 4 → 20
2 * 3 ** 2 → 18
1 + 3 / 2 * 2 - 2 ** 3 → -4
true or false and false
(true or false) and false → false
1 = 1 and 2 = 2 or false
1 + 1 = 2
""")

test_F_PREC_03_between = holds("""
5 between 1 + 1 and 2 * 3 and true
5 between 1 and 9 and 1 = 2 → false
not(5 between 6 and 9)
5 between -5 and 5
""")

test_F_PREC_04_no_chains = nulls("""
F-ORD-01 1 < 2 < 3
F-EQ-02 1 = 1 = 1
F-ORD-01 3 > 2 > 1
""")

test_F_PREC_05_what_stands_behind_in = holds("""
1 in (1, 2)
3 in (1, 2) → false
1 in (1)
2 in (1 + 1)
1 in (1..2) → false
1.5 in (1..2)
3 in ([1..2], > 2)
6 in > 5
6 in (> 5)
6 in <= 5 → false
1 in [1, 2]
5 in ([1, 5])
2 in ({a: [1, 2]}.a)
1 in (1) and 2 in (2)
3 in [1..3] and true
5 in (= 5)
5 in (!= 5) → false
"b" in ["a".."c"]
1 in (2, [1..3])
1 in [2, [1..3]]
""")

test_F_PREC_06_instance_of = holds("""
-1 instance of number → null
(-1) instance of number
5 instance of number and true
1 + 1 instance of number → null
""")

test_F_LEX_01_comments = holds("""
1 /* one */ + /* two // */ 2 → 3
/* before */ 1 → 1
1 // behind → 1
"/* no comment */" → "/* no comment */"
[1, /* item */ 2] → [1, 2]
1 /* * ** / */ → 1
/**/ 1 → 1
""")

test_F_LEX_02_white_space = holds("""
 1 +\t2 → 3
1\u00a0+\u30001 → 2
\ufeff1 → 1
1\u2003=\u20091
""")

test_F_LEX_03_numbers = holds("""
.5 + 1.50 → 2
0.5 → .5
007 → 7
1.2E-3 → 0.0012
1e3 → 1000
1E+3 → 1000
[1.5][1] → 1.5
9999999999999999999999999999999999 + 0 → 9999999999999999999999999999999999
""")

test_F_LEX_03_what_is_no_number = faults("""
1.
0x1F
1_000
1.2.3
1E
+1
""")

test_F_STR_01_escapes = holds(r"""
"\t" → "\u0009"
"\"" → "\u0022"
"\'" → "'"
"\\" → "\u005C"
"\n\r" → "\u000A\u000D"
"\u0041\U000041" → "AA"
"\U01F40E" → "\uD83D\uDC0E"
"\q" → "\\q"
"\u00zz" → "\\u00zz"
"é" → "\u00e9"
"" → ""
"'" → "\'"
""")

test_F_STR_01_what_is_no_string = faults(r"""
"abc
"abc\"
'abc'
"\uD83D"
""")

test_F_STR_02_code_points = holds(r"""
string length("\U01F40Eab") → 3
substring("🐎ab", 2, 1) → "a"
"\uFFFF" < "🐎"
string length("é") → 1
string length("e\u0301") → 2
""")

test_F_NAME_01_characters = holds("""
{_a: 1, r: _a}.r → 1
{?x: 1, r: ?x}.r → 1
{année: 1, r: année + 1}.r → 2
{数字: 1, r: 数字}.r → 1
{🐎: 1, r: 🐎}.r → 1
{a1: 1, r: a1}.r → 1
{a 1: 1, r: a 1}.r → 1
{a.b: 1, r: a.b}.r → 1
{a/b: 1, r: a/b}.r → 1
{a-b: 1, r: a-b}.r → 1
{a'b: 1, r: a'b}.r → 1
{a+b: 1, r: a+b}.r → 1
{a*b: 1, r: a*b}.r → 1
{a**b: 1, r: a**b}.r → 1
""")

test_F_NAME_01_what_is_no_name = faults("""
{1a: 1}
{-a: 1}
{a(b: 1}
{a&b: 1}
""")

test_F_NAME_02_white_space_in_names = holds("""
{Income + Tax: 3, r: Income+Tax * 2}.r → 6
{a-b: 1, r: a - b}.r → 1
{a   b: 1, r: a b}.r → 1
{a b: 1, r: a /* and */ b}.r → 1
{a b: 1, c: 2}.a b → 1
{"a b": 1, r: a b}.r → 1
""")

test_F_NAME_03_keywords = holds("""
{terms and conditions: 1, r: terms and conditions}.r → 1
{x if: 1, r: x if}.r → 1
{made in: 1, r: made in + 1}.r → 2
{profit or loss: 3, r: profit or loss = 3}.r
{order: 1, nothing: 2, iffy: 3, r: order + nothing + iffy}.r → 6
{trueness: 1, r: trueness}.r → 1
""")

test_F_NAME_03_no_name_begins_with_a_keyword = faults("""
{if x: 1}
{in: 1}
{for: 1}
{not: 1}
{null: 1}
{every: 1}
for in in [1] return 1
""")

test_F_NAME_04_the_longest_name_wins = holds("""
{a: 5, b: 2, a-b: 9, r: a-b}.r → 9
{a: 5, b: 2, r: a-b}.r → 3
{a: 5, b: 2, a-b: 9, r: (a)-(b)}.r → 3
{date and time: 3, r: date and time + 1}.r → 4
{a: 1, a b: 2, a b c: 3, r: [a, a b, a b c]}.r → [1, 2, 3]
{a: {b: 2}, r: a.b}.r → 2
{unit price: 2, r: unit price * 2}.r → 4
(for unit price in [1, 2] return unit price * 2) → [2, 4]
{f: function(unit price, tax-rate) unit price * tax-rate, r: f(2, 3)}.r → 6
[{unit price: 1}, {unit price: 3}][unit price > 2].unit price → [3]
[{a-b: 1}, {a-b: 3}][a-b > 2] → [{a-b: 3}]
some big x in [1] satisfies big x = 1
{time offset: 1}.time offset → 1
""")

test_F_NAME_05_no_keywords = holds("""
{list: 1, context: 2, range: 3, r: list + context + range}.r → 6
{item: 1, partial: 2, r: item + partial}.r → 3
{date: 1, time: 2, duration: 3, string: 4, r: date + time + duration + string}.r → 10
{number: 1, r: number}.r → 1
""")

test_F_NAME_06_unknown = nulls("""
F-NAME-06 nobody
F-NAME-06 nobody at all
F-NAME-06 nobody.x
F-NAME-06 nobody + 1
F-NAME-06 nobody(1)
""")

test_F_SCOPE_01_inner_to_outer = holds("""
{a: 1, b: {a: 2, c: a}}.b.c → 2
{a: 1, b: {c: a}}.b.c → 1
(for a in [1] return for a in [2] return a) → [[2]]
{count: 3, r: count + 1}.r → 4
{count: function(x) 9, r: count([1])}.r → 9
{a: 1, f: function(a) a, r: f(2)}.r → 2
{x: 5, r: for x in [1] return x}.r → [1]
{x: 5, r: [{x: 1}][x = 1]}.r → [{x: 1}]
""")

test_F_ERR_02_productions_that_are_broken = faults("""
(1
[1
[1,]
[,]
{a 1}
{a: 1,}
{1: 2}
{: 1}
if 1 then 2
if then 1 else 2
for x in [1]
for in [1] return 1
for x [1] return 1
some x in [1]
some x satisfies 1
every x in 1..3 satisfies x
1 2
1 +
* 1
1 in
1 in ()
1 in (1,)
1 not in (2)
not true
1 between 2
between 1 and 2
1 instance of
1 instance 5
1 instance of list<
1 instance of context<a>
1 instance of function<number>
f(1,)
f(a: 1, 2)
f(1, a: 2)
a.
a..b
[1..2
[1..]
(..2)
@5
@"2024-01-01
function(x
function x
function(x, x) x
function(x: ) x
function(1) x
function(x)
1 § 2
a b: 1
then
1 == 1
1 && 2
!true
a ? b : c
""")
