"""What the page may do: exact lists, everything else is refused. No Qt in here."""

from __future__ import annotations

from urllib.parse import urlsplit

SCHEME = "kiosk"
HOST = "app"
ORIGIN = f"{SCHEME}://{HOST}"
INDEX = "/index.html"

_LOG_LIMIT = 200
"""Characters of an address worth logging: a data URL holds its whole document."""

INTERNAL_SCHEMES = frozenset({"blob", "data"})
"""URLs whose content the page made itself; where they may be used is for the content security policy to say."""


def page_url(number: int) -> str:
    """Address of load `number` of the page."""
    return f"{ORIGIN}{INDEX}?page={number}"


def same_origin(url: str) -> bool:
    """Whether `url` lies on the kiosk's own origin: not a prefix match, `kiosk://app.example` is somebody else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == SCHEME and parts.netloc == HOST


def is_module(url: str) -> bool:
    """Whether `url` lies in a package that the page imports by name, rather than in the page itself."""
    return url.startswith(f"{ORIGIN}/modules/")


def for_log(url: str) -> str:
    """The address without its query, fragment and user: LiveKit's carries the token in the query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(not an address)"
    return f"{parts.scheme}:{'//' if parts.netloc else ''}{parts.netloc.rpartition('@')[2]}{parts.path}"[:_LOG_LIMIT]


def connect_sources(url: str) -> tuple[str, ...]:
    """What the page must reach to use the server at `url` (ws, wss, http or https), as CSP source expressions.

    livekit-client asks the same host over HTTP (to validate a refused connection, to warm up) and over WebSocket.
    A LiveKit Cloud project is reached by the names of its regions as well.

    Raises ValueError for a URL that names no server.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"ws", "wss", "http", "https"} or not parts.hostname:
        raise ValueError(f"not the address of a server: {url!r}")
    secure = parts.scheme in {"wss", "https"}
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if parts.port is not None:
        host = f"{host}:{parts.port}"
    schemes = ("wss", "https") if secure else ("ws", "http")
    hosts = (host, "*.livekit.cloud") if parts.hostname.endswith(".livekit.cloud") else (host,)
    return tuple(f"{scheme}://{name}" for name in hosts for scheme in schemes)


def may_connect(url: str, sources: tuple[str, ...]) -> bool:
    """Whether `url` matches one of the source expressions: `scheme:`, or `scheme://host[:port]`, host maybe `*.…`."""
    try:
        wanted = urlsplit(url)
        for source in sources:
            allowed = urlsplit(source)
            if allowed.scheme != wanted.scheme:
                continue
            if not allowed.netloc:
                return True
            if _port(allowed.port, allowed.scheme) == _port(wanted.port, wanted.scheme) and _host_matches(
                wanted.hostname or "", allowed.hostname or ""
            ):
                return True
    except ValueError:
        return False
    return False


def content_security_policy(*, connect: tuple[str, ...], script_nonce: str | None = None) -> str:
    """The policy of every answer. `script_nonce` is that of the one inline script of this very document."""
    nonce = f" 'nonce-{script_nonce}'" if script_nonce is not None else ""
    directives = {
        "default-src": "'none'",
        # wasm-unsafe-eval compiles WebAssembly and nothing else: the avatar's core is WebAssembly.
        "script-src": f"{ORIGIN} 'wasm-unsafe-eval'{nonce}",
        "style-src": ORIGIN,
        "img-src": f"{ORIGIN} data: blob:",
        "font-src": ORIGIN,
        "media-src": f"{ORIGIN} blob: mediastream:",
        "connect-src": " ".join((ORIGIN, "data:", "blob:", *connect)),
        # SDKs carry their frame worker as text; a blob worker lives under the policy of the page that made it.
        "worker-src": f"{ORIGIN} blob:",
        "frame-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def permissions_policy() -> str:
    """The same list of permissions once more, in the header Chromium itself enforces."""
    refused = (
        "accelerometer",
        "camera",
        "clipboard-read",
        "clipboard-write",
        "display-capture",
        "geolocation",
        "gyroscope",
        "hid",
        "local-fonts",
        "magnetometer",
        "midi",
        "serial",
        "window-management",
    )
    return ", ".join(("microphone=(self)", *(f"{name}=()" for name in refused)))


def _port(port: int | None, scheme: str) -> int | None:
    return port if port is not None else {"http": 80, "ws": 80, "https": 443, "wss": 443}.get(scheme)


def _host_matches(host: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return host == pattern
