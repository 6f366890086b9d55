import asyncio
import socket
from collections.abc import Mapping

import jwt
import pytest
from pydantic import SecretStr

from kiosk.credentials.grants import Visit
from kiosk.credentials.problem import CredentialProblem
from kiosk.credentials.retry import RetryPolicy
from kiosk.credentials.token_endpoint import TokenEndpoint
from tests.unit.credentials.services import TOKEN_TEXT, Script, Time, serving

VISIT = Visit("lobby-1", "kiosk-1", "b7-1", "de")
HEADERS = {"Authorization": "Bearer endpoint-secret", "X-Site": "lobby"}


@pytest.fixture
def time() -> Time:
    return Time()


def endpoint_at(url: str, time: Time, headers: Mapping[str, str] = HEADERS, *, seconds: float = 5.0) -> TokenEndpoint:
    return TokenEndpoint(
        url,
        {name: SecretStr(value) for name, value in headers.items()},
        seconds,
        lambda: time.wall,
        retry=RetryPolicy(chance=lambda: 0.0),
        monotonic=lambda: time.monotonic,
        sleep=time.sleep,
    )


def good(time: Time, room: str = "lobby-1") -> tuple[int, object]:
    claims = {"sub": "visitor", "exp": time.wall + 300, "video": {"roomJoin": True, "room": room}}
    return 201, {"server_url": "wss://livekit.example.com", "participant_token": jwt.encode(claims, "x" * 32)}


async def test_asks_for_what_the_session_needs(time: Time) -> None:
    async with serving(Script([good(time)])) as service:
        endpoint = endpoint_at(service.url + "api/token?tenant=5", time)
        grant = await endpoint.fetch(VISIT, "reception", "metadata")
        await endpoint.aclose()
    (asked,) = service.asked
    assert (asked.method, asked.path) == ("POST", "/api/token")
    assert {name: asked.headers[name] for name in HEADERS} == HEADERS
    assert asked.json() == {
        "room_name": "lobby-1",
        "participant_identity": "kiosk-1",
        "participant_attributes": {"kiosk.language": "de", "kiosk.attempt": "b7-1"},
        "room_config": {"agents": [{"agent_name": "reception", "metadata": "metadata"}]},
    }
    assert (grant.url, grant.room, grant.identity) == ("wss://livekit.example.com", "lobby-1", "visitor")


async def test_without_an_agent_none_is_asked_for(time: Time) -> None:
    async with serving(Script([good(time)])) as service:
        endpoint = endpoint_at(service.url, time)
        await endpoint.fetch(VISIT)
        await endpoint.aclose()
    assert "room_config" not in service.asked[0].json()


async def test_the_room_of_the_token_counts(time: Time) -> None:
    async with serving(Script([good(time, "chosen-by-the-endpoint")])) as service:
        endpoint = endpoint_at(service.url, time)
        assert (await endpoint.fetch(VISIT)).room == "chosen-by-the-endpoint"
        await endpoint.aclose()


async def problem_of(service: Script, time: Time, *, seconds: float = 5.0) -> CredentialProblem:
    endpoint = endpoint_at(service.url, time, seconds=seconds)
    with pytest.raises(CredentialProblem) as caught:
        await endpoint.fetch(VISIT)
    await endpoint.aclose()
    assert "endpoint-secret" not in f"{caught.value!r}{caught.value}"
    assert "eyJ" not in f"{caught.value!r}{caught.value}"
    return caught.value


@pytest.mark.parametrize(
    ("status", "body", "reason", "requests"),
    [
        (401, {"received": TOKEN_TEXT}, "endpoint_refused", 1),
        (403, {}, "endpoint_refused", 1),
        (400, {"error": TOKEN_TEXT}, "endpoint_invalid", 1),
        (404, {}, "endpoint_invalid", 1),
        (500, {}, "endpoint_unavailable", 4),
        (503, {}, "endpoint_unavailable", 4),
        (429, {}, "endpoint_unavailable", 4),
        (200, b"<html>", "endpoint_invalid", 1),
        (200, {"hello": "world"}, "endpoint_invalid", 1),
        (200, b'{"x": "' + b"x" * 100_000 + b'"}', "endpoint_invalid", 1),
    ],
)
async def test_every_refusal_has_its_reason_and_its_patience(
    time: Time, status: int, body: object, reason: str, requests: int
) -> None:
    async with serving(Script([(status, body)])) as service:
        problem = await problem_of(service, time)
        assert (problem.reason, problem.retryable) == (reason, reason == "endpoint_unavailable")
        assert service.url.rstrip("/") in problem.operator_sentence
    assert len(service.asked) == requests
    assert sum(time.slept) <= 4.0


async def test_a_short_trouble_is_got_over(time: Time) -> None:
    async with serving(Script([(500, {}), (502, {}), good(time)])) as service:
        endpoint = endpoint_at(service.url, time)
        assert (await endpoint.fetch(VISIT)).room == "lobby-1"
        await endpoint.aclose()
    assert time.slept == pytest.approx([0.3, 0.6])


async def test_a_short_request_to_wait_is_followed(time: Time) -> None:
    async with serving(Script([(429, {}), good(time)], headers={"Retry-After": "2"})) as service:
        endpoint = endpoint_at(service.url, time)
        await endpoint.fetch(VISIT)
        await endpoint.aclose()
    assert time.slept == [2.0]


async def test_a_long_one_is_handed_on(time: Time) -> None:
    async with serving(Script([(429, {})], headers={"Retry-After": "120"})) as service:
        problem = await problem_of(service, time)
    assert (problem.retry_after, time.slept, len(service.asked)) == (120.0, [], 1)


async def test_a_redirect_is_not_followed_because_it_would_carry_the_headers_away(time: Time) -> None:
    async with serving(Script([(302, {})], headers={"Location": "https://elsewhere.example/t?key=abc"})) as service:
        problem = await problem_of(service, time)
    assert problem.reason == "endpoint_invalid"
    assert "https://elsewhere.example/t:" in problem.operator_sentence
    assert len(service.asked) == 1


async def test_silence_ends_at_the_limit(time: Time) -> None:
    async with serving(Script([], silent=True)) as service:
        problem = await problem_of(service, time, seconds=0.2)
    assert (problem.reason, problem.retryable) == ("endpoint_unavailable", True)
    assert "does not answer in time" in problem.operator_sentence


async def test_a_closed_port_is_told_as_such(time: Time) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        problem = await problem_of(Script([], url=f"http://127.0.0.1:{closed.getsockname()[1]}/"), time)
    assert problem.reason == "endpoint_unavailable"
    assert "refuses the connection" in problem.operator_sentence


async def test_a_name_that_does_not_exist_is_told_as_such(time: Time) -> None:
    problem = await problem_of(Script([], url="http://kiosk.invalid/"), time)
    assert "cannot be resolved" in problem.operator_sentence


async def test_a_service_that_speaks_no_http_is_told_as_such(time: Time) -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        problem = await problem_of(Script([], url=f"http://{host}:{port}/"), time)
    assert "closes the connection without an answer" in problem.operator_sentence


async def test_plain_text_behind_https_is_told_as_such(time: Time) -> None:
    async with serving(Script([(200, {})])) as service:
        problem = await problem_of(Script([], url=service.url.replace("http:", "https:")), time)
    assert problem.reason == "endpoint_unavailable"
    assert "secure connection" in problem.operator_sentence


@pytest.mark.parametrize("status", [200, 204, 401, 403, 404, 405, 500, 501])
async def test_a_probe_is_content_with_any_answer_of_the_service_itself(time: Time, status: int) -> None:
    async with serving(Script([(status, b"")])) as service:
        endpoint = endpoint_at(service.url, time)
        await endpoint.probe()
        await endpoint.aclose()
    assert [asked.method for asked in service.asked] == ["HEAD"]


async def test_a_probe_tells_a_gateway_without_a_service_behind_it(time: Time) -> None:
    async with serving(Script([(503, b"")], headers={"Retry-After": "9"})) as service:
        endpoint = endpoint_at(service.url, time)
        with pytest.raises(CredentialProblem) as caught:
            await endpoint.probe()
        await endpoint.aclose()
    assert (caught.value.reason, caught.value.retry_after) == ("endpoint_unavailable", 9.0)


async def test_a_probe_of_nothing_fails(time: Time) -> None:
    endpoint = endpoint_at("http://kiosk.invalid/", time)
    with pytest.raises(CredentialProblem, match="cannot be reached"):
        await endpoint.probe()
    await endpoint.aclose()
