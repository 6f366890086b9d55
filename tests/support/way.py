"""The way to a server, as a TCP proxy: it lets everything pass, or goes wrong on command."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Coroutine
from enum import Enum, auto
from types import TracebackType
from typing import Any, Self

CHUNK = 65_536
LONGEST_HEAD = 65_536
END_OF_HEAD = b"\r\n\r\n"

Rewrite = Callable[[bytes], bytes]
"""Takes the head of a connection's first HTTP request, with the empty line that ends it; returns what is sent on."""


class Passage(Enum):
    """What becomes of the bytes."""

    OPEN = auto()
    SILENT = auto()
    """Connections are taken and held: no byte passes, in those that were open before either."""
    HANDSHAKE_ONLY = auto()
    """WebSockets open, and nothing of what the server says in them arrives. Everything else passes."""
    RESET = auto()
    """Every connection is reset as soon as it is made."""


class Way:
    """A port of 127.0.0.1 that leads to a server's; run by a thread.

    What was held passes on late when the way is open again, as on a line that hung.
    """

    def __init__(self, port: int, *, rewrite: Rewrite | None = None, tls: ssl.SSLContext | None = None) -> None:
        """Open it.

        Args:
            port: where it leads to, on 127.0.0.1; `lead_to` changes that for later connections.
            rewrite: applied to the first request of every connection.
            tls: speak TLS to the clients; its certificate may be exchanged by its `sni_callback`.
        """
        self.arrivals: list[float] = []
        """When connections were made, in seconds of `time.monotonic`."""
        self._accepted: list[ssl.SSLContext] = []
        self._target = port
        self._rewrite = rewrite
        self._tls = tls
        self._passage = Passage.OPEN
        self._changed = asyncio.Condition()
        self._open: set[_Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self.port = 0
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), name=f"way to {port}", daemon=True)
        self._thread.start()
        assert started.wait(10), "the way to the server did not open"

    @property
    def url(self) -> str:
        """What LiveKit's clients are to be given."""
        return f"{'wss' if self._tls else 'ws'}://127.0.0.1:{self.port}"

    def set(self, passage: Passage, *, drop: bool = False) -> None:
        """What becomes of all bytes from now on; `drop` resets the connections that are open."""
        self._do(self._set(passage, drop=drop))

    def lead_to(self, port: int, *, rewrite: Rewrite | None = None) -> None:
        """Lead all connections made from now on to another server, and reset those that are open."""

        async def lead() -> None:
            self._target, self._rewrite = port, rewrite
            self._drop()

        self._do(lead())

    def arrived_since(self, moment: float, until: float = float("inf")) -> int:
        """How many connections were made between two moments of `time.monotonic`."""
        return sum(moment <= arrival < until for arrival in list(self.arrivals))

    def accepted(self, context: ssl.SSLContext) -> int:
        """How many clients have gone through with a handshake in which they were shown this context's certificate."""
        return sum(shown is context for shown in list(self._accepted))

    def stop(self) -> None:
        """Close the port and reset all connections."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)
        assert not self._thread.is_alive(), "the way to the server did not close"

    # On the thread

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _set(self, passage: Passage, *, drop: bool) -> None:
        async with self._changed:
            self._passage = passage
            if drop or passage is Passage.RESET:
                self._drop()
            self._changed.notify_all()

    def _drop(self) -> None:
        for connection in list(self._open):
            connection.reset()

    def _run(self, started: threading.Event) -> None:
        try:
            self._loop.run_until_complete(self._serve(started))
        finally:
            self._loop.close()

    async def _serve(self, started: threading.Event) -> None:
        server = await asyncio.start_server(self._take, "127.0.0.1", 0, ssl=self._tls)
        self.port = int(server.sockets[0].getsockname()[1])
        started.set()
        await self._stopping.wait()
        server.close()
        self._drop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.arrivals.append(time.monotonic())
        secured = writer.get_extra_info("ssl_object")
        if secured is not None:
            self._accepted.append(secured.context)
        connection = _Connection(reader, writer)
        self._open.add(connection)
        try:
            await self._lead(connection)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            connection.reset()
        finally:
            connection.close()
            self._open.discard(connection)
            self._tasks.discard(task)

    async def _lead(self, connection: _Connection) -> None:
        if self._passage is Passage.RESET:
            connection.reset()
            return
        await self._until_not(Passage.SILENT)
        head = await connection.reader.readuntil(END_OF_HEAD)
        is_websocket = b"upgrade: websocket" in head.lower()
        await self._until_not(Passage.SILENT)
        server, to_server = await asyncio.open_connection("127.0.0.1", self._target, limit=LONGEST_HEAD)
        connection.to_server = to_server
        to_server.write(self._rewrite(head) if self._rewrite is not None else head)
        up = asyncio.create_task(self._pump(connection.reader, to_server, is_muted=False))
        try:
            if is_websocket:
                answer = await server.readuntil(END_OF_HEAD)
                await self._until_not(Passage.SILENT)
                connection.writer.write(answer)
            await self._pump(server, connection.writer, is_muted=is_websocket)
        finally:
            up.cancel()
            await asyncio.gather(up, return_exceptions=True)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, is_muted: bool) -> None:
        """Carry bytes until the source ends, then end the sink."""
        while chunk := await source.read(CHUNK):
            await self._until_not(Passage.SILENT, *([Passage.HANDSHAKE_ONLY] if is_muted else []))
            sink.write(chunk)
            await sink.drain()
        if sink.can_write_eof():
            sink.write_eof()

    async def _until_not(self, *passages: Passage) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self._passage not in passages)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


class _Connection:
    """A client's connection, and the one to the server that belongs to it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.to_server: asyncio.StreamWriter | None = None

    def reset(self) -> None:
        """End it with a RST on both sides, as a line that breaks and is noticed."""
        for writer in (self.writer, self.to_server):
            if writer is None:
                continue
            with contextlib.suppress(OSError):
                raw = writer.get_extra_info("socket")
                if raw is not None:  # it has been closed meanwhile
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    def close(self) -> None:
        self.writer.close()
        if self.to_server is not None:
            self.to_server.close()
