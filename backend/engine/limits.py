"""Bounds on what one command may cost; counted, never timed, so that two runs are equal. Each ends in an
incident."""

from typing import Final

import msgspec


class Limits(msgspec.Struct, frozen=True):
    """moves: tokens moved and timers fired by one command. scopes: live element instances of one process
    instance, also tokens that move at once.

    nesting: how many instances deep a called process may begin. hops: how often what is thrown may make
    others throw.
    steps, list_size, string_size, depth: bounds of one FEEL evaluation.
    """

    moves: int = 10_000
    scopes: int = 10_000
    nesting: int = 128
    hops: int = 1_000
    steps: int = 100_000
    list_size: int = 10_000
    string_size: int = 65_536
    depth: int = 64


DEFAULT: Final = Limits()
