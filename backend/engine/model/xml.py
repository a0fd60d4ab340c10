"""XML from strangers, made safe: one encoding, no DOCTYPE, no entity, no include, bounded size, depth and
count."""

import re
from typing import Any, Final

import msgspec
from lxml import etree

from .element import PREFIXES, Element
from .faults import Fault, ModelFaults

MAX_DEPTH: Final = 64
MAX_ELEMENTS: Final = 20_000
MAX_BYTES: Final = 5 * 1024 * 1024
XINCLUDE: Final = "{http://www.w3.org/2001/XInclude}"

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARATION: Final = re.compile(r"<\?xml\b[^>]*\?>")
_ENCODING: Final = re.compile(r"""encoding\s*=\s*["']([^"']*)["']""")
_PROLOG_ITEM: Final = re.compile(r"\s+|<!--.*?-->|<\?.*?\?>", re.DOTALL)
_ACCEPTED: Final = frozenset(
    {
        "utf-8",
        "utf8",
        "utf-16",
        "utf16",
        "utf-16le",
        "utf-16be",
        "utf-16-le",
        "utf-16-be",
        "ascii",
        "us-ascii",
    }
)
_ONE_BYTE: Final = {
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
}


class XmlLimits(msgspec.Struct, frozen=True):
    """Bounds of a file."""

    size: int = MAX_BYTES
    depth: int = MAX_DEPTH
    elements: int = MAX_ELEMENTS


def refuse(rule: str, text: str, remedy: str, line: int = 0) -> ModelFaults:
    """A fault of the file as a whole."""
    return ModelFaults([Fault("", "", line, rule, text, remedy)])


def decoded(xml: bytes) -> str:
    """The text of UTF-8 or UTF-16 bytes without byte order mark, or of a declared Western one-byte set;
    V-XML-01 for anything else."""
    encoding = next((name for bom, name in _BOMS if xml.startswith(bom)), "") or _unmarked(xml)
    try:
        text = xml.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise refuse("V-XML-01", "the bytes are neither UTF-8 nor UTF-16", "save the file as UTF-8") from None
    head = _DECLARATION.match(text)
    declared = _ENCODING.search(head.group()) if head else None
    if declared and declared.group(1).lower() not in (
        _ONE_BYTE if encoding in _ONE_BYTE.values() else _ACCEPTED
    ):
        raise refuse(
            "V-XML-01", "the file declares an encoding other than UTF-8 or UTF-16", "save it as UTF-8"
        )
    if "\0" in text:
        raise refuse("V-XML-01", "the file holds a NUL character", "send plain XML")
    return text[head.end() :] if head else text


def _unmarked(xml: bytes) -> str:
    """The encoding of bytes without a byte order mark."""
    if xml[1:2] == b"\0":
        return "utf-16-le"
    if xml[:1] == b"\0":
        return "utf-16-be"
    head = _DECLARATION.match(xml[:200].decode("latin-1"))
    declared = _ENCODING.search(head.group()) if head else None
    return _ONE_BYTE.get(declared.group(1).lower(), "utf-8") if declared else "utf-8"


MOST_ATTRIBUTES = 256  # reading them from lxml takes the square of their number


def without_doctype(text: str) -> str:
    """The text, when nothing but comments and instructions stands before its root element."""
    position = 0
    while item := _PROLOG_ITEM.match(text, position):
        position = item.end()
    if text.startswith("<!", position):
        raise refuse("V-XML-01", "a DOCTYPE stands in the file", "remove the DOCTYPE and its entities")
    return text


_BLANK: Final = re.compile(r"\s")


def parse(xml: bytes, limits: XmlLimits | None = None) -> Element:
    """The root of a well-formed file as our own tree. ModelFaults (V-XML-01) for all that is unsafe or
    broken."""
    limits = limits or XmlLimits()
    if len(xml) > limits.size:
        raise refuse("V-XML-01", f"the file is larger than {limits.size} bytes", "split the model")
    text = without_doctype(decoded(xml))
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
        raise refuse("V-XML-01", "the file is not well-formed XML", "send plain XML", line) from None
    return _tree(root, limits)


def _tree(root: etree._Element, limits: XmlLimits) -> Element:
    """lxml's tree as ours, counted while it is walked."""
    kinds: dict[str, str] = {}
    top = _element(root, None, 0, kinds)
    stack = [(root, top, 1)]
    count = 1
    while stack:
        source, element, depth = stack.pop()
        if depth > limits.depth:
            raise refuse("V-XML-01", f"elements nest deeper than {limits.depth}", "flatten it", element.line)
        count += len(source)
        if count > limits.elements:
            raise refuse("V-XML-01", f"the file has more than {limits.elements} elements", "split the model")
        children = element.children
        for child in source:
            inner = _element(child, element, 0, kinds)
            children.append(inner)
            if len(child):
                stack.append((child, inner, depth + 1))
    _number(top)
    return top


def _number(top: Element) -> None:
    """Give every element its place in document order (the walk above went breadth first)."""
    for index, element in enumerate(top.walk()):
        element.index = index


def _element(source: etree._Element, parent: Element | None, index: int, kinds: dict[str, str]) -> Element:
    tag: Any = source.tag
    kind = kinds.get(tag) or _kind(source, kinds)
    if len(source.attrib) > MOST_ATTRIBUTES:
        text = f"an element has more than {MOST_ATTRIBUTES} attributes"
        raise refuse("V-XML-01", text, "use elements instead", _line(source))
    items: Any = source.items()
    attributes = dict(items)
    element = Element(kind, attributes, _line(source), parent, index)
    told = "".join(attributes.values())
    if "{" in "".join(attributes):
        attributes = element.attributes = {
            short(key) if key[0] == "{" else key: attributes[key] for key in attributes
        }
    if element.own and _BLANK.search(told):
        _unpad(element)
    body = source.text
    if body and not body.isspace():
        element.text = body
        told += body
    if ":" in told:
        element.prefixes = dict(source.nsmap)
    return element


def _line(source: etree._Element) -> int:
    line: Any = source.sourceline
    return line or 0


def _kind(source: etree._Element, kinds: dict[str, str]) -> str:
    """The kind of a tag that is met for the first time."""
    tag = source.tag
    if not isinstance(tag, str):
        raise refuse("V-XML-01", "an entity reference stands in the file", "write the text itself")
    if tag.startswith(XINCLUDE):
        text = "XInclude stands in the file"
        raise refuse("V-XML-01", text, "send one whole file", _line(source))
    kinds[tag] = short(tag)
    return kinds[tag]


def _unpad(element: Element) -> None:
    """References and ids without the blanks around them; names keep theirs."""
    for key, value in element.attributes.items():
        if value and (value[0] <= " " or value[-1] <= " ") and key != "name":
            element.attributes[key] = value.strip()
    element.id = element.attributes.get("id", "")


def short(tag: str) -> str:
    """`{namespace}local` as `local` (BPMN), `zeebe:local` (known) or unchanged."""
    if tag[0] != "{":
        return "{}" + tag
    namespace, _, local = tag[1:].partition("}")
    prefix = PREFIXES.get(namespace)
    return tag if prefix is None else prefix + local
