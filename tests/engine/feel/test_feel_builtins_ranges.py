"""Built-ins of ranges and points: every overload, its domain and its named parameters."""

from tests.engine.feel.lines import holds

test_F_BUILTIN_BEFORE = holds(r"""
before(1, 10) → true
before(10, 1) → false
before(1, 1) → false
before(@"2024-01-01", @"2024-01-02") → true
before(1, [1..10]) → false
before(1, (1..10]) → true
before(0, [1..10]) → true
before([1..10], 10) → false
before([1..10), 10) → true
before([1..10], 15) → true
before([1..10], [15..20]) → true
before([1..10], [10..20]) → false
before([1..10), [10..20]) → true
before([1..10], (10..20]) → true
before((< 5), 5) → true
before((< 5), (> 5)) → true
before(1, "a") → null
before([1..2], ["a".."b"]) → null
before(null, 1) → null
before(point1: 1, point2: 2) → true
before(range: [1..2], point: 3) → true
before(point: 1, range: [2..3]) → true
before(range1: [1..2], range2: [3..4]) → true
""")

test_F_BUILTIN_AFTER = holds(r"""
after(10, 5) → true
after(5, 10) → false
after(12, [1..10]) → true
after(10, [1..10]) → false
after(10, [1..10)) → true
after([11..20], 12) → false
after([11..20], 10) → true
after((11..20], 11) → true
after([11..20], [1..10]) → true
after([10..20], [1..10]) → false
after([10..20], [1..10)) → true
after((10..20], [1..10]) → true
after(1, "a") → null
after(null, 1) → null
after(point1: 2, point2: 1) → true
after(range: [2..3], point: 1) → true
after(point: 4, range: [2..3]) → true
after(range1: [3..4], range2: [1..2]) → true
""")

test_F_BUILTIN_MEETS = holds(r"""
meets([1..5], [5..10]) → true
meets([1..5), [5..10]) → false
meets([1..5], (5..10]) → false
meets([1..5], [6..10]) → false
meets([1..5], ["a".."b"]) → null
meets([1..5], 5) → null
meets(null, [1..5]) → null
meets(range1: [1..2], range2: [2..3]) → true
""")

test_F_BUILTIN_MET_BY = holds(r"""
met by([5..10], [1..5]) → true
met by([5..10], [1..5)) → false
met by((5..10], [1..5]) → false
met by([6..10], [1..5]) → false
met by(null, [1..5]) → null
met by(range1: [2..3], range2: [1..2]) → true
""")

test_F_BUILTIN_OVERLAPS = holds(r"""
overlaps([1..5], [3..8]) → true
overlaps([3..8], [1..5]) → true
overlaps([1..8], [3..5]) → true
overlaps([3..5], [1..8]) → true
overlaps([1..5], [6..8]) → false
overlaps([6..8], [1..5]) → false
overlaps([1..5], [5..8]) → true
overlaps([1..5], (5..8]) → false
overlaps([1..5), [5..8]) → false
overlaps([5..8], [1..5]) → true
overlaps([5..8], [1..5)) → false
overlaps((< 5), (> 3)) → true
overlaps([1..5], null) → null
overlaps(range1: [1..3], range2: [2..4]) → true
""")

test_F_BUILTIN_OVERLAPS_BEFORE = holds(r"""
overlaps before([1..5], [3..8]) → true
overlaps before([1..5], [6..8]) → false
overlaps before([1..5], [5..8]) → true
overlaps before([1..5], (5..8]) → false
overlaps before([1..5), [5..8]) → false
overlaps before([1..5), (1..5]) → true
overlaps before([1..5], (1..5]) → true
overlaps before([1..5), [1..5]) → false
overlaps before([1..5], [1..5]) → false
overlaps before([1..5], null) → null
overlaps before(range1: [1..3], range2: [2..4]) → true
""")

test_F_BUILTIN_OVERLAPS_AFTER = holds(r"""
overlaps after([3..8], [1..5]) → true
overlaps after([6..8], [1..5]) → false
overlaps after([5..8], [1..5]) → true
overlaps after((5..8], [1..5]) → false
overlaps after([5..8], [1..5)) → false
overlaps after((1..5], [1..5)) → true
overlaps after([1..5], [1..5]) → false
overlaps after([1..5], [1..5)) → false
overlaps after(null, [1..5]) → null
overlaps after(range1: [2..4], range2: [1..3]) → true
""")

test_F_BUILTIN_FINISHES = holds(r"""
finishes(10, [1..10]) → true
finishes(10, [1..10)) → false
finishes(9, [1..10]) → false
finishes([5..10], [1..10]) → true
finishes([5..10), [1..10]) → false
finishes([5..10), [1..10)) → true
finishes([1..10], [1..10]) → true
finishes((1..10], [1..10]) → true
finishes([1..10], (1..10]) → false
finishes("a", [1..10]) → null
finishes(point: 10, range: [1..10]) → true
finishes(range1: [5..10], range2: [1..10]) → true
""")

test_F_BUILTIN_FINISHED_BY = holds(r"""
finished by([1..10], 10) → true
finished by([1..10), 10) → false
finished by([1..10], [5..10]) → true
finished by([1..10], [5..10)) → false
finished by([1..10), [5..10)) → true
finished by([1..10], [1..10]) → true
finished by([1..10], (1..10]) → true
finished by(range: [1..10], point: 10) → true
finished by(range1: [1..10], range2: [5..10]) → true
""")

test_F_BUILTIN_INCLUDES = holds(r"""
includes([1..10], 5) → true
includes([1..10], 12) → false
includes([1..10], 1) → true
includes((1..10], 1) → false
includes([1..10), 10) → false
includes([1..10], [4..6]) → true
includes([1..10], [1..5]) → true
includes((1..10], (1..5]) → true
includes([1..10], (1..10)) → true
includes([1..10), [5..10)) → true
includes((1..10), [1..10]) → false
includes([1..10], [1..10]) → true
includes((< 5), 4) → true
includes([1..10], "a") → null
includes(range: [1..3], point: 2) → true
includes(range1: [1..3], range2: [2..2]) → true
""")

test_F_BUILTIN_DURING = holds(r"""
during(5, [1..10]) → true
during(12, [1..10]) → false
during(1, (1..10]) → false
during([4..6], [1..10]) → true
during([1..5], (1..10]) → false
during((1..5], (1..10]) → true
during([1..10], [1..10]) → true
during("a", [1..10]) → null
during(point: 2, range: [1..3]) → true
during(range1: [2..2], range2: [1..3]) → true
""")

test_F_BUILTIN_STARTS = holds(r"""
starts(1, [1..10]) → true
starts(1, (1..10]) → false
starts(2, [1..10]) → false
starts([1..5], [1..10]) → true
starts((1..5], (1..10]) → true
starts((1..5], [1..10]) → false
starts([1..5], (1..10]) → false
starts([1..10], [1..10]) → true
starts([1..10), [1..10]) → true
starts((1..10), (1..10)) → true
starts("a", [1..10]) → null
starts(point: 1, range: [1..3]) → true
starts(range1: [1..2], range2: [1..3]) → true
""")

test_F_BUILTIN_STARTED_BY = holds(r"""
started by([1..10], 1) → true
started by((1..10], 1) → false
started by([1..10], 2) → false
started by([1..10], [1..5]) → true
started by((1..10], [1..5]) → false
started by([1..10], [1..10)) → true
started by(range: [1..3], point: 1) → true
started by(range1: [1..3], range2: [1..2]) → true
""")

test_F_BUILTIN_COINCIDES = holds(r"""
coincides(5, 5) → true
coincides(3, 4) → false
coincides(@"10:00:00Z", @"11:00:00+01:00") → true
coincides([1..5], [1..5]) → true
coincides([1..5), [1..5]) → false
coincides([1..5], [2..6]) → false
coincides(1, "a") → null
coincides(1, [1..1]) → null
coincides(point1: 1, point2: 1) → true
coincides(range1: [1..2], range2: [1..2]) → true
""")
