"""The page, its renderer, and what Chromium needs beside it."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path
from typing import Any

from tests.faults.fault import Fault, Scene
from tests.faults.stage import Plan, Stage
from tests.support.engine_processes import engine_processes, renderers
from tests.support.fake_services import FakeConsole
from tests.support.faulty_avatar import FaultyAvatar, Misdeed
from tests.support.processes import ChildProcess
from tests.support.waiting import wait_until

IDLE, LIVE = Scene.IDLE, Scene.LIVE

TOLD: tuple[Misdeed, ...] = ("wipe", "lose context")
"""What the next heartbeat tells; all else is noticed by its silence."""
NOTICED_AT_ONCE, NOTICED_LATE = 3.0, 8.0
"""Seconds after which trouble has begun if any begins."""


class PageFault(Fault):
    """Something of the page; what it needs to break it lies in `Stage.things`."""

    family = "page"
    limit = 45.0

    def __init__(self, name: str, *, quick: tuple[Scene, ...] = (), scenes: tuple[Scene, ...] = (IDLE, LIVE)) -> None:
        self.name = name
        self.quick = quick
        self.scenes = scenes


class RendererSignalled(PageFault):
    """The renderer gets a signal: SIGKILL, or SIGSTOP, after which it hangs."""

    peer = True

    def __init__(self, name: str, number: signal.Signals, *, quick: tuple[Scene, ...] = ()) -> None:
        super().__init__(name, quick=quick)
        self._number = number
        self.settle = NOTICED_AT_ONCE if number is signal.SIGKILL else NOTICED_LATE

    def strike(self, stage: Stage) -> None:
        for program in _programs(stage):
            for pid in _pages(program):
                os.kill(pid, self._number)


class Misbehaviour(PageFault):
    """The avatar does something to its page."""

    def __init__(
        self,
        name: str,
        misdeed: Misdeed,
        seconds: float = 0.0,
        *,
        quick: tuple[Scene, ...] = (),
        scenes: tuple[Scene, ...] = (IDLE, LIVE),
    ) -> None:
        super().__init__(name, quick=quick, scenes=scenes)
        self._misdeed: Misdeed = misdeed
        self.settle = NOTICED_AT_ONCE if misdeed in TOLD else NOTICED_LATE
        self._seconds = seconds

    def arrange(self, plan: Plan) -> None:
        _give_faulty_avatar(plan)

    def strike(self, stage: Stage) -> None:
        _avatar(stage).do(self._misdeed, self._seconds)


class Harmless(Misbehaviour):
    """What a page may do now and then: it must not be taken for dead."""

    def prepare(self, stage: Stage) -> None:
        stage.things["before"] = stage.kiosk.status()["page"]["renderer_pid"]

    def prove(self, stage: Stage) -> None:
        status = stage.kiosk.status()
        assert status["recovery"]["count"] == 0, f"the page was taken for dead: {status['recovery']}"
        assert status["page"]["renderer_pid"] == stage.things["before"], "another renderer has taken its place"
        super().prove(stage)


class OutOfMemory(Misbehaviour):
    """The page grows until it can get no more, which is half a gigabyte more than it has: then Chromium ends it."""

    room = 512 * 1024 * 1024
    growing = 60.0
    """Seconds it may take to fill that."""

    def prepare(self, stage: Stage) -> None:
        pages = _pages(stage.kiosk.process)
        for pid in pages:
            allowed = _data_bytes(pid) + self.room
            resource.prlimit(pid, resource.RLIMIT_DATA, (allowed, allowed))
        super().strike(stage)
        wait_until(
            lambda: not any(Path(f"/proc/{pid}").exists() for pid in pages),
            "the page to run out of memory",
            self.growing,
            details=stage.kiosk.report,
        )

    def strike(self, stage: Stage) -> None:
        """It has just come to its end by itself."""


class HelpersKilled(PageFault):
    """The GPU's process, which this engine does not have, and what comes nearest to it.

    QtWebEngine draws on a thread of the kiosk's own process, and its network runs there, too. Processes of their own
    are the audio service and the one for video capture: both are killed.
    """

    def strike(self, stage: Stage) -> None:
        helpers = engine_processes(stage.kiosk.process.pid, "--type=utility")
        assert helpers, "no helper process is there"
        for pid in helpers:
            os.kill(pid, signal.SIGKILL)


class ZygotesKilled(PageFault):
    """With the processes that renderers are forked from no new page can be had: only a new process helps."""

    limit = 120.0
    over = True

    def strike(self, stage: Stage) -> None:
        zygotes = engine_processes(stage.kiosk.process.pid, "--type=zygote")
        assert zygotes, "no zygote is there"
        for pid in zygotes:
            os.kill(pid, signal.SIGKILL)


class FileMissing(PageFault):
    """A file of the avatar is not there when a page is made: the built-in one stands in until it is back."""

    lasts = 15.0
    limit = 100.0

    def __init__(self, name: str, file: str, *, wasm: bool = False) -> None:
        super().__init__(name)
        self._file = file
        self._wasm = wasm

    def arrange(self, plan: Plan) -> None:
        avatar = _give_faulty_avatar(plan)
        if self._wasm:
            avatar.add_wasm(self._file)

    def strike(self, stage: Stage) -> None:
        _avatar(stage).take_away(self._file)
        # A page that has the file needs it no more; the next one does.
        for pid in _pages(stage.kiosk.process):
            os.kill(pid, signal.SIGKILL)

    def mend(self, stage: Stage) -> None:
        status = stage.kiosk.status()
        assert status["avatar"]["sdk"] == "builtin", f"no other avatar has taken over: {status['avatar']}"
        assert status["reason"] == "avatar_fallback", f"nobody is told: {status['reason']}"
        if stage.scene is LIVE:
            stage.prove_conversation()
        _avatar(stage).give_back(self._file)

    def well(self, status: dict[str, Any], scene: Scene) -> bool:
        configured = status["avatar"]["sdk"] != "builtin" and status["reason"] is None
        # A conversation is not broken off for the sake of a nicer face.
        return super().well(status, scene) and (configured or scene is LIVE)

    def prove(self, stage: Stage) -> None:
        if stage.kiosk.state == "live":
            stage.kiosk.command("stop")
        stage.kiosk.wait_for_status(
            "the configured avatar to be back", lambda status: self.well(status, IDLE), self.limit
        )
        super().prove(stage)


def _programs(stage: Stage) -> list[ChildProcess]:
    return [stage.kiosk.process, *([stage.peer.process] if stage.peer is not None else [])]


def _pages(program: ChildProcess) -> list[int]:
    found = renderers(program.pid)
    assert found, f"{program.name} has no renderer"
    return found


def _give_faulty_avatar(plan: Plan) -> FaultyAvatar:
    avatar = FaultyAvatar(plan.folder)
    plan.configuration["avatar"] = avatar.table(plan.keep(FakeConsole()).url)
    plan.things["avatar"] = avatar
    return avatar


def _avatar(stage: Stage) -> FaultyAvatar:
    avatar = stage.things["avatar"]
    assert isinstance(avatar, FaultyAvatar)
    return avatar


def _data_bytes(pid: int) -> int:
    """What the kernel counts against RLIMIT_DATA."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"the kernel tells nothing of the memory of {pid}")


FAULTS: tuple[Fault, ...] = (
    Misbehaviour("page in an endless loop", "loop", quick=(LIVE,)),
    Misbehaviour("page wiped", "wipe"),
    Harmless("page busy for 3 s", "block", 3.0),
    Misbehaviour("page busy for 8 s", "block", 8.0),
    Harmless("an error in the page that nobody catches", "throw", scenes=(LIVE,)),
    RendererSignalled("renderer killed", signal.SIGKILL, quick=(IDLE,)),
    RendererSignalled("renderer frozen", signal.SIGSTOP),
    OutOfMemory("renderer out of memory", "eat memory"),
    HelpersKilled("GPU process killed (here: Chromium's helper processes)"),
    ZygotesKilled("Chromium's zygotes killed"),
    Misbehaviour("WebGL context lost", "lose context", quick=(LIVE,)),
    Misbehaviour("WebGL context lost for 1.5 s", "lose context", 1.5),
    FileMissing("avatar asset missing", "characters/mira/skin.json"),
    FileMissing("WASM missing", "avatar_core.wasm", wasm=True),
)
