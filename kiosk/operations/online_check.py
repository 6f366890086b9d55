"""`avatar-kiosk check --online`: what a session needs from outside, tried one by one, by the code a session uses."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from typing import TypeVar

from kiosk.credentials import CredentialProblem, Credentials
from kiosk.operations.terminal import Row, Tone

STEP_LIMIT = 70.0
"""Seconds for one step; above the credentials' own limits (a minute at most), which tell more about the cause."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing tried: what came of it, how long it took, and the sentence of what failed."""

    name: str
    outcome: str
    seconds: float
    failed: bool = False

    def row(self) -> Row:
        text = f"{self.outcome} ({self.seconds:.2f} s)"
        return Row(self.name, text, Tone.BAD if self.failed else Tone.GOOD)


async def check_online(credentials: Credentials) -> AsyncIterator[Step]:
    """Try all of it; each step comes as soon as it is done. A room is asked for, and given up again.

    What failed does not keep the rest from being tried, except for giving up a room that was not granted.
    """
    probe, _ = await _try("server", credentials.probe(), "answers")
    yield probe
    joining, grant = await _try("join token", credentials.join("check", "en"), "issued")
    yield joining
    avatar, token = await _try("avatar session token", credentials.avatar_token(), "issued")
    if not avatar.failed and token is None:
        avatar = Step(avatar.name, "none needed", avatar.seconds)
    yield avatar
    if grant is not None:
        removing, _ = await _try("room", credentials.close_room(grant.room), "nothing left behind")
        yield removing


async def _try(name: str, action: Awaitable[T], outcome: str) -> tuple[Step, T | None]:
    started = time.monotonic()
    try:
        result = await asyncio.wait_for(action, STEP_LIMIT)
    except CredentialProblem as problem:
        return Step(name, problem.operator_sentence, time.monotonic() - started, failed=True), None
    except TimeoutError:
        return Step(name, "no answer", time.monotonic() - started, failed=True), None
    return Step(name, outcome, time.monotonic() - started), result
