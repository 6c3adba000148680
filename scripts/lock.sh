#!/usr/bin/env bash
# Writes requirements.lock (to run) and requirements-dev.lock (to run, test and check): exact
# versions with the hashes of all their files, for every platform, naming no index.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"${1:-python3}" -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check uv

compile() { # group, output, further options
    "$tools/bin/uv" pip compile --quiet --upgrade --universal --python-version 3.11 \
        --fork-strategy fewest --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links --group "$1" "${@:3}" pyproject.toml \
        --output-file "$tools/lock"
    { echo "# Written by 'make lock' from pyproject.toml; not edited by hand."
      cat "$tools/lock"; } >"$2"
}
compile build requirements.lock --extra app
compile dev requirements-dev.lock --extra app --constraint requirements.lock

if grep -nE '://|^-' requirements.lock requirements-dev.lock; then
    echo "a lock names an address or carries an option (above): it must not" >&2
    exit 1
fi
