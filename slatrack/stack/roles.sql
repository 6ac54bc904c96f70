-- The roles of slatrack, for a PostgreSQL 16 or newer; safe to run again. Passwords are the administrator's business.
--   slatrack_owner    owns the tables and runs migrations; may make databases so that tests can
--   slatrack_app      what web and workers are: owns nothing, cannot bypass row-level security
--   slatrack_sweeper  a hat the application puts on for named cross-tenant sweeps, never by accident (no inheritance)
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'slatrack_owner') THEN
        CREATE ROLE slatrack_owner LOGIN CREATEDB;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'slatrack_app') THEN
        CREATE ROLE slatrack_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'slatrack_sweeper') THEN
        CREATE ROLE slatrack_sweeper NOLOGIN NOBYPASSRLS;
    END IF;
END
$$;
GRANT slatrack_sweeper TO slatrack_app WITH INHERIT FALSE, SET TRUE;
