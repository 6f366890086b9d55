"""Somebody else who joins a room under an identity that is in there already."""

from __future__ import annotations

import base64
import secrets
import socket
from types import TracebackType
from typing import Self

from tests.support.livekit_server import LiveKitServer

ANSWER_TIMEOUT = 10.0


class Impostor:
    """A bare signalling connection: enough for the server to throw out who was there before."""

    def __init__(self, server: LiveKitServer, room: str, identity: str) -> None:
        """Join; returns once the server has let it in."""
        token = server.token(identity, room)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        request = (
            f"GET /rtc?access_token={token}&protocol=16&auto_subscribe=1 HTTP/1.1",
            f"Host: 127.0.0.1:{server.port}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {key}",
        )
        self._connection = socket.create_connection(("127.0.0.1", server.port), timeout=ANSWER_TIMEOUT)
        self._connection.sendall("\r\n".join((*request, "", "")).encode())
        status = self._connection.recv(4096).partition(b"\r\n")[0]
        assert b" 101 " in status, f"the server does not let the impostor in: {status.decode()}"

    def stop(self) -> None:
        """Vanish without a word."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
