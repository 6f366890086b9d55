"""One kiosk per user, also after the first one was killed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.operations.control_client import ControlCommand, request, socket_path
from kiosk.operations.runtime_folder import UnsafeFolderError, prepare_folder
from kiosk.operations.single_instance import AlreadyRunningError, SingleInstance, claim

ANSWERING_KIOSK = Path(__file__).with_name("answering_kiosk.py")
Launcher = Callable[[], "subprocess.Popen[str]"]


def test_a_second_launch_raises_the_first_and_learns_who_it_is(launch: Launcher, socket: Path) -> None:
    first = launch()
    with pytest.raises(AlreadyRunningError, match="brought to the front") as caught:
        claim(socket)
    assert caught.value.pid == first.pid
    assert caught.value.raised


def test_a_second_process_is_kept_out_too(launch: Launcher, socket: Path) -> None:
    launch()
    assert subprocess.run([sys.executable, ANSWERING_KIOSK, socket], check=False).returncode == 4


def test_a_killed_kiosk_leaves_nothing_in_the_way(launch: Launcher, socket: Path) -> None:
    first = launch()
    first.kill()
    first.wait()
    instance = claim(socket, patience=0)
    assert instance.holder() == os.getpid()
    instance.release()


def test_a_dead_holders_number_that_lives_again_does_not_keep_the_lock(socket: Path) -> None:
    prepare_folder(socket.parent)
    holder = SingleInstance(socket)
    assert holder.acquire()
    left_behind = Path(f"{socket}.lock").read_bytes()
    holder.release()
    Path(f"{socket}.lock").write_bytes(left_behind)  # names this very process, which is alive
    instance = claim(socket, patience=0)
    instance.release()


def test_a_holder_that_never_answers_is_reported(socket: Path) -> None:
    holder = SingleInstance(socket)
    assert holder.acquire()
    with pytest.raises(AlreadyRunningError, match="does not answer") as caught:
        claim(socket, patience=0.1)
    assert not caught.value.raised
    holder.release()


def test_a_holder_that_is_just_leaving_is_waited_for(socket: Path) -> None:
    holder = SingleInstance(socket)
    assert holder.acquire()
    leaving = threading.Timer(0.3, holder.release)
    leaving.start()
    instance = claim(socket, patience=10)
    leaving.join()
    assert instance.holder() == os.getpid()
    instance.release()


def test_quit_makes_room_for_the_next(launch: Launcher, socket: Path) -> None:
    launch()
    request(socket, ControlCommand.QUIT, until_closed=True)
    claim(socket).release()


class TestFolder:
    def test_is_created_for_the_user_alone(self, tmp_path: Path) -> None:
        prepare_folder(tmp_path / "new")
        assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700

    def test_of_another_user_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        owner = tmp_path.stat().st_uid
        monkeypatch.setattr(os, "getuid", lambda: owner + 1)
        if owner == 0:
            os.chown(tmp_path, 4242, -1)
        with pytest.raises(UnsafeFolderError, match="another user"):
            prepare_folder(tmp_path)

    def test_a_link_counts_as_its_owners(self, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to("/run")
        prepare_folder(tmp_path / "link")


class TestSocketPath:
    def test_the_variable_wins(self) -> None:
        assert socket_path({"AVATAR_KIOSK_SOCKET": "/x/y", "XDG_RUNTIME_DIR": "/"}) == Path("/x/y")

    def test_the_users_runtime_folder_is_taken(self, tmp_path: Path) -> None:
        assert socket_path({"XDG_RUNTIME_DIR": str(tmp_path)}) == tmp_path / "avatar-kiosk" / "control.sock"

    def test_another_users_runtime_folder_is_not(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        user = os.getuid() + 4242
        monkeypatch.setattr(os, "getuid", lambda: user)
        path = socket_path({"XDG_RUNTIME_DIR": str(tmp_path)})
        assert path.parts[-2:] == (f"avatar-kiosk-{user}", "control.sock")


def test_a_deleted_lock_lets_no_second_kiosk_in(launch: Launcher, socket: Path) -> None:
    launch()
    Path(f"{socket}.lock").unlink()
    with pytest.raises(AlreadyRunningError, match="brought to the front"):
        claim(socket)
    assert request(socket, ControlCommand.STATUS)["status"]
