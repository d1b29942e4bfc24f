#!/bin/sh
# Runs the fast tests on the oldest and on the newest Python that is supported, each in an environment of its own.
# One that this machine lacks is told and passed over; exit 2 where both are missing, 1 where a test fails.
# OLDEST and NEWEST name programs that are not on the PATH: NEWEST=~/.pyenv/versions/3.13.0/bin/python make pythons
set -eu
cd "$(dirname "$0")/.."

ran=0
failed=0
for version in 3.11 3.13; do
  if [ "$version" = 3.11 ]; then python=${OLDEST:-python3.11}; else python=${NEWEST:-python3.13}; fi
  if ! "$python" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null; then
    echo "Python $version is not on this machine: passed over."
    continue
  fi
  ran=1
  home=.venv/pythons/$version
  if [ ! -x "$home/bin/python" ]; then "$python" -m venv --clear "$home"; fi
  echo "Python $version: installing, then the fast tests"
  "$home/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt -e ".[dev]"
  "$home/bin/python" -m pytest -q --numprocesses auto --dist loadgroup -m fast "$@" || failed=1
done
[ "$ran" = 1 ] || { echo "Neither Python 3.11 nor 3.13 is on this machine." >&2; exit 2; }
exit "$failed"
