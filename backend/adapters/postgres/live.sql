-- name: standing
-- Which of these sessions live, and under which stamp.
SELECT s.id, s.stamp FROM session s LEFT JOIN device d ON d.id = s.device
WHERE s.id = ANY(%(ids)s) AND s.ended_at IS NULL AND s.expires_at > clock_timestamp()
  AND (s.last_seen + make_interval(secs => s.idle) > clock_timestamp() OR s.wait_until > clock_timestamp())
  AND (s.device IS NULL
       OR (d.state = 'active' AND d.heard_at > clock_timestamp() - make_interval(secs => %(silent_seconds)s)));

-- name: heads_of_cases
-- The last number of each case's topic.
SELECT case_id AS id, version AS head FROM case_state WHERE case_id = ANY(%(ids)s);

-- name: heads_of_handoffs
-- The last number of each handoff's topic.
SELECT id, seq AS head FROM handoff WHERE id = ANY(%(ids)s);

-- name: case
-- What rights ask of a case, and its last number.
SELECT case_id, subject, owner_session, region, department, version,
       submitted IS NOT NULL OR status = 'completed'
       OR EXISTS (SELECT 1 FROM task t WHERE t.case_id = s.case_id AND t.audience = 'staff') AS handed_in
FROM case_state s WHERE case_id = %(id)s;

-- name: events_of_case
-- What happened in a case after a number, one line a change.
SELECT version, types FROM case_event WHERE case_id = %(id)s AND version > %(after)s ORDER BY version LIMIT %(limit)s;
