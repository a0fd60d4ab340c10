-- name: cases
-- The cases that an operator looks after, those that are stuck first, then by their last change.
SELECT s.case_id, s.procedure, s.pack, s.region, s.department, s.version, s.status, s.started, s.changed,
       count(i.incident) AS incidents, min(i.since) AS stuck_since
FROM case_state s LEFT JOIN incident i USING (case_id)
WHERE (%(region)s = '' OR s.region = %(region)s) AND (%(department)s = '' OR s.department = %(department)s)
  AND (%(which)s = 'all' OR (%(which)s = 'stuck') = EXISTS (SELECT FROM incident j WHERE j.case_id = s.case_id))
  AND (%(which)s <> 'running' OR s.status = 'running')
GROUP BY s.case_id ORDER BY min(i.since) NULLS LAST, s.changed DESC LIMIT %(limit)s;

-- name: counts
-- How many cases there are of each kind.
SELECT count(*) AS all, count(*) FILTER (WHERE s.status = 'running') AS running,
       count(*) FILTER (WHERE EXISTS (SELECT FROM incident j WHERE j.case_id = s.case_id)) AS stuck
FROM case_state s
WHERE (%(region)s = '' OR s.region = %(region)s) AND (%(department)s = '' OR s.department = %(department)s);

-- name: log
-- Notes what an operator did to a case, with the sealed reason.
INSERT INTO operation (case_id, version, at, act, actor, batch, sealed)
VALUES (%(case_id)s, %(version)s, %(at)s, %(act)s, %(actor)s, %(batch)s, %(sealed)s);

-- name: logged
-- What operators did to a case, in order.
SELECT version, at, act, actor, batch, sealed FROM operation WHERE case_id = %(case_id)s ORDER BY version;

-- name: carry_case
-- The case goes on with another version of its procedure.
UPDATE case_state SET pack = %(pack)s WHERE case_id = %(case_id)s;

-- name: carry_tasks
-- Open tasks by the words of another version; a new revision, since their form may be another.
UPDATE task t SET element = u.element, audience = u.audience, department = u.department, lane = u.lane,
       stage = u.stage, revision = t.revision + 1
FROM unnest(%(keys)s::bigint[], %(elements)s::text[], %(audiences)s::text[], %(departments)s::text[],
            %(lanes)s::text[], %(stages)s::text[]) AS u (task, element, audience, department, lane, stage)
WHERE t.case_id = %(case_id)s AND t.task = u.task;

-- name: carry_timers
-- Timers by the names of another version.
UPDATE timer t SET element = u.element FROM unnest(%(keys)s::bigint[], %(elements)s::text[]) AS u (key, element)
WHERE t.case_id = %(case_id)s AND t.timer = u.key;

-- name: carry_jobs
-- Jobs by the names of another version.
UPDATE job t SET element = u.element FROM unnest(%(keys)s::bigint[], %(elements)s::text[]) AS u (key, element)
WHERE t.case_id = %(case_id)s AND t.job = u.key;

-- name: carry_subscriptions
-- Subscriptions by the names of another version.
UPDATE subscription t SET element = u.element
FROM unnest(%(keys)s::bigint[], %(elements)s::text[]) AS u (key, element)
WHERE t.case_id = %(case_id)s AND t.subscription = u.key;

-- name: carry_incidents
-- Incidents by the names of another version.
UPDATE incident t SET element = u.element
FROM unnest(%(keys)s::bigint[], %(elements)s::text[]) AS u (key, element)
WHERE t.case_id = %(case_id)s AND t.incident = u.key;

-- name: events
-- The sealed events of a case with their instants, in order.
SELECT version, at, body FROM case_event WHERE case_id = %(case_id)s ORDER BY version;

-- name: exported
-- The cases of a procedure in a region, as their export needs them.
SELECT case_id, procedure, pack, region, wrapped FROM case_state
WHERE procedure = %(procedure)s AND region = %(region)s ORDER BY started, case_id LIMIT %(limit)s;

-- name: versions
-- The deployed versions of a procedure, and how many running cases of a region each has.
SELECT p.version, a.version IS NOT NULL AS active, count(s.case_id) AS running
FROM pack p LEFT JOIN pack_active a ON a.procedure = p.procedure AND a.version = p.version
LEFT JOIN case_state s ON s.procedure = p.procedure AND s.pack = p.version AND s.status = 'running'
     AND s.region = %(region)s
WHERE p.procedure = %(procedure)s GROUP BY p.version, a.version, p.deployed ORDER BY p.deployed DESC, p.version;

-- name: begin_batch
-- A migration of many cases; the relay hands it to a worker at once. The same id again changes nothing.
INSERT INTO batch (batch, kind, procedure, pack_from, pack_to, mapping, undoes, actor, region, department, sealed,
                   created, hand_at)
VALUES (%(batch)s, %(kind)s, %(procedure)s, %(pack_from)s, %(pack_to)s, %(mapping)s, %(undoes)s, %(actor)s,
        %(region)s, %(department)s, %(sealed)s, clock_timestamp(), clock_timestamp())
ON CONFLICT DO NOTHING;

-- name: batch_all
-- All running cases of a region on one version.
INSERT INTO batch_case (case_id, batch)
SELECT case_id, %(batch)s FROM case_state
WHERE procedure = %(procedure)s AND pack = %(pack_from)s AND region = %(region)s AND status = 'running'
ON CONFLICT DO NOTHING;

-- name: batch_some
-- Of the named cases those of the region, of the procedure and on the version.
INSERT INTO batch_case (case_id, batch)
SELECT case_id, %(batch)s FROM case_state
WHERE case_id = ANY (%(cases)s) AND procedure = %(procedure)s AND pack = %(pack_from)s AND region = %(region)s
ON CONFLICT DO NOTHING;

-- name: batch_undone
-- The cases that another batch carried over.
INSERT INTO batch_case (case_id, batch)
SELECT case_id, %(batch)s FROM batch_case WHERE batch = %(undoes)s AND outcome = 'done'
ON CONFLICT DO NOTHING;

-- name: batch
-- One batch.
SELECT batch, kind, procedure, pack_from, pack_to, mapping, undoes, actor, region, department, sealed, created, ended
FROM batch WHERE batch = %(batch)s;

-- name: batches
-- The batches of a region, the latest first.
SELECT batch, kind, procedure, pack_from, pack_to, mapping, undoes, actor, region, department, sealed, created, ended
FROM batch WHERE region = %(region)s ORDER BY created DESC LIMIT %(limit)s;

-- name: batch_progress
-- How many cases of a batch have come to what.
SELECT outcome, count(*) AS cases FROM batch_case WHERE batch = %(batch)s GROUP BY outcome ORDER BY outcome;

-- name: batch_waiting
-- The next cases of a batch that nobody has looked at.
SELECT b.case_id, s.procedure, s.pack, s.version, s.wrapped, s.blob
FROM batch_case b JOIN case_state s USING (case_id)
WHERE b.batch = %(batch)s AND b.outcome = 'waiting' ORDER BY b.case_id LIMIT %(limit)s;

-- name: batch_cases
-- What became of the cases of a batch.
SELECT b.case_id, b.outcome, b.told, b.version, s.region FROM batch_case b JOIN case_state s USING (case_id)
WHERE b.batch = %(batch)s AND (%(outcome)s = '' OR b.outcome = %(outcome)s) ORDER BY b.case_id LIMIT %(limit)s;

-- name: batch_did
-- What became of one case.
UPDATE batch_case SET outcome = %(outcome)s, told = %(told)s, version = %(version)s
WHERE batch = %(batch)s AND case_id = %(case_id)s;

-- name: end_batch
-- Every case of the batch was looked at.
UPDATE batch SET ended = clock_timestamp(), hand_at = NULL
WHERE batch = %(batch)s AND ended IS NULL
  AND NOT EXISTS (SELECT FROM batch_case c WHERE c.batch = %(batch)s AND c.outcome = 'waiting');
