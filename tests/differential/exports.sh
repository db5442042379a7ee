#!/usr/bin/env bash
# Prints what modules of the real Elixir and OTP export and Beamlet's of the same name do not: `exports.sh [BEAMLET [MODULE…]]`.
# Without names, all modules of Beamlet's library are compared. Deliberate omissions are listed in docs/differences.md.
set -e
here=$(cd "$(dirname "$0")" && pwd)
beamlet=${1:-beamlet}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ $# -gt 1 ]; then
  printf '%s\n' "${@:2}" >"$work/modules"
else
  grep -rhoE '^defmodule [A-Za-z:_.0-9]+' "$here/../../stdlib/lib" | sed -E 's/^defmodule //; t name; :name; s/^:(.*)/\1/; t; s/^/Elixir./' | sort -u >"$work/modules"
fi
elixir "$here/exports.exs" "$work/modules" >"$work/real"
$beamlet "$here/exports.exs" missing "$work/real"
