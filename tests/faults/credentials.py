"""Faults of the family `credentials`: LiveKit's tokens, the token endpoint, the AvatarKit console."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import time
from pathlib import Path
from typing import Any

from tests.faults.fault import Fault, Scene
from tests.faults.stage import Plan, Stage
from tests.support.fake_services import Behaviour, FakeConsole, FakeService, FakeTokenEndpoint
from tests.support.kiosk_process import PROJECT

BUILTIN = PROJECT / "resources" / "web" / "builtin"
SERVICE, STRUCK, SDK, SECRET = "service", "struck", "sdk", "secret"
REQUESTS_A_SECOND = 1.0
"""More than this, over a whole fault, is hammering; a visitor's own few tries come on top."""
VISITORS_TRIES = 12


class CredentialFault(Fault):
    family = "credentials"

    def well(self, status: dict[str, Any], scene: Scene) -> bool:
        """With nobody there a visitor comes meanwhile: they may be served, too."""
        return super().well(status, scene) or super().well(status, Scene.LIVE)


def service_of(stage: Stage) -> FakeService:
    service = stage.things[SERVICE]
    assert isinstance(service, FakeService)
    return service


def break_service(service: FakeService, behaviour: Behaviour | None) -> None:
    """Let it misbehave; None: close its port."""
    if behaviour is None:
        service.stop()
    else:
        service.behaviour = behaviour


def mend_service(service: FakeService, behaviour: Behaviour | None) -> None:
    if behaviour is None:
        service.start()
    else:
        service.behaviour = Behaviour.GOOD


# --- the token endpoint ---------------------------------------------------------------------------------------


class Endpoint(CredentialFault):
    """It misbehaves while a visitor taps, or while a conversation has lost its server and needs a new token."""

    lasts = 15.0
    over = True

    def __init__(
        self, what: str, behaviour: Behaviour | None, *, quick: tuple[Scene, ...] = (), lasts: float = 15.0
    ) -> None:
        self.name = f"token endpoint {what}"
        self.quick = quick
        self.lasts = lasts
        self._behaviour = behaviour

    def arrange(self, plan: Plan) -> None:
        endpoint = plan.keep(FakeTokenEndpoint(plan.server))
        endpoint.retry_after = 10
        plan.things[SERVICE] = endpoint
        plan.configuration["livekit"] = {"token_endpoint": endpoint.url, "room_prefix": "lobby-"}

    def strike(self, stage: Stage) -> None:
        stage.things[STRUCK] = (time.monotonic(), len(service_of(stage).asked))
        break_service(service_of(stage), self._behaviour)
        if stage.scene is Scene.IDLE:
            stage.kiosk.command("start")
        else:
            stage.server.stop()

    def mend(self, stage: Stage) -> None:
        mend_service(service_of(stage), self._behaviour)
        if stage.scene is Scene.LIVE:
            stage.server.start()

    def prove(self, stage: Stage) -> None:
        since, before = stage.things[STRUCK]
        asked = len(service_of(stage).asked) - before
        allowed = VISITORS_TRIES + REQUESTS_A_SECOND * (time.monotonic() - since)
        assert asked <= allowed, f"the endpoint was asked {asked} times"
        super().prove(stage)


# --- LiveKit's own --------------------------------------------------------------------------------------------


class RefusedWhileReconnecting(CredentialFault):
    """The server comes back with another secret, and gets its own back later."""

    name = "token refused while reconnecting: the server has another secret for 15 s"
    lasts = 15.0
    over = True

    def strike(self, stage: Stage) -> None:
        server = stage.server
        stage.things[SECRET] = server.api_secret
        server.stop()
        server.api_secret = secrets.token_urlsafe(32)
        server.start()
        if stage.scene is Scene.IDLE:
            stage.kiosk.command("start")

    def mend(self, stage: Stage) -> None:
        server = stage.server
        server.stop()
        server.api_secret = stage.things[SECRET]
        server.start()


class ExpiredWhileReconnecting(CredentialFault):
    """The token that let the kiosk in is too old to be used again when the agent's pictures stop."""

    name = "token expired when a reconnect is due"
    scenes = (Scene.LIVE,)
    limit = 60.0

    def arrange(self, plan: Plan) -> None:
        plan.configuration["livekit"]["token_ttl"] = "1m"
        plan.configuration["session"] = {"idle_timeout": "10m"}

    def prepare(self, stage: Stage) -> None:
        time.sleep(61.0)  # for real: the server looks at its own clock

    def strike(self, stage: Stage) -> None:
        stage.agent.freeze_motion()


class WrongSecret(CredentialFault):
    """Somebody saves a wrong secret."""

    name = "a wrong API secret is saved"
    scenes = (Scene.IDLE,)
    lasts = 5.0
    person = (
        "The LiveKit server refuses the API secret. Somebody who knows the right one has to save it in the "
        "configuration; the kiosk notices within a second and goes on by itself."
    )

    def strike(self, stage: Stage) -> None:
        livekit = {**stage.plan.configuration["livekit"], "api_secret": secrets.token_urlsafe(32)}
        stage.kiosk.write_config({**stage.plan.configuration, "livekit": livekit})
        stage.kiosk.wait_for_status(
            "the wrong secret to be told", lambda status: status["reason"] == "credentials_refused", 30
        )

    def mend(self, stage: Stage) -> None:
        stage.kiosk.write_config(stage.plan.configuration)


# --- the AvatarKit console ------------------------------------------------------------------------------------


class Console(CredentialFault):
    """The kiosk is switched on while the console misbehaves: the built-in avatar stands in until it is well."""

    scenes = (Scene.IDLE,)
    lasts = 20.0

    def __init__(self, what: str, behaviour: Behaviour | None, *, quick: tuple[Scene, ...] = ()) -> None:
        self.name = f"AvatarKit console {what} when the kiosk is switched on"
        self.quick = quick
        self._behaviour = behaviour

    def arrange(self, plan: Plan) -> None:
        arrange_console(plan)

    def strike(self, stage: Stage) -> None:
        break_service(service_of(stage), self._behaviour)
        stage.kiosk.process.send(signal.SIGKILL)

    def mend(self, stage: Stage) -> None:
        mend_service(service_of(stage), self._behaviour)

    def well(self, status: dict[str, Any], scene: Scene) -> bool:
        return super().well(status, scene) and bool(status["avatar"]["sdk"] != "builtin")


class ConsoleGoneMeanwhile(CredentialFault):
    """A conversation needs another page while the console is away: the token in hand serves it."""

    name = "renderer killed while the AvatarKit console is gone"
    scenes = (Scene.LIVE,)

    def arrange(self, plan: Plan) -> None:
        arrange_console(plan)

    def strike(self, stage: Stage) -> None:
        service_of(stage).stop()
        os.kill(stage.kiosk.status()["page"]["renderer_pid"], signal.SIGKILL)

    def well(self, status: dict[str, Any], scene: Scene) -> bool:
        return super().well(status, scene) and bool(status["avatar"]["sdk"] != "builtin")


class SessionTokenExpired(CredentialFault):
    """The console is away for as long as a session token lives; then every page needs another one."""

    name = "session token expired: the AvatarKit console is gone for 5 min"
    scenes = (Scene.IDLE,)
    lasts = 305.0

    def arrange(self, plan: Plan) -> None:
        arrange_console(plan)
        plan.configuration["avatar"]["session_token_ttl"] = "5m"

    def strike(self, stage: Stage) -> None:
        service_of(stage).stop()

    def mend(self, stage: Stage) -> None:
        # The old token is over by now: a visitor's page is a new one, and is made without.
        stage.go_live()
        stage.kiosk.command("stop")
        stage.kiosk.wait_for_state("idle", timeout=40)
        service_of(stage).start()

    def well(self, status: dict[str, Any], scene: Scene) -> bool:
        return super().well(status, scene) and bool(status["avatar"]["sdk"] != "builtin")


def arrange_console(plan: Plan) -> None:
    """A site's own folder with the avatar's packages, made of the built-in ones: it needs session tokens."""
    scope = plan.folder / SDK / "node_modules" / "@spatialwalk"
    for name in ("avatarkit", "avatarkit-rtc"):
        shutil.copytree(BUILTIN / name, scope / name)
    console = plan.keep(FakeConsole())
    plan.things[SERVICE] = console
    plan.configuration["avatar"] = {
        "sdk": str(Path(plan.folder, SDK)),
        "app_id": "app_1",
        "avatar_id": "mira",
        "api_key": "avatar-key-of-some-length",
        "console_endpoint": console.url,
    }


FAULTS: tuple[Fault, ...] = (
    ExpiredWhileReconnecting(),
    RefusedWhileReconnecting(),
    WrongSecret(),
    Endpoint("takes 2 s to answer", Behaviour.SLOW),
    Endpoint("takes connections and stays silent", Behaviour.SILENT, lasts=25.0),
    Endpoint("refuses (401)", Behaviour.REFUSED),
    Endpoint("is busy (429, Retry-After 10 s)", Behaviour.BUSY),
    Endpoint("fails (500) for 6 s", Behaviour.BROKEN, quick=(Scene.IDLE,), lasts=6.0),
    Endpoint("fails (500)", Behaviour.BROKEN),
    Endpoint("answers with garbage", Behaviour.GARBAGE),
    Endpoint("answers without a token", Behaviour.INCOMPLETE),
    Endpoint("is gone", None),
    SessionTokenExpired(),
    Console("refuses (401)", Behaviour.REFUSED),
    Console("fails (500)", Behaviour.BROKEN),
    Console("takes 2 s to answer", Behaviour.SLOW),
    Console("takes connections and stays silent", Behaviour.SILENT),
    Console("answers with garbage", Behaviour.GARBAGE),
    Console("is gone", None),
    ConsoleGoneMeanwhile(),
)
