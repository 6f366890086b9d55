"""Faults of the files around the kiosk: its configuration, its state, its lock and its control socket."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.operations.control_client import ControlError
from tests.faults.fault import Fault, Scene
from tests.faults.stage import Plan, Stage
from tests.support.waiting import WaitedInVainError, wait_until

IDLE, LIVE = Scene.IDLE, Scene.LIVE
GARBAGE = bytes(range(256)) * 64
NOTICED_WITHIN = 10.0
"""Seconds; the kiosk promises one and gets more from a busy machine."""

Break = Callable[[Path], None]
"""Puts something else in a file's place; nothing is there when it is called."""


class ConfigurationBroken(Fault):
    """The file is put back after a while; until then the last good settings run on, and status lists the problem."""

    family = "files"
    lasts = 4.0

    def __init__(self, how: str, spoil: Break, *, quick: tuple[Scene, ...] = ()) -> None:
        self.name = f"configuration {how}"
        self.quick = quick
        self._spoil = spoil

    def strike(self, stage: Stage) -> None:
        path = stage.kiosk.config_path
        stage.things["good"] = path.read_text(encoding="utf-8")
        remove(path)
        self._spoil(path)

    def mend(self, stage: Stage) -> None:
        stage.things["meanwhile"] = _look(stage, lambda status: status["config"]["problems"])
        path = stage.kiosk.config_path
        remove(path)
        path.write_text(stage.things["good"], encoding="utf-8")

    def prove(self, stage: Stage) -> None:
        meanwhile = stage.things["meanwhile"]
        assert meanwhile is not None, "no problem of the configuration was listed"
        assert meanwhile["state"] == stage.scene.value, f"the last good settings did not run on: {meanwhile['state']}"
        assert not stage.kiosk.ends, "it had to start anew"
        _forgiven(stage)
        stage.prove_conversation()
        stage.kiosk.command("stop")
        stage.kiosk.wait_for_state("idle", timeout=30)
        stage.prove_conversation()


class ConfigurationBrokenAtStart(Fault):
    """The kiosk is started with a broken file: it says so on the screen, and runs as soon as it is put back."""

    family = "files"
    scenes = (IDLE,)
    lasts = 12.0
    person = (
        "Nobody but a person knows what the file should say. The screen names whom to call, status and log list every "
        "problem with its line; once the file is right the kiosk runs by itself."
    )

    def __init__(self, how: str, spoil: Break) -> None:
        self.name = f"configuration {how} and main process killed"
        self._spoil = spoil

    def strike(self, stage: Stage) -> None:
        path = stage.kiosk.config_path
        stage.things["good"] = path.read_text(encoding="utf-8")
        remove(path)
        self._spoil(path)
        stage.kiosk.process.send(signal.SIGKILL)

    def mend(self, stage: Stage) -> None:
        stage.things["meanwhile"] = _look(stage, lambda status: status["reason"] == "configuration", within=30.0)
        path = stage.kiosk.config_path
        remove(path)
        path.write_text(stage.things["good"], encoding="utf-8")

    def prove(self, stage: Stage) -> None:
        meanwhile = stage.things["meanwhile"]
        assert meanwhile is not None, "it did not say that the configuration is broken"
        assert meanwhile["config"]["problems"], "no problem was listed"
        _forgiven(stage)
        stage.prove_conversation()


class StateFault(Fault):
    """Everything the kiosk keeps for itself under its home: the record of its starts, the flight recorder, caches."""

    family = "files"
    over = True

    def __init__(
        self, name: str, spoil: Callable[[Path], None], *, restart: bool, quick: tuple[Scene, ...] = ()
    ) -> None:
        """`spoil` gets the state folder. `restart`: the kiosk is killed as well, and has to start with what is left."""
        self.name = f"{name} and main process killed" if restart else name
        self.quick = quick
        self._spoil = spoil
        self._restart = restart
        self.over = restart

    def arrange(self, plan: Plan) -> None:
        home = plan.folder / "kiosk" / "home"
        plan.things["state"] = home / ".local" / "state" / "avatar-kiosk"

    def strike(self, stage: Stage) -> None:
        state = stage.things["state"]
        wait_until(lambda: state.is_dir() and any(state.iterdir()), "the kiosk to have a state", 20)
        self._spoil(state)
        if self._restart:
            stage.kiosk.process.send(signal.SIGKILL)

    def prove(self, stage: Stage) -> None:
        stage.prove_conversation()


class SocketRemoved(Fault):
    """Somebody tidies up: the kiosk runs on, but nobody could ask it anything any more."""

    family = "files"

    def __init__(self, name: str, spoil: Callable[[Path], None]) -> None:
        self.name = name
        self._spoil = spoil

    def strike(self, stage: Stage) -> None:
        self._spoil(stage.kiosk.socket)

    def prove(self, stage: Stage) -> None:
        assert not stage.kiosk.ends, "it had to start anew"
        stage.prove_conversation()


class Leftovers(Fault):
    """What a killed kiosk leaves behind, made worse: the next one has to start all the same."""

    family = "files"
    over = True

    def __init__(self, name: str, spoil: Callable[[Path, int], None]) -> None:
        """`spoil` gets the control socket and the process id of the one that was killed."""
        self.name = name
        self._spoil = spoil

    def strike(self, stage: Stage) -> None:
        process = stage.kiosk.process
        process.send(signal.SIGKILL)
        wait_until(lambda: not process.running, "the kiosk to be killed", 10)
        self._spoil(stage.kiosk.socket, process.pid)


def remove(path: Path) -> None:
    """Whatever it is."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _look(stage: Stage, seen: Callable[[dict[str, Any]], object], within: float = NOTICED_WITHIN) -> Any:
    """The first status that meets the condition; None when it does not come. `mend` must not fail: `prove` may."""
    try:
        return stage.kiosk.wait_for_status("what is broken to be told", seen, within)
    except WaitedInVainError:
        return None


def _forgiven(stage: Stage) -> None:
    """The file is right again, and nothing is held against it."""

    def clean() -> bool:
        try:
            return not stage.kiosk.status()["config"]["problems"]
        except ControlError:
            return False

    wait_until(clean, "the configuration's problems to be gone", NOTICED_WITHIN)


# What is put in the configuration's place


def broken(path: Path) -> None:
    path.write_text("[livekit\nurl = 'wss://", encoding="utf-8")


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def gone(path: Path) -> None:
    """Nothing is."""


def folder(path: Path) -> None:
    path.mkdir()


def loop(path: Path) -> None:
    """Unreadable for everybody, root included."""
    path.symlink_to(path)


def pipe(path: Path) -> None:
    os.mkfifo(path)


def garbage(path: Path) -> None:
    path.write_bytes(GARBAGE)


def huge(path: Path) -> None:
    path.write_bytes(b"# nothing but remarks\n" * 2_500_000)


# What becomes of the state


def corrupted(state: Path) -> None:
    for file in _files(state):
        file.write_bytes(GARBAGE)


def half_written(state: Path) -> None:
    for file in _files(state):
        content = file.read_bytes()
        file.write_bytes(content[: len(content) // 2])


def emptied_files(state: Path) -> None:
    for file in _files(state):
        file.write_bytes(b"")


def pipes_instead(state: Path) -> None:
    for file in _files(state):
        file.unlink()
        os.mkfifo(file)


def folders_instead(state: Path) -> None:
    for file in _files(state):
        file.unlink()
        file.mkdir()


def file_instead(state: Path) -> None:
    all_gone(state)
    state.write_bytes(GARBAGE)


def all_gone(state: Path) -> None:
    """At once: the kiosk may be writing into it."""
    gone = state.rename(state.with_name("gone"))
    shutil.rmtree(gone)


def _files(state: Path) -> list[Path]:
    return [path for path in state.rglob("*") if path.is_file()]


# What becomes of lock and socket


def unlinked(socket: Path) -> None:
    socket.unlink()


def all_unlinked(socket: Path) -> None:
    """Socket and lock; the service manager's own socket lies in the same folder, and only in this rig."""
    for path in socket.parent.glob(f"{socket.name}*"):
        path.unlink()


def as_left(socket: Path, _pid: int) -> None:
    assert socket.exists(), "a killed kiosk leaves its socket"


def lock_of_another(socket: Path, _pid: int) -> None:
    """The dead one's number belongs to somebody else by now: to the first process, which never ends."""
    lock = _lock(socket)
    lines = lock.read_text(encoding="utf-8").splitlines()
    lock.write_text("\n".join(["1", *lines[1:]]) + "\n", encoding="utf-8")


def lock_garbage(socket: Path, _pid: int) -> None:
    _lock(socket).write_bytes(GARBAGE)


def file_for_socket(socket: Path, _pid: int) -> None:
    socket.unlink()
    socket.write_bytes(GARBAGE)


def _lock(socket: Path) -> Path:
    return socket.with_name(f"{socket.name}.lock")


FAULTS: tuple[Fault, ...] = (
    ConfigurationBroken("broken", broken, quick=(LIVE,)),
    ConfigurationBroken("emptied", emptied),
    ConfigurationBroken("deleted", gone, quick=(IDLE,)),
    ConfigurationBroken("replaced by a folder", folder),
    ConfigurationBroken("unreadable", loop),
    ConfigurationBroken("replaced by a pipe", pipe),
    ConfigurationBroken("overwritten with garbage", garbage),
    ConfigurationBroken("grown to 50 MB", huge),
    ConfigurationBrokenAtStart("broken", broken),
    ConfigurationBrokenAtStart("replaced by a pipe", pipe),
    StateFault("state corrupted", corrupted, restart=False),
    StateFault("state corrupted", corrupted, restart=True, quick=(IDLE,)),
    StateFault("state half written", half_written, restart=True),
    StateFault("state emptied", emptied_files, restart=True),
    StateFault("state files replaced by folders", folders_instead, restart=True),
    StateFault("state files replaced by pipes", pipes_instead, restart=True),
    StateFault("state folder replaced by a file", file_instead, restart=False),
    StateFault("state folder replaced by a file", file_instead, restart=True),
    StateFault("state folder deleted", all_gone, restart=False),
    SocketRemoved("control socket deleted", unlinked),
    SocketRemoved("control socket and lock deleted", all_unlinked),
    Leftovers("stale lock and socket", as_left),
    Leftovers("stale lock with the number of a living process", lock_of_another),
    Leftovers("lock overwritten with garbage", lock_garbage),
    Leftovers("file in the control socket's place", file_for_socket),
)
