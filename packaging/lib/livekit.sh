# shellcheck shell=bash
# The LiveKit server of the tests: exactly this release, because the page's client and the faults are tested against it.

LIVEKIT_RELEASE=1.13.5
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/avatar-kiosk
LIVEKIT_CACHED=$CACHE/livekit-server-$LIVEKIT_RELEASE
# LiveKit's own mock of the signalling, from the same module. It does not say its release: the name in the cache does.
LIVEKIT_MOCK_CACHED=$CACHE/livekit-test-server-$LIVEKIT_RELEASE

# livekit_release PROGRAM: what it says of itself, "livekit-server version 1.13.5" → 1.13.5
livekit_release() { "$1" --version 2>/dev/null | sed -n 's/^livekit-server version //p'; }

# find_livekit_server: prints the path of a server of the right release, or fails quietly.
find_livekit_server() {
  local candidate
  for candidate in "${LIVEKIT_SERVER:-}" "$(command -v livekit-server || true)" "$LIVEKIT_CACHED"; do
    if [[ -x $candidate && $(livekit_release "$candidate") == "$LIVEKIT_RELEASE" ]]; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

# find_livekit_mock: prints the path of the mock, or fails quietly.
find_livekit_mock() {
  local candidate
  for candidate in "${LIVEKIT_TEST_SERVER:-}" "$(command -v livekit-test-server || true)" "$LIVEKIT_MOCK_CACHED"; do
    if [[ -x $candidate ]]; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

need_livekit_server() {
  if [[ -n ${LIVEKIT_SERVER:-} && $(livekit_release "$LIVEKIT_SERVER") != "$LIVEKIT_RELEASE" ]]; then
    fail "LIVEKIT_SERVER=$LIVEKIT_SERVER is not livekit-server $LIVEKIT_RELEASE"
  fi
  if [[ -n ${LIVEKIT_TEST_SERVER:-} && ! -x $LIVEKIT_TEST_SERVER ]]; then
    fail "LIVEKIT_TEST_SERVER=$LIVEKIT_TEST_SERVER is not a program"
  fi
  go_can_build && return
  find_livekit_server >/dev/null ||
    missing "livekit-server $LIVEKIT_RELEASE: name one in LIVEKIT_SERVER, put it on PATH, or install Go 1.21 or newer, which builds it" '?'
  find_livekit_mock >/dev/null ||
    missing "LiveKit's test-server: name one in LIVEKIT_TEST_SERVER, put it on PATH as livekit-test-server, or install Go" '?'
}

# From 1.21 on Go fetches the newer tool chain a module asks for by itself.
go_can_build() {
  local version
  has go && version=$(go env GOVERSION) && [[ $version =~ ^go1\.([0-9]+) ]] && ((BASH_REMATCH[1] >= 21))
}

# prepare_livekit_server: builds server and mock into the cache unless they are there; exports LIVEKIT_SERVER and
# LIVEKIT_TEST_SERVER.
prepare_livekit_server() {
  find_livekit_server >/dev/null || build_of_livekit server "$LIVEKIT_CACHED"
  find_livekit_mock >/dev/null || build_of_livekit test-server "$LIVEKIT_MOCK_CACHED"
  LIVEKIT_SERVER=$(find_livekit_server) || fail "the livekit-server built in $CACHE is not release $LIVEKIT_RELEASE"
  LIVEKIT_TEST_SERVER=$(find_livekit_mock) || fail "LiveKit's test-server was built in $CACHE and does not run"
  export LIVEKIT_SERVER LIVEKIT_TEST_SERVER
}

# build_of_livekit COMMAND FILE: one program of the server's module.
build_of_livekit() {
  local folder
  say "Building LiveKit's $1 $LIVEKIT_RELEASE with Go; the first time takes a few minutes."
  mkdir -p "$CACHE"
  folder=$(mktemp -d "$CACHE/building.XXXXXX")
  GOBIN=$folder go install "github.com/livekit/livekit-server/cmd/$1@v$LIVEKIT_RELEASE" </dev/null >&2 ||
    fail "Go could not build LiveKit's $1 $LIVEKIT_RELEASE"
  mv "$folder/$1" "$2"
  rmdir "$folder"
}
