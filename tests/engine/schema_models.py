"""Legal BPMN files made from the standard's own schema: every element, child and attribute comes up."""

from pathlib import Path
from random import Random
from typing import Any

from lxml import etree

from backend.engine.model.metamodel import META, is_a

SCHEMAS = Path(__file__).parents[2] / "node_modules" / "bpmn-moddle" / "resources" / "bpmn" / "xsd"
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
XSD = "{http://www.w3.org/2001/XMLSchema}"
NSMAP = {"b": BPMN, "own": "urn:own", "xs": "http://www.w3.org/2001/XMLSchema"}
REFERENCES = ("xsd:QName", "xsd:IDREF")
LEFT_OUT = ("incoming", "outgoing")  # a copy of the flows


class Schema:
    """The types, elements and substitution groups of Semantic.xsd."""

    def __init__(self) -> None:
        root = etree.parse(str(SCHEMAS / "Semantic.xsd")).getroot()
        self.types = {
            one.get("name"): one for one in root if one.tag in (f"{XSD}complexType", f"{XSD}simpleType")
        }
        self.elements = {one.get("name"): one for one in root.findall(f"{XSD}element")}
        self.groups: dict[str, list[str]] = {}
        for name, one in self.elements.items():
            self.groups.setdefault(one.get("substitutionGroup", ""), []).append(name)

    def concrete(self, name: str) -> list[str]:
        """The elements that may stand where this one is named."""
        found = [] if self.types[self.elements[name].get("type")].get("abstract") else [name]
        return found + [one for member in self.groups.get(name, ()) for one in self.concrete(member)]

    def chain(self, kind: str) -> list[Any]:
        """A complex type's definitions, the base first."""
        definition = self.types[kind]
        extension = definition.find(f".//{XSD}extension")
        base = [] if extension is None else self.chain(extension.get("base"))
        return [*base, definition if extension is None else extension]


class Maker:
    """One random file. `model` is its root; what no reference could be found for is pruned away."""

    def __init__(self, schema: Schema, seed: int, most: int = 400) -> None:
        self.schema, self.random, self.left = schema, Random(seed), most
        self.references: list[tuple[Any, str, Any, str]] = []
        self.model = etree.Element(f"{{{BPMN}}}definitions", nsmap=NSMAP, id="D", targetNamespace="urn:own")
        roots = schema.concrete("rootElement")
        for name in ["process", "collaboration", *roots, *self.random.choices(roots, k=8)]:
            self.element(self.model, name, schema.elements[name].get("type"), 0)
        for owner, name, child, kind in self.references:
            self.refer(owner, name, child, kind)

    def element(self, parent: Any, name: str, kind: str, depth: int) -> None:
        self.left -= 1
        one = etree.SubElement(parent, f"{{{BPMN}}}{name}")
        if kind in REFERENCES:
            self.references.append((parent, name, one, kind))
        elif kind not in self.schema.types:
            one.text = "a"
        else:
            for definition in self.schema.chain(kind):
                self.attributes(one, definition)
            for definition in self.schema.chain(kind):
                for particle in definition:
                    self.particle(one, particle, depth + 1)

    def attributes(self, one: Any, definition: Any) -> None:
        for attribute in definition.findall(f"{XSD}attribute"):
            name, kind = attribute.get("name"), attribute.get("type")
            if kind == "xsd:ID":
                one.set("id", f"i{len(self.references)}_{self.left}".replace("-", "m"))
            elif kind in REFERENCES:
                self.references.append((one, name, None, kind))
            elif attribute.get("use") == "required" or self.random.random() < 0.6:
                one.set(name, self.value(name, kind))

    def value(self, name: str, kind: str) -> str:
        simple = self.schema.types.get(kind)
        if simple is not None and simple.findall(f".//{XSD}enumeration"):
            return self.random.choice(simple.findall(f".//{XSD}enumeration")).get("value")
        if name == "importType":
            return self.random.choice(["http://www.w3.org/2001/XMLSchema", BPMN])
        fixed = {
            "xsd:boolean": "false" if name in ("mustUnderstand", "isExecutable") else "1",
            "xsd:integer": "3",
            "xsd:int": "1",
        }
        return fixed.get(kind, "urn:some:thing" if kind == "xsd:anyURI" else "Text: a <b> & \u00e9\u4e2d")

    def particle(self, parent: Any, particle: Any, depth: int) -> None:
        if particle.tag == f"{XSD}sequence":
            for inner in particle:
                self.particle(parent, inner, depth)
        elif particle.tag == f"{XSD}choice":
            self.particle(parent, self.random.choice(list(particle)), depth)
        elif particle.tag == f"{XSD}any":
            etree.SubElement(parent, "{urn:foreign}thing", {"{urn:foreign}id": "i1", "id": "i1"}).text = "x"
        elif particle.tag == f"{XSD}element":
            for _ in range(self.count(particle, depth)):
                name = particle.get("ref")
                if name is None:
                    self.element(parent, particle.get("name"), particle.get("type"), depth)
                else:
                    chosen = self.random.choice(self.schema.concrete(name))
                    self.element(parent, chosen, self.schema.elements[chosen].get("type"), depth)

    def count(self, particle: Any, depth: int) -> int:
        name = particle.get("name") or particle.get("ref")
        least = int(particle.get("minOccurs", "1"))
        if particle.get("maxOccurs") == "0" or name in LEFT_OUT:
            return 0
        if depth > 6 or self.left < 0:
            return least
        most = {"1": 1, None: 1}.get(
            particle.get("maxOccurs"), 12 if name == "flowElement" and depth < 4 else 2
        )
        return self.random.randint(least, max(least, most))

    def refer(self, owner: Any, name: str, child: Any, kind: str) -> None:
        """Let a reference name something of the right type; without one it goes, or all that needs it."""
        described = META.types.get(META.elements.get(etree.QName(owner).localname, ""))
        wanted = (
            {**described.attribute_references, **described.child_references}.get(name) if described else None
        )
        pool = self.model if name == "eventDefinitionRef" else self.model.iter()
        fits = [
            one.get("id")
            for one in pool
            if one.get("id") and one.tag.startswith(f"{{{BPMN}}}") and self.fits(one, wanted, owner, name)
        ]
        text = (
            self.random.choice(fits)
            if fits
            else "xs:string"
            if name in ("structureRef", "evaluatesToTypeRef")
            else None
        )
        if text is not None and kind == "xsd:QName" and ":" not in text:
            text = self.random.choice([text, f" {text}\n", f"own:{text}"])
        if name == "calledElement" or text is None:
            self.prune(child)
        elif child is not None:
            child.text = text
        else:
            owner.set(name, text)

    def fits(self, one: Any, wanted: str | None, owner: Any, name: str) -> bool:
        kind = etree.QName(one).localname
        if (
            etree.QName(owner).localname in ("inputSet", "outputSet")
            and name.endswith("Refs")
            and "Set" not in name
        ):
            return is_a(kind, wanted or "") and one.getparent() is owner.getparent()
        if name == "parameterRef":
            return False
        return is_a(kind, wanted) if wanted in META.types else kind != "definitions"

    def prune(self, child: Any) -> None:
        """Drop a reference that is a child."""
        if child is not None and child.getparent() is not None:
            child.getparent().remove(child)


def legal(maker: Maker, schema: Any) -> Any:
    """The file without what its schema refuses, and without references to what has gone."""
    while not _valid(maker.model, schema) or _dangling(maker):
        pass
    return maker.model


def _valid(model: Any, schema: Any) -> bool:
    if schema.validate(model):
        return True
    for path in sorted({error.path for error in schema.error_log}, key=len, reverse=True):
        for found in model.xpath(path, namespaces=NSMAP):
            if found.getparent() is not None:
                found.getparent().remove(found)
    return False


def _dangling(maker: Maker) -> bool:
    """Whether a reference named what is no more; it is taken away."""
    ids = {one.get("id") for one in maker.model.iter()}
    gone = False
    for owner, name, child, _ in maker.references:
        text = (owner.get(name) if child is None else child.text) or ""
        text = text.strip().rpartition(":")[2]
        if text and text not in ids and text != "string":
            gone = True
            if child is None:
                del owner.attrib[name]
            else:
                child.text = ""
                maker.prune(child)
    return gone
