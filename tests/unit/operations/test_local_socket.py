"""The way to the kiosk where Python has no local sockets: Qt's, tried on the same server as the other one."""

from __future__ import annotations

import signal
import socket as sockets
import subprocess
from collections.abc import Callable
from pathlib import Path, PureWindowsPath

import pytest

from kiosk.operations.control_client import (
    CommandRefusedError,
    ControlCommand,
    NoAnswerError,
    NoKioskError,
    request,
    socket_path,
)
from kiosk.operations.local_socket import PipeConnection, listening_name, new_connection

Launcher = Callable[[], "subprocess.Popen[str]"]

pytestmark = pytest.mark.usefixtures("no_local_sockets")


@pytest.fixture
def no_local_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(sockets, "AF_UNIX")


def test_qt_takes_over() -> None:
    assert isinstance(new_connection(), PipeConnection)


def test_a_command_is_answered(launch: Launcher, socket: Path) -> None:
    launch()
    assert request(socket, ControlCommand.STATUS) == {"status": {"state": "idle", "arguments": {}}}


def test_a_large_answer_arrives_whole(launch: Launcher, socket: Path) -> None:
    launch()
    assert request(socket, ControlCommand.MICROPHONES) == {"filler": "x" * 300_000}


def test_a_refusal_brings_its_sentence(launch: Launcher, socket: Path) -> None:
    launch()
    with pytest.raises(CommandRefusedError, match=r"^A session is running already\.$"):
        request(socket, ControlCommand.START)


def test_where_nobody_listens_there_is_no_kiosk(socket: Path) -> None:
    with pytest.raises(NoKioskError, match="No kiosk is running here"):
        request(socket, ControlCommand.STATUS)


def test_a_silent_one_is_not_waited_for_longer_than_asked(launch: Launcher, socket: Path) -> None:
    launch().send_signal(signal.SIGSTOP)
    with pytest.raises(NoAnswerError, match=r"did not answer within 0\.3 s"):
        request(socket, ControlCommand.STATUS, timeout=0.3)


def test_the_end_of_the_conversation_is_seen(launch: Launcher, socket: Path) -> None:
    kiosk = launch()
    request(socket, ControlCommand.QUIT, until_closed=True)
    assert kiosk.wait(5.0) == 0


def test_a_pipe_has_a_name_without_a_folder() -> None:
    path = Path(str(PureWindowsPath(r"C:\Users\Kiosk\AppData\Local\Temp\avatar-kiosk\control.sock")))
    name = listening_name(path, "win32")
    assert name.startswith("avatar-kiosk-")
    assert "\\" not in name
    assert name == listening_name(Path(str(path).upper()), "win32")
    assert name != listening_name(Path(str(path).replace("Kiosk", "Other")), "win32")
    assert listening_name(path, "linux") == str(path)


def test_without_user_numbers_the_place_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delattr("os.getuid")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert socket_path({}) == tmp_path / "avatar-kiosk" / "control.sock"
    assert socket_path({"AVATAR_KIOSK_SOCKET": "/elsewhere"}) == Path("/elsewhere")
