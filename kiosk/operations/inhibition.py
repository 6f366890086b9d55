"""Asks those on the session bus who darken screens, and send machines to sleep, to refrain.

They hold to it until whoever asked leaves the bus, so a kiosk that is killed holds nothing back. D-Bus without Qt:
QtDBus talks in a thread of its own, and where that one wants Python while Python waits for it, both hang for ever.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jeepney import (
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageFlag,
    MessageType,
    message_bus,
    new_method_call,
)
from jeepney.io.asyncio import DBusConnection, open_dbus_connection

log = logging.getLogger(__name__)

APPLICATION = "avatar-kiosk"
REASON = "A visitor may walk up at any time."

COMES_WITHIN = 5.0
"""Seconds until the bus has let us in; it takes a thousandth of one unless it hangs."""

_NOT_THERE = frozenset({"org.freedesktop.DBus.Error.NameHasNoOwner", "org.freedesktop.DBus.Error.ServiceUnknown"})

Told = Callable[[Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class Custodian:
    """Somebody who takes `Inhibit(application, reason) → cookie`. `service`: the name on the bus."""

    service: str
    path: str
    interface: str


CUSTODIANS = (
    Custodian("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver"),
    Custodian(
        "org.freedesktop.PowerManagement",
        "/org/freedesktop/PowerManagement/Inhibit",
        "org.freedesktop.PowerManagement.Inhibit",
    ),
)
"""The first keeps the screen on, under GNOME and KDE too; the second, of Xfce and KDE, also the machine awake."""


def bus_address(environ: Mapping[str, str]) -> str | None:
    """Where the session bus listens; None: nowhere. A session without a desktop has it in its runtime folder."""
    if named := environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return None if named.startswith("disabled:") else named
    folder = environ.get("XDG_RUNTIME_DIR")
    return f"unix:path={folder}/bus" if folder and (Path(folder) / "bus").is_socket() else None


async def inhibit(address: str, told: Told) -> None:
    """Ask everybody who is there, and whoever appears later, until this is cancelled or the bus ends.

    Args:
        address: of the bus, as D-Bus writes it.
        told: gets the services that hold to it, once all have answered the first question.

    Raises:
        OSError: the bus is not there, or does not let us in.
    """
    try:
        bus = await asyncio.wait_for(open_dbus_connection(address), COMES_WITHIN)
    except (EOFError, RuntimeError, ValueError) as error:  # it hangs up, or is reached in a way that jeepney lacks
        raise OSError(f"{type(error).__name__}: {error}") from error
    try:
        await _Request(bus, told).run()
    finally:
        bus.writer.close()


class _Request:
    """One stay on the bus."""

    def __init__(self, bus: DBusConnection, told: Told) -> None:
        self._bus = bus
        self._told = told
        self._asked: dict[int, Custodian] = {}
        """By the serial number of the question that is still open."""
        self._held: set[str] = set()
        self._first = True

    async def run(self) -> None:
        for custodian in CUSTODIANS:
            await self._bus.send(message_bus.AddMatch(_appearance_of(custodian)))
        for custodian in CUSTODIANS:
            await self._ask(custodian)
        while True:
            try:
                message = await self._bus.receive()
            except (EOFError, ConnectionError):
                log.info("the session bus has ended")
                return
            if message.header.message_type is MessageType.signal:
                await self._heard(message)
            else:
                self._answered(message)

    async def _ask(self, custodian: Custodian) -> None:
        where = DBusAddress(custodian.path, bus_name=custodian.service, interface=custodian.interface)
        message = new_method_call(where, "Inhibit", "ss", (APPLICATION, REASON))
        message.header.flags |= MessageFlag.no_auto_start  # nobody needs a screen saver to be started for this
        serial = next(self._bus.outgoing_serial)
        self._asked[serial] = custodian
        await self._bus.send(message, serial=serial)

    async def _heard(self, message: Message) -> None:
        """That a name on the bus has changed hands."""
        if message.header.fields.get(HeaderFields.member) != "NameOwnerChanged":
            return
        name, _old, new = message.body
        self._held.discard(name)
        for custodian in CUSTODIANS:
            if custodian.service == name and new:
                await self._ask(custodian)

    def _answered(self, message: Message) -> None:
        custodian = self._asked.pop(message.header.fields.get(HeaderFields.reply_serial, 0), None)
        if custodian is None:
            return
        if message.header.message_type is MessageType.method_return:
            log.debug("%s keeps the screen on", custodian.service)
            self._held.add(custodian.service)
        elif (error := message.header.fields.get(HeaderFields.error_name)) not in _NOT_THERE:
            log.warning("%s does not keep the screen on: %s", custodian.service, error)
        if self._first and not self._asked:
            self._first = False
            self._told(sorted(self._held))


def _appearance_of(custodian: Custodian) -> MatchRule:
    rule = MatchRule(type="signal", sender="org.freedesktop.DBus", member="NameOwnerChanged")
    rule.add_arg_condition(0, custodian.service)
    return rule
