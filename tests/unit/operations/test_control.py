"""The control socket end to end: the real server on Qt's loop in one process, the real client here."""

from __future__ import annotations

import json
import shutil
import socket as sockets
import stat
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.operations.control_client import (
    LINE_LIMIT,
    CommandRefusedError,
    ControlCommand,
    NoAnswerError,
    NoKioskError,
    request,
)
from tests.support.waiting import wait_until

Launcher = Callable[[], "subprocess.Popen[str]"]


def connect(path: Path) -> sockets.socket:
    connection = sockets.socket(sockets.AF_UNIX)
    connection.settimeout(5)
    connection.connect(str(path))
    return connection


def read_lines(connection: sockets.socket, count: int) -> list[dict[str, object]]:
    with connection.makefile("rb") as stream:
        return [json.loads(stream.readline()) for _ in range(count)]


def test_a_command_is_answered(launch: Launcher, socket: Path) -> None:
    launch()
    assert request(socket, ControlCommand.STATUS) == {"status": {"state": "idle", "arguments": {}}}


def test_only_its_user_may_open_the_socket(launch: Launcher, socket: Path) -> None:
    launch()
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700


def test_a_refusal_brings_its_sentence(launch: Launcher, socket: Path) -> None:
    launch()
    with pytest.raises(CommandRefusedError, match=r"^A session is running already\.$"):
        request(socket, ControlCommand.START)


def test_a_defect_is_answered_and_survived_without_its_text(launch: Launcher, socket: Path) -> None:
    launch()
    with pytest.raises(CommandRefusedError, match="the kiosk's log says why") as caught:
        request(socket, ControlCommand.RELOAD)
    assert "a defect" not in str(caught.value)
    assert request(socket, ControlCommand.STATUS)["status"]


def test_nothing_is_left_of_those_who_have_asked(launch: Launcher, socket: Path) -> None:
    launch()
    for _ in range(30):
        request(socket, ControlCommand.STATUS)
    left = wait_until(
        lambda: (sockets := request(socket, ControlCommand.REPORT)["sockets"]) and sockets == 1 and (sockets,),
        "the sockets of earlier askers to be gone",
        5,
    )
    assert left == (1,), "the one that asks"


def test_a_large_answer_arrives_whole(launch: Launcher, socket: Path) -> None:
    launch()
    assert request(socket, ControlCommand.MICROPHONES) == {"filler": "x" * 300_000}


def test_a_slow_command_holds_up_only_its_own_connection(launch: Launcher, socket: Path) -> None:
    launch()
    with connect(socket) as slow:
        slow.sendall(b'{"command": "stop"}\n{"command": "status"}\n')
        assert request(socket, ControlCommand.RAISE) == {}
        assert [answer["ok"] for answer in read_lines(slow, 2)] == [True, True]


def test_a_command_nobody_waits_for_is_still_carried_out(launch: Launcher, socket: Path) -> None:
    process = launch()
    with connect(socket) as hasty:
        hasty.sendall(b'{"command": "quit"}\n')
    assert process.wait(5) == 0


@pytest.mark.parametrize(
    "line", [b"status", b"{}", b"[]", b"3", b'{"command": "dance"}', b'{"command": ["status"]}', b"\xff\xfe", b""]
)
def test_what_is_no_request_is_told_what_one_is(launch: Launcher, socket: Path, line: bytes) -> None:
    launch()
    with connect(socket) as connection:
        connection.sendall(line + b"\n")
        [answer] = read_lines(connection, 1)
    assert answer["ok"] is False
    assert "status" in str(answer["error"])


def test_arguments_reach_the_handler_in_pieces_and_in_order(launch: Launcher, socket: Path) -> None:
    launch()
    text = b'{"command": "status", "n": 1}\n{"command": "status", "n": 2}\n'
    with connect(socket) as connection:
        for piece in (text[:7], text[7:40], text[40:]):
            connection.sendall(piece)
        answers = read_lines(connection, 2)
    assert [answer["status"]["arguments"] for answer in answers] == [{"n": 1}, {"n": 2}]  # type: ignore[index]


def test_an_endless_line_is_hung_up_on(launch: Launcher, socket: Path) -> None:
    launch()
    endless = b"x" * (2 * LINE_LIMIT + 1024 * 1024)  # more than the kernel's buffers take on top
    with connect(socket) as connection, pytest.raises(OSError, match=r"Broken pipe|reset by peer"):
        connection.sendall(endless)
    assert request(socket, ControlCommand.STATUS)["status"]


def test_quit_returns_when_the_kiosk_has_hung_up(launch: Launcher, socket: Path) -> None:
    process = launch()
    assert request(socket, ControlCommand.QUIT, until_closed=True) == {}
    assert process.wait(5) == 0
    assert not socket.exists()


def test_a_socket_left_by_a_killed_kiosk_is_taken_over(launch: Launcher, socket: Path) -> None:
    first = launch()
    first.kill()
    first.wait()
    assert socket.exists()
    with pytest.raises(NoKioskError):
        request(socket, ControlCommand.STATUS)
    launch()
    assert request(socket, ControlCommand.STATUS)["status"]


class TestWithoutAKiosk:
    """Against sockets that behave badly."""

    @pytest.fixture
    def listener(self) -> sockets.socket:
        listener = sockets.socket(sockets.AF_UNIX)
        listener.bind("bad.sock")
        listener.listen()
        return listener

    @pytest.fixture(autouse=True)
    def _beside_the_socket(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.chdir(tmp_path)  # a relative path is short enough wherever pytest puts its folders

    def answer(self, listener: sockets.socket, answer: bytes) -> threading.Thread:
        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        return thread

    def test_nobody(self) -> None:
        with pytest.raises(NoKioskError, match="No kiosk is running"):
            request(Path("none.sock"), ControlCommand.STATUS)

    def test_a_path_too_long_for_a_socket(self) -> None:
        with pytest.raises(NoKioskError, match="too long"):
            request(Path("x" * 200), ControlCommand.STATUS)

    def test_silence_ends_at_the_deadline(self, listener: sockets.socket) -> None:
        with listener:
            started = time.monotonic()
            with pytest.raises(NoAnswerError, match=r"within 0\.2 s"):
                request(Path("bad.sock"), ControlCommand.STATUS, timeout=0.2)
            assert time.monotonic() - started >= 0.2

    @pytest.mark.parametrize(
        ("answer", "sentence"),
        [
            (b"", "without an answer"),
            (b'{"ok": true', "without an answer"),
            (b"hello\n", "does not speak"),
            (b"[]\n", "does not speak"),
            (b'{"state": 1}\n', "does not speak"),
            (b"x" * (LINE_LIMIT + 1), "longer than"),
        ],
    )
    def test_what_is_no_answer(self, listener: sockets.socket, answer: bytes, sentence: str) -> None:
        with listener:
            thread = self.answer(listener, answer)
            with pytest.raises(NoAnswerError, match=sentence):
                request(Path("bad.sock"), ControlCommand.STATUS)
            thread.join()


def unlinked(socket: Path) -> None:
    socket.unlink()


def folder_gone(socket: Path) -> None:
    shutil.rmtree(socket.parent)


def file_instead(socket: Path) -> None:
    socket.unlink()
    socket.write_text("somebody was here")


@pytest.mark.parametrize("spoil", [unlinked, folder_gone, file_instead])
def test_a_socket_that_was_cleared_away_comes_back(
    launch: Launcher, socket: Path, spoil: Callable[[Path], None]
) -> None:
    launch()
    spoil(socket)

    def answered() -> bool:
        try:
            request(socket, ControlCommand.STATUS)
        except NoKioskError:
            return False
        return True

    assert not answered()
    wait_until(answered, "the socket to be there again", 15)
