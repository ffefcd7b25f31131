-- Run once by an administrator of the server:  psql -f deploy/roles.sql
-- Sets no passwords: give each role its own with \password, or let it sign in by certificate.
CREATE ROLE sidelight_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE ROLE sidelight_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE ROLE sidelight_worker LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE DATABASE sidelight OWNER sidelight_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE sidelight FROM PUBLIC;
GRANT CONNECT ON DATABASE sidelight TO sidelight_app, sidelight_worker;
