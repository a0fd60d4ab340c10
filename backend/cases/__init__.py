"""The one way in for a case: `Cases.change`, and the reads that screens draw from."""

from backend.cases.ask import Ask, Changed, case_id_for
from backend.cases.available import available
from backend.cases.cases import Cases
from backend.cases.records import Extra, Records

__all__ = ["Ask", "Cases", "Changed", "Extra", "Records", "available", "case_id_for"]
