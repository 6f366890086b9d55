import json
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.credentials.join_answer import read_join_answer
from kiosk.credentials.problem import CredentialProblem

NOW = 1_800_000_000.0
ENDPOINT = "https://example.com/token"
CLAIMS = {"sub": "visitor", "exp": NOW + 300, "video": {"roomJoin": True, "room": "lobby"}}


def token(changes: Mapping[str, Any] = CLAIMS) -> str:
    return jwt.encode({**CLAIMS, **changes}, "x" * 32)


def answer(**fields: object) -> bytes:
    return json.dumps(fields).encode()


@pytest.mark.parametrize(
    "body",
    [
        answer(server_url="wss://x", participant_token=token()),
        answer(serverUrl="wss://x", participantToken=token(), roomName="ignored", more={"a": 1}),
        answer(server_url="https://x", participantToken=token()),
    ],
)
def test_both_spellings_are_understood(body: bytes) -> None:
    grant = read_join_answer(body, ENDPOINT, NOW)
    assert (grant.url, grant.room, grant.identity, grant.expires_at) == ("wss://x", "lobby", "visitor", NOW + 300)
    assert grant.token.get_secret_value() == token()
    assert token() not in repr(grant)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>Welcome to our guest network</html>", "not JSON"),
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not an object"),
        (answer(hello="world"), "without server_url (or serverUrl)"),
        (answer(server_url="wss://x"), "without participant_token (or participantToken)"),
        (answer(server_url=5, participant_token=token()), "without server_url"),
        (answer(server_url="ftp://x", participant_token=token()), "does not begin with wss://"),
        (answer(server_url="wss://[x", participant_token=token()), "does not begin with wss://"),
        (answer(server_url="wss://", participant_token=token()), "names no host"),
        (answer(server_url="wss://x", participant_token="abc"), "not a JWT"),
        (answer(server_url="wss://x", participant_token="a.b.c"), "not a JWT"),
        (answer(server_url="wss://x", participant_token="a.W10.c"), "not a JWT"),
        (answer(server_url="wss://x", participant_token=token({"video": None})), "no leave to join"),
        (answer(server_url="wss://x", participant_token=token({"video": {"room": "lobby"}})), "no leave to join"),
        (answer(server_url="wss://x", participant_token=token({"video": {"roomJoin": True}})), "no leave to join"),
        (answer(server_url="wss://x", participant_token=token({"sub": ""})), "names no identity"),
        (answer(server_url="wss://x", participant_token=token({"exp": NOW})), "expired already"),
    ],
)
def test_what_would_fail_later_is_told_now(body: bytes, words: str) -> None:
    with pytest.raises(CredentialProblem, match=r"https://example\.com/token answers") as caught:
        read_join_answer(body, ENDPOINT, NOW)
    assert words in caught.value.operator_sentence
    assert (caught.value.reason, caught.value.retryable) == ("endpoint_invalid", False)


def test_a_token_without_an_end_is_refused() -> None:
    endless = jwt.encode({name: value for name, value in CLAIMS.items() if name != "exp"}, "x" * 32)
    with pytest.raises(CredentialProblem, match="never expires"):
        read_join_answer(answer(server_url="wss://x", participant_token=endless), ENDPOINT, NOW)


@given(st.binary() | st.text().map(str.encode))
def test_any_answer_is_a_grant_or_a_problem(body: bytes) -> None:
    with pytest.raises(CredentialProblem):
        read_join_answer(body, ENDPOINT, NOW)


@given(st.dictionaries(st.sampled_from(["server_url", "participantToken"]), st.text() | st.integers() | st.none()))
def test_any_fields_are_a_grant_or_a_problem(fields: dict[str, object]) -> None:
    with pytest.raises(CredentialProblem):
        read_join_answer(json.dumps(fields).encode(), ENDPOINT, NOW)
