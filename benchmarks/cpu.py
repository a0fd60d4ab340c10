"""Processor time of processes, which says what a step costs even where the machine is shared."""

from __future__ import annotations

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def seconds(pid: int) -> float:
    """User and system time of a process and of all that it began and that still run."""
    parents = {}
    times = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
        times[int(stat.parent.name)] = (int(fields[11]) + int(fields[12])) / TICKS
    found, more = set(), {pid}
    while more:
        found |= more
        more = {each for each, parent in parents.items() if parent in more} - found
    return sum(times.get(each, 0.0) for each in found)


def postmaster(data: Path) -> int:
    """The process of the PostgreSQL whose data stand somewhere under `data`."""
    return int(next(data.rglob("postmaster.pid")).read_text().split()[0])
