"""The engine's README runs as it stands."""

import doctest
from pathlib import Path

import backend.engine


def test_the_example_of_the_readme_runs():
    readme = Path(backend.engine.__file__).with_name("README.md")
    result = doctest.testfile(str(readme), module_relative=False)
    assert result.attempted >= 6 and result.failed == 0
