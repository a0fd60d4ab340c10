"""Told cases: examples/*.yaml of a pack; registers answer what is written there.

```yaml
story: Anna moves with her family, in time
clock: "2026-11-24T09:41:00Z"
region: south
registers:                      # by rule name; silent: the register does not answer
  pop.identity: {name: Anna Orsel, …}
told:
  - task: check                 # the open task that someone answers
    answers: {pop_identity: use, …}
    refused: {moved_in: minDate}   # optional: exactly these problems are told, and the task stays open
    opens: [send]               # optional: tasks that are open afterwards
  - later: P1D                  # time goes by
  - register: pop.identity      # a silent register speaks
    says: {…}
expect:
  status: completed             # or active
  variables: {late: {kind: none}}
  messages: [receipt, decided]
  due: "2026-11-27"
```
"""

from __future__ import annotations

from backend.procedures.faults import Findings
from backend.procedures.yaml_text import Document, read_yaml

KEYS = frozenset(("story", "clock", "region", "registers", "told", "expect"))
STEPS = frozenset(("task", "answers", "refused", "opens", "later", "register", "says"))
EXPECTED = frozenset(("status", "variables", "messages", "due", "open", "stage"))


def read_example(file: str, data: bytes) -> Document:
    """Raises PackFaults if the file is no told case."""
    findings = Findings()
    document = read_yaml(file, data, findings)
    given = document.value if document and isinstance(document.value, dict) else {}
    told, expect = given.get("told"), given.get("expect")
    unknown = [(key, KEYS) for key in given.keys() - KEYS]
    if isinstance(told, list) and all(isinstance(entry, dict) for entry in told):
        unknown += [(key, STEPS) for entry in told for key in entry.keys() - STEPS]
    elif "told" in given:
        findings.add(file, "PACK-EXAMPLE-01", "told is no list of steps.", "Begin each step with `- task:`.")
    if isinstance(expect, dict):
        unknown += [(key, EXPECTED) for key in expect.keys() - EXPECTED]
    elif "expect" in given:
        findings.add(
            file, "PACK-EXAMPLE-01", "expect is no mapping.", "Write status, variables and the others."
        )
    for key, known in unknown:
        remedy = f"Use: {', '.join(sorted(known))}."
        findings.add(file, "PACK-EXAMPLE-01", f"A told case has no key {key}.", remedy)
    for key in ("story", "clock", "told", "expect"):
        if key not in given:
            findings.add(file, "PACK-EXAMPLE-01", f"The told case has no {key}.", "Add it.")
    findings.refuse_if_any()
    assert document is not None
    return document
