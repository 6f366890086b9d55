"""A network of the kiosk's own, with one line to the rest of the machine."""

from __future__ import annotations

import errno
import itertools
import os
import random
import shutil
import subprocess
from contextlib import ExitStack
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.support import parts
from tests.support.line import Line

PREFIX = "kiosk-"
"""Names of namespaces are `kiosk-<process>-<number>`: whose process is gone, is nobody's."""
TESTING = IPv4Network("198.18.0.0/15")
"""Addresses set aside for testing networks (RFC 2544): nobody's router knows them."""
NAMES = Path("/run/netns")
CONFIGURATION = Path("/etc/netns")
"""`ip netns exec` shows the files of the folder with the namespace's name in place of those of /etc."""

_numbers = itertools.count(1)


class NetworkNamespace:
    """What runs in it by `wrapper` reaches this machine at `near`, over `line`, and nothing else.

    Unix sockets (the screen's, the sound server's, the kiosk's own) are reached from inside and outside alike.
    """

    def __init__(self, nameserver: bool = False) -> None:
        """Make it; gives the test up where that is not allowed. `nameserver`: names are asked for at `near`, port 53.

        Without it no name can be resolved inside.
        """
        parts.program("ip")
        if os.geteuid() != 0:
            pytest.skip("only root may make network namespaces")
        remove_leftovers()
        number = next(_numbers)
        self.name = f"{PREFIX}{os.getpid()}-{number}"
        self.near_device, far_device = f"kn{os.getpid()}-{number}", f"kf{os.getpid()}-{number}"
        self.near, self.far = _free_addresses()
        self._ends = ExitStack()
        try:
            self._set_up(far_device, nameserver=nameserver)
        except BaseException:
            self.stop()
            raise

    @property
    def wrapper(self) -> list[str]:
        """The command that runs another one inside."""
        return ["ip", "netns", "exec", self.name]

    def _set_up(self, far_device: str, *, nameserver: bool) -> None:
        _ip("netns", "add", self.name)
        self._ends.callback(_remove, self.name)
        files = CONFIGURATION / self.name
        files.mkdir(parents=True)
        files.joinpath("resolv.conf").write_text(f"nameserver {self.near}\n" if nameserver else "", encoding="utf-8")
        # A resolver service outside would be asked past the line.
        files.joinpath("nsswitch.conf").write_text("hosts: files dns\n", encoding="utf-8")
        try:
            self.line = self._ends.enter_context(Line(self.near_device, far_device))
        except OSError as error:
            parts.lacking(f"a TUN device ({error.strerror})")
        _ip("link", "set", far_device, "netns", self.name)
        _ip("address", "add", f"{self.near}/30", "dev", self.near_device)
        _ip("link", "set", self.near_device, "up")
        inside = ("-n", self.name)
        _ip(*inside, "link", "set", "lo", "up")
        _ip(*inside, "address", "add", f"{self.far}/30", "dev", far_device)
        _ip(*inside, "link", "set", far_device, "up")
        # WebRTC looks for its own address by the route to the rest of the world.
        _ip(*inside, "route", "add", "default", "via", str(self.near))

    def stop(self) -> None:
        """Take it away, and the line with it. May be called twice."""
        self._ends.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def remove_leftovers() -> None:
    """Take away the namespaces of test processes that were killed. Their devices have ended with them."""
    names = {path.name for folder in (NAMES, CONFIGURATION) if folder.exists() for path in folder.glob(f"{PREFIX}*-*")}
    for name in names:
        owner = name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not _is_alive(int(owner)):
            _remove(name)


def _remove(name: str) -> None:
    shutil.rmtree(CONFIGURATION / name, ignore_errors=True)
    if (NAMES / name).exists():
        subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError as error:
        return error.errno != errno.ESRCH
    return True


def _free_addresses() -> tuple[IPv4Address, IPv4Address]:
    """The two addresses of a small network that this machine has no route to."""
    taken = _ip("-brief", "-4", "address", "show")
    while True:
        network = IPv4Network((int(TESTING.network_address) + 4 * random.randrange(TESTING.num_addresses // 4), 30))
        near, far = network.hosts()
        if f"{near}/" not in taken:
            return near, far


def _ip(*arguments: str) -> str:
    done = subprocess.run(["ip", *arguments], check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"ip {' '.join(arguments)}: {done.stderr.strip()}"
    return done.stdout
