import traceback

import pytest
from pydantic import SecretStr

from kiosk.credentials import spatialreal_api
from kiosk.credentials.problem import CredentialProblem
from kiosk.credentials.spatialreal_api import request_session_token
from tests.unit.credentials.services import TOKEN_TEXT, Script, serving

KEY = SecretStr("spatialreal-api-key")
EXPIRES_AT = 1_800_000_000.75


@pytest.mark.parametrize("slash", ["", "/"])
async def test_asks_below_the_root_it_is_given(slash: str) -> None:
    async with serving(Script([(200, {"session_token": "the-token"})])) as api:
        token = await request_session_token(api.url.rstrip("/") + slash, KEY, EXPIRES_AT)
    assert token.get_secret_value() == "the-token"
    (asked,) = api.asked
    assert (asked.method, asked.path) == ("POST", "/v1/auth/session-token")
    assert asked.json() == {"expire_at": 1_800_000_000}
    assert asked.headers["X-Api-Key"] == "spatialreal-api-key"


@pytest.mark.parametrize(
    ("status", "body", "reason", "words"),
    [
        (401, {"message": f"bad key spatialreal-api-key {TOKEN_TEXT}"}, "session_token_refused", "avatar.api_key"),
        (404, {}, "session_token_refused", "avatar.console_endpoint"),
        (302, {}, "session_token_refused", "HTTP 302"),
        (429, {}, "session_token_unavailable", "busy"),
        (503, b"spatialreal-api-key", "session_token_unavailable", "HTTP 503"),
        (200, b"<html>", "session_token_unavailable", "without a session token"),
        (200, [], "session_token_unavailable", "without a session token"),
        (200, {"sessionToken": "the older spelling"}, "session_token_unavailable", "without a session token"),
        (200, {"session_token": ""}, "session_token_unavailable", "without a session token"),
        (200, {"session_token": 7}, "session_token_unavailable", "without a session token"),
        (200, b"\xff\xfe\xff", "session_token_unavailable", "without a session token"),
        (200, b'{"session_token": "x' + b" " * 5_000_000 + b'"}', "session_token_unavailable", "without"),
    ],
)
async def test_every_refusal_is_told(status: int, body: object, reason: str, words: str) -> None:
    async with serving(Script([(status, body)], {"Location": "/elsewhere"})) as api:
        with pytest.raises(CredentialProblem) as caught:
            await request_session_token(api.url, KEY, EXPIRES_AT)
    assert (caught.value.reason, caught.value.retryable) == (reason, reason == "session_token_unavailable")
    assert words in caught.value.operator_sentence
    assert len(api.asked) == 1, "the key is not carried on to another address"
    told = "".join(traceback.format_exception(caught.value))
    assert "spatialreal-api-key" not in told
    assert "eyJ" not in told


async def test_silence_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spatialreal_api, "_LIMIT", 0.2)
    async with serving(Script([], silent=True)) as api:
        with pytest.raises(CredentialProblem, match="does not answer in time"):
            await request_session_token(api.url, KEY, EXPIRES_AT)


async def test_an_address_without_the_api_is_told() -> None:
    with pytest.raises(CredentialProblem, match="cannot be resolved") as caught:
        await request_session_token("https://api.invalid", KEY, EXPIRES_AT)
    assert caught.value.reason == "session_token_unavailable"
