"""Built-ins of dates, the clock and contexts: every overload, its domain and its named parameters."""

from tests.engine.feel.lines import holds

test_F_BUILTIN_DAY_OF_YEAR = holds(r"""
day of year(@"2019-09-17") → 260
day of year(@"2020-12-31") → 366
day of year(@"2019-09-17T10:00:00Z") → 260
day of year("2019-09-17") → null
day of year(null) → null
day of year(date: @"2019-01-01") → 1
""")

test_F_BUILTIN_DAY_OF_WEEK = holds(r"""
day of week(@"2019-09-17") → "Tuesday"
day of week(@"2024-12-29T23:59:59") → "Sunday"
day of week(null) → null
day of week(@"10:00:00") → null
day of week(date: @"2019-09-17") → "Tuesday"
""")

test_F_BUILTIN_MONTH_OF_YEAR = holds(r"""
month of year(@"2019-09-17") → "September"
month of year(@"2019-01-17T00:00:00") → "January"
month of year(null) → null
month of year(date: @"2019-12-17") → "December"
""")

test_F_BUILTIN_WEEK_OF_YEAR = holds(r"""
week of year(@"2019-09-17") → 38
week of year(@"2003-12-29") → 1
week of year(@"2004-01-04") → 1
week of year(@"2005-01-01") → 53
week of year(@"2005-01-03") → 1
week of year(@"2005-01-09T10:00:00") → 1
week of year(@"2008-12-31") → 1
week of year(null) → null
week of year(date: @"2019-09-17") → 38
""")

test_F_BUILTIN_NOW = holds(r"""
now() → @"2026-11-25T12:30:00Z"
now() = now()
now(1) → null
""")

test_F_BUILTIN_TODAY = holds(r"""
today() → @"2026-11-25"
today() = date(now())
today(1) → null
""")

test_F_BUILTIN_GET_VALUE = holds(r"""
get value({key1: "value1"}, "key1") → "value1"
get value({a: 1}, "b") → null
get value({a: null}, "a") → null
get value({a: {b: 3}}, ["a", "b"]) → 3
get value({a: 1}, ["a", "b"]) → null
get value({a: 1}, []) → null
get value({a: 1}, null) → null
get value(null, "a") → null
get value(1, "a") → null
get value(m: {a: 1}, key: "a") → 1
""")

test_F_BUILTIN_GET_ENTRIES = holds(r"""
get entries({a: 1, b: 2}) → [{key: "a", value: 1}, {key: "b", value: 2}]
get entries({a: 1, b: 2})[key = "b"].value → [2]
get entries({}) → []
get entries(null) → null
get entries(m: {a: 1}).key → ["a"]
""")

test_F_BUILTIN_CONTEXT = holds(r"""
context([{key: "a", value: 1}, {key: "b", value: 2}]) → {a: 1, b: 2}
context([{key: "a", value: null}]) → {a: null}
context([{key: "a", value: 1, more: 2}]) → {a: 1}
context({key: "a", value: 1}) → {a: 1}
context([]) → {}
context([{key: "a", value: 1}, {key: "a", value: 2}]) → null
context([{key: "a"}]) → null
context([{value: 1}]) → null
context([{key: null, value: 1}]) → null
context([{key: 1, value: 1}]) → null
context([null]) → null
context(null) → null
context(entries: [{key: "a", value: 1}]) → {a: 1}
""")

test_F_BUILTIN_CONTEXT_PUT = holds(r"""
context put({x: 1}, "y", 2) → {x: 1, y: 2}
context put({x: 1}, "x", 2) → {x: 2}
string(context put({x: 1, y: 1}, "x", 2)) → "{x: 2, y: 1}"
context put({x: 1}, "y", null) → {x: 1, y: null}
context put({}, "x y", 1) → {x y: 1}
context put({x: 1}, null, 2) → null
context put({x: 1}, 1, 2) → null
context put(null, "x", 2) → null
context put({x: 1, y: {a: 0}}, ["y", "a"], 2) → {x: 1, y: {a: 2}}
context put({x: 1, y: {a: 0}}, ["y", "b"], 2) → {x: 1, y: {a: 0, b: 2}}
context put({x: 1}, ["y"], 2) → {x: 1, y: 2}
context put({}, ["a", "b", "c"], 1) → {a: {b: {c: 1}}}
context put({x: 1}, ["x", "y"], 2) → null
context put({x: 1}, [], 2) → null
context put({x: 1}, ["y", null], 2) → null
context put({x: 1}, ["y", 1], 2) → null
context put(context: {x: 1}, key: "y", value: 2) → {x: 1, y: 2}
context put(context: {x: 1}, keys: ["y"], value: 2) → {x: 1, y: 2}
""")

test_F_BUILTIN_CONTEXT_MERGE = holds(r"""
context merge([{x: 1}, {y: 2}]) → {x: 1, y: 2}
context merge([{x: 1, y: 0}, {x: 2}]) → {x: 2, y: 0}
string(context merge([{x: 1, y: 0}, {x: 2, z: 3}])) → "{x: 2, y: 0, z: 3}"
context merge([{a: {b: 1}}, {a: {c: 2}}]) → {a: {c: 2}}
context merge({x: 1}) → {x: 1}
context merge([]) → {}
context merge([{x: 1}, null]) → null
context merge([1]) → null
context merge(null) → null
context merge(contexts: [{x: 1}]) → {x: 1}
""")
