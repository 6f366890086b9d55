"""Faults of the machine itself: its clock, its sleep, its disk, its screen, and the kiosk's process on it."""

from __future__ import annotations

import signal

from tests.faults.fault import Fault, Scene
from tests.faults.stage import Plan, Stage
from tests.support.small_disk import SmallDisk
from tests.support.waiting import wait_until
from tests.support.wall_clock import WallClock

HOUR = 3600
IDLE, LIVE = Scene.IDLE, Scene.LIVE


class MachineFault(Fault):
    family = "machine"

    def prove_next_visitor(self, stage: Stage) -> None:
        """The visitor that is there is served, and the one after that, with tokens of now."""
        stage.prove_conversation()
        stage.kiosk.command("stop")
        stage.kiosk.wait_for_state("idle", timeout=30)
        stage.prove_conversation()


class ClockJump(MachineFault):
    """The time of day is set wrong, and put right again after `lasts` seconds, or never."""

    def __init__(self, name: str, seconds: int, *, lasts: float = 0.0, quick: tuple[Scene, ...] = ()) -> None:
        self.name = name
        self.lasts = lasts
        self.quick = quick
        self._seconds = seconds

    def arrange(self, plan: Plan) -> None:
        clock = plan.things["clock"] = WallClock(plan.folder)
        plan.environment.update(clock.environment)

    def strike(self, stage: Stage) -> None:
        stage.things["clock"].set(self._seconds)

    def mend(self, stage: Stage) -> None:
        if self.lasts:
            stage.things["clock"].set(0)

    def prove(self, stage: Stage) -> None:
        self.prove_next_visitor(stage)


class Asleep(MachineFault):
    """Every process of the kiosk stands still while the world goes on, as when a machine is suspended."""

    def __init__(self, seconds: float, *, quick: tuple[Scene, ...] = ()) -> None:
        self.name = f"all processes frozen for {seconds:g} s"
        self.lasts = seconds
        self.quick = quick

    def strike(self, stage: Stage) -> None:
        stage.kiosk.suspend()

    def mend(self, stage: Stage) -> None:
        stage.kiosk.wake()


class MainProcessFrozen(MachineFault):
    """The kiosk's own process stands still; its page goes on, and nobody looks after it."""

    def __init__(self, seconds: float) -> None:
        self.name = f"main process frozen for {seconds:g} s"
        self.lasts = seconds

    def strike(self, stage: Stage) -> None:
        stage.kiosk.process.freeze()

    def mend(self, stage: Stage) -> None:
        stage.kiosk.process.thaw()


class DiskFault(MachineFault):
    """Log, state, caches and temporary files are on a disk of their own."""

    def arrange(self, plan: Plan) -> None:
        home = plan.folder / "kiosk" / "home"
        disk = plan.things["disk"] = plan.keep(SmallDisk(home))
        temporary = home / "tmp"
        temporary.mkdir()
        plan.environment["TMPDIR"] = str(temporary)
        plan.things["log"] = home / "kiosk.log"
        plan.configuration["log"] = {"file": str(plan.things["log"])}
        plan.things["make whole"] = disk.free

    def prove(self, stage: Stage) -> None:
        """Visitors are served on the full disk; once it is freed the log goes on."""
        self.prove_next_visitor(stage)
        log = stage.things["log"]
        before = log.stat().st_size if log.exists() else 0
        stage.things["make whole"]()
        stage.kiosk.command("stop")
        stage.kiosk.wait_for_state("idle", timeout=30)
        wait_until(lambda: log.exists() and log.stat().st_size > before, "the log to go on")


class DiskFull(DiskFault):
    name = "disk full for log and state"
    quick = (IDLE,)

    def strike(self, stage: Stage) -> None:
        stage.things["disk"].fill()


class DiskFullAtStart(DiskFault):
    name = "disk full and main process killed"
    over = True

    def strike(self, stage: Stage) -> None:
        stage.things["disk"].fill()
        stage.kiosk.process.send(signal.SIGKILL)


class DiskReadOnly(DiskFault):
    name = "disk read-only and main process killed"
    over = True

    def arrange(self, plan: Plan) -> None:
        super().arrange(plan)
        plan.things["make whole"] = plan.things["disk"].make_writable

    def strike(self, stage: Stage) -> None:
        stage.kiosk.process.send(signal.SIGKILL)
        wait_until(stage.things["disk"].make_read_only, "the disk to be read-only before the kiosk is back", 10)


class ScreenRestarted(MachineFault):
    """The X server dies, and every program on it; it is back with the same number."""

    over = True

    def __init__(self, seconds: float) -> None:
        self.name = f"X server gone for {seconds:g} s"
        self.lasts = seconds

    def strike(self, stage: Stage) -> None:
        stage.screen.stop()

    def mend(self, stage: Stage) -> None:
        stage.screen.start()


class ScreenSilent(MachineFault):
    """The X server is there and answers nobody."""

    def __init__(self, seconds: float) -> None:
        self.name = f"X server frozen for {seconds:g} s"
        self.lasts = seconds

    def strike(self, stage: Stage) -> None:
        stage.screen.process.freeze()

    def mend(self, stage: Stage) -> None:
        stage.screen.process.thaw()


FAULTS: tuple[Fault, ...] = (
    ClockJump("clock put an hour forward", HOUR, quick=(IDLE,)),
    ClockJump("clock put an hour back", -HOUR),
    ClockJump("clock an hour ahead, put right after 20 s", HOUR, lasts=20.0),
    Asleep(5.0, quick=(LIVE,)),
    Asleep(60.0),
    MainProcessFrozen(10.0),
    DiskFull(),
    DiskFullAtStart(),
    DiskReadOnly(),
    ScreenRestarted(5.0),
    ScreenSilent(10.0),
)
