-- name: person_key
-- The wrapped key of (case, person): the one given, unless another was first.
INSERT INTO person_key (case_id, person_id, wrapped) VALUES (%(case_id)s, %(person_id)s, %(wrapped)s)
ON CONFLICT (case_id, person_id) DO UPDATE SET wrapped = person_key.wrapped
RETURNING wrapped;

-- name: forget
-- Destroys the key of (case, person).
DELETE FROM person_key WHERE case_id = %(case_id)s AND person_id = %(person_id)s;

-- name: facts
-- Sealed facts of a case by handle, with the key to open them.
SELECT f.handle, f.sealed, k.wrapped
FROM fact f JOIN person_key k USING (case_id, person_id)
WHERE f.case_id = %(case_id)s AND f.handle = ANY(%(handles)s);

-- name: store_fact
-- Keeps one registry answer; a repeated delivery of the same query changes nothing more.
INSERT INTO fact (case_id, handle, person_id, rule, sealed)
VALUES (%(case_id)s, %(handle)s, %(person_id)s, %(rule)s, %(sealed)s)
ON CONFLICT DO NOTHING;

-- name: read_begun
-- Writes that a read is attempted, before it is: no entry, no read.
INSERT INTO registry_read (case_id, query_id, person_id, rule, registry, purpose, legal_basis, fields, actor, department)
VALUES (%(case_id)s, %(query_id)s, %(person_id)s, %(rule)s, %(registry)s, %(purpose)s, %(legal_basis)s,
        %(fields)s, %(actor)s, %(department)s)
ON CONFLICT (case_id, query_id) DO UPDATE SET attempts = registry_read.attempts + 1;

-- name: read_done
-- Writes how a read ended.
UPDATE registry_read
SET outcome = %(outcome)s, request_hash = %(request_hash)s, surplus = %(surplus)s, ended_at = clock_timestamp()
WHERE case_id = %(case_id)s AND query_id = %(query_id)s;

-- name: uses_by_case
-- How many other queries a rule made for a case within a window.
SELECT count(*) AS count FROM registry_read
WHERE case_id = %(case_id)s AND rule = %(rule)s AND query_id <> %(query_id)s
  AND begun_at > clock_timestamp() - %(window)s::interval;

-- name: uses_by_person
-- How many other queries a rule made about a person within a window.
SELECT count(*) AS count FROM registry_read
WHERE person_id = %(person_id)s AND rule = %(rule)s AND query_id <> %(query_id)s
  AND begun_at > clock_timestamp() - %(window)s::interval;

-- name: reads
-- What was read about a person, newest first.
SELECT query_id, case_id, rule, registry, purpose, legal_basis, fields, actor, department, outcome, begun_at
FROM registry_read
WHERE person_id = %(person_id)s AND (%(before)s::timestamptz IS NULL OR begun_at < %(before)s)
ORDER BY begun_at DESC LIMIT %(limit)s;
