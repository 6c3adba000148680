#!/usr/bin/env bash
# Measure ekbom beside its peers: benchmarks/run.sh [--quick]; --help lists the rest.
# benchmarks/run.sh mechanism [--quick] measures the mechanism alone, benchmarks/run.sh app
# [--quick] the local app alone.
# Makes .bench/venv by itself; peers are installed there and nowhere else.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

if [ ! -x .venv/bin/ekbom ]; then
  say "ekbom is not set up: run make test or make demo once, then make bench"
  exit 1
fi

# The app is measured with the server and the flood of the tests.
app() { PYTHONPATH=".${PYTHONPATH:+:$PYTHONPATH}" .venv/bin/python benchmarks/app.py "$@"; }
if [ "${1:-}" = app ]; then
  shift
  app "$@"
  exit
fi

log=.bench/install.log
stamp=.bench/venv/.ready
if [ ! -f "$stamp" ] || [ benchmarks/requirements.txt -nt "$stamp" ]; then
  mkdir -p .bench
  say "Setting up the peers in .bench/venv; only the first time."
  [ -x .bench/venv/bin/python ] || .venv/bin/python -m venv .bench/venv
  pip="env PYTHONNOUSERSITE=1 .bench/venv/bin/python -m pip --disable-pip-version-check install -q"
  if $pip -r benchmarks/requirements.txt 2>"$log"; then
    touch "$stamp"
  else
    # One peer that will not install must not take the others with it.
    pins=$(sed 's/ *#.*//' benchmarks/requirements.txt)
    for pin in $pins; do $pip "$pin" 2>>"$log" || say "not installed: $pin"; done
  fi
fi

if [ "${1:-}" = mechanism ]; then
  shift
  exec .venv/bin/python benchmarks/mechanism.py "$@"
fi
.venv/bin/python benchmarks/benchmark.py --install-log "$log" "$@"
# Of the options the mechanism and the app know two; asked for one part or for help, they are left out.
kept=()
for option in "$@"; do
  case "$option" in
    --quick | --no-write) kept+=("$option") ;;
    --only | --only=* | --condition | --condition=* | -h | --help) exit 0 ;;
  esac
done
.venv/bin/python benchmarks/mechanism.py ${kept[@]+"${kept[@]}"}
app ${kept[@]+"${kept[@]}"}
