# shellcheck shell=bash
# Everything a run or a test needs, prepared once; a second time nothing but checksums are compared.

LIB=${BASH_SOURCE[0]%/*}
. "$LIB/common.sh"
. "$LIB/system.sh"
. "$LIB/python.sh"
. "$LIB/page.sh"

# prepare run|test: call it after the need_… of the caller; all gaps are settled together.
prepare() {
  local pythons
  environment_ready "$VENV" "$1" || need_python
  page_ready "$1" || need_program npm npm
  need_listed_libraries
  settle_gaps
  if ! environment_ready "$VENV" "$1"; then
    mapfile -t pythons < <(pythons_to_try)
    ((${#pythons[@]})) || fail "no Python 3.11 to 3.14 found; name one with KIOSK_PYTHON=/path/to/python3"
    prepare_environment "$VENV" "$1" "${pythons[@]}" || fail "no Python on this machine can carry the kiosk"
  fi
  need_libraries_of "$VENV/bin/python"
  settle_gaps
  prepare_page "$1"
}
