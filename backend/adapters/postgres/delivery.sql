-- name: keep
-- A message that a case has thrown; a second telling changes nothing.
INSERT INTO message (case_id, message, version, name, key, thrown, until)
VALUES (%(case_id)s, %(message)s, %(version)s, %(name)s, %(key)s, clock_timestamp(),
        clock_timestamp() + make_interval(secs => %(seconds)s))
ON CONFLICT DO NOTHING;

-- name: kept
-- A message that nobody has taken.
SELECT version, name, key FROM message
WHERE case_id = %(case_id)s AND message = %(message)s AND receiver IS NULL;

-- name: taken
-- This case takes the message, unless another had it.
UPDATE message SET receiver = %(receiver)s, began = %(began)s
WHERE case_id = %(case_id)s AND message = %(message)s AND receiver IS NULL;

-- name: wanted
-- The kept messages that these cases wait for, the oldest first.
SELECT DISTINCT m.thrown, m.case_id, m.message FROM message m JOIN subscription s USING (name, key)
WHERE s.case_id = ANY (%(cases)s) AND s.kind = 'message' AND m.receiver IS NULL AND m.until > clock_timestamp()
ORDER BY m.thrown, m.case_id, m.message;

-- name: receivers
-- The cases that wait for a message, the oldest subscription first.
SELECT case_id, min(since) AS since FROM subscription
WHERE kind = 'message' AND name = %(name)s AND key = %(key)s
GROUP BY case_id ORDER BY since, case_id LIMIT 100;

-- name: hearers
-- The cases that wait for a signal.
SELECT DISTINCT case_id FROM subscription WHERE kind = 'signal' AND name = %(name)s ORDER BY case_id;

-- name: conversation
-- The live case that a message of this name and key has begun.
SELECT s.case_id FROM message m JOIN case_state s ON s.case_id = m.receiver
WHERE m.began = %(procedure)s AND m.name = %(name)s AND m.key = %(key)s AND s.status = 'running' LIMIT 1;

-- name: forget
-- Drops messages a week after their time.
DELETE FROM message WHERE until < clock_timestamp() - interval '7 days';
