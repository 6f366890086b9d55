"""The service manager's datagrams, received on a socket like systemd's."""

from __future__ import annotations

import logging
import os
import secrets
import socket as sockets
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.operations.notify import ServiceNotifier, withhold_from_children


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, socket: Path) -> Iterator[tuple[sockets.socket, dict[str, str]]]:
    """A bound notification socket, and the environment that names it."""
    if request.param == "path":
        socket.parent.mkdir()
        address, name = str(socket), str(socket)
    else:
        name = f"@kiosk-test-{secrets.token_hex(8)}"
        address = "\0" + name[1:]
    with sockets.socket(sockets.AF_UNIX, sockets.SOCK_DGRAM) as receiver:
        receiver.bind(address)
        receiver.settimeout(5)
        yield receiver, {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid() + 1)}


def test_every_message_arrives_as_systemd_expects_it(manager: tuple[sockets.socket, dict[str, str]]) -> None:
    receiver, environ = manager
    notifier = ServiceNotifier(environ)
    notifier.more_time(60.0)
    notifier.ready("idle")
    notifier.watchdog()
    notifier.status("offline: the server\ndoes not answer")
    notifier.stopping()
    assert [receiver.recv(4096) for _ in range(5)] == [
        b"EXTEND_TIMEOUT_USEC=60000000",
        b"READY=1\nSTATUS=idle",
        b"WATCHDOG=1",
        b"STATUS=offline: the server does not answer",
        b"STOPPING=1",
    ]


def test_the_watchdog_is_fed_twice_as_often_as_asked_also_for_another_main_process(
    manager: tuple[sockets.socket, dict[str, str]],
) -> None:
    assert ServiceNotifier(manager[1]).watchdog_interval == 15


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"WATCHDOG_USEC": "30000000"},
        {"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "soon"},
        {"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "0"},
        {"NOTIFY_SOCKET": "/run/x"},
    ],
)
def test_without_a_limit_there_is_no_interval(environ: dict[str, str]) -> None:
    assert ServiceNotifier(environ).watchdog_interval is None


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "vsock:2:1234"}])
def test_without_a_socket_nothing_is_sent(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_socket(*_: object) -> None:
        pytest.fail("a socket was opened")

    monkeypatch.setattr(sockets, "socket", no_socket)
    ServiceNotifier(environ).ready("idle")
    assert not caplog.records


def test_what_is_told_is_known_also_where_nobody_listens() -> None:
    told: list[str] = []
    notifier = ServiceNotifier({}, told.append)
    notifier.ready("idle")
    notifier.stopping()
    assert told == ["READY=1 STATUS=idle", "STOPPING=1"]


def test_a_manager_that_is_gone_is_reported_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    notifier = ServiceNotifier({"NOTIFY_SOCKET": str(tmp_path / "gone")})
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            notifier.watchdog()
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_full_socket_never_blocks(manager: tuple[sockets.socket, dict[str, str]]) -> None:
    notifier = ServiceNotifier(manager[1])
    for _ in range(2000):  # far more than the kernel queues for a reader that does not read
        notifier.watchdog()


def test_what_is_for_the_kiosk_alone_is_kept_from_its_children() -> None:
    environ = {"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "1", "WATCHDOG_PID": "2", "DISPLAY": ":0"}
    before = dict(environ)
    assert withhold_from_children(environ) == before
    assert environ == {"DISPLAY": ":0"}
