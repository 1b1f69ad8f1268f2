# Shared by the scripts beside it; sourced, not run. Expects $root (the repository) to be set.
#
#   Phase TEXT             a headline with the time since the script began
#   Build PRESET TARGET... configures when needed and builds; the log goes to build/PRESET/build.log
#
# On a terminal Build shows ninja's own one-line progress, elsewhere (CI) a line every 30 seconds, so that nobody thinks
# it hangs and no log drowns in compiler lines. A failure prints what failed.

jobs=${WAVETANK_JOBS:-$(nproc)}
SECONDS=0

Elapsed() { printf '%d:%02d' $((SECONDS / 60)) $((SECONDS % 60)); }

Phase() { echo "[$(Elapsed)] $*"; }

# Prints the last line of a growing log every 30 seconds until the process $2 ends.
Heartbeat() {
  local log=$1 watched=$2 next=$((SECONDS + 30))
  while kill -0 "$watched" 2>/dev/null; do
    sleep 0.1
    if ((SECONDS >= next)); then
      echo "[$(Elapsed)]   $(tail -n 1 "$log" | cut -c 1-100)"
      next=$((SECONDS + 30))
    fi
  done
}

# Runs a command with its output in a log; shows the heartbeat meanwhile.
Logged() {
  local log=$1
  shift
  "$@" >"$log" 2>&1 </dev/null &
  local pid=$!
  Heartbeat "$log" "$pid"
  wait "$pid"
}

Configure() {
  local preset=$1 dir=$root/build/$1
  [[ -f $dir/build.ninja ]] && return 0
  mkdir -p "$dir"
  # A log, because a first configure says a lot; its errors are the interesting part.
  if ! (cd "$root" && cmake --preset "$preset") >"$dir/configure.log" 2>&1; then
    cat "$dir/configure.log" >&2
    return 1
  fi
}

Build() {
  local preset=$1 dir=$root/build/$1
  shift
  Configure "$preset" || return 1
  if [[ -t 1 && -z ${CI:-} ]]; then
    ninja -C "$dir" -j "$jobs" "$@"
    return
  fi
  if ! Logged "$dir/build.log" ninja -C "$dir" -j "$jobs" "$@"; then
    # From the first failure on; ninja prints a failed command's output right after it.
    awk '/^FAILED:/ {shown = 1} shown' "$dir/build.log" | head -n 120 >&2
    grep -q '^FAILED:' "$dir/build.log" || tail -n 20 "$dir/build.log" >&2
    return 1
  fi
}
