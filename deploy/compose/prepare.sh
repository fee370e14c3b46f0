#!/bin/sh
# prepare.sh   make what the containers of compose.yaml share: passwords in .env, certificates of NATS in secrets/
#
# What is there already stays: made again, it would no longer fit to the database. A certificate of NATS that runs out is made
# again once secrets/server.pem is away. Needs openssl.
set -eu
cd "$(dirname "$0")"
command -v openssl >/dev/null || { echo "prepare.sh: needs openssl on the PATH" >&2; exit 1; }
umask 077

# A letter in front, since nats-server takes a value that begins with a digit for a number.
word() { printf 'p%s' "$(openssl rand -hex 24)"; }

if [ ! -e .env ]; then
  # Renamed when it is whole.
  for name in POSTGRES_PASSWORD NATS_NODE_PASSWORD NATS_GATEWAY_PASSWORD NATS_OPERATOR_PASSWORD \
    STAMPEDE_SECRET STAMPEDE_ADMIN_TOKEN GRAFANA_PASSWORD; do
    printf '%s=%s\n' "$name" "$(word)"
  done > .env.new
  mv .env.new .env
  echo "made $(pwd)/.env"
fi

if [ ! -e secrets/server.pem ]; then
  mkdir -p secrets
  cd secrets
  curve='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
  # It stays when the server's certificate is made anew, so that nodes need not know another one.
  if [ ! -e authority.pem ]; then
    # shellcheck disable=SC2086 # several options
    openssl req -x509 $curve -days 3650 -subj /CN=stampede-authority -keyout authority.key -out authority.new 2>/dev/null
    mv authority.new authority.pem
  fi
  # shellcheck disable=SC2086
  openssl req -new $curve -subj /CN=nats -keyout server.key -out server.csr 2>/dev/null
  printf 'subjectAltName=DNS:nats,DNS:localhost\n' > names
  openssl x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 825 \
    -extfile names -out server.new 2>/dev/null
  # Nodes run as a user of their own, and read whom to trust.
  chmod 755 .
  chmod 644 authority.pem
  rm -f server.csr names authority.srl
  mv server.new server.pem
  echo "made the certificates in $(pwd)"
fi
