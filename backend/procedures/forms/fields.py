"""Compiles one input component: its check, its late bounds, its choices, its conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from backend.procedures.answer_types import FieldType
from backend.procedures.expressions import Feel, Place
from backend.procedures.forms import checks
from backend.procedures.forms.nodes import Bound, Check, Node, Option, Options, Scope
from backend.procedures.problem_texts import CODES
from backend.procedures.texts import Texts, Words

if TYPE_CHECKING:
    from backend.procedures.forms.read import Reader

EMPTY: Mapping[str, Any] = {
    "textfield": "",
    "textarea": "",
    "checkbox": False,
    "checklist": [],
    "taglist": [],
}


def compile_field(node: Node, reader: Reader, place: Place) -> None:
    """Set check, bounds, options, required, empty, problems of an input."""
    raw = node.raw
    validate = raw.get("validate") if isinstance(raw.get("validate"), dict) else {}
    assert isinstance(validate, dict)
    node.required = validate.get("required") is True
    node.empty = EMPTY.get(node.type)
    if node.type == "filepicker" and raw.get("multiple") is True:
        node.empty = []
    _search(node, reader, place)
    if node.exact is not None:
        node.check = checks.search_check(node.required, node.exact.id)
    else:
        node.check = _check(node, validate, reader, place)
    node.bounds = _bounds(node, validate, reader, place)
    quick = node.properties.get("quick", "").split()
    if any(not re.fullmatch(r"-?[0-9]{1,4}", offset) for offset in quick):
        place.fault("FJ-01", "quick is no list of days.", "Write days from today, such as: 0 -1 -2.")
        node.properties = {name: value for name, value in node.properties.items() if name != "quick"}
    node.problems = _own_problems(node, reader.texts, f"{reader.file} ({place.element})")


def _check(node: Node, validate: Mapping[str, Any], reader: Reader, place: Place) -> Check:
    raw, required = node.raw, node.required
    match node.type:
        case "textfield":
            limit = _count(validate, "maxLength", place) or checks.TEXTFIELD_MAX
            return checks.text_check(required, True, limit, _text_rules(validate, place))
        case "textarea":
            limit = _count(validate, "maxLength", place) or checks.TEXTAREA_MAX
            return checks.text_check(required, False, limit, _text_rules(validate, place))
        case "number":
            return _number(raw, validate, required, place)
        case "checkbox":
            return checks.checkbox_check(required)
        case "datetime":
            subtype = raw.get("subtype", "date")
            if subtype not in ("date", "time", "datetime"):
                place.fault("FJ-01", f"The subtype {subtype} is unknown.", "Use date, time or datetime.")
            zone_format = str(raw.get("timeSerializingFormat", "no_timezone"))
            return checks.datetime_check(
                required, str(subtype), zone_format, raw.get("disallowPassedDates") is True
            )
        case "filepicker":
            return checks.files_check(required, raw.get("multiple") is True)
    node.options = _options(raw, reader, place)
    kind = checks.choices_check if node.type in ("checklist", "taglist") else checks.choice_check
    return kind(required, node.options)


def _number(raw: Mapping[str, Any], validate: Mapping[str, Any], required: bool, place: Place) -> Check:
    limits: dict[str, Decimal | None] = {}
    for name, given in (
        ("min", validate.get("min")),
        ("max", validate.get("max")),
        ("increment", raw.get("increment")),
    ):
        try:
            feel = isinstance(given, str) and given.startswith("=")
            limits[name] = None if feel else checks.decimal_or_none(given)
        except InvalidOperation:
            limits[name] = None
            place.fault("FJ-VAL-02", f"{name} is no number.", "Write a number or FEEL that begins with =.")
    if limits["increment"] is not None and limits["increment"] <= 0:
        place.fault("FJ-VAL-04", "increment is not above 0.", "Write a number above 0.")
        limits["increment"] = None
    digits = raw.get("decimalDigits")
    return checks.NumberRules(
        required,
        limits["min"],
        limits["max"],
        digits if isinstance(digits, int) and not isinstance(digits, bool) else None,
        limits["increment"],
        raw.get("serializeToString") is True,
    ).check


def _text_rules(validate: Mapping[str, Any], place: Place) -> tuple[checks.TextRule, ...]:
    rules: list[checks.TextRule] = []
    least = _count(validate, "minLength", place)
    if least:
        rules.append(checks.min_length(least))
    if validate.get("pattern"):
        try:
            rules.append(checks.pattern(str(validate["pattern"])))
        except ValueError as error:
            place.fault("FJ-VAL-01", f"The pattern cannot be used: {error}.", "Write a simpler pattern.")
    kind = validate.get("validationType")
    if kind in ("email", "phone"):
        rules.append(checks.email if kind == "email" else checks.phone)
    return tuple(rules)


def _count(validate: Mapping[str, Any], name: str, place: Place) -> int | None:
    given = validate.get(name)
    if given is None or (isinstance(given, str) and given.startswith("=")):
        return None
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= 100_000:
        return given
    place.fault("FJ-VAL-02", f"{name} is no count.", "Write a whole number or FEEL that begins with =.")
    return None


def _bounds(node: Node, validate: Mapping[str, Any], reader: Reader, place: Place) -> tuple[Bound, ...]:
    given: list[tuple[str, str, Any]] = [
        (code, code[:3], validate.get(code)) for code in ("min", "max", "minLength", "maxLength")
    ]
    if node.type == "datetime":
        given = [
            ("minDate", "min", node.properties.get("min")),
            ("maxDate", "max", node.properties.get("max")),
        ]
    bounds: list[Bound] = []
    for code, name, text in given:
        if isinstance(text, str) and text.startswith("="):
            expression = reader.feel(text, place, code)
            if expression is not None:
                bounds.append(checks.feel_bound(code, name, expression))
    return tuple(bounds)


def _search(node: Node, reader: Reader, place: Place) -> None:
    """properties.search: the choices come from a register, under an access rule marked `lookup`."""
    rule_id = node.properties.get("search")
    if rule_id is None:
        return
    rule = reader.rules.get(rule_id)
    exact = reader.rules.get(node.properties.get("exact", ""))
    searches = (
        rule is not None
        and rule.lookup is not None
        and rule.lookup.list
        and node.type in ("select", "textfield")
    )
    if not searches or exact is None or exact.lookup is None or not exact.lookup.exists:
        remedy = "Name two lookup rules: `search` that gives a list, `exact` that says if one exists."
        place.fault(
            "PACK-FACT-03", f"{rule_id} and its `exact` are no rules that this field can search with.", remedy
        )
        return
    node.search, node.exact = rule, exact


def _options(raw: Mapping[str, Any], reader: Reader, place: Place) -> Options:
    if isinstance(raw.get("valuesExpression"), str):
        expression = reader.feel(raw["valuesExpression"], place, "valuesExpression")
        return _computed_options(expression) if expression else _no_options
    if isinstance(raw.get("valuesKey"), str):
        expression = reader.feel("=" + raw["valuesKey"], place, "valuesKey")
        return _computed_options(expression) if expression else _no_options
    values = raw.get("values")
    if not isinstance(values, list) or not values:
        remedy = "Give it values, a valuesKey, a valuesExpression, or properties.search."
        place.fault("FJ-VAL-05", "The choice has no source.", remedy)
        return _no_options
    worded: list[tuple[Any, Words | None]] = []
    for entry in values:
        if not isinstance(entry, dict) or not isinstance(entry.get("value"), (str, int, bool, Decimal)):
            place.fault("FJ-VAL-05", "A choice has no value.", "Give each choice a value and a label.")
            continue
        label = entry.get("label")
        worded.append((entry["value"], reader.words(label, place) if isinstance(label, str) else None))
    if len({(type(value), value) for value, _ in worded}) != len(worded):
        place.fault("FJ-VAL-05", "Two choices have the same value.", "Make the values differ.")
    return _static_options(tuple(worded))


def _no_options(_scope: Scope, _lang: str) -> list[Option]:
    return []


def _static_options(worded: tuple[tuple[Any, Words | None], ...]) -> Options:
    bare = [Option(value, str(value)) for value, _ in worded]

    def options(scope: Scope, lang: str) -> list[Option]:
        if not lang:
            return bare
        return [
            Option(value, words.render(lang, scope.names, scope.now) if words else str(value))
            for value, words in worded
        ]

    return options


def _computed_options(expression: Feel) -> Options:
    def options(scope: Scope, _lang: str) -> list[Option]:
        found = expression.value(scope.names, scope.now)
        result: list[Option] = []
        for item in found[: checks.CHOICES_MAX] if isinstance(found, list) else []:
            value = item.get("value") if isinstance(item, dict) else item
            if isinstance(value, (str, int, bool, Decimal)):
                label = item.get("label") if isinstance(item, dict) else value
                result.append(Option(value, str(value if label is None else label)))
        return result

    return options


def compile_conditions(node: Node, reader: Reader, place: Place) -> None:
    """conditional.hide, disabled, readonly; and the names that the node depends on."""
    conditional = node.raw.get("conditional")
    hide = conditional.get("hide") if isinstance(conditional, dict) else None
    node.hide = _condition(hide, reader, place, "condition")
    node.disabled = _condition(node.raw.get("disabled"), reader, place, "disabled")
    node.readonly = _condition(node.raw.get("readonly"), reader, place, "readonly")
    used: set[str] = set()
    for part in (node.hide, node.disabled, node.readonly, node.computed):
        if isinstance(part, Feel):
            used |= part.words
    for name in ("valuesExpression", "valuesKey"):
        text = node.raw.get(name)
        if isinstance(text, str) and node.check is not None:
            used |= Feel(text, None).words
    node.needs = frozenset(used)


def _condition(given: Any, reader: Reader, place: Place, what: str) -> Feel | bool:
    if isinstance(given, str) and given.strip():
        return reader.feel(given, place, what) or False
    return given is True


def _own_problems(node: Node, texts: Texts, used_by: str) -> dict[str, Words]:
    """A pack's own words for a problem of a field: `<label key without .label>.<code>`."""
    if node.label is None:
        return {}
    base = node.label.key.removesuffix(".label")
    return {code: texts.words(f"{base}.{code}", used_by) for code in CODES if texts.has(f"{base}.{code}")}


def use_code_texts(texts: Texts, key: str, kind: FieldType, used_by: str) -> None:
    """Every code that a fact may hold has words: value.<rule>.<field>.<code>."""
    for code in kind.codes:
        texts.words(f"{key}.{code}", used_by)
    for name, inner in kind.fields.items():
        use_code_texts(texts, f"{key}.{name}", inner, used_by)
