#!/bin/sh
# Makes .venv with what serving needs ("serve"), also with what testing and developing need ("dev"), or also
# with the heavy peers of 'make consumers' ("consumers").
# A line says what is done before it is done. Where it may (root on Debian), it also installs system packages:
# for serving libjemalloc2 alone; for testing Chromium and fonts; as peers Virtuoso, nginx and Java.
set -eu
cd "$(dirname "$0")/.."

what=${1:-serve}
case $what in
  serve) extras="" ;;
  dev) extras="[dev]" ;;
  consumers) extras="[dev,scale]" ;;
  *) echo "usage: $0 serve|dev|consumers" >&2; exit 2 ;;
esac

say() { echo "set-up: $*"; }

supported() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
python=${PYTHON:-python3}
for candidate in "$python" python3.13 python3.12 python3.11; do
  if supported "$candidate"; then
    python=$candidate
    break
  fi
done
supported "$python" || {
  echo "Python 3.11 or newer is needed; $("$python" --version 2>&1). Set PYTHON=/path/to/python3.11." >&2
  exit 2
}

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }
update() { apt-get update -qq || true; }
install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1; }
install_new() { install "$@" || { update && install "$@"; }; }  # package lists are fetched only where they lack

if [ ! -x .venv/bin/python ]; then
  say "a virtual environment of $("$python" --version) in .venv"
  if ! "$python" -m venv --clear .venv 2>/dev/null; then
    if may_install; then say "Debian's python3-venv" && install_new python3-venv; fi
    "$python" -m venv --clear .venv
  fi
fi

case $what in
  serve) say "the libraries that serving needs" ;;
  dev) say "the tools of tests and development" ;;
  consumers) say "the tools of tests, and Spark" ;;
esac
# --no-compile: what is imported is compiled then; most of what is installed never is.
.venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt -e ".$extras"

if may_install && ! ls /usr/lib/*/libjemalloc.so.2 >/dev/null 2>&1; then
  say "Debian's libjemalloc2 (query processes answer look-ups twice as fast with it)"
  install_new libjemalloc2 || echo "libjemalloc2 could not be installed: look-ups take twice as long." >&2
fi
touch .venv/.serve
[ "$what" != serve ] || exit 0

if ! command -v chromium >/dev/null 2>&1; then
  if may_install; then
    say "Debian's Chromium and fonts, for the browser tests"
    install_new chromium fonts-noto-cjk || echo "Chromium could not be installed: the browser tests will say so." >&2
  else
    echo "Chromium is missing: 'apt-get install chromium' (as root) lets the browser tests run." >&2
  fi
fi
touch .venv/.dev
[ "$what" = consumers ] || exit 0

peer() { # COMMAND PACKAGE NAME
  if may_install && ! command -v "$1" >/dev/null 2>&1; then
    say "Debian's $3, for 'make consumers'"
    install_new "$2" || echo "$3 could not be installed: its tests are skipped." >&2
  fi
}
peer virtuoso-t virtuoso-opensource-7 Virtuoso
peer nginx nginx-light nginx
peer java default-jre-headless Java
touch .venv/.consumers
