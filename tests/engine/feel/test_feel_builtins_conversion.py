"""Built-ins of conversion and booleans: every overload, its domain and its named parameters."""

from tests.engine.feel.lines import holds

test_F_BUILTIN_DATE = holds(r"""
date("2024-02-29") → @"2024-02-29"
date("2023-02-29") → null
date("2024-02-29T10:00:00") → null
date("") → null
date(null) → null
date(1) → null
date(@"2024-02-29") → @"2024-02-29"
date(@"2024-02-29T23:00:00@Europe/Paris") → @"2024-02-29"
date(from: "2024-02-29") → @"2024-02-29"
date(2024, 2, 29) → @"2024-02-29"
date(2023, 2, 29) → null
date(2024, 13, 1) → null
date(2024.5, 1, 1) → null
date(2024, 1, null) → null
date("2024", 1, 1) → null
date(2024, 1) → null
date(year: 2024, month: 1, day: 2) → @"2024-01-02"
date(999999999, 12, 31).year → 999999999
date(1000000000, 1, 1) → null
date("2024-01-01") + @"P1D" → @"2024-01-02"
""")

test_F_BUILTIN_DATE_AND_TIME = holds(r"""
date and time("2024-01-01T10:30:00") → @"2024-01-01T10:30:00"
date and time("2024-01-01T10:30:00Z") → @"2024-01-01T10:30:00Z"
date and time("2024-01-01T10:30:00@Asia/Tokyo").timezone → "Asia/Tokyo"
date and time("2024-01-01") → @"2024-01-01T00:00:00"
date and time("2024-01-01T10:30") → null
date and time("10:30:00") → null
date and time(null) → null
date and time(@"2024-01-01T10:30:00") → @"2024-01-01T10:30:00"
date and time(@"2024-01-01") → @"2024-01-01T00:00:00Z"
date and time(from: "2024-01-01T10:30:00") → @"2024-01-01T10:30:00"
date and time(@"2024-01-01", @"10:30:00") → @"2024-01-01T10:30:00"
date and time(@"2024-01-01", @"10:30:00+01:00") → @"2024-01-01T09:30:00Z"
date and time(@"2024-07-01", @"10:00:00@Europe/Paris") → @"2024-07-01T08:00:00Z"
date and time(@"2024-01-01T23:00:00Z", @"10:30:00") → @"2024-01-01T10:30:00"
date and time(date: @"2024-01-01", time: @"10:30:00") → @"2024-01-01T10:30:00"
date and time(@"2024-01-01", null) → null
date and time(null, @"10:30:00") → null
date and time(@"2024-01-01", "10:30:00") → null
""")

test_F_BUILTIN_TIME = holds(r"""
time("10:30:00") → @"10:30:00"
time("10:30:00.123456789").second → 0.123456789
time("10:30") → null
time(null) → null
time(@"10:30:00") → @"10:30:00"
time(@"2024-01-01T10:30:00+01:00") → @"10:30:00+01:00"
time(@"2024-01-01") → @"00:00:00Z"
time(from: "10:30:00") → @"10:30:00"
time(10, 30, 0) → @"10:30:00"
time(10, 30, 0.5) → @"10:30:00.5"
time(10, 30, 0, null) → @"10:30:00"
time(10, 30, 0, @"PT0S") → @"10:30:00Z"
time(10, 30, 0, @"-PT1H30M") → @"10:30:00-01:30"
time(10, 30, 0, @"PT15H") → null
time(10, 30, 0, @"P1M") → null
time(24, 0, 0) → null
time(10, 60, 0) → null
time(10, 30, 60) → null
time(10.5, 30, 0) → null
time(-1, 30, 0) → null
time(10, 30) → null
time(hour: 10, minute: 30, second: 0, offset: @"PT1H") → @"10:30:00+01:00"
""")

test_F_BUILTIN_NUMBER = holds(r"""
number("1 000.5", " ", ".") → 1000.5
number("1.000,5", ".", ",") → 1000.5
number("1,000", ",", null) → 1000
number("1,5", null, ",") → 1.5
number("1.5", null, null) → 1.5
number("-1.5") → -1.5
number("1E3") → 1000
number("1.5", ",") → 1.5
number(from: "1,000.5", grouping separator: ",", decimal separator: ".") → 1000.5
number("1,000", null, null) → null
number("1.0", ".", ".") → null
number("1", ",", ";") → null
number("1", "'", ".") → null
number("abc") → null
number("0x1") → null
number("") → null
number("INF") → null
number(null, ",", ".") → null
number("1 2", null, ".") → null
""")

test_F_BUILTIN_STRING = holds(r"""
string(1.10) → "1.10"
string("a") → "a"
string(true) → "true"
string(@"2024-01-01") → "2024-01-01"
string(@"10:30:00+01:00") → "10:30:00+01:00"
string(@"10:30:00Z") → "10:30:00Z"
string(@"2024-01-01T10:30:00@Europe/Paris") → "2024-01-01T10:30:00@Europe/Paris"
string(@"P1DT2H") → "P1DT2H"
string(@"P1Y2M") → "P1Y2M"
string([1, "a", null, [true]]) → "[1, \"a\", null, [true]]"
string({a: 1, b: {c: "x"}}) → "{a: 1, b: {c: \"x\"}}"
string([1..3]) → "[1..3]"
string((1..3]) → "(1..3]"
string(["a".."b"]) → "[\"a\"..\"b\"]"
string([]) → "[]"
string({}) → "{}"
string(null) → null
string(from: 1) → "1"
string() → null
string(1, 2) → null
""")

test_F_BUILTIN_DURATION = holds(r"""
duration("P1DT2H") → @"P1DT2H"
duration("P1Y2M") → @"P14M"
duration("-PT0.5S") → @"-PT0.5S"
duration("P1Y1D") → null
duration("P") → null
duration("") → null
duration(null) → null
duration(1) → null
duration(@"P1D") → @"P1D"
duration(from: "P1D") → @"P1D"
""")

test_F_BUILTIN_YEARS_AND_MONTHS_DURATION = holds(r"""
years and months duration(@"2011-12-22", @"2013-08-24") → @"P1Y8M"
years and months duration(@"2013-08-24", @"2011-12-22") → @"-P1Y8M"
years and months duration(@"2024-01-31", @"2024-02-29") → @"P0M"
years and months duration(@"2020-01-01", @"2020-01-01") → @"P0M"
years and months duration(@"2024-01-01T10:00:00", @"2024-02-01T09:00:00") → @"P0M"
years and months duration(@"2024-01-01T10:00:00", @"2024-02-01T10:00:00") → @"P1M"
years and months duration(from: @"2011-12-22", to: @"2013-08-24") → @"P1Y8M"
years and months duration(@"2011-12-22", null) → null
years and months duration("2011-12-22", @"2013-08-24") → null
years and months duration(@"2011-12-22") → null
""")

test_F_BUILTIN_RANGE = holds(r"""
range("[18..21)") = [18..21)
range("]1..2[") = (1..2)
range("(1..2]") = (1..2]
range("[1.5..2]") = [1.5..2]
range("[-2..-1]") = [-2..-1]
range("[\"a\"..\"c\"]") = ["a".."c"]
range("[@\"2024-01-01\"..@\"2024-02-01\"]") = [@"2024-01-01"..@"2024-02-01"]
range("[date(\"2024-01-01\")..date(\"2024-02-01\")]") = [@"2024-01-01"..@"2024-02-01"]
range("[duration(\"P1D\")..@\"P2D\"]") = [@"P1D"..@"P2D"]
range("[1..)") = (>= 1)
range("(1..)") = (> 1)
range("(..2]") = (<= 2)
range(from: "[1..2]") = [1..2]
range("(..)") → null
range("[1..]") → null
range("[..2)") → null
range("[2..1]") → null
range("[1..\"a\"]") → null
range("[1 + 1..3]") → null
range("1..2") → null
range("[1,2]") → null
range("") → null
range(null) → null
range(1) → null
""")

test_F_BUILTIN_NOT = holds(r"""
not(true) → false
not(false) → true
not(null) → null
not(1) → null
not(negand: true) → false
not() → null
not(true, false) → null
""")

test_F_BUILTIN_IS = holds(r"""
is(1, 1) → true
is(null, null) → true
is([], []) → true
is(@"P0D", @"P0M") → false
is(1) → null
is(value1: 1, value2: 1) → true
""")
