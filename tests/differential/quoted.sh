#!/bin/sh
# Parses files with Beamlet and with real Elixir and compares the quoted code, metadata of tokens included.
#
#   tests/differential/quoted.sh            the programs and the library of this repository
#   tests/differential/quoted.sh DIR...     every .ex and .exs file under these directories
#
# Exit code 0 when all agree, 1 when not, 77 when elixir is not installed.
set -eu
cd "$(dirname "$0")/../.."
command -v elixir >/dev/null || { echo "elixir is not installed: nothing to compare with"; exit 77; }
[ $# -gt 0 ] || set -- stdlib/lib examples tests
ours=$(mktemp) theirs=$(mktemp) files=$(mktemp)
trap 'rm -f "$ours" "$theirs" "$files"' EXIT
find "$@" -name '*.ex' -o -name '*.exs' | LC_ALL=C sort >"$files"
cargo build -q -p beamlet-compiler --example quoted
target=${CARGO_TARGET_DIR:-target}
bad=0
for options in "--tokens" "--tokens --literals"; do
    # shellcheck disable=SC2086
    xargs "$target/debug/examples/quoted" $options <"$files" >"$ours"
    # shellcheck disable=SC2086
    xargs elixir tests/differential/quoted.exs $options <"$files" 2>/dev/null >"$theirs"
    differing=$(paste -d '\001' "$files" "$ours" "$theirs" | awk -F '\001' '$2 != $3 { print $1 }')
    if [ -n "$differing" ]; then
        echo "with $options these differ:"
        echo "$differing"
        bad=1
    fi
done
[ "$bad" = 0 ] && echo "$(wc -l <"$files") files, all the same"
exit "$bad"
