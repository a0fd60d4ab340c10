-- name: take_outbox
-- Takes the next changes out of the outbox; what another relay has in hand is skipped.
WITH next AS (
    SELECT case_id, version FROM outbox ORDER BY case_id, version LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
DELETE FROM outbox o USING next WHERE o.case_id = next.case_id AND o.version = next.version
RETURNING o.case_id, o.version, o.body;

-- name: take_timers
-- The cases with timers that are due, marked as handed over; what does not fire is handed over again later.
WITH next AS (
    SELECT case_id, timer FROM timer WHERE hand_at <= clock_timestamp()
    ORDER BY hand_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE timer t SET hand_at = clock_timestamp() + make_interval(secs => %(again)s)
FROM next WHERE t.case_id = next.case_id AND t.timer = next.timer
RETURNING t.case_id;

-- name: take_jobs
-- The jobs that wait for a worker, marked as handed over; what nobody finishes is handed over again later.
WITH next AS (
    SELECT case_id, job FROM job WHERE hand_at <= clock_timestamp()
    ORDER BY hand_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE job j SET hand_at = clock_timestamp() + make_interval(secs => %(again)s)
FROM next WHERE j.case_id = next.case_id AND j.job = next.job
RETURNING j.case_id, j.job, j.type;

-- name: next_due
-- Seconds until the next timer or job must be handed over; null if none.
SELECT EXTRACT(EPOCH FROM LEAST((SELECT min(hand_at) FROM timer), (SELECT min(hand_at) FROM job),
       (SELECT min(hand_at) FROM batch))
       - clock_timestamp())::float8 AS seconds;

-- name: take_batches
-- The batches that wait for a worker; one that no worker ends is handed over again later.
WITH next AS (
    SELECT batch FROM batch WHERE hand_at <= clock_timestamp()
    ORDER BY hand_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE batch b SET hand_at = clock_timestamp() + make_interval(secs => %(again)s)
FROM next WHERE b.batch = next.batch
RETURNING b.batch;
