#!/bin/sh
# Runs a collection against a server: examples/postman/run.sh URL API_KEY CLIENT_ID CLIENT_SECRET [VERSION ...]
# Needs Node 18 or newer. newman comes from npm (package-lock.json pins it), into a directory that is removed again;
# NEWMAN names one that is there.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 4 ] || { sed -n '2s/^# //p' "$0" >&2; exit 2; }
url=$1 key=$2 client=$3 secret=$4
shift 4
[ $# -gt 0 ] || set -- v20180701 v20261201

if [ -z "${NEWMAN:-}" ]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    cp "$here/package.json" "$here/package-lock.json" "$folder"
    npm ci --prefix "$folder" --no-audit --no-fund --loglevel=error
    NEWMAN=$folder/node_modules/.bin/newman
fi
for version in "$@"; do
    "$NEWMAN" run "$here/happo-$version.postman_collection.json" --working-dir "$here" --bail failure \
        --env-var "baseUrl=$url" --env-var "apiKey=$key" --env-var "clientId=$client" --env-var "clientSecret=$secret"
done
