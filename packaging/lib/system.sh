# shellcheck shell=bash
# What the operating system has to bring. Gaps are collected first and settled once: one message, one command.

SYSTEM_LIBRARIES=$PROJECT/resources/system-libraries.txt
GAPS=() # "what package" each; the package is "?" where no Debian package is known

# missing WHAT PACKAGE
missing() { GAPS+=("$1 $2"); }

# need_program PROGRAM PACKAGE
need_program() { has "$1" || missing "$1" "$2"; }

# need_file FILE PACKAGE
need_file() { [[ -e $1 ]] || missing "$1" "$2"; }

# The quick look before PySide6 is there: the loader's cache and the files of the list. (The kiosk's own check looks
# closer once it can.)
need_listed_libraries() {
  local known what package
  known=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p)
  while read -r what package; do
    case $what in
      '' | '#'*) continue ;;
      libwayland-*) [[ -n ${WAYLAND_DISPLAY:-} ]] || continue ;;
    esac
    if [[ $what == /* ]]; then
      compgen -G "$what" >/dev/null || missing "$what" "$package"
    else
      grep -qF -- "$what " <<<"$known" || missing "$what" "$package"
    fi
  done <"$SYSTEM_LIBRARIES"
}

# need_libraries_of PYTHON: what ldd says about that environment's Qt.
need_libraries_of() {
  local listing what package
  listing=$("$1" -P -m kiosk.operations.system_libraries) && return 0
  [[ -n $listing ]] || fail "the check of the system libraries did not run"
  while read -r what package; do missing "$what" "$package"; done <<<"$listing"
}

# Debian 13 and Ubuntu 24.04 know some libraries only by a name that ends in t64.
name_in_this_release() {
  local name
  for name in "$1" "$1t64"; do
    if [[ $(LC_ALL=C apt-cache policy "$name" 2>/dev/null) =~ Candidate:\ [^\(] ]]; then
      printf '%s\n' "$name"
      return
    fi
  done
  printf '%s\n' "$1"
}

# The packages that close the gaps, on one line.
packages_for_gaps() {
  local package
  printf '%s\n' "${GAPS[@]##* }" | sed '/^?$/d' | sort -u |
    while read -r package; do name_in_this_release "$package"; done | paste -sd' '
}

# What no package of this system brings, one per line.
gaps_without_package() { printf '%s\n' "${GAPS[@]}" | sed -n 's/ ?$//p'; }

# One line for a person per package, with all that it brings.
describe_gaps() {
  printf '%s\n' "${GAPS[@]}" | awk '
    { package = $NF; sub(/ [^ ]+$/, ""); brings[package] = brings[package] separator[package] $0; separator[package] = ", " }
    END { for (package in brings) print "  " brings[package] (package == "?" ? "" : "  (Debian package " package ")") }
  ' | sort >&2
}

install_packages_for_gaps() {
  local log packages
  packages=$(packages_for_gaps)
  [[ -n $packages ]] || return 0
  log=$(mktemp)
  apt-get update -qq </dev/null >"$log" 2>&1 || fail "apt-get update failed: $(<"$log")"
  packages=$(packages_for_gaps) # again: only now the names of this release are known
  say "Installing with apt: $packages"
  # shellcheck disable=SC2086 # one word per package
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages </dev/null >"$log" 2>&1 ||
    fail "apt could not install them: $(<"$log")"
  rm -f "$log"
}

# settle_gaps: root has them installed; anybody else gets all of them named with the one command.
settle_gaps() {
  ((${#GAPS[@]})) || return 0
  local nameless packages
  nameless=$(gaps_without_package)
  if is_root && has apt-get; then
    install_packages_for_gaps
    GAPS=()
    [[ -z $nameless ]] || fail "missing, and not to be had from apt:"$'\n'"$nameless"
    return
  fi
  say "This machine lacks:"
  describe_gaps
  packages=$(packages_for_gaps)
  [[ -z $packages ]] || say "One command installs them:"$'\n'"  sudo apt-get install -y --no-install-recommends $packages"
  exit 1
}
