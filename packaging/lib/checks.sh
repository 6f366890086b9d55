# shellcheck shell=bash
# What is checked without starting anything. One line a check; its output only when it has something to say.

FAILED_CHECKS=()

run_checks() {
  local python_files=(kiosk tests/support tests/faults tests/bench packaging)
  check "ruff" "$VENV/bin/ruff" check .
  check "ruff format" "$VENV/bin/ruff" format --check .
  check "mypy" "$VENV/bin/mypy" --strict "${python_files[@]}"
  check "import rules" "$VENV/bin/lint-imports"
  check "tsc" npm --prefix "$PAGE" run --silent check
  check "biome" npm --prefix "$PAGE" run --silent lint
  check "page tests" page_tests
  check "shellcheck" shell_scripts
  ((${#FAILED_CHECKS[@]} == 0)) || { say "Failed: ${FAILED_CHECKS[*]}" && return 1; }
}

# check NAME COMMAND…
check() {
  local name=$1 output start=$EPOCHREALTIME
  shift
  if output=$("$@" 2>&1); then
    say "$(printf '%-14s ok  %5.1f s' "$name" "$(seconds_since "$start")")"
  else
    say "$(printf '%-14s FAILED' "$name")"$'\n'"$output"
    FAILED_CHECKS+=("$name")
  fi
}

# seconds_since SINCE: seconds with one digit; EPOCHREALTIME has six.
seconds_since() {
  local tenths=$(((${EPOCHREALTIME/[.,]/} - ${1/[.,]/}) / 100000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

page_tests() {
  local tests
  mapfile -t tests < <(find tests/web -name '*.test.js' | sort)
  ((${#tests[@]})) || { say "no page tests were found" && return 1; }
  node --test "${tests[@]}"
}

shell_scripts() {
  local scripts
  mapfile -t scripts < <(grep -rlE --exclude-dir=__pycache__ '^#! ?(/usr/bin/env bash|/bin/bash|/bin/sh)' packaging .ci | sort)
  "$VENV/bin/shellcheck" --external-sources --check-sourced --source-path=packaging/lib "${scripts[@]}"
}
