"""The two HTTP services a kiosk may ask: a customer's token endpoint and the AvatarKit console. Both can misbehave."""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
from dataclasses import dataclass
from enum import Enum, auto
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.support.livekit_server import LiveKitServer


class Behaviour(Enum):
    """What a service answers."""

    GOOD = auto()
    CAMEL_CASE = auto()
    """A right answer in the other spelling."""
    REFUSED = auto()
    """401, with the caller's own credential in its body, as careless services do."""
    BROKEN = auto()
    """500."""
    BUSY = auto()
    """429 with `Retry-After`, in `retry_after` seconds."""
    GARBAGE = auto()
    """200 with something that is not JSON."""
    INCOMPLETE = auto()
    """200 with JSON that lacks the fields."""
    SLOW = auto()
    """A right answer after `delay` seconds."""
    SILENT = auto()
    """The connection is taken and never answered."""


@dataclass(frozen=True)
class Asked:
    """One request as the service received it."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class FakeService:
    """A local HTTP server on a port of its own, run by a thread, whose behaviour can be changed at any time."""

    path = "/"

    def __init__(
        self, behaviour: Behaviour = Behaviour.GOOD, *, required_headers: dict[str, str] | None = None
    ) -> None:
        """Start it; requests without all of `required_headers` are refused."""
        self.behaviour = behaviour
        self.delay = 2.0
        """Seconds a SLOW answer takes."""
        self.retry_after = 1
        """Seconds a BUSY answer asks to wait."""
        self.asked: list[Asked] = []
        self._required = required_headers or {}
        self._port = 0
        self.start()

    def start(self) -> None:
        """Open its port (again): the same as before."""
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), name=type(self).__name__, daemon=True)
        self._thread.start()
        assert started.wait(10), f"{type(self).__name__} did not start"

    @property
    def url(self) -> str:
        """The address to configure."""
        return f"http://127.0.0.1:{self._port}{self.path}"

    def answer(self, asked: Asked) -> dict[str, Any]:
        """The body of a right answer."""
        raise NotImplementedError

    def camel_case(self, body: dict[str, Any]) -> dict[str, Any]:
        """The same body in the other spelling."""
        return {_camel(key): value for key, value in body.items()}

    def stop(self) -> None:
        """Close the port; requests under way are dropped. May be called twice."""
        if not self._thread.is_alive():
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)
        assert not self._thread.is_alive(), f"{type(self).__name__} did not stop"

    def _run(self, started: threading.Event) -> None:
        try:
            self._loop.run_until_complete(self._serve(started))
        finally:
            self._loop.close()

    async def _serve(self, started: threading.Event) -> None:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._handle)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self._port)
        await site.start()
        self._port = int(runner.addresses[0][1])
        started.set()
        await self._stopping.wait()
        await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        asked = Asked(request.path, dict(request.headers), json.loads(body) if body else {})
        self.asked.append(asked)
        refused = any(request.headers.get(name) != value for name, value in self._required.items())
        behaviour = Behaviour.REFUSED if refused else self.behaviour
        if behaviour is Behaviour.REFUSED:
            return web.json_response({"message": "refused", "received": dict(request.headers)}, status=401)
        if behaviour is Behaviour.BROKEN:
            return web.Response(status=500, text="Internal Server Error")
        if behaviour is Behaviour.BUSY:
            return web.Response(status=429, headers={"Retry-After": str(self.retry_after)})
        if behaviour is Behaviour.GARBAGE:
            return web.Response(text="<html>Welcome to our guest network</html>", content_type="text/html")
        if behaviour is Behaviour.INCOMPLETE:
            return web.json_response({"hello": "world"})
        if behaviour is Behaviour.SILENT:
            await self._stopping.wait()
        if behaviour is Behaviour.SLOW:
            await asyncio.sleep(self.delay)
        answer = self.answer(asked)
        return web.json_response(self.camel_case(answer) if behaviour is Behaviour.CAMEL_CASE else answer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


class FakeTokenEndpoint(FakeService):
    """A customer's token endpoint for one LiveKit server; what is asked for is granted."""

    path = "/api/token"

    def __init__(
        self,
        server: LiveKitServer,
        behaviour: Behaviour = Behaviour.GOOD,
        *,
        required_headers: dict[str, str] | None = None,
    ) -> None:
        self._server = server
        super().__init__(behaviour, required_headers=required_headers)

    def answer(self, asked: Asked) -> dict[str, Any]:
        """`server_url` and a `participant_token` for the asked room and identity, or for fresh ones."""
        room = asked.body.get("room_name") or f"endpoint-{secrets.token_hex(4)}"
        identity = asked.body.get("participant_identity") or f"visitor-{secrets.token_hex(4)}"
        return {"server_url": self._server.url, "participant_token": self._server.token(identity, room)}


class FakeConsole(FakeService):
    """The AvatarKit console: `POST <url>/session-tokens` gives a session token."""

    path = "/v1/console"

    def answer(self, asked: Asked) -> dict[str, Any]:
        """A new session token for every request."""
        assert asked.path == f"{self.path}/session-tokens", f"the console has no {asked.path}"
        return {"sessionToken": f"session-{secrets.token_hex(8)}", "expireAt": asked.body.get("expireAt")}


class FakeAvatarApi(FakeService):
    """The newer API of the avatar's platform: `POST <url>/v1/auth/session-token` gives a session token."""

    path = ""

    def answer(self, asked: Asked) -> dict[str, Any]:
        """A new session token for every request."""
        assert asked.path == "/v1/auth/session-token", f"the API has no {asked.path}"
        assert isinstance(asked.body.get("expire_at"), int), f"the API does not understand {asked.body}"
        return {"session_token": f"session-{secrets.token_hex(8)}"}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
