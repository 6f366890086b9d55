# shellcheck shell=bash
# Shared by the scripts of this folder: where things are and how they speak.
# Everything for a person goes to stderr, so that `packaging/run status --json` stays clean JSON.

PROJECT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
VENV=$PROJECT/.venv

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "${0##*/}: $*"
  exit 1
}

is_root() { [[ $EUID -eq 0 ]]; }

has() { command -v -- "$1" >/dev/null 2>&1; }

# checksum_of FILE… -- WORD…: one checksum over the contents of the files and the words.
checksum_of() {
  local files=()
  while [[ $# -gt 0 && $1 != -- ]]; do
    files+=("$1")
    shift
  done
  { cat -- "${files[@]}" && printf '%s\n' "$@"; } | sha256sum | cut -d' ' -f1
}

# One preparation at a time in this clone. The lock is a descriptor on the folder: no file is left behind.
lock_project() {
  exec {PROJECT_LOCK}<"$PROJECT"
  if ! flock --nonblock "$PROJECT_LOCK"; then
    say "Another run is preparing this clone; waiting for it."
    flock "$PROJECT_LOCK"
  fi
}

unlock_project() { exec {PROJECT_LOCK}<&-; }
