"""What the standard's own schema calls legal reads: files made from it at random."""

import pytest
from lxml import etree

from backend.engine import ModelFaults, read_bpmn
from tests.engine import schema_models

pytestmark = pytest.mark.skipif(not schema_models.SCHEMAS.is_dir(), reason="npm's packages are not installed")


@pytest.fixture(scope="module")
def schema():
    return schema_models.Schema()


@pytest.fixture(scope="module")
def validator():
    return etree.XMLSchema(etree.parse(str(schema_models.SCHEMAS / "BPMN20.xsd")))


@pytest.mark.parametrize("seed", range(12))
def test_a_file_that_the_schema_allows_is_read_and_kept(schema, validator, seed):
    model = schema_models.legal(schema_models.Maker(schema, seed), validator)
    xml = etree.tostring(model)
    try:
        definitions = read_bpmn(xml)
    except ModelFaults as refused:
        pytest.fail(str(refused))
    assert sum(1 for _ in definitions.root.walk()) == sum(1 for _ in model.iter())
    assert len(xml) > 3000
