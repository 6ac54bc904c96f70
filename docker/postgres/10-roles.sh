#!/bin/bash
# Runs once, when the volume is new: the roles of slatrack/stack/roles.sql, their passwords, and the database.
set -euo pipefail

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres -f /slatrack/roles.sql
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    -v owner_password="$OWNER_PASSWORD" -v app_password="$APP_PASSWORD" <<'SQL'
ALTER ROLE slatrack_owner PASSWORD :'owner_password';
ALTER ROLE slatrack_app PASSWORD :'app_password';
CREATE DATABASE slatrack OWNER slatrack_owner;
REVOKE ALL ON DATABASE slatrack FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE slatrack TO slatrack_app;
SQL
