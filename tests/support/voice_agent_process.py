"""The voice agent's own process: `python -m tests.support.voice_agent_process`, held by `voice_agent.VoiceAgent`.

One JSON object a line. On stdin first the settings, then commands `{command, number, …}`, each answered on stdout
by `{reply: number}` or `{reply: number, error}`; in between stdout carries events `{event, …}`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import aiohttp
from livekit import api, rtc

from tests.support.room_visit import Reports, Visit, VisitSettings
from tests.support.sound import write_wav

LOOK_EVERY = 0.1
"""Seconds between two looks for new rooms; a real agent is told by the server in about the same time."""
LOOK_TIMEOUT = 2.0


class Agent:
    """Watches the server for rooms and visits them."""

    def __init__(self, settings: dict[str, Any], reports: Reports) -> None:
        self._settings = settings
        self._reports = reports
        self._visits: dict[str, Visit] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._joins = bool(settings["joins"])
        self._gets_ready = True

    @property
    def visit(self) -> Visit:
        """The latest visit to somebody: after an outage it may still be alone in a room that nobody else needs."""
        if not self._visits:
            raise RuntimeError("the agent is in no room")
        latest_first = list(reversed(self._visits.values()))
        return next((visit for visit in latest_first if visit.has_visitor), latest_first[0])

    async def watch(self) -> None:
        """Join every new room with the prefix, for ever."""
        settings = self._settings
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=LOOK_TIMEOUT)) as session:
            server = api.LiveKitAPI(settings["url"], settings["api_key"], settings["api_secret"], session=session)
            self._reports.event("ready")
            while True:
                await self._look(server)
                await asyncio.sleep(LOOK_EVERY)

    async def _look(self, server: api.LiveKitAPI) -> None:
        try:
            rooms = (await server.room.list_rooms(api.ListRoomsRequest())).rooms
        except (aiohttp.ClientError, TimeoutError, api.TwirpError):
            return  # stopped, frozen or starting: look again
        for room in rooms:
            if self._joins and room.name.startswith(self._settings["room_prefix"]) and room.sid not in self._visits:
                visit = Visit(room.name, self._visit_settings(), self._reports)
                self._visits[room.sid] = visit
                self._start(visit.attend())

    def _visit_settings(self) -> VisitSettings:
        settings = self._settings
        greeting = settings["greeting"]
        return VisitSettings(
            url=settings["url"].replace("http", "ws", 1),
            api_key=settings["api_key"],
            api_secret=settings["api_secret"],
            motion=settings["motion"],
            worker=settings["worker"],
            gets_ready=self._gets_ready,
            greeting=None if greeting is None else (Path(greeting["wav"]), greeting["text"]),
        )

    async def obey(self, command: dict[str, Any]) -> None:
        """Carry out one command."""
        match command["command"]:
            case "speak":
                await self.visit.speak(Path(command["wav"]), command["text"])
            case "start-speaking":
                self._start(self.visit.speak(Path(command["wav"]), command["text"]))
            case "state":
                await self.visit.set_state(command["state"])
            case "caption-visitor":
                await self.visit.caption_visitor(command["text"], final=command["final"])
            case "freeze-motion" | "thaw-motion" as which:
                self.visit.motion_frozen = which == "freeze-motion"
            case "lose-voice":
                await self.visit.lose_voice(command["how"])
            case "get-ready":
                self._gets_ready = command["gets_ready"]
            case "join-rooms":
                self._joins = command["joins"]
            case "leave":
                await self.visit.leave()
            case "save-heard":
                write_wav(self.visit.heard(), Path(command["path"]))
            case "forget-heard":
                self.visit.forget_heard()
            case unknown:
                raise ValueError(f"no command {unknown!r}")

    async def answer(self, command: dict[str, Any]) -> None:
        """Carry out one command and answer it."""
        try:
            await self.obey(command)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test on the other side has to see it
            traceback.print_exc()
            self._reports.reply(command["number"], error=f"{type(error).__name__}: {error}")
        else:
            self._reports.reply(command["number"])

    def take(self, command: dict[str, Any]) -> None:
        """Start carrying out one command: a long one must not hold up the next."""
        self._start(self.answer(command))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            traceback.print_exception(error)
            self._reports.event("trouble", message=f"{type(error).__name__}: {error}")


async def main() -> None:
    """Read the settings, then watch and obey until stdin ends."""
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=1024 * 1024)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    agent = Agent(json.loads(await lines.readline()), Reports(sys.stdout))
    watching = asyncio.create_task(agent.watch())
    async for line in lines:
        agent.take(json.loads(line))
    watching.cancel()


if __name__ == "__main__":
    assert rtc.Room is not None  # loads the native library before the first visitor waits for it
    asyncio.run(main())
