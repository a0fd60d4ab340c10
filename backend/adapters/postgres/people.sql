-- name: person_keep
-- The person of an identity (issuer and subject, blinded); made at the first login, refreshed at each.
INSERT INTO person (id, kind, identity, pid_blind, profile)
VALUES (%(id)s, %(kind)s, %(identity)s, %(pid_blind)s, %(profile)s)
ON CONFLICT (identity) DO UPDATE
SET pid_blind = EXCLUDED.pid_blind, profile = EXCLUDED.profile, seen_at = clock_timestamp()
RETURNING id, kind;

-- name: person_by_id
-- The sealed profile of a person.
SELECT id, kind, profile FROM person WHERE id = %(id)s;

-- name: person_by_pid
-- The citizen whom the population registry knows by this number (blinded).
SELECT id FROM person WHERE pid_blind = %(pid_blind)s AND kind = 'citizen' ORDER BY created LIMIT 1;

-- name: session_open
-- Makes a session.
INSERT INTO session (id, token_hash, kind, channel, person, level, auth_time, roles, department, region, device,
    grant_case, grant_task, grant_handoff, parent, lang, idle, expires_at)
VALUES (%(id)s, %(token_hash)s, %(kind)s, %(channel)s, %(person)s, %(level)s, %(auth_time)s, %(roles)s,
    %(department)s, %(region)s, %(device)s, %(grant_case)s, %(grant_task)s, %(grant_handoff)s, %(parent)s,
    %(lang)s, %(idle)s, clock_timestamp() + make_interval(secs => %(absolute_seconds)s));

-- name: sessions_by_token
-- The live sessions of tokens, and whether it is time to write that they were seen.
SELECT s.*, clock_timestamp() AS now, s.last_seen + make_interval(secs => s.idle / 8) < clock_timestamp() AS stale
FROM session s LEFT JOIN device d ON d.id = s.device
WHERE s.token_hash = ANY(%(token_hashes)s) AND s.ended_at IS NULL
  AND (s.last_seen + make_interval(secs => s.idle) > clock_timestamp() OR s.wait_until > clock_timestamp()) AND s.expires_at > clock_timestamp()
  AND (s.device IS NULL OR (d.state = 'active' AND d.heard_at > clock_timestamp() - make_interval(secs => %(silent_seconds)s)));

-- name: session_by_id
-- A live session by its id (for the other party of a handoff, never for a request's own credential).
SELECT s.*, clock_timestamp() AS now, false AS stale
FROM session s LEFT JOIN device d ON d.id = s.device
WHERE s.id = %(id)s AND s.ended_at IS NULL
  AND (s.last_seen + make_interval(secs => s.idle) > clock_timestamp() OR s.wait_until > clock_timestamp()) AND s.expires_at > clock_timestamp()
  AND (s.device IS NULL OR (d.state = 'active' AND d.heard_at > clock_timestamp() - make_interval(secs => %(silent_seconds)s)));

-- name: session_touch
-- The person is still there: the idle time begins again.
UPDATE session SET last_seen = clock_timestamp()
WHERE id = %(id)s AND ended_at IS NULL AND (last_seen + make_interval(secs => idle) > clock_timestamp() OR wait_until > clock_timestamp()) AND expires_at > clock_timestamp();

-- name: session_wait
-- Someone is on the way (logs in elsewhere, reads a screen of his phone): silence is no absence until then.
UPDATE session SET last_seen = clock_timestamp(),
    wait_until = greatest(wait_until, clock_timestamp() + make_interval(secs => %(seconds)s))
WHERE id = %(id)s AND ended_at IS NULL AND expires_at > clock_timestamp()
  AND (last_seen + make_interval(secs => idle) > clock_timestamp() OR wait_until > clock_timestamp());

-- name: session_rotate
-- Gives a live session another token and what changes with it; loses if it was rotated or ended meanwhile.
UPDATE session SET token_hash = %(token_hash)s, stamp = stamp + 1, kind = %(kind)s, person = %(person)s,
    level = %(level)s, auth_time = %(auth_time)s, roles = %(roles)s, department = %(department)s,
    region = %(region)s, grant_case = %(grant_case)s, grant_task = %(grant_task)s,
    grant_handoff = %(grant_handoff)s, last_seen = clock_timestamp(), wait_until = NULL
WHERE id = %(id)s AND stamp = %(stamp)s AND ended_at IS NULL
  AND (last_seen + make_interval(secs => idle) > clock_timestamp() OR wait_until > clock_timestamp()) AND expires_at > clock_timestamp();

-- name: session_lang
-- Remembers the language that someone chose.
UPDATE session SET lang = %(lang)s WHERE id = %(id)s AND ended_at IS NULL;

-- name: session_end
-- Ends a session and everything that was granted from it.
WITH RECURSIVE tree AS (
    SELECT id FROM session WHERE id = %(id)s
    UNION SELECT s.id FROM session s JOIN tree t ON s.parent = t.id
)
UPDATE session SET ended_at = clock_timestamp(), end_reason = %(reason)s, stamp = stamp + 1
WHERE id IN (SELECT id FROM tree) AND ended_at IS NULL RETURNING id;

-- name: session_end_one
-- Ends exactly one live session, inside the transaction of a case's change; 0 rows: it was over already.
UPDATE session SET ended_at = clock_timestamp(), end_reason = %(reason)s, stamp = stamp + 1
WHERE id = %(id)s AND ended_at IS NULL;

-- name: sessions_of_device_end
-- Ends every session that runs on a device.
UPDATE session SET ended_at = clock_timestamp(), end_reason = %(reason)s, stamp = stamp + 1
WHERE device = %(device)s AND ended_at IS NULL RETURNING id;

-- name: sessions_of_person
-- Where a person is logged in now.
SELECT id, channel, created, last_seen, expires_at, device FROM session
WHERE person = %(person)s AND ended_at IS NULL AND (last_seen + make_interval(secs => idle) > clock_timestamp() OR wait_until > clock_timestamp()) AND expires_at > clock_timestamp()
ORDER BY last_seen DESC LIMIT 100;

-- name: enrolment_make
-- Keeps the hash of an enrolment code; late codes of the same kiosk go.
WITH gone AS (DELETE FROM device_enrolment WHERE kiosk = %(kiosk)s AND hall = %(hall)s AND used_at IS NULL)
INSERT INTO device_enrolment (code_hash, kiosk, hall, region, expires_at)
VALUES (%(code_hash)s, %(kiosk)s, %(hall)s, %(region)s, clock_timestamp() + make_interval(secs => %(seconds)s));

-- name: enrolment_use
-- Uses an enrolment code once, in time.
UPDATE device_enrolment SET used_at = clock_timestamp()
WHERE code_hash = %(code_hash)s AND used_at IS NULL AND expires_at > clock_timestamp()
RETURNING kiosk, hall, region;

-- name: device_make
-- Makes a device; the one that stood in this place before is revoked.
WITH replaced AS (
    UPDATE device SET state = 'revoked' WHERE kiosk = %(kiosk)s AND hall = %(hall)s AND state = 'active'
)
INSERT INTO device (id, kiosk, hall, region, public_key)
VALUES (%(id)s, %(kiosk)s, %(hall)s, %(region)s, %(public_key)s);

-- name: device_by_id
-- A device; suspect when it has been silent too long.
SELECT id, kiosk, hall, region, public_key, clock_timestamp() AS now,
    CASE WHEN state = 'active' AND heard_at < clock_timestamp() - make_interval(secs => %(silent_seconds)s)
         THEN 'suspect' ELSE state END AS state
FROM device WHERE id = %(id)s;

-- name: device_in_place
-- The device that stands at a kiosk's place now.
SELECT id, state FROM device WHERE kiosk = %(kiosk)s AND hall = %(hall)s AND state = 'active' LIMIT 1;

-- name: device_heard
-- A heartbeat: the device lives.
UPDATE device SET heard_at = clock_timestamp(), report = %(report)s WHERE id = %(id)s AND state = 'active';

-- name: device_revoke
-- A device is trusted no more.
UPDATE device SET state = 'revoked' WHERE id = %(id)s AND state = 'active';

-- name: challenge_make
-- Keeps the hash of a challenge for a device; old ones go.
WITH gone AS (DELETE FROM device_challenge WHERE expires_at < clock_timestamp())
INSERT INTO device_challenge (challenge_hash, expires_at)
VALUES (%(challenge_hash)s, clock_timestamp() + make_interval(secs => %(seconds)s)) RETURNING expires_at;

-- name: challenge_use
-- A challenge is answered once, in time.
DELETE FROM device_challenge WHERE challenge_hash = %(challenge_hash)s AND expires_at > clock_timestamp();

-- name: proof_once
-- A signature is accepted once: 0 rows, it was used before. Old entries of the device go.
WITH gone AS (
    DELETE FROM device_proof WHERE device = %(device)s AND seen_at < clock_timestamp() - interval '10 minutes'
)
INSERT INTO device_proof (device, jti) VALUES (%(device)s, %(jti)s) ON CONFLICT DO NOTHING;

-- name: clock
-- The time that decides.
SELECT clock_timestamp() AS now;

-- name: limit_hit
-- Counts one hit in a fixed window that begins with its first hit.
INSERT INTO limit_counter AS c (name, subject, hits, ends_at)
VALUES (%(name)s, %(subject)s, %(cost)s, clock_timestamp() + make_interval(secs => %(seconds)s))
ON CONFLICT (name, subject) DO UPDATE SET
    hits = CASE WHEN c.ends_at < clock_timestamp() THEN %(cost)s ELSE c.hits + %(cost)s END,
    ends_at = CASE WHEN c.ends_at < clock_timestamp() THEN EXCLUDED.ends_at ELSE c.ends_at END
RETURNING hits, greatest(1, ceil(extract(epoch FROM ends_at - clock_timestamp())))::integer AS wait;
