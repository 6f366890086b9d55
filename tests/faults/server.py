"""Faults of the family `server`: LiveKit's own process."""

from __future__ import annotations

import signal
from typing import Any

from tests.faults.fault import Fault, Scene
from tests.faults.stage import Stage

PATIENCE = 20.0
"""Seconds after which the kiosk gives up a conversation whose server cannot be reached (`Policy.patience`)."""


class ServerFault(Fault):
    """The server's process suffers; with nobody at the kiosk a visitor comes meanwhile and taps."""

    family = "server"
    peer = True

    def __init__(self, lasts: float, *, quick: tuple[Scene, ...] = ()) -> None:
        self.lasts = lasts
        self.quick = quick
        self.over = lasts > PATIENCE

    def strike(self, stage: Stage) -> None:
        self.hurt(stage)
        if stage.scene is Scene.IDLE:
            stage.kiosk.command("start")

    def hurt(self, stage: Stage) -> None:
        """Do it to the server."""
        raise NotImplementedError

    def well(self, status: dict[str, Any], scene: Scene) -> bool:
        """The visitor who came meanwhile may be served, too."""
        return super().well(status, scene) or super().well(status, Scene.LIVE)


class Killed(ServerFault):
    def __init__(self, lasts: float, *, quick: tuple[Scene, ...] = ()) -> None:
        super().__init__(lasts, quick=quick)
        self.name = f"server killed, back after {lasts:.0f} s" if lasts else "server killed and started again at once"

    def hurt(self, stage: Stage) -> None:
        stage.server.stop()

    def mend(self, stage: Stage) -> None:
        stage.server.start()


class Frozen(ServerFault):
    """SIGSTOP: its connections stay open and nothing answers."""

    def __init__(self, lasts: float, *, quick: tuple[Scene, ...] = ()) -> None:
        super().__init__(lasts, quick=quick)
        self.name = f"server frozen for {lasts:.0f} s"

    def hurt(self, stage: Stage) -> None:
        stage.server.freeze()

    def mend(self, stage: Stage) -> None:
        stage.server.thaw()


class ShutDown(ServerFault):
    """SIGTERM: it takes no new rooms and waits for those who are there, until its manager loses patience."""

    name = "server asked to end (SIGTERM), killed and started again after 10 s"

    def __init__(self) -> None:
        super().__init__(10.0)

    def hurt(self, stage: Stage) -> None:
        stage.server.process.send(signal.SIGTERM)

    def mend(self, stage: Stage) -> None:
        stage.server.stop()
        stage.server.start()


FAULTS: tuple[Fault, ...] = (
    Killed(0.0),
    Killed(5.0, quick=(Scene.LIVE,)),
    Killed(120.0),
    Frozen(5.0, quick=(Scene.LIVE,)),
    Frozen(30.0),
    Frozen(120.0),
    ShutDown(),
)
