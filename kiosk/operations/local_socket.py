"""How a running kiosk is reached: by a socket in the file system, or, on Windows, by a named pipe that Qt opens.

Both sides ask here, so that they mean the same place: `control` listens on it, `control_client` connects to it.
"""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from pathlib import Path
from types import TracebackType
from typing import Self


def listening_name(path: Path, platform: str = sys.platform) -> str:
    """What Qt calls the place: its path; on Windows a name made from it, because a pipe's has no backslash."""
    if platform != "win32":
        return os.fspath(path)
    return f"avatar-kiosk-{hashlib.sha256(os.fspath(path).lower().encode()).hexdigest()[:32]}"


def new_connection() -> socket.socket | PipeConnection:
    """Not yet connected; both kinds are used alike."""
    family = getattr(socket, "AF_UNIX", None)
    return PipeConnection() if family is None else socket.socket(family, socket.SOCK_STREAM)


class PipeConnection:
    """The part of a socket that the kiosk's client uses, by Qt: Python itself opens no pipe that can time out."""

    def __init__(self) -> None:
        from PySide6.QtNetwork import QLocalSocket  # noqa: PLC0415 - elsewhere nobody waits for Qt

        self._socket = QLocalSocket()
        self._patience = 0

    def settimeout(self, seconds: float) -> None:
        """How long each of the others may take."""
        self._patience = max(1, round(seconds * 1000))

    def connect(self, path: str) -> None:
        """Raises TimeoutError or OSError."""
        self._socket.connectToServer(listening_name(Path(path)))
        if not self._socket.waitForConnected(self._patience):
            self._give_up()

    def sendall(self, data: bytes) -> None:
        """Raises TimeoutError or OSError."""
        self._socket.write(data)
        while self._socket.bytesToWrite() > 0:
            if not self._socket.waitForBytesWritten(self._patience):
                self._give_up()

    def recv(self, limit: int) -> bytes:
        """What has arrived, at most `limit` bytes; nothing: the other side has closed it.

        Raises:
            TimeoutError: nothing came.
        """
        if self._socket.bytesAvailable() == 0 and not self._socket.waitForReadyRead(self._patience):
            if self._socket.state() is self._socket.LocalSocketState.UnconnectedState:
                return b""
            raise TimeoutError
        return bytes(self._socket.read(limit).data())

    def _give_up(self) -> None:
        if self._socket.error() is self._socket.LocalSocketError.SocketTimeoutError:
            raise TimeoutError
        raise OSError(self._socket.errorString())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.abort()
