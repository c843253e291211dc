#!/bin/bash
# Run once by the PostgreSQL image on an empty volume: two databases, and roles that can no more than they must.
set -euo pipefail
secret() { cat "/run/secrets/$1"; }

psql -v ON_ERROR_STOP=1 --username postgres \
  -v owner="$(secret owner_password)" -v app="$(secret app_password)" -v school="$(secret school_password)" <<'SQL'
create role amrlo_owner login nosuperuser nobypassrls password :'owner';
create role amrlo_app login nosuperuser nobypassrls password :'app';
create role zhengfang_reader login nosuperuser nobypassrls password :'school';
create database amrlo owner amrlo_owner encoding 'UTF8';
create database zhengfang encoding 'UTF8';
revoke connect, temporary on database amrlo, zhengfang, postgres from public;
grant connect on database amrlo to amrlo_owner, amrlo_app;
grant connect on database zhengfang to zhengfang_reader;
\connect amrlo
revoke create on schema public from public;
-- For searching names in Chinese, and for seats that must not overlap; not everywhere may the owner add them.
create extension if not exists pg_trgm;
create extension if not exists btree_gist;
\connect zhengfang
create schema zfxfzb;
SQL

for file in schema.sql further-tables.sql data.sql further-data.sql; do
  psql -v ON_ERROR_STOP=1 --username postgres --dbname zhengfang --quiet --file "/zhengfang/$file"
done

psql -v ON_ERROR_STOP=1 --username postgres --dbname zhengfang <<'SQL'
grant usage on schema zfxfzb to zhengfang_reader;
grant select on all tables in schema zfxfzb to zhengfang_reader;
alter role zhengfang_reader set default_transaction_read_only = on;
SQL
