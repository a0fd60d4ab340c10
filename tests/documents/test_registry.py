"""Documents in the registry: made once whatever happens, sealed, revoked, and little is told to strangers."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from lxml import html

from backend.adapters.postgres.database import Database
from backend.documents import DocumentKeys, Documents, Drawing, Issued
from backend.documents.codes import ALPHABET, code, plain
from backend.documents.payload import Payload, sign_payload
from backend.evidence import Facts
from backend.vault import Vault
from tests.channels.conftest import Browser, World
from tests.documents.papers import ADDRESS, ANNA, TITLE, a_wanted


@pytest.fixture(scope="module")
def records(database: str) -> Iterator[Database]:
    made = Database(database)
    yield made
    made.close()


@pytest.fixture(scope="module")
def facts(records: Database) -> Facts:
    return Facts(records, Vault.ephemeral())


@pytest.fixture(scope="module")
def documents(records: Database, facts: Facts, keys: DocumentKeys, drawing: Drawing) -> Documents:
    return Documents(records, facts._vault, facts, keys, drawing, ADDRESS)  # type: ignore[arg-type]


def test_the_same_case_and_kind_give_the_same_document(documents: Documents) -> None:
    wanted = a_wanted()
    first = documents.issue(wanted)
    assert documents.issue(wanted) == first == documents.issued(wanted.case, wanted.kind)
    other = documents.issue(a_wanted(case=wanted.case, kind="permit"))
    assert other.number != first.number
    assert re.fullmatch(r"SOUTH-2026-\d{6}", first.number)


def test_two_workers_at_once_make_one(documents: Documents, records: Database) -> None:
    wanted, before = a_wanted(), last(records)
    ready = threading.Barrier(4)

    def work(_: int) -> Issued:
        ready.wait()
        return documents.issue(wanted)

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(work, range(4)))
    assert len({each.pdf for each in made}) == len({each.number for each in made}) == 1
    assert last(records) == before + 1


def last(records: Database) -> int:
    with records.transaction() as inside:
        rows = inside.connection.execute("SELECT last FROM document_series WHERE series = 'SOUTH-2026'")
        return int(rows.fetchall()[0]["last"])


def test_a_kill_between_number_and_file_loses_no_number(
    documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = a_wanted()
    number = documents._number(wanted)
    assert documents.issued(wanted.case, wanted.kind) is None
    assert documents.issue(wanted).number == number


def test_nothing_personal_and_no_code_stands_in_clear(documents: Documents, records: Database) -> None:
    made = documents.issue(a_wanted())
    with records.transaction() as inside:
        rows = inside.connection.execute("SELECT * FROM document").fetchall()
    told = repr(rows)
    assert "ukaszewicz" not in told and "River Street" not in told and "%PDF" not in told
    assert made.code not in told and plain(made.code) not in told


def test_who_is_forgotten_leaves_no_document(documents: Documents, facts: Facts) -> None:
    wanted = a_wanted()
    made = documents.issue(wanted)
    facts.forget(wanted.case, ANNA)
    assert documents.issued(wanted.case, wanted.kind) is None
    assert documents.check_code(made.code).state == "valid"


def test_code_qr_and_file_find_it_and_tell_little(documents: Documents, keys: DocumentKeys) -> None:
    wanted = a_wanted()
    made = documents.issue(wanted)
    payload = Payload(kind=wanted.kind, number=made.number, issued=wanted.date, address=ADDRESS)
    signed = sign_payload(payload, keys.code_key, keys.code_key_id)
    for found in (
        documents.check_code(made.code.lower().replace("-", " ")),
        documents.check_payload(signed),
        documents.check_file(made.pdf),
    ):
        assert (found.state, found.number, found.issued) == ("valid", made.number, wanted.date)
        assert dict(found.title) == TITLE
        assert "Łukaszewicz" not in repr(found) and str(wanted.case) not in repr(found)


def test_a_revoked_document_says_so_everywhere_and_the_first_reason_stays(documents: Documents) -> None:
    wanted = a_wanted()
    made = documents.issue(wanted)
    assert documents.revoke(wanted.case, wanted.kind, "error")
    assert documents.revoke(wanted.case, wanted.kind, "withdrawn")
    for found in (documents.check_code(made.code), documents.check_file(made.pdf)):
        assert (found.state, found.why) == ("revoked", "error")
        assert found.revoked is not None
    assert not documents.revoke(uuid4(), wanted.kind, "error")
    with pytest.raises(ValueError, match="superseded"):
        documents.revoke(wanted.case, wanted.kind, "whim")
    after = documents.issue(a_wanted(case=wanted.case, edition=2))
    assert documents.check_code(after.code).state == "valid"


def test_changed_and_unknown_are_told_apart(documents: Documents, drawing: Drawing) -> None:
    made = documents.issue(a_wanted())
    found = documents.check_file(made.pdf.replace(b"%PDF-1.7", b"%PDF-1.6"))
    assert (found.state, found.why, found.number) == ("changed", "altered", "")
    assert documents.check_file(made.pdf + b" ").why == "appended"
    assert documents.check_file(b"hello").state == "unknown"
    assert documents.check_payload("a.b.c").state == "changed"
    for typed in ("0000-0000-0000-0000", "", "x", "🦊" * 16):
        assert documents.check_code(typed).state == "unknown"


def test_a_code_reads_back_from_what_people_type() -> None:
    made = code(bytes(range(200, 232)))
    assert re.fullmatch(f"([{ALPHABET}]{{4}}-){{3}}[{ALPHABET}]{{4}}", made)
    assert plain(" " + made.lower().replace("0", "o").replace("1", "l")) == made.replace("-", "")


# -- the page


@pytest.fixture(scope="module")
def paper(world: World) -> Any:
    """A document that the installation issued, and its case."""
    wanted = a_wanted("zh-Hans")
    return wanted, world.errand.documents.issue(wanted)


def page(answer: Any) -> str:
    assert answer.status_code == 200, answer.text
    return str(html.fromstring(answer.text).text_content())


def sent(browser: Browser, **fields: Any) -> str:
    shown = html.fromstring(browser.get("/check").text)
    token = shown.xpath("//input[@name='csrf_token']/@value")[0]
    headers = {"Origin": browser.origin, "Sec-Fetch-Site": "same-origin"}
    data = {"csrf_token": token, **fields}
    return page(browser.client.post("/check", base_url=browser.origin, data=data, headers=headers))


@pytest.mark.parametrize("kind", ["nobody", "citizen"])
def test_a_stranger_checks_by_code_and_by_file(world: World, paper: Any, kind: str) -> None:
    _, made = paper
    browser = world.citizen() if kind == "citizen" else world.browser()
    assert "Check a document" in page(browser.get("/check"))
    for told in (
        sent(browser, code=made.code),
        sent(browser, file=(io.BytesIO(made.pdf), "a.pdf")),
    ):
        assert "This document is valid" in told and made.number in told
        assert TITLE["en"] in told and "王小明" not in told
    changed = made.pdf[:-20] + b"x" + made.pdf[-19:]
    assert "This is not what we issued" in sent(browser, file=(io.BytesIO(changed), "a.pdf"))
    assert "We do not know this document" in sent(browser, code="0000-0000-0000-0000")


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "This document is valid"), ("zh-Hans", "此文件有效"), ("ar", "هذه الوثيقة سارية")],
)
def test_the_scanned_code_opens_the_page_in_the_readers_language(
    world: World,
    paper: Any,
    lang: str,
    words: str,
) -> None:
    wanted, made = paper
    keys = world.errand.documents._keys
    payload = Payload(kind=wanted.kind, number=made.number, issued=wanted.date, address=ADDRESS)
    signed = sign_payload(payload, keys.code_key, keys.code_key_id)
    told = page(world.browser().get(f"/check?c={signed}", **{"Accept-Language": lang}))
    assert words in told and TITLE[lang] in told
    changed = page(world.browser().get(f"/check?c={signed[:-3]}abc"))
    assert "This is not what we issued" in changed and made.number not in changed


def test_the_page_says_revoked_and_why(world: World) -> None:
    wanted = a_wanted()
    made = world.errand.documents.issue(wanted)
    world.errand.documents.revoke(wanted.case, wanted.kind, "superseded")
    told = sent(world.browser(), code=made.code)
    assert "This document is no longer valid" in told and "A newer document" in told


def test_the_public_keys_are_public_and_hold_no_secret(world: World) -> None:
    pem = world.browser().get("/check/keys.pem").data
    assert b"BEGIN CERTIFICATE" in pem and b"BEGIN PUBLIC KEY" in pem and b"PRIVATE" not in pem


def test_guessing_is_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.errand.limits, "_factor", 0)
    assert world.browser().get("/check").status_code == 200
    assert world.browser().get("/check?c=a.b.c").status_code == 429
