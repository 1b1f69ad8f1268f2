#!/usr/bin/env bash
# tools/lanes against binaries that are shell scripts: it sees a difference, names it, and keeps quiet otherwise.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "lanes_test: $*" >&2; cat "$work/out" >&2; exit 1; }

# Fake NAME LINE...: a wavetank that prints these lines of shell's output.
Fake() {
  mkdir -p "$work/$1"
  printf '#!/bin/bash\n%s\n' "$2" >"$work/$1/wavetank"
  chmod +x "$work/$1/wavetank"
}
Lanes() { WAVETANK_LANES_BIN=$work tools/lanes >"$work/out" 2>&1; }

same='echo "{\"scenario\":\"a\",\"runHash\":\"00ff\"}"; echo "{\"runHash\": \"01ff\", \"scenario\": \"a-b\"}"'
for lane in release dev asan; do Fake $lane "$same"; done
Lanes || fail "equal hashes were refused"
[[ $(grep -c ' same$' "$work/out") -ge 8 ]] || fail "some lanes are missing"

Fake asan "${same/00ff/77ff}"
Lanes && fail "a different hash went through"
grep -qE '^asan +a +77ff +DIFFERS$' "$work/out" || fail "the lane and the scenario are not named"

Fake asan "${same%%;*}"
Lanes && fail "a scenario that is missing in one lane went through"
grep -qE '^asan +a-b +none +DIFFERS$' "$work/out" || fail "the missing scenario is not named"

Fake asan "$same; exit 3"
Lanes && fail "a different exit status went through"
grep -qE 'status 3 in lane asan' "$work/out" || fail "the exit status is not named"

Fake asan "$same"
Fake release '[[ ${TZ:-} != Asia/Kathmandu ]] || { echo "{\"scenario\":\"a\",\"runHash\":\"02\"}"; exit; }; '"$same"
Lanes && fail "a dependence on the environment went through"
grep -qE '^foreign-environment +a +02 +DIFFERS$' "$work/out" || fail "the environment's lane is not named"

Fake release 'exit 2'
Lanes && fail "no result at all went through"
echo "lanes_test: passed"
