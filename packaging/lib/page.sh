# shellcheck shell=bash
# The page's packages from npm.

PAGE=$PROJECT/resources/web
PAGE_STAMP=$PAGE/node_modules/.prepared

# page_ready run|test
page_ready() {
  local prepared purpose
  [[ -r $PAGE_STAMP ]] && read -r prepared purpose <"$PAGE_STAMP" || return 1
  [[ $prepared == "$(page_checksum)" && ($purpose == "$1" || $purpose == test) ]]
}

page_checksum() { checksum_of "$PAGE/package.json" "$PAGE/package-lock.json" -- "$PAGE"; }

# prepare_page run|test: a run needs what the page imports, the tests also what checks it.
prepare_page() {
  local without=()
  page_ready "$1" && return 0
  [[ $1 == test ]] || without=(--omit=dev)
  say "Fetching the page's packages with npm."
  (cd "$PAGE" && npm ci --no-audit --no-fund --no-update-notifier --loglevel=error "${without[@]}" </dev/null >/dev/null) || fail "npm ci failed in $PAGE"
  printf '%s %s\n' "$(page_checksum)" "$1" >"$PAGE_STAMP"
}
