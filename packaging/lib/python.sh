# shellcheck shell=bash
# The Python environments: which interpreter, what is in them, and when they are still good.

CONSTRAINTS=$PROJECT/packaging/constraints.txt

# usable_pythons: "VERSION PATH" for every interpreter the kiosk supports, the newest first.
usable_pythons() {
  local path minor
  {
    for minor in 14 13 12 11; do
      type -ap "python3.$minor" || true
      compgen -G "${PYENV_ROOT:-$HOME/.pyenv}/versions/3.$minor.*/bin/python3" || true
      compgen -G "$HOME/.local/share/uv/python/cpython-3.$minor.*/bin/python3" || true
    done
    type -ap python3 || true
  } | while read -r path; do describe_python "$path" || true; done | sort -u | sort -k1,1Vr -s
}

# describe_python PATH: "VERSION REAL-PATH", or failure when it is too old, too new or lacks what a set-up needs.
# Debian ships `python3` without ensurepip (package python3-venv); pyenv's shims fail for versions not selected.
describe_python() {
  "$1" -I -c '
import ctypes, ensurepip, os, ssl, sys, venv
if not (3, 11) <= sys.version_info[:2] <= (3, 14):
    sys.exit(1)
print("%d.%d.%d" % sys.version_info[:3], os.path.realpath(sys.executable))' 2>/dev/null
}

need_python() {
  if [[ -n ${KIOSK_PYTHON:-} ]]; then
    [[ -n $(describe_python "$KIOSK_PYTHON") ]] ||
      fail "KIOSK_PYTHON=$KIOSK_PYTHON is not a Python 3.11 to 3.14 with ssl, ctypes, venv and ensurepip"
  elif [[ -z $(usable_pythons) ]]; then
    missing "Python 3.11 or newer" python3
    missing "Python's venv and ensurepip" python3-venv
  fi
}

# The interpreters to try, one path per line: KIOSK_PYTHON alone, or all of them.
pythons_to_try() {
  if [[ -n ${KIOSK_PYTHON:-} ]]; then
    printf '%s\n' "$KIOSK_PYTHON"
  else
    usable_pythons | cut -d' ' -f2-
  fi
}

# environment_ready FOLDER run|test: nothing has changed since the environment was prepared.
# What is prepared for the tests serves a run too.
environment_ready() {
  local prepared purpose
  [[ -r $1/.prepared ]] && read -r prepared purpose <"$1/.prepared" || return 1
  [[ $prepared == "$(environment_checksum)" && ($purpose == "$2" || $purpose == test) ]] && "$1/bin/python" -c ''
}

environment_checksum() {
  checksum_of "$PROJECT/pyproject.toml" "$CONSTRAINTS" -- "$PROJECT" "${KIOSK_PYTHON:-}"
}

# prepare_environment FOLDER run|test PYTHON…: the first of the interpreters that can carry the kiosk gets it.
prepare_environment() {
  local folder=$1 purpose=$2 python
  shift 2
  for python in "$@"; do
    say "Preparing ${folder#"$PROJECT/"} with $("$python" --version 2>&1) ($python); the first time takes a minute or two."
    if install_environment "$folder" "$purpose" "$python" && environment_works "$folder"; then
      printf '%s %s\n' "$(environment_checksum)" "$purpose" >"$folder/.prepared"
      return 0
    fi
    say "$python cannot carry the kiosk."
  done
  return 1
}

install_environment() {
  local folder=$1 purpose=$2 python=$3 project=$PROJECT
  case $purpose in
    run) ;;
    test) project="${PROJECT}[test,build]" ;; # what makes packages is tested, too
    *) project="${PROJECT}[$purpose]" ;;
  esac
  rm -f "$folder/.prepared"
  if [[ $(describe_python "$folder/bin/python") != "$(describe_python "$python")" ]]; then
    "$python" -m venv --clear "$folder" >&2 || return 1
  fi
  # Wheels only: a lobby machine has no compiler.
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
    --constraint "$CONSTRAINTS" --editable "$project" </dev/null >&2
}

environment_works() {
  local died
  need_libraries_of "$1/bin/python"
  settle_gaps
  died=$("$1/bin/python" "$PROJECT/packaging/probe_pyside.py" 2>&1) || { say "$died" && return 1; }
}
