#!/bin/sh
# Makes Temporal's two databases, or brings them up to date; safe to repeat. Where and as whom: SQL_PLUGIN, SQL_HOST, SQL_PORT, SQL_USER and
# SQL_PASSWORD, which temporal-sql-tool reads itself, so that no password is an argument.
set -eu

prepare() {
  export SQL_DATABASE="$1"
  # Nothing to be brought up to date: it is not there yet.
  if ! temporal-sql-tool update-schema --schema-name "$2" 2>/dev/null; then
    temporal-sql-tool create-database
    temporal-sql-tool setup-schema --version 0.0
    temporal-sql-tool update-schema --schema-name "$2"
  fi
}

prepare temporal postgresql/v12/temporal
prepare temporal_visibility postgresql/v12/visibility
