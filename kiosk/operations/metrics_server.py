"""Serves the figures to a monitoring system: `/metrics`, and `/healthz` for whoever wants to know one thing only.

On threads of its own, so that it answers, and says that something is wrong, also while the kiosk's own thread hangs.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import socketserver
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler

from kiosk.operations.metrics import Metrics

logger = logging.getLogger(__name__)

TRY_AGAIN = 15.0
"""Seconds until an address is tried again that cannot be listened on: a network may come up after the kiosk."""
PATIENCE = 5.0
"""Seconds a connection may take for its next line."""
MOST_AT_ONCE = 8
"""Connections that are answered at the same time; further ones are closed at once."""
STOP_LOOK = 0.1
"""Seconds between two looks whether to stop."""


class MetricsServer:
    """Listens from `start` to `close`."""

    def __init__(self, metrics: Metrics, bind: str, port: int) -> None:
        """
        Args:
            metrics: what to tell.
            bind: an IP address of this machine.
            port: 1..65535.
        """
        self._metrics = metrics
        self._address = (bind, port)
        self._closing = threading.Event()
        self._listening: _Listener | None = None
        self._thread = threading.Thread(target=self._run, name="metrics", daemon=True)

    def start(self) -> None:
        """Begin to listen. A port that is taken, or an address that is not there, is logged and tried again."""
        self._thread.start()

    def close(self) -> None:
        """Stop listening; a tenth of a second. Without `start` nothing happens."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(PATIENCE)

    def _run(self) -> None:
        told = False
        while not self._closing.is_set():
            try:
                listener = _Listener(self._address, self._metrics)
            except OSError as error:
                if not told:
                    logger.warning("no figures for monitoring on %s, port %d: %s", *self._address, error)
                told = True
                self._closing.wait(TRY_AGAIN)
                continue
            logger.info("figures for monitoring on %s, port %d", *self._address)
            with listener:
                listener.timeout = STOP_LOOK
                while not self._closing.is_set():
                    listener.handle_request()
            return


class _Listener(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], metrics: Metrics) -> None:
        self.metrics = metrics
        self._slots = threading.BoundedSemaphore(MOST_AT_ONCE)
        if ipaddress.ip_address(address[0]).version == 6:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        if self._slots.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._slots.release()

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - the library's signature
        logger.debug("a request for figures from %s failed", client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    timeout = PATIENCE
    server_version = "avatar-kiosk"
    sys_version = ""
    server: _Listener

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/metrics":
            self._tell_figures()
        elif path == "/healthz":
            trouble = self.server.metrics.trouble()
            status = HTTPStatus.OK if trouble is None else HTTPStatus.SERVICE_UNAVAILABLE
            self._answer(status, f"{trouble or 'ok'}\n".encode())
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"There are /metrics and /healthz.\n")

    do_HEAD = do_GET  # noqa: N815 - the library's name

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Monitoring asks every few seconds; that is no news."""

    def _tell_figures(self) -> None:
        from prometheus_client import CollectorRegistry  # noqa: PLC0415 - most kiosks are never asked
        from prometheus_client.exposition import choose_encoder  # noqa: PLC0415 - the same

        registry = CollectorRegistry(auto_describe=False)
        registry.register(self.server.metrics)
        encode, content_type = choose_encoder(self.headers.get("Accept", ""))
        self._answer(HTTPStatus.OK, encode(registry), content_type)

    def _answer(self, status: HTTPStatus, body: bytes, content_type: str = "text/plain; charset=utf-8") -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
