"""The kiosk's own process dies, once or again and again: the supervisor starts it, and it holds itself back."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

from kiosk.operations.control_client import ControlError
from tests.faults.fault import Fault, Scene
from tests.faults.stage import Plan, Stage
from tests.support.waiting import wait_until

CONTACT = "Front office, phone 100"


class Crash(Fault):
    """The main process is killed."""

    family = "process"
    name = "kiosk crashes"
    over = True
    limit = 60.0
    quick = (Scene.LIVE,)

    def strike(self, stage: Stage) -> None:
        stage.kiosk.process.send(signal.SIGSEGV)
        wait_until(lambda: stage.kiosk.ends, "the supervisor to see it", 10)


class CrashLoop(Fault):
    """It crashes as soon as it is up, more often than its budget allows."""

    family = "process"
    name = "kiosk crashes as soon as it is up, four times"
    scenes = (Scene.IDLE,)
    limit = 120.0

    def strike(self, stage: Stage) -> None:
        for crash in range(1, 5):
            stage.kiosk.process.send(signal.SIGSEGV)
            wait_until(lambda crash=crash: len(stage.kiosk.ends) >= crash, "the supervisor to see it", 10)  # type: ignore[misc]
            wait_until(lambda: stage.kiosk.state, "the next life to answer", 30)


class NoPageLives(Fault):
    """Every renderer dies within a moment: the whole ladder, every restart, then a person is called for."""

    family = "process"
    name = "every renderer dies at once, for 90 s"
    lasts = 90.0
    limit = 120.0
    over = True

    def arrange(self, plan: Plan) -> None:
        plan.configuration["appearance"] = {"organisation": "Example Ltd", "contact": CONTACT}

    def strike(self, stage: Stage) -> None:
        enough = threading.Event()
        killer = threading.Thread(target=_kill_renderers, args=(stage, enough), name="killer", daemon=True)
        stage.things.update(enough=enough, killer=killer)
        killer.start()

    def mend(self, stage: Stage) -> None:
        stage.things["enough"].set()
        stage.things["killer"].join(5)
        status: dict[str, Any] = stage.kiosk.status()
        assert (status["state"], status["reason"]) == ("faulted", "recovery_exhausted"), "a person is called for"


def _kill_renderers(stage: Stage, enough: threading.Event) -> None:
    while not enough.wait(0.1):
        try:
            renderer = stage.kiosk.status()["page"]["renderer_pid"]
            if renderer:
                os.kill(renderer, signal.SIGKILL)
        except (ControlError, ProcessLookupError):
            continue


FAULTS: tuple[Fault, ...] = (Crash(), CrashLoop(), NoPageLives())
