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
