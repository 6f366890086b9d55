"""The kiosk's own web files over HTTP, for a browser that knows no `kiosk://`.

The files, the import map and their MIME types are the kiosk's. Its strict content security policy is not sent, and
answers may be kept and asked for again with `If-None-Match`: both spare the peer work.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.browser.policy import ORIGIN
from kiosk.browser.resources import MIME_TYPES, NotServedError, WebRoots, resolve

PAGES = Path(__file__).with_name("pages")

Answer = Callable[[], bytes]
"""What is sent at one address; asked for every request."""


class PageServer:
    """A server on a free port of this machine, run by threads of its own."""

    def __init__(self, roots: WebRoots, own: Mapping[str, Answer]) -> None:
        """`own`: what is answered instead of, or besides, the kiosk's files, by path; the suffix gives the type."""
        self._server = _Server(roots, own)
        self._thread = threading.Thread(target=self._server.serve_forever, name="page server", daemon=True)
        self._thread.start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def import_map(roots: WebRoots) -> str:
    """The kiosk's import map, with addresses that count from the server's root."""
    assert roots.modules is not None
    return _without_origin(roots.modules.to_json())


def _without_origin(text: str) -> str:
    return text.replace(f"{ORIGIN}/", "/")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, roots: WebRoots, own: Mapping[str, Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.roots = roots
        self.own = own


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps connections open
    server: _Server

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        own = self.server.own.get(path)
        if own is not None:
            self._send(HTTPStatus.OK, MIME_TYPES[Path(path).suffix], own())
            return
        try:
            resource = resolve(self.server.roots, path)
        except NotServedError as error:
            self._send(HTTPStatus.NOT_FOUND, MIME_TYPES[".txt"], str(error).encode())
            return
        if resource.content is not None:
            self._send(HTTPStatus.OK, resource.mime, _without_origin(resource.content.decode()).encode())
            return
        facts = resource.path.stat()
        tag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
        if self.headers.get("If-None-Match") == tag:
            self._send(HTTPStatus.NOT_MODIFIED, resource.mime, b"", tag)
        else:
            self._send(HTTPStatus.OK, resource.mime, resource.path.read_bytes(), tag)

    def _send(self, status: HTTPStatus, mime: str, body: bytes, tag: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", mime)
        self.send_header("Content-Length", str(len(body)))
        if tag is not None:
            self.send_header("ETag", tag)
            self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - http.server's name
        """Requests are nobody's news."""
