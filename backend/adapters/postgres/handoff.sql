-- name: make
-- A new handoff with its first code.
INSERT INTO handoff (id, kind, state, case_id, task, procedure, source_session, source_device, hall, kiosk,
    epoch, code_hash, code_expires_at, user_code_mac, user_code_expires_at, evidence, expires_at)
VALUES (%(id)s, %(kind)s, %(to)s, %(case_id)s, %(task)s, %(procedure)s, %(source_session)s, %(source_device)s,
    %(hall)s, %(kiosk)s, 0, %(code_hash)s, clock_timestamp() + make_interval(secs => %(code_seconds)s),
    %(user_code_mac)s, clock_timestamp() + make_interval(secs => %(user_code_seconds)s), %(evidence)s,
    clock_timestamp() + make_interval(secs => %(seconds)s))
ON CONFLICT (id) DO NOTHING
RETURNING *, clock_timestamp() AS now;

-- name: cancel_of_source
-- A session has one live handoff: older ones end.
UPDATE handoff SET state = %(to)s, end_reason = 'replaced', seq = seq + 1, changed = clock_timestamp()
WHERE source_session = %(source_session)s AND state = ANY(%(from)s) AND id <> %(id)s
RETURNING id, seq;

-- name: by_id
-- A handoff by id.
SELECT *, clock_timestamp() AS now FROM handoff WHERE id = %(id)s;

-- name: by_code
-- The handoff whose code this is, was, or was used as, whatever became of it.
SELECT *, clock_timestamp() AS now FROM handoff
WHERE code_hash = %(code_hash)s OR previous_hash = %(code_hash)s OR used_hash = %(code_hash)s
LIMIT 1;

-- name: by_user_code
-- The handoff that shows this typed code.
SELECT *, clock_timestamp() AS now FROM handoff WHERE user_code_mac = %(user_code_mac)s
ORDER BY created DESC LIMIT 1;

-- name: expire
-- Ends a handoff whose time is over.
UPDATE handoff SET state = %(to)s, end_reason = 'expired', seq = seq + 1, changed = clock_timestamp(),
    code_hash = NULL, previous_hash = NULL, user_code_mac = NULL
WHERE id = %(id)s AND state = ANY(%(from)s) AND clock_timestamp() >= least(expires_at,
    CASE state WHEN 'CLAIMED' THEN claim_expires_at WHEN 'APPROVED' THEN number_expires_at
               WHEN 'CONFIRMED' THEN activate_until END)
RETURNING seq;

-- name: rotate
-- The next code; the one before stays good to its own end. The typed code changes only when it grows old.
UPDATE handoff SET epoch = epoch + 1, seq = seq + 1, changed = clock_timestamp(),
    previous_hash = code_hash, previous_expires_at = code_expires_at + make_interval(secs => %(grace_seconds)s),
    code_hash = %(code_hash)s, code_expires_at = clock_timestamp() + make_interval(secs => %(code_seconds)s),
    user_code_mac = CASE WHEN %(renew)s THEN %(user_code_mac)s ELSE user_code_mac END,
    user_code_expires_at = CASE WHEN %(renew)s THEN clock_timestamp() + make_interval(secs => %(user_code_seconds)s)
                                ELSE user_code_expires_at END
WHERE id = %(id)s AND state = ANY(%(from)s) AND source_session = %(source_session)s
  AND expires_at > clock_timestamp() AND epoch + 1 < %(most)s
RETURNING *, clock_timestamp() AS now;

-- name: show_again
-- A new round of codes, since somebody touched the screen.
UPDATE handoff SET epoch = 0, rounds = rounds + 1, seq = seq + 1, changed = clock_timestamp(),
    previous_hash = NULL, previous_expires_at = NULL,
    code_hash = %(code_hash)s, code_expires_at = clock_timestamp() + make_interval(secs => %(code_seconds)s),
    user_code_mac = %(user_code_mac)s,
    user_code_expires_at = clock_timestamp() + make_interval(secs => %(user_code_seconds)s)
WHERE id = %(id)s AND state = ANY(%(from)s) AND source_session = %(source_session)s
  AND expires_at > clock_timestamp() AND epoch + 1 >= %(most)s AND rounds < %(most_rounds)s
RETURNING *, clock_timestamp() AS now;

-- name: claim
-- The first browser that shows a good code is the one; the code is used.
UPDATE handoff SET state = %(to)s, seq = seq + 1, changed = clock_timestamp(),
    used_hash = %(code_hash)s,
    used_grace_until = CASE WHEN code_hash = %(code_hash)s THEN code_expires_at + make_interval(secs => %(grace_seconds)s)
                            WHEN previous_hash = %(code_hash)s THEN previous_expires_at ELSE clock_timestamp() END,
    code_hash = NULL, previous_hash = NULL, user_code_mac = NULL,
    claim_hash = %(claim_hash)s, claim_expires_at = clock_timestamp() + make_interval(secs => %(claim_seconds)s),
    peer = %(peer)s, target_session = %(target_session)s, evidence = evidence || %(evidence)s::text[]
WHERE id = %(id)s AND state = ANY(%(from)s) AND expires_at > clock_timestamp()
  AND ((code_hash = %(code_hash)s AND code_expires_at + make_interval(secs => %(grace_seconds)s) > clock_timestamp())
    OR (previous_hash = %(code_hash)s AND previous_expires_at > clock_timestamp())
    OR (user_code_mac = %(user_code_mac)s AND user_code_expires_at > clock_timestamp()))
RETURNING *, clock_timestamp() AS now;

-- name: conflict
-- A second browser showed the same code within its time: nobody goes on.
UPDATE handoff SET state = %(to)s, end_reason = 'conflict', seq = seq + 1, changed = clock_timestamp(), number_mac = NULL
WHERE id = %(id)s AND state = ANY(%(from)s) AND used_hash = %(code_hash)s AND used_grace_until > clock_timestamp()
RETURNING *, clock_timestamp() AS now;

-- name: user_code_try
-- Counts a typed code that was right but came too late or twice.
UPDATE handoff SET user_code_tries = user_code_tries + 1 WHERE id = %(id)s;

-- name: approve
-- The person who scanned says yes and gets a number.
UPDATE handoff SET state = %(to)s, seq = seq + 1, changed = clock_timestamp(), number_mac = %(number_mac)s,
    number_tries = 0, number_expires_at = clock_timestamp() + make_interval(secs => %(number_seconds)s)
WHERE id = %(id)s AND state = ANY(%(from)s) AND claim_hash = %(claim_hash)s
  AND expires_at > clock_timestamp() AND claim_expires_at > clock_timestamp()
RETURNING *, clock_timestamp() AS now;

-- name: confirm
-- A number was typed: right, wrong, or wrong for the last time; told and counted in one update, so no two guesses share a try.
UPDATE handoff SET seq = seq + 1, changed = clock_timestamp(),
    state = CASE WHEN number_mac = %(number_mac)s THEN %(right)s
                 WHEN number_tries + 1 >= %(tries)s THEN %(rejected)s ELSE state END,
    end_reason = CASE WHEN number_mac <> %(number_mac)s AND number_tries + 1 >= %(tries)s THEN 'rejected' ELSE '' END,
    activate_until = CASE WHEN number_mac = %(number_mac)s THEN clock_timestamp() + make_interval(secs => %(activate_seconds)s) END,
    evidence = CASE WHEN number_mac = %(number_mac)s THEN evidence || ARRAY['E4'] ELSE evidence END,
    number_tries = number_tries + CASE WHEN number_mac = %(number_mac)s THEN 0 ELSE 1 END
WHERE id = %(id)s AND state = ANY(%(from)s) AND source_session = %(source_session)s
  AND number_expires_at > clock_timestamp() AND expires_at > clock_timestamp() AND number_tries < %(tries)s
RETURNING *, clock_timestamp() AS now;

-- name: activate
-- Inside the change that moves the lease: the handoff has happened. 0 rows: too late, and the change loses.
UPDATE handoff SET state = %(to)s, seq = seq + 1, changed = clock_timestamp(), receiver_session = %(receiver_session)s,
    number_mac = NULL
WHERE id = %(id)s AND state = ANY(%(from)s) AND claim_hash = %(claim_hash)s AND activate_until > clock_timestamp();

-- name: finish
-- From one state to another for a reason; for cancel, complete and revoke.
UPDATE handoff SET state = %(to)s, end_reason = %(reason)s, seq = seq + 1, changed = clock_timestamp(),
    code_hash = NULL, previous_hash = NULL, user_code_mac = NULL, number_mac = NULL
WHERE id = %(id)s AND state = ANY(%(from)s)
RETURNING *, clock_timestamp() AS now;

-- name: active_of_case
-- The handoffs of a case that are in force.
SELECT *, clock_timestamp() AS now FROM handoff WHERE case_id = %(case_id)s AND state = 'ACTIVE';

-- name: call
-- The answer that was given to this caller under this key.
SELECT fingerprint, answer FROM handoff_call WHERE handoff = %(handoff)s AND caller = %(caller)s AND key = %(key)s;

-- name: call_keep
-- Keeps an answer for whoever asks again under the same key.
INSERT INTO handoff_call (handoff, caller, key, fingerprint, answer)
VALUES (%(handoff)s, %(caller)s, %(key)s, %(fingerprint)s, %(answer)s) ON CONFLICT DO NOTHING;

-- name: sweep
-- What ended an hour ago is of no use to anyone: answers that hold codes and tokens go.
DELETE FROM handoff_call WHERE made < clock_timestamp() - interval '1 hour';
