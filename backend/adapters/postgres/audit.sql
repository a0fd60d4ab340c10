-- name: stage
-- Stages a leaf of what happened outside a case's change; the sequencer takes it from there.
INSERT INTO audit_stage (leaf) VALUES (%(leaf)s) RETURNING id;
