"""Against a real LiveKit server, and against things that are none."""

import socket
import traceback

import aiohttp
import jwt
import pytest
from livekit import api
from pydantic import SecretStr

from kiosk.credentials import livekit_server as module
from kiosk.credentials.grants import Visit
from kiosk.credentials.livekit_server import LiveKitServer
from kiosk.credentials.problem import CredentialProblem
from tests.support.livekit_server import LiveKitServer as RealServer
from tests.unit.credentials.services import API_KEY, API_SECRET, TOKEN_TEXT, Script, serving

VISIT = Visit("lobby-1", "kiosk-1", "b7-1", "de")


def server_at(url: str, secret: str = API_SECRET) -> LiveKitServer:
    return LiveKitServer(url, API_KEY, SecretStr(secret))


async def problem_of(url: str, secret: str = API_SECRET) -> CredentialProblem:
    server = server_at(url, secret)
    with pytest.raises(CredentialProblem) as caught:
        await server.probe()
    await server.aclose()
    told = "".join(traceback.format_exception(caught.value))
    assert "eyJ" not in told
    assert secret not in told
    return caught.value


def test_a_join_token_grants_a_microphone_and_ears_and_nothing_else() -> None:
    token = server_at("ws://x").join_token(VISIT, 300.0, "reception", '{"site": 1}').get_secret_value()
    claims = jwt.decode(token, API_SECRET, algorithms=["HS256"])
    assert claims.pop("exp") - claims.pop("nbf") == 300
    assert claims == {
        "iss": API_KEY,
        "sub": "kiosk-1",
        "video": {
            "roomJoin": True,
            "room": "lobby-1",
            "canPublish": True,
            "canPublishSources": ["microphone"],
            "canSubscribe": True,
            "canPublishData": False,
        },
        "attributes": {"kiosk.language": "de", "kiosk.attempt": "b7-1"},
        "roomConfig": {"agents": [{"agentName": "reception", "metadata": '{"site": 1}'}]},
    }


def test_without_an_agent_the_servers_own_dispatch_is_left_alone() -> None:
    token = server_at("ws://x").join_token(VISIT, 300.0).get_secret_value()
    assert "roomConfig" not in jwt.decode(token, API_SECRET, algorithms=["HS256"])


async def test_a_real_server_lets_us_in(livekit_server: RealServer) -> None:
    server = server_at(livekit_server.url, livekit_server.api_secret)
    await server.probe()
    await server.aclose()


async def test_a_real_server_takes_the_join_token(livekit_server: RealServer) -> None:
    """``/rtc/validate`` is what livekit-client asks to learn why it may not join."""
    server = server_at(livekit_server.url, livekit_server.api_secret)
    token = server.join_token(VISIT, 300.0, "reception").get_secret_value()
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{livekit_server.http_url}/rtc/validate", params={"access_token": token}) as answer,
    ):
        assert answer.status == 200


async def test_a_real_room_is_deleted_and_one_that_is_gone_is_no_problem(livekit_server: RealServer) -> None:
    async with api.LiveKitAPI(livekit_server.url, API_KEY, livekit_server.api_secret) as operator:
        await operator.room.create_room(api.CreateRoomRequest(name="lobby-1"))
    assert livekit_server.rooms() == ["lobby-1"]
    server = server_at(livekit_server.url, livekit_server.api_secret)
    await server.delete_room("lobby-1")
    assert livekit_server.rooms() == []
    await server.delete_room("lobby-1")
    await server.aclose()


async def test_a_real_server_refuses_a_wrong_secret(livekit_server: RealServer) -> None:
    problem = await problem_of(livekit_server.url, "another-secret-of-32-characters-..")
    assert (problem.reason, problem.retryable) == ("credentials_refused", False)
    assert "livekit.api_secret" in problem.operator_sentence


async def test_nobody_there() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        problem = await problem_of(f"ws://127.0.0.1:{closed.getsockname()[1]}")
    assert (problem.reason, problem.retryable) == ("server_unreachable", True)
    assert "refuses the connection" in problem.operator_sentence


async def test_silence_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CALL_LIMIT", 0.2)
    async with serving(Script([], silent=True)) as service:
        problem = await problem_of(service.url.replace("http", "ws"))
    assert problem.reason == "server_unreachable"
    assert "does not answer in time" in problem.operator_sentence


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (401, {"code": "unauthenticated", "msg": f"invalid token: {TOKEN_TEXT}"}, "credentials_refused"),
        (403, {"code": "permission_denied", "msg": TOKEN_TEXT}, "credentials_refused"),
        (404, b"<html>", "server_unreachable"),
        (500, {"code": TOKEN_TEXT}, "server_unreachable"),
        (500, [TOKEN_TEXT], "server_unreachable"),
        (200, b"<html>a captive portal</html>", "server_unreachable"),
    ],
)
async def test_other_answers(status: int, body: object, reason: str) -> None:
    async with serving(Script([(status, body)])) as service:
        assert (await problem_of(service.url.replace("http", "ws"))).reason == reason


async def test_calls_carry_a_short_token_with_the_least_grants() -> None:
    async with serving(Script([(200, b""), (404, {"code": "not_found"})])) as service:
        server = server_at(service.url.replace("http", "ws"))
        await server.probe()
        await server.delete_room("lobby-1")
        await server.aclose()
    grants = []
    for asked in service.asked:
        claims = jwt.decode(asked.headers["Authorization"].removeprefix("Bearer "), API_SECRET, algorithms=["HS256"])
        assert claims["exp"] - claims["nbf"] == 60
        grants.append({name for name, value in claims["video"].items() if value is True and name.startswith("room")})
    assert grants == [{"roomList"}, {"roomCreate"}]
