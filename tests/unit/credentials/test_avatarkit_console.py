import traceback

import pytest
from pydantic import SecretStr

from kiosk.credentials import avatarkit_console
from kiosk.credentials.avatarkit_console import request_session_token
from kiosk.credentials.problem import CredentialProblem
from tests.unit.credentials.services import TOKEN_TEXT, Script, serving

KEY = SecretStr("avatarkit-api-key")
EXPIRES_AT = 1_800_000_000.75


async def test_asks_as_the_platform_documents_it() -> None:
    async with serving(Script([(200, {"sessionToken": "the-token"})])) as console:
        token = await request_session_token(console.url + "v1/console", KEY, EXPIRES_AT)
    assert token.get_secret_value() == "the-token"
    (asked,) = console.asked
    assert (asked.method, asked.path) == ("POST", "/v1/console/session-tokens")
    assert asked.json() == {"expireAt": 1_800_000_000}
    assert asked.headers["X-Api-Key"] == "avatarkit-api-key"


@pytest.mark.parametrize(
    ("status", "body", "reason", "words"),
    [
        (401, {"message": f"bad key avatarkit-api-key {TOKEN_TEXT}"}, "session_token_refused", "avatar.api_key"),
        (403, {}, "session_token_refused", "HTTP 403"),
        (402, {}, "session_token_refused", "HTTP 402"),
        (400, {"errors": [{"status": 400, "detail": "expireAt"}]}, "session_token_refused", "clock"),
        (200, {"errors": [{"status": 401, "title": "no"}]}, "session_token_refused", "HTTP 401"),
        (429, {}, "session_token_unavailable", "busy"),
        (500, b"avatarkit-api-key", "session_token_unavailable", "HTTP 500"),
        (200, b"<html>", "session_token_unavailable", "without a session token"),
        (200, {}, "session_token_unavailable", "without a session token"),
        (200, b"\xff\xfe\xff", "session_token_unavailable", "console"),
    ],
)
async def test_every_refusal_is_told(status: int, body: object, reason: str, words: str) -> None:
    async with serving(Script([(status, body)])) as console:
        with pytest.raises(CredentialProblem) as caught:
            await request_session_token(console.url, KEY, EXPIRES_AT)
    assert (caught.value.reason, caught.value.retryable) == (reason, reason == "session_token_unavailable")
    assert words in caught.value.operator_sentence
    told = "".join(traceback.format_exception(caught.value))
    assert "avatarkit-api-key" not in told
    assert "eyJ" not in told


async def test_silence_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(avatarkit_console, "_LIMIT", 0.2)
    async with serving(Script([], silent=True)) as console:
        with pytest.raises(CredentialProblem, match="does not answer in time"):
            await request_session_token(console.url, KEY, EXPIRES_AT)


async def test_an_address_without_a_console_is_told() -> None:
    with pytest.raises(CredentialProblem, match="cannot be resolved") as caught:
        await request_session_token("https://console.invalid/v1", KEY, EXPIRES_AT)
    assert caught.value.reason == "session_token_unavailable"
