"""The answering side of the control socket: a `QLocalServer` that only this user may open.

It lives on the running asyncio loop (qasync): every connection has one task that answers its lines in order, so a
slow command on one connection holds up nobody else. What a command does is the handler's business.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from kiosk.operations.control_client import LINE_LIMIT, CommandRefusedError, ControlCommand, request, socket_path
from kiosk.operations.local_socket import listening_name
from kiosk.operations.runtime_folder import prepare_folder

__all__ = ["CommandRefusedError", "ControlCommand", "ControlHandler", "ControlServer", "request", "socket_path"]

logger = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between two looks whether the socket is still there."""

ControlHandler = Callable[[str, Mapping[str, object]], Awaitable[Mapping[str, object]]]
"""Gets the command and the other members of the request; returns the answer, or raises `CommandRefusedError`."""


class ControlServer:
    """Listens from `listen()` to `close()`.

    Call `listen()` only while holding the `SingleInstance`: it takes the place of a socket that a killed process
    left behind.
    """

    def __init__(self, path: Path, handler: ControlHandler) -> None:
        self._path = path
        self._handler = handler
        self._server = QLocalServer()
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)
        self._connections: dict[_Connection, asyncio.Task[None]] = {}
        self._guard: asyncio.Task[None] | None = None

    def listen(self) -> None:
        """Start to answer, and see to it that the socket stays where everybody looks for it.

        Raises:
            OSError: the socket cannot be created (folder, permission, a path of more than about 100 bytes). It is
                tried again and again all the same.
        """
        if self._guard is None and sys.platform != "win32":  # nobody clears a pipe away
            self._guard = asyncio.get_running_loop().create_task(self._stay(), name="guard the control socket")
        self._listen()

    def _listen(self) -> None:
        prepare_folder(self._path.parent)
        QLocalServer.removeServer(listening_name(self._path))
        if not self._server.listen(listening_name(self._path)):
            raise OSError(f"Cannot listen on {self._path}: {self._server.errorString()}")

    async def close(self) -> None:
        """Take no further connections, let running answers finish, and hang up."""
        if self._guard is not None:
            self._guard.cancel()
        self._server.close()
        for connection in self._connections:
            connection.finish()
        if self._connections:
            await asyncio.wait(self._connections.values(), timeout=0.5)
        for connection, task in self._connections.items():
            task.cancel()
            connection.hang_up()

    async def _stay(self) -> None:
        """Whoever clears away old files, or a login session that ends, takes the socket as well."""
        told = False
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if self._path.is_socket():  # ours, or that of another kiosk, which is not to be fought
                continue
            try:
                self._server.close()
                self._listen()
            except OSError as error:
                if not told:
                    logger.warning("the control socket is gone and cannot be made again: %s", error)
                told = True
            else:
                logger.warning("the control socket was gone and is there again")
                told = False

    def _accept(self) -> None:
        while (pending := self._server.nextPendingConnection()) is not None:
            # As the server's child its Python object would outlive it: 1.3 KB for every `status` that is asked for.
            pending.setParent(None)
            connection = _Connection(pending, self._handler)
            task = asyncio.get_running_loop().create_task(connection.serve(), name="control connection")
            self._connections[connection] = task
            task.add_done_callback(partial(self._forget, connection))

    def _forget(self, connection: _Connection, _task: asyncio.Task[None]) -> None:
        del self._connections[connection]


class _Connection:
    def __init__(self, socket: QLocalSocket, handler: ControlHandler) -> None:
        self._socket = socket
        self._handler = handler
        self._received = bytearray()
        self._lines: asyncio.Queue[bytes | None] = asyncio.Queue()
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(self.finish)
        self._read()  # what arrived before readyRead had a listener

    def finish(self) -> None:
        """No further lines; those already read are still answered."""
        self._lines.put_nowait(None)

    def hang_up(self) -> None:
        self._socket.disconnectFromServer()
        self._socket.deleteLater()

    async def serve(self) -> None:
        while (line := await self._lines.get()) is not None:
            answer = await self._answer(line)
            if self._socket.state() == QLocalSocket.LocalSocketState.ConnectedState:
                self._socket.write(QByteArray(json.dumps(answer).encode() + b"\n"))
                self._socket.flush()
        self.hang_up()

    def _read(self) -> None:
        self._received += bytes(self._socket.readAll().data())
        *lines, rest = self._received.split(b"\n")
        for line in lines:
            self._lines.put_nowait(bytes(line))
        self._received = bytearray(rest)
        if len(self._received) > LINE_LIMIT:
            logger.warning("control connection sent a line of more than %d bytes; hung up", LINE_LIMIT)
            self._received.clear()
            self._socket.abort()

    async def _answer(self, line: bytes) -> dict[str, object]:
        try:
            message = json.loads(line)
            command = ControlCommand(message.pop("command"))
        except (ValueError, KeyError, AttributeError, TypeError):
            known = ", ".join(command.value for command in ControlCommand)
            return {"ok": False, "error": f'A request is one line of JSON: {{"command": …}} with one of {known}.'}
        try:
            return {"ok": True, **await self._handler(command.value, message)}
        except CommandRefusedError as refusal:
            return {"ok": False, "error": str(refusal)}
        except Exception:
            # The edge to the outside: a defect in one command must neither kill the kiosk nor leave the asker waiting.
            logger.exception("control command %s failed", command.value)
            return {"ok": False, "error": f"The command {command.value} failed; the kiosk's log says why."}
