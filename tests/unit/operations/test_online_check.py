"""`check --online`: every need tried, each with a result of its own."""

from __future__ import annotations

import asyncio

import pytest
from pydantic import SecretStr

from kiosk.credentials import CredentialProblem, Credentials, JoinGrant, ProblemReason
from kiosk.operations import online_check
from kiosk.operations.online_check import NO_LOOK_UP, Step, check_online
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


class FakeVisit:
    """A stay in a room in which an agent comes, or not, or that nobody may enter."""

    def __init__(self, *, agent: bool = True, problem: CredentialProblem | None = None) -> None:
        self.agent = agent
        self.problem = problem
        self.room = ""
        self.patience = 0.0
        self.left = False

    def __call__(self, grant: JoinGrant) -> FakeVisit:
        self.room = grant.room
        return self

    async def join(self) -> None:
        if self.problem is not None:
            raise self.problem

    async def meets_agent(self, patience: float) -> bool:
        self.patience = patience
        return self.agent

    async def leave(self) -> None:
        self.left = True


async def steps(credentials: Credentials, visit: FakeVisit | None = None) -> list[tuple[str, str, bool]]:
    found = check_online(credentials, 20.0, visit or FakeVisit())
    return [(step.name, step.outcome, step.failed) async for step in found]


async def test_all_well() -> None:
    credentials, visit = FakeCredentials(), FakeVisit()
    assert await steps(credentials, visit) == [
        ("server", "answers", False),
        ("join token", "issued", False),
        ("room", "joined", False),
        ("agent", "has come", False),
        ("clean-up", "nothing left behind", False),
        ("avatar session token", "issued", False),
        ("avatar", NO_LOOK_UP, False),
    ]
    assert credentials.closed_rooms == ["room-check-en"]
    assert (visit.room, visit.patience, visit.left) == ("room-check-en", 20.0, True)


async def test_an_avatar_that_needs_no_token() -> None:
    *_, last = await steps(FakeCredentials(needs_token=False))
    assert last == ("avatar session token", "none needed", False)


async def test_what_fails_is_told_in_its_own_sentence_and_the_rest_is_tried() -> None:
    credentials, visit = FakeCredentials({"probe": UNREACHABLE, "join": UNREACHABLE}), FakeVisit()
    assert await steps(credentials, visit) == [
        ("server", "The server wss://x does not answer.", True),
        ("join token", "The server wss://x does not answer.", True),
        ("avatar session token", "issued", False),
        ("avatar", NO_LOOK_UP, False),
    ]
    assert credentials.closed_rooms == []
    assert not visit.room


async def test_a_room_that_cannot_be_joined_is_given_up_again() -> None:
    credentials, visit = FakeCredentials(), FakeVisit(problem=UNREACHABLE)
    found = await steps(credentials, visit)
    assert ("room", "The server wss://x does not answer.", True) in found
    assert "agent" not in [name for name, _, _ in found]
    assert visit.left
    assert credentials.closed_rooms == ["room-check-en"]


async def test_an_agent_that_does_not_come_is_a_failure() -> None:
    credentials, visit = FakeCredentials(), FakeVisit(agent=False)
    (outcome,) = [outcome for name, outcome, failed in await steps(credentials, visit) if name == "agent" and failed]
    assert outcome.startswith("no agent has come within 20 s")
    assert visit.left
    assert credentials.closed_rooms == ["room-check-en"]


async def test_no_step_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online_check, "STEP_LIMIT", 0.05)
    credentials = FakeCredentials()
    credentials.hanging = "avatar_token"
    assert ("avatar session token", "no answer", True) in await steps(credentials)


def test_a_step_is_one_line_with_its_time() -> None:
    assert Step("room", "removed", 0.1234).row() == Row("room", "removed (0.12 s)", Tone.GOOD)
    assert Step("room", "no answer", 30, failed=True).row() == Row("room", "no answer (30.00 s)", Tone.BAD)
    assert Step("avatar", "not tried: x", tried=False).row() == Row("avatar", "not tried: x", Tone.DOUBTFUL)


def test_a_step_for_tools() -> None:
    assert Step("room", "no answer", 30.12345, failed=True).to_json() == {
        "kind": "step",
        "name": "room",
        "outcome": "no answer",
        "seconds": 30.123,
        "failed": True,
        "tried": True,
    }
