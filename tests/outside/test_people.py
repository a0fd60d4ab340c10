"""The population: the same at every start, whole families, and the people whom stories name."""

from outside.people import HOMES, build, check_digit, find_homes, home_by_code, is_person_id
from outside.people.population import REGISTER_DATE


def test_the_same_seed_gives_the_same_people_and_exactly_as_many_as_asked():
    one, two = build(), build()
    assert [(p.id, p.name, p.born, p.home) for p in one] == [(p.id, p.name, p.born, p.home) for p in two]
    assert len(one) == len(one.people) == 200
    assert len(build(size=60)) == 60
    assert [p.id for p in build("another seed")][40:] != [p.name for p in one][40:]


def test_ids_carry_a_check_digit_that_finds_every_single_wrong_digit():
    assert check_digit("0794") == "5"  # ISO/IEC 7064 MOD 11,10, example of the standard
    for person in list(build())[:20]:
        assert is_person_id(person.id)
        for at in range(10):
            for digit in "0123456789":
                if digit != person.id[at]:
                    assert not is_person_id(person.id[:at] + digit + person.id[at + 1 :])
    assert not is_person_id("٥٠٨٩٣٠٧٠١٧") and not is_person_id(None) and not is_person_id("1")


def test_families_are_whole():
    book = build()
    for person in book:
        assert person.born <= REGISTER_DATE
        for parent in (book.people[id] for id in person.parents):
            assert person.id in parent.children
            assert 15 * 365 < (person.born - parent.born).days < 70 * 365
        if person.partner:
            assert book.people[person.partner].partner == person.id
        assert (person.home is not None) == person.alive
        if not person.alive:
            assert book.household(person) == []
    generations = [p for p in book if any(book.people[parent].parents for parent in p.parents)]
    assert len(generations) > 10  # grandchildren


def test_minors_live_with_a_parent():
    book = build()
    for person in book:
        if (REGISTER_DATE - person.born).days < 18 * 365:
            assert any(book.people[parent].home == person.home for parent in person.parents), person.id


def test_named_people():
    named = build().named
    assert set(named) >= {"anna", "boris", "mira", "tomas", "carla", "ivo", "nadia", "layla", "xiaoyu"}
    book = build()
    assert book.household(named["ivo"]) == []
    assert named["nadia"].protected
    assert named["layla"].script == "Arab" and named["xiaoyu"].script == "Hans"
    assert {p.script for p in build()} == {"Latn", "Arab", "Hans"}


def test_homes_have_unique_codes_with_check_digits():
    assert len({home.code for home in HOMES}) == len(HOMES)
    assert all(check_digit(home.code[:-1]) == home.code[-1] for home in HOMES)
    vacant = find_homes("Millrace Street 14 flat 6 Southmere")[0]
    assert vacant.code not in build().by_home
    assert home_by_code(vacant.code) is vacant and home_by_code(None) is None


def test_typing_a_house_number_narrows_the_search():
    assert {h.number for h in find_homes("kiln lane 3, northby", 6)} == {"3"}
    typed = [h.number for h in find_homes("millrace 1", 20)]
    assert typed[0] == "1" and {"1", "14"} <= {h.number for h in find_homes("millrace 1", 200)}
    assert find_homes("lane 2 flat 1 northby")[0].number == "2"
    assert find_homes("zzz") == [] and find_homes("   ") == []
