"""`check --online`: every need tried, each with a result of its own."""

from __future__ import annotations

import asyncio

import pytest
from pydantic import SecretStr

from kiosk.credentials import CredentialProblem, Credentials, JoinGrant, ProblemReason
from kiosk.operations import online_check
from kiosk.operations.online_check import Step, check_online
from kiosk.operations.terminal import Row, Tone

UNREACHABLE = CredentialProblem(ProblemReason.SERVER_UNREACHABLE, "The server wss://x does not answer.")


class FakeCredentials:
    """Grants everything, but for the methods named in `problems`."""

    def __init__(self, problems: dict[str, CredentialProblem] | None = None, *, needs_token: bool = True) -> None:
        self.problems = problems or {}
        self.needs_token = needs_token
        self.closed_rooms: list[str] = []
        self.hanging = ""

    async def _maybe(self, method: str) -> None:
        if method in self.problems:
            raise self.problems[method]
        if method == self.hanging:
            await asyncio.Event().wait()

    async def probe(self) -> None:
        await self._maybe("probe")

    async def join(self, attempt: str, language: str) -> JoinGrant:
        await self._maybe("join")
        return JoinGrant("wss://x", SecretStr("secret"), f"room-{attempt}-{language}", "kiosk-1", 1.0)

    async def avatar_token(self) -> SecretStr | None:
        await self._maybe("avatar_token")
        return SecretStr("t") if self.needs_token else None

    def avatar_token_age(self) -> float | None:
        return None

    async def close_room(self, room: str) -> None:
        await self._maybe("close_room")
        self.closed_rooms.append(room)

    async def aclose(self) -> None:
        pass


async def steps(credentials: Credentials) -> list[tuple[str, str, bool]]:
    return [(step.name, step.outcome, step.failed) async for step in check_online(credentials)]


async def test_all_well() -> None:
    credentials = FakeCredentials()
    assert await steps(credentials) == [
        ("server", "answers", False),
        ("join token", "issued", False),
        ("avatar session token", "issued", False),
        ("room", "nothing left behind", False),
    ]
    assert credentials.closed_rooms == ["room-check-en"]


async def test_an_avatar_that_needs_no_token() -> None:
    assert ("avatar session token", "none needed", False) in await steps(FakeCredentials(needs_token=False))


async def test_what_fails_is_told_in_its_own_sentence_and_the_rest_is_tried() -> None:
    credentials = FakeCredentials({"probe": UNREACHABLE, "join": UNREACHABLE})
    assert await steps(credentials) == [
        ("server", "The server wss://x does not answer.", True),
        ("join token", "The server wss://x does not answer.", True),
        ("avatar session token", "issued", False),
    ]
    assert credentials.closed_rooms == []


async def test_no_step_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online_check, "STEP_LIMIT", 0.05)
    credentials = FakeCredentials()
    credentials.hanging = "avatar_token"
    assert ("avatar session token", "no answer", True) in await steps(credentials)


def test_a_step_is_one_line_with_its_time() -> None:
    assert Step("room", "removed", 0.1234).row() == Row("room", "removed (0.12 s)", Tone.GOOD)
    assert Step("room", "no answer", 30, failed=True).row() == Row("room", "no answer (30.00 s)", Tone.BAD)
