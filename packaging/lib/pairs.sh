# shellcheck shell=bash
# The two PySide6 pairs: 6.11 under Python 3.11, 6.12 under a newer one. The tests run under the one `packaging/run`
# chose; the demo is started under both, as far as their interpreters are here.

# prepare_both_pairs: exports AVATAR_KIOSK_TEST_PYTHONS, the environments' interpreters separated by colons.
prepare_both_pairs() {
  local own other pythons
  own=$(pair_of "$VENV/bin/python")
  other=$(other_pair "$own")
  AVATAR_KIOSK_TEST_PYTHONS=$VENV/bin/python
  export AVATAR_KIOSK_TEST_PYTHONS
  if ! environment_ready "$VENV-$other" run; then
    mapfile -t pythons < <(pythons_of_pair "$other")
    if ((${#pythons[@]} == 0)); then
      say "The demo is not started with PySide6's other pair: no ${other/py/Python } is installed here."
      return 0
    fi
    prepare_environment "$VENV-$other" run "${pythons[@]}" || fail "the kiosk cannot run under ${other/py/Python }"
  fi
  AVATAR_KIOSK_TEST_PYTHONS+=:$VENV-$other/bin/python
}

pair_of() { "$1" -c 'import sys; print("py3.11" if sys.version_info < (3, 12) else "py3.12+")'; }

other_pair() { if [[ $1 == py3.11 ]]; then echo py3.12+; else echo py3.11; fi; }

pythons_of_pair() {
  local version path
  usable_pythons | while read -r version path; do
    if { [[ $version == 3.11.* ]] && [[ $1 == py3.11 ]]; } || { [[ $version != 3.11.* ]] && [[ $1 == py3.12+ ]]; }; then
      printf '%s\n' "$path"
    fi
  done
}
