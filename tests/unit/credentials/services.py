"""What the tests of credentials are made of: settings from text, clocks to be set, a service that plays a script."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from kiosk.config import Settings, load_settings

API_KEY = "devkey"
API_SECRET = "a-secret-of-thirty-two-characters"
TOKEN_TEXT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2lnbmF0dXJl"
"""What a careless service repeats in its refusals."""


def settings_of(folder: Path, text: str) -> Settings:
    path = folder / "config.toml"
    path.write_text(text)
    loaded = load_settings(path, {})
    assert loaded.problems == ()
    return loaded.settings


class Time:
    """A wall clock, a monotonic clock and a sleep that move only when told."""

    def __init__(self) -> None:
        self.wall = 1_800_000_000.0
        self.monotonic = 1000.0
        self.slept: list[float] = []

    def pass_by(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_by(seconds)
        await asyncio.sleep(0)


@dataclass(frozen=True)
class Asked:
    """One request as the service got it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Script:
    """Answers a service gives one after the other; the last one for ever."""

    answers: Sequence[tuple[int, object]]
    headers: Mapping[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    silent: bool = False
    url: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(Asked(request.method, request.path, request.headers, await request.read()))
        if self.silent:
            await asyncio.Event().wait()
        status, body = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(body, bytes):
            return web.Response(status=status, body=body, headers=self.headers)
        return web.json_response(body, status=status, headers=self.headers)


@asynccontextmanager
async def serving(script: Script) -> AsyncIterator[Script]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", script.answer)
    server = TestServer(application)
    await server.start_server(shutdown_timeout=0.1)
    script.url = str(server.make_url("/"))
    try:
        yield script
    finally:
        await server.close()
