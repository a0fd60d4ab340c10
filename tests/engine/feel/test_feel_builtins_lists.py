"""Built-ins of lists: every overload, its domain and its named parameters."""

from tests.engine.feel.lines import holds

test_F_BUILTIN_LIST_CONTAINS = holds(r"""
list contains([1, 2, 3], 2) → true
list contains([1, 2, 3], 5) → false
list contains([1, null], null) → true
list contains([1], null) → false
list contains([1, "a"], "a") → true
list contains([[1]], [1]) → true
list contains([], 1) → false
list contains(null, 1) → null
list contains([1]) → null
list contains(list: [1], element: 1) → true
""")

test_F_BUILTIN_COUNT = holds(r"""
count([1, [2, 3], null]) → 3
count([]) → 0
count(1) → 1
count(null) → null
count() → null
count(1, 2) → null
count(list: [1, 2]) → 2
""")

test_F_BUILTIN_MIN = holds(r"""
min([3, 1, 2]) → 1
min(3, 1, 2) → 1
min("b", "a") → "a"
min(@"2024-01-02", @"2024-01-01") → @"2024-01-01"
min(@"P1D", @"PT1H") → @"PT1H"
min(5) → 5
min([]) → null
min([1, null]) → null
min([1, "a"]) → null
min([[1], [2]]) → null
min(true, false) → null
min(null) → null
min() → null
min(list: [2, 1]) → 1
""")

test_F_BUILTIN_MAX = holds(r"""
max([3, 1, 2]) → 3
max(3, 1, 2) → 3
max("b", "a") → "b"
max(@"10:00:00", @"11:00:00") → @"11:00:00"
max([]) → null
max([null]) → null
max([1, "a"]) → null
max() → null
max(list: [2, 1]) → 2
""")

test_F_BUILTIN_SUM = holds(r"""
sum([1, 2, 3]) → 6
sum(1, 2, 3) → 6
sum(5) → 5
sum(0.1, 0.2) → 0.3
sum([]) → null
sum([1, null]) → null
sum([1, "2"]) → null
sum("a") → null
sum(null) → null
sum() → null
sum(list: [1, 2]) → 3
""")

test_F_BUILTIN_MEAN = holds(r"""
mean([1, 2, 3]) → 2
mean(1, 2) → 1.5
mean(1) → 1
mean([]) → null
mean([1, null]) → null
mean(null) → null
mean(list: [1, 3]) → 2
""")

test_F_BUILTIN_ALL = holds(r"""
all([true, true]) → true
all(true, false) → false
all([true, false, null]) → false
all([true, null]) → null
all([]) → true
all(true) → true
all([false, 1]) → false
all(1) → null
all(null) → null
all() → null
all(list: [true]) → true
""")

test_F_BUILTIN_ANY = holds(r"""
any([false, true]) → true
any(false, false) → false
any([false, null, true]) → true
any([false, null]) → null
any([]) → false
any(true) → true
any("x") → null
any(null) → null
any() → null
any(list: [true]) → true
""")

test_F_BUILTIN_SUBLIST = holds(r"""
sublist([4, 5, 6], 1, 2) → [4, 5]
sublist([4, 5, 6], 2) → [5, 6]
sublist([4, 5, 6], -2, 1) → [5]
sublist([4, 5, 6], -3) → [4, 5, 6]
sublist([4, 5, 6], 3, 1) → [6]
sublist([4, 5, 6], 0) → null
sublist([4, 5, 6], 4) → null
sublist([4, 5, 6], -4) → null
sublist([4, 5, 6], 2, 3) → null
sublist([4, 5, 6], 1, 0) → null
sublist([4, 5, 6], 1.5) → null
sublist([], 1) → null
sublist(null, 1) → null
sublist(list: [4, 5, 6], start position: 2, length: 1) → [5]
""")

test_F_BUILTIN_APPEND = holds(r"""
append([1], 2, 3) → [1, 2, 3]
append([1], [2]) → [1, [2]]
append([], null) → [null]
append(1, 2) → [1, 2]
append(null, 1) → null
append() → null
""")

test_F_BUILTIN_CONCATENATE = holds(r"""
concatenate([1, 2], [3]) → [1, 2, 3]
concatenate([1], [2], [3]) → [1, 2, 3]
concatenate([1], [null]) → [1, null]
concatenate([1], 2) → [1, 2]
concatenate([1], null) → null
concatenate([[1]], []) → [[1]]
concatenate() → null
""")

test_F_BUILTIN_INSERT_BEFORE = holds(r"""
insert before([1, 3], 1, 2) → [2, 1, 3]
insert before([1, 3], 2, 2) → [1, 2, 3]
insert before([1, 3], -1, 2) → [1, 2, 3]
insert before([1, 3], -2, null) → [null, 1, 3]
insert before([1, 3], 3, 2) → null
insert before([1, 3], 0, 2) → null
insert before([], 1, 2) → null
insert before(null, 1, 2) → null
insert before([1], null, 2) → null
insert before(list: [1], position: 1, newItem: 0) → [0, 1]
""")

test_F_BUILTIN_REMOVE = holds(r"""
remove([1, 2, 3], 2) → [1, 3]
remove([1, 2, 3], -1) → [1, 2]
remove([1], 1) → []
remove([1, 2], 3) → null
remove([1, 2], 0) → null
remove([], 1) → null
remove(null, 1) → null
remove(list: [1, 2], position: 1) → [2]
""")

test_F_BUILTIN_REVERSE = holds(r"""
reverse([1, 2, 3]) → [3, 2, 1]
reverse([]) → []
reverse(1) → [1]
reverse(null) → null
reverse(list: [1, 2]) → [2, 1]
""")

test_F_BUILTIN_INDEX_OF = holds(r"""
index of([1, 2, 3, 2], 2) → [2, 4]
index of([1, null, 1], null) → [2]
index of([1], 2) → []
index of([], null) → []
index of([[1]], [1]) → [1]
index of(null, 1) → null
index of(list: [1], match: 1) → [1]
""")

test_F_BUILTIN_UNION = holds(r"""
union([1, 2], [2, 3]) → [1, 2, 3]
union([1, null], [null, 1]) → [1, null]
union([[1]], [[1]]) → [[1]]
union([1], null) → null
union() → null
""")

test_F_BUILTIN_DISTINCT_VALUES = holds(r"""
distinct values([1, 2, 3, 2, 1]) → [1, 2, 3]
distinct values([1, 1.0]) → [1]
distinct values([null, null]) → [null]
distinct values([{a: 1}, {a: 1}, "1", 1]) → [{a: 1}, "1", 1]
distinct values([]) → []
distinct values(1) → [1]
distinct values(null) → null
distinct values(list: [1, 1]) → [1]
""")

test_F_BUILTIN_FLATTEN = holds(r"""
flatten([[1, [2]], [], 3]) → [1, 2, 3]
flatten([[[[1]]]]) → [1]
flatten([null, [null]]) → [null, null]
flatten(1) → [1]
flatten([]) → []
flatten(null) → null
flatten(list: [[1]]) → [1]
""")

test_F_BUILTIN_PRODUCT = holds(r"""
product([2, 3, 4]) → 24
product(2, 3) → 6
product(-1, 0) → 0
product([]) → null
product([2, null]) → null
product(null) → null
product(list: [2, 3]) → 6
""")

test_F_BUILTIN_MEDIAN = holds(r"""
median(8, 2, 5, 3, 4) → 4
median([6, 1, 2, 3]) → 2.5
median(1) → 1
median([]) → null
median([1, null]) → null
median(list: [1, 2]) → 1.5
""")

test_F_BUILTIN_STDDEV = holds(r"""
stddev(2, 4, 7, 5) → 2.081665999466132735282297706979931
stddev([1, 1]) → 0
stddev([47]) → null
stddev(47) → null
stddev([]) → null
stddev([1, null]) → null
stddev(list: [1, 3]) → 1.414213562373095048801688724209698
""")

test_F_BUILTIN_MODE = holds(r"""
mode(6, 3, 9, 6, 6) → [6]
mode([6, 1, 9, 6, 1]) → [1, 6]
mode([]) → []
mode(1) → [1]
mode([1, null]) → null
mode(["a"]) → null
mode(null) → null
mode(list: [1, 1, 2]) → [1]
""")

test_F_BUILTIN_LIST_REPLACE = holds(r"""
list replace([2, 4, 7, 8], 3, 6) → [2, 4, 6, 8]
list replace([1, 2, 3], -1, 9) → [1, 2, 9]
list replace([1, 2], 1, null) → [null, 2]
list replace([1, 2], 3, 9) → null
list replace([1, 2], 0, 9) → null
list replace([1, 2], null, 9) → null
list replace(null, 1, 9) → null
list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5) → [5, 5, 7, 8]
list replace([1, 2], function(item, newItem) false, 9) → [1, 2]
list replace([], function(item, newItem) true, 9) → []
list replace([1, 2], function(item, newItem) "x", 9) → null
list replace([1, null], function(item, newItem) item > 0, 9) → null
list replace([1, 2], function(item) true, 9) → null
list replace(list: [1, 2], position: 1, newItem: 9) → [9, 2]
list replace(list: [1, 2], match: function(i, n) i = 2, newItem: 9) → [1, 9]
""")

test_F_BUILTIN_SORT = holds(r"""
sort([3, 1, 2], function(x, y) x > y) → [3, 2, 1]
sort([3, 1, 2], function(x, y) x < y) → [1, 2, 3]
sort([{k: 1, v: "a"}, {k: 0, v: "b"}, {k: 1, v: "c"}], function(x, y) x.k < y.k).v → ["b", "a", "c"]
sort([], function(x, y) x < y) → []
sort(1, function(x, y) x < y) → [1]
sort([3, 1, 2]) → [1, 2, 3]
sort(["b", "a"]) → ["a", "b"]
sort([1, "a"]) → null
sort([1, null], function(x, y) x < y) → null
sort([2, 1], function(x) true) → null
sort([2, 1], function(x, y) "x") → null
sort(null, function(x, y) x < y) → null
sort([1, 2], null) → null
sort(list: [2, 1], precedes: function(x, y) x < y) → [1, 2]
""")
