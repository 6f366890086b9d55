"""`avatar-kiosk check --online`: what a session needs from outside, tried one by one, by the code a session uses."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from kiosk.credentials import CredentialProblem, Credentials, JoinGrant
from kiosk.credentials.room_visit import RoomVisit
from kiosk.operations.terminal import Row, Tone

STEP_LIMIT = 70.0
"""Seconds for one step; above the credentials' own limits (a minute at most), which tell more about the cause."""

NO_LOOK_UP = "not tried: the platform has no way to look one up; the page finds out when it loads it"

T = TypeVar("T")


class Visit(Protocol):
    """A stay in a room; see `RoomVisit`."""

    async def join(self) -> None: ...

    async def meets_agent(self, patience: float) -> bool: ...

    async def leave(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One thing tried: what came of it, how long it took, and the sentence of what failed.

    `tried` is False for what cannot be tried from here.
    """

    name: str
    outcome: str
    seconds: float = 0.0
    failed: bool = False
    tried: bool = True

    def row(self) -> Row:
        if not self.tried:
            return Row(self.name, self.outcome, Tone.DOUBTFUL)
        text = f"{self.outcome} ({self.seconds:.2f} s)"
        return Row(self.name, text, Tone.BAD if self.failed else Tone.GOOD)

    def to_json(self) -> dict[str, object]:
        return {
            "kind": "step",
            "name": self.name,
            "outcome": self.outcome,
            "seconds": round(self.seconds, 3),
            "failed": self.failed,
            "tried": self.tried,
        }


async def check_online(
    credentials: Credentials, agent_timeout: float, visit_room: Callable[[JoinGrant], Visit] = RoomVisit
) -> AsyncIterator[Step]:
    """Try all of it; each step comes as soon as it is done. A room is joined, and given up again.

    What failed does not keep the rest from being tried, except for what can only be tried after it.

    Args:
        credentials: those a session would use.
        agent_timeout: seconds an agent may take to come, as in a session.
        visit_room: how to stay in a room.
    """
    yield (await _try("server", credentials.probe(), "answers"))[0]
    joining, grant = await _try("join token", credentials.join("check", "en"), "issued")
    yield joining
    if grant is not None:
        async for step in _in_the_room(visit_room(grant), agent_timeout):
            yield step
        yield (await _try("clean-up", credentials.close_room(grant.room), "nothing left behind"))[0]
    getting, token = await _try("avatar session token", credentials.avatar_token(), "issued")
    if not getting.failed and token is None:
        getting = Step(getting.name, "none needed", getting.seconds)
    yield getting
    if token is not None:
        yield Step("avatar", NO_LOOK_UP, tried=False)


async def _in_the_room(visit: Visit, agent_timeout: float) -> AsyncIterator[Step]:
    try:
        entering, _ = await _try("room", visit.join(), "joined")
        yield entering
        if not entering.failed:
            limit = agent_timeout + STEP_LIMIT
            meeting, met = await _try("agent", visit.meets_agent(agent_timeout), "has come", limit)
            yield meeting if met is not False else _no_agent(meeting, agent_timeout)
    finally:
        await visit.leave()


def _no_agent(meeting: Step, agent_timeout: float) -> Step:
    sentence = (
        f"no agent has come within {agent_timeout:g} s; check that it runs, is registered with this server, and is "
        "called as livekit.agent_name says"
    )
    return Step(meeting.name, sentence, meeting.seconds, failed=True)


async def _try(name: str, action: Awaitable[T], outcome: str, limit: float | None = None) -> tuple[Step, T | None]:
    started = time.monotonic()
    try:
        result = await asyncio.wait_for(action, STEP_LIMIT if limit is None else limit)
    except CredentialProblem as problem:
        return Step(name, problem.operator_sentence, time.monotonic() - started, failed=True), None
    except TimeoutError:
        return Step(name, "no answer", time.monotonic() - started, failed=True), None
    return Step(name, outcome, time.monotonic() - started), result
