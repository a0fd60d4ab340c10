"""XPath patterns with back-references, which RE2 cannot run: a small machine that pays for each step.

Only patterns that hold a back-reference come here; what they may cost is bounded by the run's steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from .run import Run
from .xpath_regex import DIGITS, MAX, QUANTITY, BadPattern, Intervals, Translator

MAX_PROGRAM: Final = 2_000
STEPS_FOR_ONE: Final = 16
Instruction = tuple[Any, ...]
SET, SPLIT, JUMP, SAVE, REFERENCE, START, END, MARK, PROGRESS, DONE = range(10)


class FoundMatch:
    """A match: groups as (start, end) or (-1, -1)."""

    __slots__ = ("spans", "text")

    def __init__(self, text: str, spans: tuple[int, ...]) -> None:
        self.text = text
        self.spans = spans

    def start(self) -> int:
        return self.spans[0]

    def end(self) -> int:
        return self.spans[1]

    def group(self, number: int = 0) -> str | None:
        low, high = self.spans[2 * number : 2 * number + 2]
        return self.text[low:high] if high >= 0 else None


class Program(Translator):
    """A pattern as instructions; `groups` counts its groups."""

    def __init__(self, pattern: str, flags: str) -> None:
        super().__init__(pattern, flags)
        self.flags = flags
        self.groups = 0
        self._closed: set[int] = set()
        self._marks = 0
        self.code: list[Instruction] = [*self._alternatives(), (DONE,)]
        if self.at < len(self.text):
            raise BadPattern("a lone )")
        self._size(self.code)

    # -- compiling -------------------------------------------------------------------------------------------

    def _size(self, code: list[Instruction]) -> list[Instruction]:
        if len(code) > MAX_PROGRAM:
            raise BadPattern("the pattern is too large")
        return code

    def _alternatives(self) -> list[Instruction]:
        code = self._branch()
        while self.text.startswith("|", self.at):
            self.at += 1
            other = self._branch()
            code = self._size([(SPLIT, 1, len(code) + 2), *code, (JUMP, len(other) + 1), *other])
        return code

    def _branch(self) -> list[Instruction]:
        code: list[Instruction] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            char = self._next()
            if self.free and char in " \t\n\r":
                continue
            code += self._repeated(self._atom(char), char not in "^$")
            self._size(code)
        return code

    def _atom(self, char: str) -> list[Instruction]:
        if char == "\\":
            return self._escaped_atom()
        if char == "[":
            return [self._set(self._class())]
        if char == ".":
            return [self._set([(0, MAX)] if "s" in self.flags else [(0, 9), (11, 12), (14, MAX)])]
        if char == "^":
            return [(START,)]
        if char == "$":
            return [(END,)]
        if char == "(":
            return self._group()
        if char in "*+?{]}":
            raise BadPattern(f"a lone {char}")
        return [self._set([(ord(char), ord(char))])]

    def _set(self, intervals: Intervals) -> Instruction:
        return SET, tuple(intervals)

    def _escaped_atom(self) -> list[Instruction]:
        char = self._next()
        if char not in DIGITS:
            return [self._set(self._escaped_set(char))]
        number = int(char)
        while self._at_digit() and int(f"{number}{self.text[self.at]}") <= self.groups:
            number = int(f"{number}{self._next()}")
        if number not in self._closed:
            raise BadPattern("a reference to a group that is not closed yet")
        return [(REFERENCE, number)]

    def _at_digit(self) -> bool:
        return self.at < len(self.text) and self.text[self.at] in DIGITS

    def _group(self) -> list[Instruction]:
        if self.text.startswith("?", self.at):
            if not self.text.startswith("?:", self.at):
                raise BadPattern("an unknown kind of group")
            self.at += 2
            code = self._alternatives()
        else:
            self.groups += 1
            number = self.groups
            code = [(SAVE, 2 * number), *self._alternatives(), (SAVE, 2 * number + 1)]
            self._closed.add(number)
        if self._next() != ")":
            raise BadPattern("a group is not closed")
        return code

    def _repeated(self, atom: list[Instruction], repeatable: bool) -> list[Instruction]:
        char = self.text[self.at : self.at + 1]
        if not char or char not in "*+?{":
            return atom
        if not repeatable:
            raise BadPattern(f"nothing to repeat before {char}")
        low, high = self._bounds(char)
        lazy = self.text.startswith("?", self.at)
        self.at += lazy
        code: list[Instruction] = []
        for _ in range(low):
            code = self._size([*code, *atom])
        if high is None:
            return self._size([*code, *self._loop(atom, lazy)])
        optional: list[Instruction] = []
        for _ in range(high - low):
            optional = self._size([_split(1, len(atom) + len(optional) + 1, lazy), *atom, *optional])
        return [*code, *optional]

    def _bounds(self, char: str) -> tuple[int, int | None]:
        if char != "{":
            self.at += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        match = QUANTITY.match(self.text, self.at)
        if match is None:
            raise BadPattern("a lone {")
        self.at = match.end()
        low = int(match[1])
        high = low if match[2] is None else int(match[3]) if match[3] else None
        if low > MAX_PROGRAM or (high is not None and not low <= high <= MAX_PROGRAM):
            raise BadPattern("a quantity out of order")
        return low, high

    def _loop(self, atom: list[Instruction], lazy: bool) -> list[Instruction]:
        """atom* ; a turn that takes nothing ends the loop."""
        self._marks += 1
        mark = self._marks
        body: list[Instruction] = [(MARK, mark), *atom, (PROGRESS, mark)]
        return [_split(1, len(body) + 2, lazy), *body, (JUMP, -len(body) - 1)]

    # -- running ---------------------------------------------------------------------------------------------

    def search(self, run: Run, text: str, start: int = 0) -> FoundMatch | None:
        """The first match at or after a position."""
        for position in range(start, len(text) + 1):
            found = self._match(run, text, position)
            if found is not None:
                return found
        return None

    def finditer(self, run: Run, text: str) -> Iterator[FoundMatch]:
        """All matches that do not overlap."""
        position = 0
        while position <= len(text):
            found = self.search(run, text, position)
            if found is None:
                return
            yield found
            position = found.end() if found.end() > found.start() else found.end() + 1

    def _match(self, run: Run, text: str, start: int) -> FoundMatch | None:
        slots = 2 * (self.groups + 1)
        pending: list[tuple[int, int, tuple[int, ...]]] = [(0, start, (-1,) * (slots + self._marks + 1))]
        steps = 0
        while pending:
            at, position, kept = pending.pop()
            while True:
                steps += 1
                if steps % STEPS_FOR_ONE == 0:
                    run.charge(1)
                instruction = self.code[at]
                operation = instruction[0]
                if operation == SPLIT:
                    pending.append((at + instruction[2], position, kept))
                    at += instruction[1]
                elif operation == JUMP:
                    at += instruction[1]
                elif operation == DONE:
                    return FoundMatch(text, (start, position, *kept[2:slots]))
                else:
                    moved = self._moved(instruction, text, position, kept)
                    if moved is None:
                        break
                    position, kept = moved
                    at += 1
        run.charge(1)
        return None

    def _moved(
        self, instruction: Instruction, text: str, position: int, kept: tuple[int, ...]
    ) -> tuple[int, tuple[int, ...]] | None:
        """Position and slots after an instruction that does not branch; None if it fails."""
        operation: int = instruction[0]
        argument: Any = instruction[1] if len(instruction) > 1 else None
        if operation == SET:
            hit = position < len(text) and self._holds(argument, text[position])
            return (position + 1, kept) if hit else None
        if operation == SAVE:
            return position, (*kept[:argument], position, *kept[argument + 1 :])
        if operation == REFERENCE:
            low, high = kept[2 * argument : 2 * argument + 2]
            wanted = text[low:high] if high >= 0 else ""
            given = text[position : position + len(wanted)]
            return (position + len(wanted), kept) if self._same(given, wanted) else None
        if operation in (MARK, PROGRESS):
            slot = 2 * (self.groups + 1) + argument
            if operation == MARK:
                return position, (*kept[:slot], position, *kept[slot + 1 :])
            return None if kept[slot] == position else (position, kept)
        multiple = "m" in self.flags
        if operation == START:
            return (position, kept) if position == 0 or (multiple and text[position - 1] == "\n") else None
        at_end = position == len(text) or (multiple and text[position] == "\n")
        return (position, kept) if at_end else None

    def _holds(self, intervals: tuple[tuple[int, int], ...], char: str) -> bool:
        points = {ord(char)}
        if "i" in self.flags:
            points |= {ord(c) for c in (char.lower(), char.upper()) if len(c) == 1}
        return any(low <= point <= high for low, high in intervals for point in points)

    def _same(self, a: str, b: str) -> bool:
        return a == b or ("i" in self.flags and a.lower() == b.lower())


def _split(into: int, past: int, lazy: bool) -> Instruction:
    return (SPLIT, past, into) if lazy else (SPLIT, into, past)
