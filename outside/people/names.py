"""Names of the country's people: several scripts and conventions, since real registers hold them all.

Each culture: script, given names of women, of men, family names (a pair where the form differs by sex), and
how the full name is joined.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Culture:
    """Name stock of one origin; `family` entries hold the form of women and the form of men."""

    script: str
    women: tuple[str, ...]
    men: tuple[str, ...]
    family: tuple[tuple[str, str], ...]
    family_first: bool = False

    def full(self, given: str, family: str) -> str:
        """The name as the register shows it; Chinese names stand family first and without a space."""
        return family + given if self.family_first else f"{given} {family}"


def _same(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in names)


LATIN = Culture(
    "Latn",
    ("Zoë", "Margarethe", "Åsa", "Chloé", "Élodie", "Inês", "Núria", "Siobhán", "Agnes", "Edith", "Greta",
     "Helga", "Ida", "Johanna", "Klára", "Lea", "Maren", "Nora", "Odile", "Paula", "Runa", "Selma", "Thea",
     "Ursula", "Vera"),
    ("François", "Jürgen", "Łukasz", "André", "Björn", "Søren", "Óscar", "Théo", "Anton", "Bruno", "Caspar",
     "Emil", "Felix", "Gustav", "Henrik", "Jonas", "Karel", "Leo", "Matteo", "Nils", "Otto", "Piet", "Ruben",
     "Stefan"),
    _same("Brandt", "Castellanos Ruiz", "d'Aubigné", "Ek", "Fjeldstad", "Grünwald", "Hausmann", "Ibsen",
          "Jansen", "Kovač", "Lindqvist", "Møller", "Núñez", "O’Byrne", "Peeters", "Quist", "Rosenthal",
          "Sjöberg", "Tamm", "Überall", "van der Meer", "Weißmann", "Yıldız", "Zeller-Roth"),
)  # fmt: skip
SLAVIC = Culture(
    "Latn",
    ("Božena", "Jiřina", "Ludmila", "Małgorzata", "Zofia", "Katarzyna", "Světlana", "Wanda"),
    ("Bohumil", "Jiří", "Miloš", "Paweł", "Zbigniew", "Stanisław", "Václav", "Wojciech"),
    (("Nováková", "Novák"), ("Dvořáková", "Dvořák"), ("Kowalska", "Kowalski"), ("Wiśniewska", "Wiśniewski"),
     ("Procházková", "Procházka")),
)  # fmt: skip
VIETNAMESE = Culture(
    "Latn",
    ("Thị Hồng", "Thị Lan", "Mỹ Duyên", "Thu Hà"),
    ("Văn Đức", "Quốc Bảo", "Minh Tuấn", "Đình Phúc"),
    _same("Nguyễn", "Trần", "Phạm"),
)
ARABIC = Culture(
    "Arab",
    ("فاطمة", "مريم", "ليلى", "نور", "سلمى", "هدى", "زينب", "رنا"),
    ("أحمد", "يوسف", "خالد", "عمر", "سامي", "طارق", "إبراهيم", "كريم"),
    _same("حداد", "المنصوري", "الخطيب", "عبد الرحمن", "نجار"),
)
CHINESE = Culture(
    "Hans",
    ("秀英", "晓雨", "丽娜", "静怡", "梦洁", "芳"),
    ("伟", "建国", "志强", "子轩", "明哲", "浩然"),
    _same("王", "李", "陈", "刘", "欧阳", "赵"),
    family_first=True,
)
WEIGHTED: tuple[tuple[Culture, int], ...] = (
    (LATIN, 60),
    (SLAVIC, 14),
    (VIETNAMESE, 6),
    (ARABIC, 11),
    (CHINESE, 9),
)
