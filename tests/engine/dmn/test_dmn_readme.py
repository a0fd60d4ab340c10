"""The example of the DMN README runs as it stands."""

import doctest
from pathlib import Path

import backend.engine.dmn


def test_the_example_of_the_readme_runs() -> None:
    readme = Path(backend.engine.dmn.__file__).with_name("README.md")
    result = doctest.testfile(str(readme), module_relative=False, encoding="utf-8")
    assert result.attempted >= 5
    assert result.failed == 0
