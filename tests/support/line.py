"""A network cable between two interfaces, with a person who can cut it and make it bad.

Packets go from one TUN device to the other through this process, which loses and delays them: `tc netem` does the same
inside the kernel, but not every kernel has it.
"""

from __future__ import annotations

import fcntl
import heapq
import itertools
import os
import random
import select
import struct
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

_SET_INTERFACE = 0x400454CA
_SET_CARRIER = 0x400454E2
_POINT_TO_POINT, _BARE_PACKETS = 0x0001, 0x1000
_MTU = 1500
_UDP = 17


@dataclass(frozen=True)
class Condition:
    """How well packets get through."""

    whole: bool = True
    """False: the cable is cut, and both ends see that it is."""
    loss: float = 0.0
    """The share 0..1 of packets lost, in each direction."""
    delay: float = 0.0
    """Seconds that packets to the far end take; those to the near end take none."""
    udp: bool = True
    """False: a firewall lets no UDP through."""


class Line:
    """Two TUN devices and what lies between them; they vanish with it, and with the process."""

    def __init__(self, near: str, far: str) -> None:
        """Make the devices, in the present network namespace.

        Raises:
            OSError: this machine has no TUN devices, or this user may not make any.
        """
        self._near = _device(near)
        try:
            self._far = _device(far)
        except OSError:
            os.close(self._near)
            raise
        self._condition = Condition()
        self._chance = random.Random(20)
        self._waiting: list[tuple[float, int, int, bytes]] = []
        self._numbers = itertools.count()
        self._wake, self._waker = os.pipe()
        self._thread = threading.Thread(target=self._carry, name=f"line {near}", daemon=True)
        self._thread.start()

    @property
    def condition(self) -> Condition:
        return self._condition

    @condition.setter
    def condition(self, condition: Condition) -> None:
        if condition.whole != self._condition.whole:
            for device in (self._near, self._far):
                fcntl.ioctl(device, _SET_CARRIER, struct.pack("i", condition.whole))
        self._condition = condition

    def stop(self) -> None:
        """Take the devices away. May be called twice."""
        if self._thread.is_alive():
            os.write(self._waker, b"x")
            self._thread.join(5)
            for descriptor in (self._near, self._far, self._wake, self._waker):
                os.close(descriptor)

    def _carry(self) -> None:
        while True:
            left = max(0.0, self._waiting[0][0] - time.monotonic()) if self._waiting else None
            readable, _, _ = select.select([self._near, self._far, self._wake], [], [], left)
            if self._wake in readable:
                return
            for device in readable:
                self._take(device)
            while self._waiting and self._waiting[0][0] <= time.monotonic():
                _, _, device, packet = heapq.heappop(self._waiting)
                _write(device, packet)

    def _take(self, device: int) -> None:
        try:
            packet = os.read(device, _MTU + 100)
        except (BlockingIOError, OSError):  # an interface that is down has nothing to say
            return
        condition = self._condition
        is_lost = self._chance.random() < condition.loss or (_is_udp(packet) and not condition.udp)
        if not condition.whole or is_lost:
            return
        if device == self._near:
            due = time.monotonic() + condition.delay
            heapq.heappush(self._waiting, (due, next(self._numbers), self._far, packet))
        else:
            _write(self._near, packet)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _device(name: str) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.ioctl(device, _SET_INTERFACE, struct.pack("16sH14x", name.encode(), _POINT_TO_POINT | _BARE_PACKETS))
    except OSError:
        os.close(device)
        raise
    return device


def _write(device: int, packet: bytes) -> None:
    try:
        os.write(device, packet)
    except OSError:  # the interface is down: the packet is lost
        return


def _is_udp(packet: bytes) -> bool:
    return len(packet) >= 20 and packet[0] >> 4 == 4 and packet[9] == _UDP
