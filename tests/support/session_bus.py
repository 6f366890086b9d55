"""A session bus of the tests' own, and somebody on it who would darken the screen."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from jeepney import (
    HeaderFields,
    MatchRule,
    Message,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
)
from jeepney.io.blocking import open_dbus_connection

from kiosk.operations.inhibition import Custodian
from tests.support import parts
from tests.support.processes import ChildProcess

COOKIE = 4_000_000_001
"""More than a signed number of 32 bits holds: custodians give out what they like."""


class SessionBus:
    """One running bus."""

    def __init__(self, folder: Path) -> None:
        """Start it. `folder`: takes its log."""
        command = [parts.program("dbus-daemon"), "--session", "--nofork", "--nopidfile", "--print-address"]
        self._process = ChildProcess("session bus", command, folder / "bus.log", pipes=True)
        self.address = self._process.stdout.readline().decode().strip()
        assert self.address, self._process.last_lines()

    @property
    def environment(self) -> Mapping[str, str]:
        return {"DBUS_SESSION_BUS_ADDRESS": self.address}

    def stop(self) -> None:
        self._process.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


class FakeCustodian:
    """Answers in a thread of its own until `stop`."""

    def __init__(self, bus: SessionBus, who: Custodian, *, refuses: bool = False) -> None:
        """Appear on the bus as `who`; it `refuses` to refrain, or does as it is asked."""
        self.asked: list[tuple[Any, ...]] = []
        """What each question said: application and reason."""
        self._askers: set[str] = set()
        self._who = who
        self._refuses = refuses
        self._bus = open_dbus_connection(bus.address)
        taken = self._bus.send_and_get_reply(message_bus.RequestName(who.service), timeout=5)
        assert taken.body == (1,), f"{who.service} is somebody else's"
        leaving = MatchRule(type="signal", sender="org.freedesktop.DBus", member="NameOwnerChanged")
        self._bus.send_and_get_reply(message_bus.AddMatch(leaving), timeout=5)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._answer, name=who.service, daemon=True)
        self._thread.start()

    @property
    def holds(self) -> bool:
        """Whether somebody who asked for it is still on the bus."""
        return bool(self._askers)

    def _answer(self) -> None:
        while not self._ending.is_set():
            try:
                message = self._bus.receive(timeout=0.05)
            except TimeoutError:
                continue
            except (ConnectionError, EOFError):
                return
            if message.header.message_type is MessageType.signal:
                self._gone(message)
            elif message.header.message_type is MessageType.method_call:
                self._bus.send(self._answer_to(message))

    def _gone(self, message: Message) -> None:
        if message.header.fields.get(HeaderFields.member) == "NameOwnerChanged" and not message.body[2]:
            self._askers.discard(message.body[0])

    def _answer_to(self, message: Message) -> Message:
        fields = message.header.fields
        called = (fields.get(HeaderFields.path), fields.get(HeaderFields.interface), fields.get(HeaderFields.member))
        if called != (self._who.path, self._who.interface, "Inhibit") or fields.get(HeaderFields.signature) != "ss":
            return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")
        self.asked.append(message.body)
        if self._refuses:
            return new_error(message, "org.freedesktop.DBus.Error.AccessDenied")
        self._askers.add(fields[HeaderFields.sender])
        return new_method_return(message, "u", (COOKIE,))

    def stop(self) -> None:
        """Leave the bus."""
        self._ending.set()
        self._thread.join(5)
        self._bus.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
