"""Regular expressions of XPath: the machine for back-references agrees with `re` and pays for its steps."""

import random
import re
from collections.abc import Callable
from typing import Any

import pytest

from backend.engine.feel import LimitExceeded
from backend.engine.feel.backtracking import Program
from backend.engine.feel.run import Run
from backend.engine.feel.xpath_regex import BadPattern, translate

TRUE = r"""
matches("abcabc", "(abc)\1")
matches("abab", "^(ab)\1$")
not(matches("abac", "^(ab)\1$"))
matches("aA", "(a)\1", "i")
replace("aabbcd", "(.)\1", "<$1>") = "<a><b>cd"
split("a--b==c", "([-=])\1") = ["a", "b", "c"]
matches("xyx", "(x|y)y\1")
matches("ab", "(a)(b)?\2b") = true
matches("a", "(a\1)") = null
matches("a", "\1(a)") = null
matches("a", "(a)\²") = null
matches("a10", "(a)(1)(0)\4") = null
"""


@pytest.mark.parametrize("text", TRUE.strip().splitlines())
def test_F_BUILTIN_MATCHES_back_references(feel: Callable[..., Any], text: str) -> None:
    assert feel(text) is True


def test_A15_back_references_are_counted(feel: Callable[..., Any]) -> None:
    with pytest.raises(LimitExceeded):
        feel(f'matches("{"a" * 60}b", "^(a+)+\\1*(a*)*c$")')


def pattern(pick: random.Random, depth: int = 3) -> str:
    if depth == 0:
        return pick.choice(["a", "b", ".", "[ab]", "[^a]", "c"])
    inner = lambda: pattern(pick, depth - 1)
    form = pick.randrange(6)
    if form == 0:
        return inner() + inner()
    if form == 1:
        return f"(?:{inner()}|{inner()})"
    if form == 2:
        return f"({inner()})"
    if form == 3:
        return f"(?:{inner()}){pick.choice(['*', '+', '?', '{1,2}', '{2}', '*?', '+?'])}"
    return inner()


def test_the_machine_agrees_with_re() -> None:
    pick = random.Random(3)
    for _ in range(400):
        source = pattern(pick) + pattern(pick)
        text = "".join(pick.choice("abc") for _ in range(pick.randrange(7)))
        program = Program(source, "")
        expected, found = re.search(source, text), program.search(Run(), text)
        assert (found and found.spans[:2]) == (expected and expected.span()), (source, text)
        if found is not None and expected is not None and program.search(Run(), "") is None:
            groups = range(program.groups + 1)
            assert [found.group(n) for n in groups] == [expected.group(n) for n in groups], (source, text)
            spans = [match.span() for match in re.finditer(source, text)]
            assert [m.spans[:2] for m in program.finditer(Run(), text)] == spans, (source, text)


@pytest.mark.parametrize(
    "source",
    ["(", ")", "a**", "*", "[", "[]", "a{2,1}", "a{", "\\", "(?<a>b)", "\\p{Foo}", "[z-a]", "\\y", "a++"],
)
def test_bad_patterns_are_refused_by_both(feel: Callable[..., Any], source: str) -> None:
    assert feel("matches(s, p)", {"s": "abc", "p": source}) is None
    with pytest.raises(BadPattern):
        Program(source, "")


def test_flag_q_takes_all_literally() -> None:
    assert translate("a.b", "q") == r"a\.b"
