"""The people of the stories; their facts are fixed, so that mock-ups, tests and demos agree."""

from datetime import date

from outside.people import names
from outside.people.registrar import Registrar


def named_people(reg: Registrar) -> None:
    """Anna's family over three generations, then everybody else who has a name in a story."""
    kiln = reg.home("Kiln Lane 3, flat 2, Northby")
    since = date(2019, 8, 1)
    lindqvist = reg.home()
    helene = reg.write("Helene", "Lindqvist", "f", date(1957, 1, 9), home=lindqvist)
    viktor = reg.write("Viktor", "Lindqvist", "m", date(1954, 6, 23), home=lindqvist)
    irena = reg.write("Irena", "Orsel", "f", date(1959, 12, 2), home=reg.home())
    ludvik = reg.write("Ludvík", "Orsel", "m", date(1955, 3, 17), alive=False)
    anna = reg.write(
        "Anna",
        "Orsel",
        "f",
        date(1988, 3, 14),
        key="anna",
        home=kiln,
        home_since=since,
        parents=(helene.id, viktor.id),
    )
    boris = reg.write(
        "Boris",
        "Orsel",
        "m",
        date(1986, 9, 2),
        key="boris",
        home=kiln,
        home_since=since,
        parents=(irena.id, ludvik.id),
    )
    for one, other in ((helene, viktor), (irena, ludvik), (anna, boris)):
        reg.marry(one, other)
    for key, given, sex, born in (
        ("mira", "Mira", "f", date(2017, 5, 21)),
        ("tomas", "Tomas", "m", date(2022, 2, 11)),
    ):
        reg.write(
            given,
            "Orsel",
            sex,
            born,
            key=key,
            home=kiln,
            home_since=max(born, since),
            parents=(anna.id, boris.id),
        )
    _others(reg)


def _others(reg: Registrar) -> None:
    venn = reg.home()
    agata = reg.write("Agata", "Venn", "f", date(1948, 4, 4), home=venn)
    reg.write("Carla", "Venn", "f", date(1979, 7, 30), key="carla", home=venn, parents=(agata.id,))
    reg.write("Ivo", "Tamm", "m", date(1994, 10, 19), key="ivo", home=reg.home())
    hidden = reg.home()
    nadia = reg.write("Nadia", "Brandt", "f", date(1990, 2, 27), key="nadia", home=hidden, protected=True)
    reg.write("Lena", "Brandt", "f", date(2015, 11, 8), home=hidden, protected=True, parents=(nadia.id,))
    haddad = reg.home()
    layla = reg.write("ليلى", "حداد", "f", date(1992, 5, 3), key="layla", home=haddad, culture=names.ARABIC)
    sami = reg.write("سامي", "حداد", "m", date(1989, 8, 15), home=haddad, culture=names.ARABIC)
    chen = reg.home()
    xiaoyu = reg.write("晓雨", "陈", "f", date(1985, 1, 28), key="xiaoyu", home=chen, culture=names.CHINESE)
    wang = reg.write("明哲", "王", "m", date(1983, 6, 6), home=chen, culture=names.CHINESE)
    reg.marry(layla, sami)
    reg.marry(xiaoyu, wang)
    reg.write(
        "子轩", "王", "m", date(2014, 9, 9), home=chen, culture=names.CHINESE, parents=(xiaoyu.id, wang.id)
    )
