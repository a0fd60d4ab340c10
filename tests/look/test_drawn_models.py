"""bpmn-js draws every model that has a diagram, without a warning."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from shots import browser

ROOT = Path(__file__).parents[2]
VIEWER = ROOT / "node_modules" / "bpmn-js" / "dist" / "bpmn-viewer.production.min.js"
FILES = [
    file
    for folder in ("workflows", "benchmarks", "tests")
    for file in sorted((ROOT / folder).rglob("*.bpmn"))
    if "BPMNShape" in file.read_text()
]
DRAW = """async (xml) => {
  const viewer = new BpmnJS({ container: document.body });
  const { warnings } = await viewer.importXML(xml);
  const shapes = viewer.get('elementRegistry').filter((one) => one.type !== 'label');
  return { warnings: warnings.map(String), shapes: shapes.map((one) => one.id) };
}"""


@pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(ROOT)) for file in FILES])
def test_bpmn_js_draws_the_model(file):
    with browser() as opened:
        page = opened.new_page()
        page.set_content("<!doctype html><body style='height: 100vh'></body>")
        page.add_script_tag(path=str(VIEWER))
        drawn = page.evaluate(DRAW, file.read_text())
    assert drawn["warnings"] == [] and len(drawn["shapes"]) > 3
