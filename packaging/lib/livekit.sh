# shellcheck shell=bash
# The LiveKit server of the tests: exactly this release, because the page's client and the faults are tested against it.

LIVEKIT_RELEASE=1.13.5
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/avatar-kiosk
LIVEKIT_CACHED=$CACHE/livekit-server-$LIVEKIT_RELEASE

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

need_livekit_server() {
  if [[ -n ${LIVEKIT_SERVER:-} && $(livekit_release "$LIVEKIT_SERVER") != "$LIVEKIT_RELEASE" ]]; then
    fail "LIVEKIT_SERVER=$LIVEKIT_SERVER is not livekit-server $LIVEKIT_RELEASE"
  fi
  find_livekit_server >/dev/null || go_can_build ||
    missing "livekit-server $LIVEKIT_RELEASE: name one in LIVEKIT_SERVER, put it on PATH, or install Go 1.21 or newer, which builds it" '?'
}

# From 1.21 on Go fetches the newer tool chain a module asks for by itself.
go_can_build() {
  local version
  has go && version=$(go env GOVERSION) && [[ $version =~ ^go1\.([0-9]+) ]] && ((BASH_REMATCH[1] >= 21))
}

# prepare_livekit_server: builds it into the cache unless there is one; exports LIVEKIT_SERVER.
prepare_livekit_server() {
  if ! find_livekit_server >/dev/null; then
    say "Building livekit-server $LIVEKIT_RELEASE with Go; the first time takes a few minutes."
    local folder
    mkdir -p "$CACHE"
    folder=$(mktemp -d "$CACHE/building.XXXXXX")
    GOBIN=$folder go install "github.com/livekit/livekit-server/cmd/server@v$LIVEKIT_RELEASE" </dev/null >&2 ||
      fail "Go could not build livekit-server $LIVEKIT_RELEASE"
    mv "$folder/server" "$LIVEKIT_CACHED"
    rmdir "$folder"
  fi
  LIVEKIT_SERVER=$(find_livekit_server) || fail "the livekit-server built in $CACHE is not release $LIVEKIT_RELEASE"
  export LIVEKIT_SERVER
}
