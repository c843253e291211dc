#!/bin/sh
# Makes the secret files of docker-compose.yml in a folder (.data/secrets unless another is named). Existing files stay.
# Needs openssl.
set -eu
folder=${1:-.data/secrets}
umask 077
mkdir -p "$folder"
cd "$folder"

make() { [ -e "$1" ] || { name=$1; shift; "$@" >"$name"; }; }
password() { openssl rand -hex 24 | tr -d '\n'; }

for name in postgres_password owner_password app_password school_password redis_password; do make "$name" password; done
make database_url printf 'postgresql://amrlo_app:%s@postgres:5432/amrlo' "$(cat app_password)"
make migration_database_url printf 'postgresql://amrlo_owner:%s@postgres:5432/amrlo' "$(cat owner_password)"
make school_database_url printf 'postgresql://zhengfang_reader:%s@postgres:5432/zhengfang' "$(cat school_password)"
make redis_url printf 'redis://:%s@redis:6379' "$(cat redis_password)"

# Each process signs with a key of its own; the subgraphs believe all of them.
for name in gateway institutions outcomes learners agreements records; do
  make "assertion_key_$name" openssl genpkey -algorithm ed25519
done
rm -f assertion_public_keys
for key in assertion_key_*; do openssl pkey -in "$key" -pubout; done >assertion_public_keys

make encryption_keys printf 'k1:%s' "$(openssl rand -base64 32)"
make lookup_key openssl rand -base64 32
make audit_signing_key openssl genpkey -algorithm ed25519
# The processes run as uid 1000 (node), Redis and PostgreSQL as others; the folder stays closed to everybody else.
chmod 444 -- *
