-- change_cases: the one write of a batch of changes, at most one a case, sorted by case_id. An array is a column;
-- the prefix says of which rows: c_ changes, t_ tasks that open, m_ timers, j_ jobs, s_ subscriptions, i_ incidents,
-- g_ what is gone. It compares again what was read (version, lease epoch, session by the database's clock, task
-- revision) and gives back the changes that won, each with its receipt; the absent have lost, and nothing of them
-- is written. c_expect = 0 begins a case.
CREATE FUNCTION change_cases(
    now timestamptz,
    c_case uuid[], c_expect bigint[], c_epoch bigint[], c_session uuid[], c_stamp bigint[],
    c_task bigint[], c_revision bigint[],
    c_blob bytea[], c_status text[], c_stage text[], c_submitted timestamptz[], c_due timestamptz[],
    c_new_epoch bigint[], c_holder uuid[], c_holder_kind text[], c_hold bigint[],
    c_procedure text[], c_pack text[], c_region text[], c_department text[], c_lang text[], c_subject uuid[],
    c_owner uuid[], c_wrapped bytea[],
    c_types text[], c_elements text[], c_body bytea[], c_actor_kind text[], c_channel text[],
    c_leaf bytea[], c_outbox text[], c_actor text[], c_key text[], c_fingerprint bytea[], c_answer bytea[],
    t_case uuid[], t_task bigint[], t_element text[], t_audience text[], t_department text[], t_lane text[],
    t_stage text[], t_due timestamptz[],
    m_case uuid[], m_timer bigint[], m_element text[], m_due timestamptz[],
    j_case uuid[], j_job bigint[], j_type text[], j_element text[], j_retries bigint[],
    s_case uuid[], s_subscription bigint[], s_kind text[], s_name text[], s_key bytea[], s_element text[],
    i_case uuid[], i_incident bigint[], i_kind text[], i_element text[],
    g_case uuid[], g_kind text[], g_key bigint[]
) RETURNS TABLE (won_case uuid, receipt bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    won uuid[];
    begun uuid[];
    receipts bigint[];
    ended bigint;
BEGIN
    WITH moved AS (
        UPDATE case_state s SET
            version = s.version + 1, changed = now, blob = COALESCE(u.blob, s.blob),
            status = u.status, stage = u.stage, submitted = u.submitted, due = u.due,
            lease_epoch = u.new_epoch, lease_session = u.holder, lease_kind = u.holder_kind,
            lease_expires = COALESCE(clock_timestamp() + make_interval(secs => u.hold), s.lease_expires)
        FROM unnest(c_case, c_expect, c_epoch, c_session, c_stamp, c_blob, c_status, c_stage, c_submitted, c_due,
                    c_new_epoch, c_holder, c_holder_kind, c_hold)
             AS u (case_id, expect, epoch, session, stamp, blob, status, stage, submitted, due,
                   new_epoch, holder, holder_kind, hold)
        WHERE s.case_id = u.case_id AND s.version = u.expect AND s.lease_epoch = u.epoch
          AND (u.session IS NULL OR EXISTS (
                SELECT FROM session x
                WHERE x.id = u.session AND x.stamp = u.stamp AND x.ended_at IS NULL AND x.expires_at > clock_timestamp()
                  AND (x.idle IS NULL OR GREATEST(x.last_seen + make_interval(secs => x.idle), x.wait_until) > clock_timestamp())))
        RETURNING s.case_id)
    SELECT COALESCE(array_agg(case_id), '{}') INTO won FROM moved;

    IF 0 = ANY (c_expect) THEN
        WITH made AS (
            INSERT INTO case_state
            SELECT u.case_id, u.procedure, u.pack, u.region, u.department, u.lang, u.subject, u.owner, 1, u.status,
                   u.stage, now, now, u.submitted, u.due, u.new_epoch, u.holder, u.holder_kind,
                   clock_timestamp() + make_interval(secs => u.hold), u.wrapped, u.blob
            FROM unnest(c_case, c_expect, c_session, c_stamp, c_procedure, c_pack, c_region, c_department, c_lang,
                        c_subject, c_owner, c_status, c_stage, c_submitted, c_due, c_new_epoch, c_holder, c_holder_kind,
                        c_hold, c_wrapped, c_blob)
                 AS u (case_id, expect, session, stamp, procedure, pack, region, department, lang,
                       subject, owner, status, stage, submitted, due, new_epoch, holder, holder_kind,
                       hold, wrapped, blob)
            WHERE u.expect = 0
              AND (u.session IS NULL OR EXISTS (
                    SELECT FROM session x
                    WHERE x.id = u.session AND x.stamp = u.stamp AND x.ended_at IS NULL
                      AND x.expires_at > clock_timestamp()
                      AND (x.idle IS NULL OR GREATEST(x.last_seen + make_interval(secs => x.idle), x.wait_until) > clock_timestamp())))
            ON CONFLICT DO NOTHING
            RETURNING case_id)
        SELECT COALESCE(array_agg(case_id), '{}') INTO begun FROM made;
        won := won || begun;
    END IF;
    IF cardinality(won) = 0 THEN
        RETURN;
    END IF;

    -- The submitted task must still have the revision that was read. A draft that commits between the statement
    -- above and this one is rare: the whole batch is then refused and split.
    IF 'task' = ANY (g_kind) THEN
        WITH gone AS (
            DELETE FROM task t
            USING unnest(g_case, g_kind, g_key) AS g (case_id, kind, key)
            WHERE t.case_id = g.case_id AND t.task = g.key AND g.kind = 'task' AND g.case_id = ANY (won)
            RETURNING t.case_id, t.task, t.element, t.revision),
        done AS (
            INSERT INTO completion
            SELECT u.case_id, u.task, gone.element, u.expect + 1, now
            FROM unnest(c_case, c_expect, c_task, c_revision) AS u (case_id, expect, task, revision)
            JOIN gone ON gone.case_id = u.case_id AND gone.task = u.task
                     AND (u.revision IS NULL OR gone.revision = u.revision)
            RETURNING 1)
        SELECT count(*) INTO ended FROM done;
        IF ended <> (SELECT count(*) FROM unnest(c_case, c_task) AS u (case_id, task)
                     WHERE u.task IS NOT NULL AND u.case_id = ANY (won)) THEN
            RAISE EXCEPTION 'a task changed meanwhile' USING ERRCODE = 'serialization_failure';
        END IF;
    END IF;
    IF cardinality(g_case) > 0 THEN
        IF 'timer' = ANY (g_kind) THEN
            DELETE FROM timer t USING unnest(g_case, g_kind, g_key) AS g (case_id, kind, key)
            WHERE t.case_id = g.case_id AND t.timer = g.key AND g.kind = 'timer' AND g.case_id = ANY (won);
        END IF;
        IF 'job' = ANY (g_kind) THEN
            DELETE FROM job t USING unnest(g_case, g_kind, g_key) AS g (case_id, kind, key)
            WHERE t.case_id = g.case_id AND t.job = g.key AND g.kind = 'job' AND g.case_id = ANY (won);
        END IF;
        IF 'subscription' = ANY (g_kind) THEN
            DELETE FROM subscription t USING unnest(g_case, g_kind, g_key) AS g (case_id, kind, key)
            WHERE t.case_id = g.case_id AND t.subscription = g.key AND g.kind = 'subscription' AND g.case_id = ANY (won);
        END IF;
        IF 'incident' = ANY (g_kind) THEN
            DELETE FROM incident t USING unnest(g_case, g_kind, g_key) AS g (case_id, kind, key)
            WHERE t.case_id = g.case_id AND t.incident = g.key AND g.kind = 'incident' AND g.case_id = ANY (won);
        END IF;
    END IF;
    IF cardinality(t_case) > 0 THEN
        INSERT INTO task (case_id, task, element, audience, department, lane, stage, due, created)
        SELECT t.*, now
        FROM unnest(t_case, t_task, t_element, t_audience, t_department, t_lane, t_stage, t_due) AS t (case_id)
        WHERE t.case_id = ANY (won);
    END IF;
    IF cardinality(m_case) > 0 THEN
        INSERT INTO timer (case_id, timer, element, due, hand_at)
        SELECT m.case_id, m.timer, m.element, m.due, m.due
        FROM unnest(m_case, m_timer, m_element, m_due) AS m (case_id, timer, element, due)
        WHERE m.case_id = ANY (won);
    END IF;
    IF cardinality(j_case) > 0 THEN
        INSERT INTO job (case_id, job, type, element, retries, since, hand_at)
        SELECT j.case_id, j.job, j.type, j.element, j.retries, now, now
        FROM unnest(j_case, j_job, j_type, j_element, j_retries) AS j (case_id, job, type, element, retries)
        WHERE j.case_id = ANY (won);
    END IF;
    IF cardinality(s_case) > 0 THEN
        INSERT INTO subscription (case_id, subscription, kind, name, key, element)
        SELECT s.*
        FROM unnest(s_case, s_subscription, s_kind, s_name, s_key, s_element) AS s (case_id)
        WHERE s.case_id = ANY (won);
    END IF;
    IF cardinality(i_case) > 0 THEN
        INSERT INTO incident (case_id, incident, kind, element, since)
        SELECT i.*, now FROM unnest(i_case, i_incident, i_kind, i_element) AS i (case_id)
        WHERE i.case_id = ANY (won);
    END IF;

    INSERT INTO case_event (case_id, version, at, types, elements, actor_kind, channel, body)
    SELECT u.case_id, u.expect + 1, now, string_to_array(u.types, ' '), string_to_array(u.elements, ' '),
           u.actor_kind, u.channel, u.body
    FROM unnest(c_case, c_expect, c_types, c_elements, c_actor_kind, c_channel, c_body)
         AS u (case_id, expect, types, elements, actor_kind, channel, body)
    WHERE u.case_id = ANY (won);
    INSERT INTO outbox (case_id, version, body)
    SELECT u.case_id, u.expect + 1, u.body FROM unnest(c_case, c_expect, c_outbox) AS u (case_id, expect, body)
    WHERE u.case_id = ANY (won);

    -- One statement gives the leaves their numbers and keeps each as the receipt of its idempotency row.
    RETURN QUERY
    WITH staged AS (
        SELECT u.case_id, u.leaf, u.actor, u.key, u.fingerprint, u.answer,
               nextval('audit_stage_id_seq') AS id
        FROM unnest(c_case, c_leaf, c_actor, c_key, c_fingerprint, c_answer)
             AS u (case_id, leaf, actor, key, fingerprint, answer)
        WHERE u.case_id = ANY (won)),
    leaves AS (
        INSERT INTO audit_stage (id, leaf) OVERRIDING SYSTEM VALUE SELECT id, leaf FROM staged),
    answers AS (
        INSERT INTO idempotency (case_id, actor, key, fingerprint, answer, receipt, created)
        SELECT case_id, actor, key, fingerprint, answer, id, now FROM staged WHERE key IS NOT NULL)
    SELECT case_id, id FROM staged;
END $$;

-- save_drafts: what a person typed so far, of a batch, sorted by case_id. The lock keeps the lease where it was read
-- until the draft is committed; so a screen that lost the case can no longer write into it.
CREATE FUNCTION save_drafts(
    f_case uuid[], f_task bigint[], f_revision bigint[], f_epoch bigint[], f_session uuid[], f_stamp bigint[],
    f_page text[], f_draft bytea[], f_hold bigint[]
) RETURNS TABLE (won_case uuid) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    UPDATE case_state s
    SET lease_expires = COALESCE(clock_timestamp() + make_interval(secs => u.hold), s.lease_expires)
    FROM unnest(f_case, f_epoch, f_hold) AS u (case_id, epoch, hold)
    WHERE s.case_id = u.case_id AND s.lease_epoch = u.epoch;
    RETURN QUERY
    UPDATE task t SET draft = u.draft, page = u.page, revision = t.revision + 1
    FROM unnest(f_case, f_task, f_revision, f_epoch, f_session, f_stamp, f_page, f_draft)
         AS u (case_id, task, revision, epoch, session, stamp, page, draft)
    JOIN case_state s ON s.case_id = u.case_id AND s.lease_epoch = u.epoch
    WHERE t.case_id = u.case_id AND t.task = u.task AND t.revision = u.revision
      AND (u.session IS NULL OR EXISTS (
            SELECT FROM session x
            WHERE x.id = u.session AND x.stamp = u.stamp AND x.ended_at IS NULL AND x.expires_at > clock_timestamp()
              AND (x.idle IS NULL OR GREATEST(x.last_seen + make_interval(secs => x.idle), x.wait_until) > clock_timestamp())))
    RETURNING t.case_id;
END $$;
