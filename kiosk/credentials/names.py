"""Looking up the names of servers, with an end to it.

The system's own look-up cannot be cancelled and may take half a minute when no name server answers. Here it has a
limit, asks once however many wait for the answer, and never keeps the process from ending.
"""

import asyncio
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

LIMIT = 4.0
"""Seconds: less than a connection may take, so that the name is blamed and not the server."""

_Address = tuple[Any, ...]
Lookup = Callable[[str, int, socket.AddressFamily], Sequence[_Address]]


def _system_lookup(host: str, port: int, family: socket.AddressFamily) -> Sequence[_Address]:
    return socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)


class Names(AbstractResolver):
    """aiohttp's resolver over the system's.

    Args:
        lookup: `socket.getaddrinfo`, or what takes its place in a test.
        limit: seconds.
    """

    def __init__(self, lookup: Lookup = _system_lookup, limit: float = LIMIT) -> None:
        self._lookup = lookup
        self._limit = limit
        self._running: dict[tuple[str, int, int], asyncio.Future[Sequence[_Address]]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host.

        Raises:
            socket.gaierror: there are none, or nobody has said in time (`EAI_AGAIN`).
        """
        key = (host, port, family)
        answer = self._running.get(key)
        if answer is None:
            answer = self._running[key] = asyncio.get_running_loop().create_future()
            answer.add_done_callback(lambda _: self._running.pop(key, None))
            # A daemon: an executor's thread would have to come back before the process may end.
            threading.Thread(target=self._ask, args=(answer, *key), name=f"name {host}", daemon=True).start()
        try:
            async with asyncio.timeout(self._limit):
                found = await asyncio.shield(answer)
        except TimeoutError:
            raise socket.gaierror(socket.EAI_AGAIN, "no answer in time") from None
        return [_result(host, address) for address in found]

    def _ask(self, answer: "asyncio.Future[Sequence[_Address]]", host: str, port: int, family: int) -> None:
        """On a thread of its own."""
        try:
            found = self._lookup(host, port, socket.AddressFamily(family))
        except (OSError, UnicodeError) as error:  # UnicodeError: what is no name at all
            failure = error if isinstance(error, OSError) else socket.gaierror(socket.EAI_NONAME, "not a name")
            _tell(answer, lambda: answer.set_exception(failure))
        else:
            _tell(answer, lambda: answer.set_result(found))

    async def close(self) -> None:
        """Nothing: a look-up that still runs is waited for by nobody."""


def _tell(answer: "asyncio.Future[Sequence[_Address]]", settle: Callable[[], None]) -> None:
    def settle_and_look() -> None:
        settle()
        answer.exception()  # whoever waited may have given up: then nobody else takes it

    try:
        answer.get_loop().call_soon_threadsafe(settle_and_look)
    except RuntimeError:  # the loop has ended meanwhile
        return


def _result(host: str, found: _Address) -> ResolveResult:
    family, _, protocol, _, address = found
    where = address[0]
    if family == socket.AF_INET6 and len(address) > 3 and address[3]:
        where = socket.getnameinfo(address, socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)[0]  # with its interface
    return ResolveResult(
        hostname=host, host=where, port=address[1], family=family, proto=protocol, flags=socket.AI_NUMERICHOST
    )
