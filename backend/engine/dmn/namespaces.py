"""The namespaces of DMN 1.1 to 1.5 and of their FEEL (D-NS-01)."""

from typing import Final

_OMG: Final = "https://www.omg.org/spec/"
_STEMS: Final = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    f"{_OMG}DMN/20191111/MODEL/": "1.3",
    f"{_OMG}DMN/20211108/MODEL/": "1.4",
    f"{_OMG}DMN/20230324/MODEL/": "1.5",
}
VERSIONS: Final = _STEMS | {uri.rstrip("/"): version for uri, version in _STEMS.items()}
FEEL: Final = frozenset(
    {
        "http://www.omg.org/spec/FEEL/20140401",
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
        f"{_OMG}DMN/20191111/FEEL/",
        f"{_OMG}DMN/20211108/FEEL/",
        f"{_OMG}DMN/20230324/FEEL/",
        "feel",
    }
)


def is_feel(language: str) -> bool:
    """True for the URI of FEEL in any version, and for none at all."""
    return (
        not language or language.lower() == "feel" or language.rstrip("/") + "/" in FEEL or language in FEEL
    )
