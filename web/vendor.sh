#!/bin/sh
# Rebuilds the vendored browser files under src/kg from the packages pinned in package-lock.json.
# Needs Node 20 and the npm registry; nothing of this is needed to install or run kg.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$here/vendor.mjs" "$work"
target=$(cd "$here/../src/kg" && pwd)
cd "$work"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
node vendor.mjs "$target"
