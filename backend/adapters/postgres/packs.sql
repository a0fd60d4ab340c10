-- name: active
-- The version of each procedure that new cases begin with.
SELECT procedure, version FROM pack_active ORDER BY procedure;

-- name: active_version
-- The version of one procedure that new cases begin with.
SELECT version FROM pack_active WHERE procedure = %(procedure)s;

-- name: files
-- The files of one version.
SELECT files FROM pack WHERE procedure = %(procedure)s AND version = %(version)s;

-- name: store
-- Keeps a version; the same files again change nothing.
INSERT INTO pack (procedure, version, files) VALUES (%(procedure)s, %(version)s, %(files)s) ON CONFLICT DO NOTHING;

-- name: activate
-- New cases begin with this version from now on.
INSERT INTO pack_active (procedure, version) VALUES (%(procedure)s, %(version)s)
ON CONFLICT (procedure) DO UPDATE SET version = excluded.version, since = clock_timestamp()
WHERE pack_active.version <> excluded.version;
