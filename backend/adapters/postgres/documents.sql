-- name: open_series
-- Begins a series of numbers.
INSERT INTO document_series (series) VALUES (%(series)s) ON CONFLICT DO NOTHING;

-- name: lock_series
-- One document of a series is numbered at a time.
SELECT last FROM document_series WHERE series = %(series)s FOR UPDATE;

-- name: count
-- The next number of a series.
UPDATE document_series SET last = last + 1 WHERE series = %(series)s RETURNING last;

-- name: number
-- The number that a document has already.
SELECT number FROM document WHERE case_id = %(case_id)s AND kind = %(kind)s AND edition = %(edition)s;

-- name: reserve
-- A document's number and the hash of its code, before it is drawn.
INSERT INTO document (case_id, kind, edition, person_id, number, code)
VALUES (%(case_id)s, %(kind)s, %(edition)s, %(person_id)s, %(number)s, %(code)s)
RETURNING number;

-- name: finish
-- Keeps the first file that was made; a second one is dropped.
UPDATE document
SET lang = %(lang)s, title = %(title)s, office = %(office)s, issued = %(issued)s, sha256 = %(sha256)s, sealed = %(sealed)s
WHERE case_id = %(case_id)s AND kind = %(kind)s AND edition = %(edition)s AND sealed IS NULL;

-- name: file
-- A finished document with the key to open it.
SELECT d.number, d.sealed, k.wrapped
FROM document d JOIN person_key k USING (case_id, person_id)
WHERE d.case_id = %(case_id)s AND d.kind = %(kind)s AND d.edition = %(edition)s AND d.sealed IS NOT NULL;

-- name: revoke
-- Says that a document is no longer true; the first time and reason stay.
UPDATE document
SET revoked = coalesce(revoked, clock_timestamp()), reason = coalesce(reason, %(reason)s)
WHERE case_id = %(case_id)s AND kind = %(kind)s AND edition = %(edition)s AND sealed IS NOT NULL;

-- name: by_code
-- What a stranger may see, by the hash of the code.
SELECT number, title, office, issued, revoked, reason FROM document WHERE code = %(code)s AND sealed IS NOT NULL;

-- name: by_number
-- What a stranger may see, by the number out of a signed code.
SELECT number, title, office, issued, revoked, reason FROM document WHERE number = %(number)s AND sealed IS NOT NULL;

-- name: by_file
-- What a stranger may see, by the hash of the file.
SELECT number, title, office, issued, revoked, reason FROM document WHERE sha256 = %(sha256)s AND sealed IS NOT NULL;
