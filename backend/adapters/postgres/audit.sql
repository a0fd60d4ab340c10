-- name: stage
-- Stages a leaf of what happened outside a case's change; the sequencer takes it from there.
INSERT INTO audit_stage (leaf) VALUES (%(leaf)s) RETURNING id;

-- name: try_lock
-- Whether this transaction is the only one that appends to the log, and there is something to append.
SELECT EXISTS (SELECT FROM audit_stage) AND pg_try_advisory_xact_lock(6962) AS mine;

-- name: take
-- Moves the oldest staged leaves to the end of the log, each to the next position; a row that commits late joins a
-- later batch. The receipt is the number that the stage gave.
WITH head AS (
    SELECT size FROM audit_head),
taken AS (
    DELETE FROM audit_stage WHERE id = ANY (ARRAY(SELECT id FROM audit_stage ORDER BY id LIMIT %(limit)s))
    RETURNING id, leaf),
placed AS (
    INSERT INTO audit_leaf (index, receipt, leaf)
    SELECT head.size + row_number() OVER (ORDER BY taken.id) - 1, taken.id, taken.leaf FROM taken, head
    RETURNING index, leaf)
SELECT index, leaf FROM placed ORDER BY index;

-- name: head
-- How large the log is, its root and its signed checkpoint ("" before the first).
SELECT size, root, checkpoint FROM audit_head;

-- name: move_head
-- Sets the head, if it stands where the appender believes.
UPDATE audit_head SET size = %(size)s, root = %(root)s, checkpoint = %(checkpoint)s WHERE size = %(expected)s;

-- name: put_tiles
-- Writes tiles, new ones and those that have grown.
INSERT INTO audit_tile (level, n, hashes)
SELECT level, n, hashes FROM unnest(%(levels)s::smallint[], %(numbers)s::bigint[], %(hashes)s::bytea[])
     AS given (level, n, hashes)
ON CONFLICT (level, n) DO UPDATE SET hashes = EXCLUDED.hashes;

-- name: tile
-- A tile as far as it is filled.
SELECT hashes FROM audit_tile WHERE level = %(level)s AND n = %(n)s;

-- name: leaves
-- The leaves from one position up to before another.
SELECT index, leaf FROM audit_leaf WHERE index >= %(first)s AND index < %(end)s ORDER BY index;

-- name: position
-- Where the leaf of a receipt stands in the log, and the leaf; no position while it is staged.
SELECT index, leaf FROM audit_leaf WHERE receipt = %(receipt)s
UNION ALL SELECT NULL, leaf FROM audit_stage WHERE id = %(receipt)s;

-- name: bodies
-- The sealed records of changes, by case and version, as far as they are kept.
SELECT event.case_id, event.version, event.body
FROM unnest(%(cases)s::uuid[], %(versions)s::bigint[]) AS asked (case_id, version)
JOIN case_event event ON event.case_id = asked.case_id AND event.version = asked.version;

-- name: beyond
-- Leaves that stand beyond the log's head; no row when there are none.
SELECT min(index) AS first, max(index) AS last FROM audit_leaf WHERE index >= (SELECT size FROM audit_head)
HAVING count(*) > 0;
