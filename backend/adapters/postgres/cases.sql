-- name: seen
-- What a batch of asks needs to be decided, one row an ask.
SELECT clock_timestamp(), u.n,
       u.session IS NULL OR COALESCE(x.stamp = u.stamp AND x.ended_at IS NULL AND x.expires_at > clock_timestamp()
           AND (x.idle IS NULL OR GREATEST(x.last_seen + make_interval(secs => x.idle), x.wait_until) > clock_timestamp()),
           false),
       c.case_id IS NOT NULL,
       k.fingerprint, k.answer, k.receipt,
       s.case_id, s.procedure, s.pack, s.region, s.department, s.lang, s.subject, s.owner_session, s.version, s.status,
       s.stage, s.started, s.changed, s.submitted, s.due, s.lease_epoch, s.lease_session, s.lease_kind,
       COALESCE(s.lease_expires > clock_timestamp(), false), s.wrapped, s.blob,
       t.case_id, t.task, t.element, t.audience, t.department, t.lane, t.stage, t.revision, t.page, t.draft, t.due,
       t.created
FROM unnest(%(cases)s, %(actors)s, %(keys)s, %(sessions)s, %(stamps)s, %(tasks)s)
     WITH ORDINALITY AS u (case_id, actor, key, session, stamp, task, n)
LEFT JOIN case_state s ON s.case_id = u.case_id
LEFT JOIN session x ON x.id = u.session
LEFT JOIN idempotency k ON k.case_id = u.case_id AND k.actor = u.actor AND k.key = u.key
LEFT JOIN task t ON t.case_id = u.case_id AND t.task = u.task
LEFT JOIN completion c ON c.case_id = u.case_id AND c.task = u.task
ORDER BY u.n;

-- name: save_drafts
-- Drafts of a batch; the rows of those that went in.
SELECT won_case FROM save_drafts(%(f_case)s, %(f_task)s, %(f_revision)s, %(f_epoch)s, %(f_session)s, %(f_stamp)s,
                                 %(f_page)s, %(f_draft)s, %(f_hold)s);

-- name: renew
-- The holders of these leases are still there.
UPDATE case_state s SET lease_expires = clock_timestamp() + make_interval(secs => %(seconds)s)
FROM unnest(%(cases)s, %(epochs)s, %(sessions)s) AS u (case_id, epoch, session)
WHERE s.case_id = u.case_id AND s.lease_epoch = u.epoch AND s.lease_session = u.session
RETURNING s.case_id;

-- name: case_row
-- One case.
SELECT case_id, procedure, pack, region, department, lang, subject, owner_session, version, status, stage, started,
       changed, submitted, due, lease_epoch, lease_session, lease_kind,
       COALESCE(lease_expires > clock_timestamp(), false) AS lease_live, wrapped, blob
FROM case_state WHERE case_id = %(case_id)s;

-- name: case_rows_of_subject
-- The cases of a person, the latest first.
SELECT case_id, procedure, pack, region, department, lang, subject, owner_session, version, status, stage, started,
       changed, submitted, due, lease_epoch, lease_session, lease_kind,
       COALESCE(lease_expires > clock_timestamp(), false) AS lease_live, wrapped, blob
FROM case_state WHERE subject = %(subject)s ORDER BY started DESC LIMIT 200;

-- name: tasks
-- The open tasks of a case.
SELECT case_id, task, element, audience, department, lane, stage, revision, page, draft, due, created
FROM task WHERE case_id = %(case_id)s ORDER BY task;

-- name: tasks_of_cases
-- The open tasks of several cases.
SELECT case_id, task, element, audience, department, lane, stage, revision, page, draft, due, created
FROM task WHERE case_id = ANY (%(case_ids)s) ORDER BY case_id, task;

-- name: completed
-- Whether a task of a case was completed.
SELECT version, at FROM completion WHERE case_id = %(case_id)s AND task = %(task)s;

-- name: worklist
-- What waits for a department, the oldest first.
SELECT t.case_id, t.task, t.element, t.department, t.stage, t.created, t.due AS task_due,
       s.procedure, s.pack, s.region, s.department AS case_department, s.subject, s.submitted, s.due
FROM task t JOIN case_state s USING (case_id)
WHERE t.audience = 'staff' AND t.department = %(department)s
ORDER BY t.created LIMIT %(limit)s;

-- name: history
-- What happened in a case, in order; sealed bodies are left out.
SELECT version, at, types, elements, actor_kind, channel FROM case_event
WHERE case_id = %(case_id)s ORDER BY version;

-- name: event_bodies
-- The sealed events of a case, in order.
SELECT version, body FROM case_event WHERE case_id = %(case_id)s ORDER BY version;

-- name: event_body
-- The sealed events of one change.
SELECT body FROM case_event WHERE case_id = %(case_id)s AND version = %(version)s;

-- name: waiting
-- The jobs that a case waits for, and what their last try met.
SELECT j.type, j.element, j.since, f.retry_at, f.code FROM job j
LEFT JOIN job_failure f USING (case_id, element) WHERE j.case_id = %(case_id)s
UNION ALL
SELECT f.type, f.element, f.since, f.retry_at, f.code FROM job_failure f
WHERE f.case_id = %(case_id)s AND EXISTS (SELECT FROM timer t WHERE t.case_id = f.case_id AND t.element = f.element)
  AND NOT EXISTS (SELECT FROM job j WHERE j.case_id = f.case_id AND j.element = f.element)
ORDER BY 2;

-- name: job
-- An open job of a case.
SELECT j.job, j.type, j.element, j.retries, s.procedure, s.pack, s.region, s.subject, s.department, s.wrapped,
       s.blob,
       COALESCE(f.tries, 0) AS tries
FROM job j JOIN case_state s USING (case_id) LEFT JOIN job_failure f USING (case_id, element)
WHERE j.case_id = %(case_id)s AND j.job = %(job)s;

-- name: failed_job
-- Notes that a job could not be done, for those who look at the case.
INSERT INTO job_failure (case_id, element, type, code, since, retry_at)
VALUES (%(case_id)s, %(element)s, %(type)s, %(code)s, clock_timestamp(), %(retry_at)s)
ON CONFLICT (case_id, element) DO UPDATE
SET code = excluded.code, retry_at = excluded.retry_at, tries = job_failure.tries + 1;

-- name: job_recovered
-- The job at this element was done at last.
DELETE FROM job_failure WHERE case_id = %(case_id)s AND element = %(element)s;

-- name: subscribers
-- The cases that wait for a message, the oldest subscription first.
SELECT case_id, subscription, element FROM subscription
WHERE name = %(name)s AND key IS NOT DISTINCT FROM %(key)s ORDER BY case_id, subscription LIMIT 1000;

-- name: old_answers
-- Forgets answers whose keys have served their time.
DELETE FROM idempotency WHERE created < clock_timestamp() - interval '7 days';

-- name: now
-- The database's clock.
SELECT clock_timestamp() AS now;
