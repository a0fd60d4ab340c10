"""The demo's registries answer what the rules of Moving house list, for everybody who lives there."""

from __future__ import annotations

import pytest

from backend.procedures.faults import Findings
from backend.procedures.forms import Register
from backend.procedures.rules import read_rules
from backend.procedures.yaml_text import read_yaml
from outside.people import build
from outside.registries import population, resources
from tests.procedures.builders import MOVE

RULES = read_rules(read_yaml("rules.yaml", (MOVE / "rules.yaml").read_bytes(), Findings()), Findings())


@pytest.fixture(scope="module")
def book():
    return build()


@pytest.fixture(scope="module")
def services(book):
    return {service.id: service for service in [*population.services(book), *resources.services()]}


def test_every_rule_names_a_service_that_exists_and_asks_for_fields_that_it_gives(services):
    for rule in RULES.values():
        service = services[rule.registry]
        assert set(rule.request_fields) <= set(service.takes)
        assert set(rule.response_fields) <= set(service.gives)


def test_the_answers_about_every_person_fit_the_rules(services, book):
    for name in ("pop.identity@1", "pop.address@1", "pop.household@1"):
        rule = RULES[name]
        for person in book:
            kept, surplus = rule.project(services[rule.registry].ask({"person_id": person.id}))
            assert set(kept) == set(rule.response_fields) and not surplus


def test_the_address_search_finds_homes_and_knows_which_exist(services):
    register = Register(RULES, lambda rule, fields: rule.project(services[rule.registry].ask(fields))[0])
    found = register.find("res.address@1", "Millrace Street 14")
    assert found and all("Millrace Street 14" in option.label for option in found)
    assert register.exact("res.dwelling@1", found[0].value).label == found[0].label
    assert register.exact("res.dwelling@1", "000") is None


def test_a_silent_register_finds_nothing_and_keeps_what_was_chosen():
    register = Register(RULES, lambda rule, fields: None)
    assert register.find("res.address@1", "Mill") == []
    assert register.exact("res.dwelling@1", "110000014").label == "110000014"
