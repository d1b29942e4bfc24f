#!/bin/sh
# Makes .venv with everything that serving and testing need; where it may, also Debian's Chromium and Virtuoso.
set -eu
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
for candidate in "$python" python3.13 python3.12 python3.11; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Python 3.11 or newer is needed; $("$python" --version 2>&1). Set PYTHON=/path/to/python3.11." >&2
  exit 2
}

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }
install() { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }

if [ ! -x .venv/bin/python ] && ! "$python" -m venv --clear .venv 2>/dev/null; then
  if may_install; then install python3-venv; fi
  "$python" -m venv --clear .venv
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"

if ! command -v chromium >/dev/null 2>&1; then
  if may_install; then
    install chromium fonts-noto-cjk || echo "Chromium could not be installed: the browser tests will say so." >&2
  else
    echo "Chromium is missing: 'apt-get install chromium' (as root) lets the browser tests run." >&2
  fi
fi

if may_install && [ -d /usr/lib ] && ! ls /usr/lib/*/libjemalloc.so.2 >/dev/null 2>&1; then
  install libjemalloc2 || echo "libjemalloc2 could not be installed: look-ups take twice as long." >&2
fi

if may_install && ! command -v virtuoso-t >/dev/null 2>&1; then
  install virtuoso-opensource-7 || echo "Virtuoso could not be installed: its tests are skipped." >&2
fi
