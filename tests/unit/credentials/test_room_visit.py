"""A short stay in a room, against a server that only signals."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from livekit.protocol.models import DisconnectReason, ParticipantInfo
from livekit.protocol.rtc import (
    JoinResponse,
    LeaveRequest,
    ParticipantUpdate,
    SignalRequest,
    SignalResponse,
)
from pydantic import SecretStr

from kiosk.credentials import CredentialProblem, JoinGrant, ProblemReason, room_visit
from kiosk.credentials.room_visit import RoomVisit

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2lnbmF0dXJl"
AGENT = ParticipantInfo(identity="agent-1", kind=ParticipantInfo.Kind.AGENT)
FACE = ParticipantInfo(identity="face", kind=ParticipantInfo.Kind.AGENT, attributes={"lk.publish_on_behalf": "agent-1"})
GONE = ParticipantInfo(identity="agent-1", kind=ParticipantInfo.Kind.AGENT, state=ParticipantInfo.State.DISCONNECTED)
SOMEBODY = ParticipantInfo(identity="x", kind=ParticipantInfo.Kind.STANDARD)

Talk = Callable[[web.WebSocketResponse], Awaitable[None]]


class Server:
    """Lets everybody in who brings the token; `talks` are what it does with one after the other (the last for all)."""

    def __init__(self, *talks: Talk, status: int = 101) -> None:
        self.talks = list(talks)
        self.status = status
        self.heard: list[SignalRequest] = []
        self.asked: list[web.Request] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        if self.status != 101:
            return web.Response(status=self.status, text=f"refused {TOKEN}")
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        talk = self.talks[min(len(self.asked), len(self.talks)) - 1]
        talking = asyncio.create_task(talk(socket))  # type: ignore[arg-type]
        async for message in socket:
            self.heard.append(SignalRequest.FromString(message.data))
        await talking
        return socket


@asynccontextmanager
async def visiting(server: Server, path: str = "") -> AsyncIterator[RoomVisit]:
    application = web.Application()
    application.router.add_route("GET", "/{path:.*}", server.answer)
    running = TestServer(application)
    await running.start_server(shutdown_timeout=0.1)
    url = str(running.make_url(path)).replace("http", "ws", 1)
    visit = RoomVisit(JoinGrant(url, SecretStr(TOKEN), "lobby-1", "kiosk-1", 0.0))
    try:
        yield visit
    finally:
        await visit.leave()
        await running.close()


def saying(*answers: SignalResponse) -> Talk:
    async def talk(socket: web.WebSocketResponse) -> None:
        for answer in answers:
            await socket.send_bytes(answer.SerializeToString())

    return talk


def joined(*others: ParticipantInfo) -> SignalResponse:
    return SignalResponse(join=JoinResponse(other_participants=others))


def update(*participants: ParticipantInfo) -> SignalResponse:
    return SignalResponse(update=ParticipantUpdate(participants=participants))


LEAVE = SignalResponse(leave=LeaveRequest(reason=DisconnectReason.JOIN_FAILURE))


async def test_it_joins_and_says_goodbye() -> None:
    server = Server(saying(joined()))
    async with visiting(server, "/lk") as visit:
        await visit.join()
    (request,) = server.asked
    assert request.path == "/lk/rtc"
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in str(request.rel_url)
    assert [heard.WhichOneof("message") for heard in server.heard] == ["leave"]


async def test_to_leave_twice_or_without_having_been_there_is_well() -> None:
    server = Server(saying(joined()))
    async with visiting(server) as visit:
        await visit.leave()
        await visit.join()
        await visit.leave()
    assert len(server.heard) == 1


@pytest.mark.parametrize(
    ("answers", "met"),
    [
        ([joined(AGENT)], True),
        ([joined(SOMEBODY), update(FACE), update(AGENT)], True),
        ([joined(), SignalResponse(), update(SOMEBODY, AGENT)], True),
        ([joined()], False),
        ([joined(SOMEBODY), update(FACE), update(GONE)], False),
    ],
)
async def test_an_agent_is_met(answers: list[SignalResponse], met: bool) -> None:
    async with visiting(Server(saying(*answers))) as visit:
        await visit.join()
        assert await visit.meets_agent(5.0 if met else 0.1) is met


async def test_it_shows_signs_of_life_while_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_visit, "_PING_EVERY", 0.02)
    server = Server(saying(joined()))
    async with visiting(server) as visit:
        await visit.join()
        assert not await visit.meets_agent(0.2)
        assert {heard.WhichOneof("message") for heard in server.heard} == {"ping_req"}


async def closing(socket: web.WebSocketResponse) -> None:
    await socket.send_bytes(joined().SerializeToString())
    await socket.close()


@pytest.mark.parametrize("first", [saying(joined(), LEAVE), closing])
async def test_who_is_sent_away_while_waiting_comes_back(monkeypatch: pytest.MonkeyPatch, first: Talk) -> None:
    monkeypatch.setattr(room_visit, "_PAUSE", 0.01)
    server = Server(first, saying(joined(AGENT)))
    async with visiting(server) as visit:
        await visit.join()
        assert await visit.meets_agent(5.0)
    assert len(server.asked) == 2


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_token(status: int) -> None:
    async with visiting(Server(status=status)) as visit:
        with pytest.raises(CredentialProblem) as caught:
            await visit.join()
    assert caught.value.reason is ProblemReason.CREDENTIALS_REFUSED
    assert f"({status})" in caught.value.operator_sentence
    assert TOKEN not in str(caught.value)


async def garbage(socket: web.WebSocketResponse) -> None:
    await socket.send_bytes(b"\xff\xff\xff")


@pytest.mark.parametrize(
    ("server", "words"),
    [
        (Server(status=404), "does not act like a LiveKit server (HTTP 404)"),
        (Server(status=200), "does not act like a LiveKit server (HTTP 200)"),
        (Server(saying(LEAVE)), "it closes the connection"),
        (Server(garbage), "it closes the connection"),
    ],
)
async def test_a_server_that_lets_nobody_in(server: Server, words: str) -> None:
    async with visiting(server) as visit:
        with pytest.raises(CredentialProblem) as caught:
            await visit.join()
    assert caught.value.reason is ProblemReason.SERVER_UNREACHABLE
    assert words in caught.value.operator_sentence


async def test_a_server_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_visit, "_LIMIT", 0.1)
    async with visiting(Server(saying())) as visit:
        with pytest.raises(CredentialProblem, match="does not answer in time"):
            await visit.join()


async def test_nobody_there() -> None:
    server = Server()
    async with visiting(server) as visit:
        pass
    with pytest.raises(CredentialProblem, match="refuses the connection"):
        await visit.join()
    await visit.leave()
