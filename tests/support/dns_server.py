"""A name server that knows one answer, and can stop giving it."""

from __future__ import annotations

import socket
import struct
import threading
from enum import Enum
from ipaddress import IPv4Address
from types import TracebackType
from typing import Self

PORT = 53
"""`/etc/resolv.conf` cannot name another one."""
SECONDS_TO_KEEP = 2
_ADDRESS, _INTERNET = 1, 1


class Answer(Enum):
    """What becomes of a question; the value is DNS's response code, None: there is no response."""

    RIGHT = 0
    SERVFAIL = 2
    NXDOMAIN = 3
    NONE = None


class DnsServer:
    """Answers questions for one name over UDP on port 53; every other name is unknown."""

    def __init__(self, address: IPv4Address, names: dict[str, IPv4Address]) -> None:
        """Start it on `address`, which must be this machine's own, and nobody else's name server."""
        self.answer = Answer.RIGHT
        self.asked: list[str] = []
        """Every name asked for, in lower case."""
        self._names = names
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((str(address), PORT))
        self._thread = threading.Thread(target=self._serve, name="name server", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            question, client = self._socket.recvfrom(4096)
            if not question:  # `stop`
                return
            response = self._respond(question)
            if response is not None:
                self._socket.sendto(response, client)

    def _respond(self, question: bytes) -> bytes | None:
        """RFC 1035: a header of 12 bytes, then the name in pieces, type and class."""
        (number,) = struct.unpack_from("!H", question)
        name, end = _name_at(question, 12)
        kind, _ = struct.unpack_from("!HH", question, end)
        self.asked.append(name)
        answer = self.answer
        if answer.value is None:
            return None
        address = self._names.get(name)
        if answer is Answer.RIGHT and address is None:
            answer = Answer.NXDOMAIN
        record = b""
        if answer is Answer.RIGHT and kind == _ADDRESS and address is not None:
            pointer_to_the_name = b"\xc0\x0c"
            record = pointer_to_the_name + struct.pack("!HHIH", _ADDRESS, _INTERNET, SECONDS_TO_KEEP, 4)
            record += address.packed
        is_response, is_authority, recursion = 0x8000, 0x0400, 0x0180
        flags = is_response | is_authority | recursion | int(answer.value or 0)
        header = struct.pack("!HHHHHH", number, flags, 1, 1 if record else 0, 0, 0)
        return header + question[12 : end + 4] + record

    def stop(self) -> None:
        """Close it."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as messenger:
            messenger.sendto(b"", self._socket.getsockname())
        self._thread.join(5)
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _name_at(message: bytes, start: int) -> tuple[str, int]:
    """The name that begins there, and where it ends."""
    pieces = []
    while length := message[start]:
        pieces.append(message[start + 1 : start + 1 + length].decode("ascii").lower())
        start += 1 + length
    return ".".join(pieces), start + 1
