-- name: tell
-- Keeps the messages of one change and gives all of them, however often the change is told.
WITH kept AS (
    INSERT INTO inbox_message (case_id, version, kind, person_id, procedure, pack_version)
    SELECT %(case_id)s, %(version)s, kind, %(person_id)s, %(procedure)s, %(pack_version)s
    FROM unnest(%(kinds)s::text[]) AS kind
    ON CONFLICT DO NOTHING RETURNING id
)
SELECT id FROM kept
UNION
SELECT id FROM inbox_message WHERE case_id = %(case_id)s AND version = %(version)s;

-- name: messages
-- A person's inbox, newest first.
SELECT id, kind, case_id, procedure, pack_version, created_at, read_at
FROM inbox_message WHERE person_id = %(person_id)s ORDER BY created_at DESC LIMIT %(limit)s;

-- name: unread
-- How many messages a person has not opened.
SELECT count(*) AS count FROM inbox_message WHERE person_id = %(person_id)s AND read_at IS NULL;

-- name: read
-- Marks a person's own message as read.
UPDATE inbox_message SET read_at = coalesce(read_at, clock_timestamp())
WHERE person_id = %(person_id)s AND id = %(id)s;

-- name: foreign_endpoint
-- Whether a live subscription of somebody else has this endpoint.
SELECT 1 AS found FROM push_subscription
WHERE endpoint_hash = %(endpoint_hash)s AND person_id <> %(person_id)s AND challenge_hash IS NULL LIMIT 1;

-- name: subscribe
-- Keeps a person's subscription; with a challenge it stays pending until the challenge is echoed.
INSERT INTO push_subscription (person_id, session_id, endpoint_hash, sealed, challenge_hash, challenge_until)
VALUES (%(person_id)s, %(session_id)s, %(endpoint_hash)s, %(sealed)s, %(challenge_hash)s,
        clock_timestamp() + make_interval(secs => %(seconds)s))
ON CONFLICT (endpoint_hash, person_id) DO UPDATE
SET sealed = excluded.sealed, session_id = excluded.session_id,
    challenge_hash = excluded.challenge_hash, challenge_until = excluded.challenge_until
RETURNING id;

-- name: echo
-- Makes a challenged subscription live, within its time.
UPDATE push_subscription SET challenge_hash = NULL, challenge_until = NULL
WHERE id = %(id)s AND person_id = %(person_id)s AND challenge_hash = %(challenge_hash)s
  AND challenge_until > clock_timestamp()
RETURNING endpoint_hash;

-- name: take_over
-- Ends the former owners' subscriptions of an endpoint.
DELETE FROM push_subscription WHERE endpoint_hash = %(endpoint_hash)s AND person_id <> %(person_id)s;

-- name: unsubscribe
-- Deletes a person's own subscription.
DELETE FROM push_subscription WHERE id = %(id)s AND person_id = %(person_id)s;

-- name: unsubscribe_session
-- Deletes the subscriptions of an ended session.
DELETE FROM push_subscription WHERE session_id = %(session_id)s;

-- name: plan
-- One delivery per live subscription of the message's person; gives those not sent yet.
WITH planned AS (
    INSERT INTO push_delivery (case_id, message_id, subscription_id)
    SELECT m.case_id, m.id, s.id
    FROM inbox_message m JOIN push_subscription s USING (person_id)
    WHERE m.id = %(message_id)s AND s.challenge_hash IS NULL
    ON CONFLICT DO NOTHING
)
SELECT m.id AS message_id, s.id AS subscription_id
FROM inbox_message m JOIN push_subscription s USING (person_id)
LEFT JOIN push_delivery d ON d.case_id = m.case_id AND d.message_id = m.id AND d.subscription_id = s.id
WHERE m.id = %(message_id)s AND s.challenge_hash IS NULL AND d.sent_at IS NULL;

-- name: delivery
-- A planned delivery with what is needed to send it.
SELECT d.case_id, d.sent_at, s.sealed
FROM push_delivery d JOIN push_subscription s ON s.id = d.subscription_id
WHERE d.message_id = %(message_id)s AND d.subscription_id = %(subscription_id)s;

-- name: delivered
-- Writes how the push service answered.
UPDATE push_delivery
SET attempts = attempts + 1, status = %(status)s, sent_at = CASE WHEN %(done)s THEN clock_timestamp() END
WHERE message_id = %(message_id)s AND subscription_id = %(subscription_id)s;

-- name: forget_subscription
-- Deletes a subscription that its push service no longer knows.
DELETE FROM push_subscription WHERE id = %(id)s;
