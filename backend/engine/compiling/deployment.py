"""`compile_all`: every executable process of a deployment."""

from collections.abc import Iterable
from typing import Any

from backend.engine.model import Definitions, Element, Fault, ModelFaults
from backend.engine.nodes import Process

from .process import compile_process


def compile_all(
    definitions: Definitions | Iterable[Definitions],
    decisions: tuple[Any, ...] = (),
    zone: str = "UTC",
    library: tuple[Definitions, ...] = (),
) -> tuple[Process, ...]:
    """Compile every executable process of one file or several, in document order, to run side by side.

    Files see each other's processes and global tasks when they call them; `library` are files that are only
    called from. A deployment without executable process is compiled as `compile_process` does it. Raises
    ModelFaults with the faults of all.
    """
    files = (definitions,) if isinstance(definitions, Definitions) else tuple(definitions)
    wanted: list[tuple[Definitions, str | None]] = [
        (file, one.id) for file in files for one in file.processes if _executable(one)
    ]
    found: list[Process] = []
    faults: dict[Fault, None] = {}
    for file, process in wanted or [(files[0], None)]:
        others = tuple(one for one in files if one is not file)
        try:
            found.append(compile_process(file, process, decisions, zone, (*others, *library)))
        except ModelFaults as refused:
            faults |= dict.fromkeys(refused.faults)
    if len({process.id for process in found}) < len(found):
        text = "two processes of the deployment have the same id"
        faults[Fault("", "", 0, "V-ID-01", text, "rename one")] = None
    if faults:
        raise ModelFaults(faults)
    return tuple(found)


def _executable(element: Element) -> bool:
    return element.get("isExecutable").strip() in ("true", "1")
