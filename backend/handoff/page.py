"""docs/handoff.md, drawn from the tables that the code runs on.

python -m backend.handoff.page > docs/handoff.md
"""

from __future__ import annotations

from backend.handoff import codes
from backend.handoff.machine import machine

HEAD = """# How a case moves to another screen

Drawn by `python -m backend.handoff.page` from `backend/handoff/transitions.yaml` and
`backend/handoff/codes.py`; a test compares.

The kiosk shows a code. A phone scans it (or its user types the eight letters), is told the hall,
the kiosk and what will move, and says yes. The phone then shows a number, and the number is typed
**at the kiosk**: born on the phone, typed on the kiosk, so that a code that was photographed or
relayed is worth nothing to whoever does not stand there. With the right number the case moves: in
one transaction the phone gets a session for this case, the lease moves, the kiosk's session ends
and the log says so. The kiosk then wipes itself.

A moved session carries no login. It may go on answering; what a registry said, and what names it,
stays hidden until its person logs in on the phone, and submitting asks for that. Another person's
login is refused and merges nothing.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_secrets(), "", *_states(), "", *_transitions(), ""])


def _secrets() -> list[str]:
    return [
        "## Secrets and their times",
        "| secret | how long | at rest |",
        "|---|---|---|",
        f"| code in the QR, 128 bits "
        f"| {codes.CODE_SECONDS} s, and {codes.GRACE_SECONDS} s after the next one; "
        f"{codes.MOST_EPOCHS} codes until somebody touches the screen | SHA-256 |",
        f"| typed code, {codes.USER_LENGTH} of {len(codes.USER_ALPHABET)} letters "
        f"| {codes.USER_CODE_SECONDS} s | HMAC |",
        f"| claim token of the phone's browser, 256 bits | {codes.CLAIM_SECONDS} s to say yes | SHA-256 |",
        f"| number, {codes.NUMBER_DIGITS} digits | {codes.NUMBER_SECONDS} s, {codes.TRIES} tries | HMAC |",
        f"| the whole handoff | {codes.HANDOFF_SECONDS // 60} minutes; "
        f"{codes.ACTIVATE_SECONDS} s from the right number to the move | – |",
    ]


def _states() -> list[str]:
    rows = [
        f"| {name} | {'final' if state.final else 'until ' + state.until if state.until else 'in force'} |"
        for name, state in machine().states.items()
    ]
    return ["## States", "| state | time |", "|---|---|", *rows]


def _transitions() -> list[str]:
    rows = [
        f"| {', '.join(row.sources)} | {row.event} | {row.by} | {row.to} | {row.guard} |"
        for row in machine().transitions
    ]
    return ["## Transitions", "| from | event | by | to | guard |", "|---|---|---|---|---|", *rows]


if __name__ == "__main__":
    print(page(), end="")
