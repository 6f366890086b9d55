"""Judge a token endpoint's answer before a visitor finds out that it is no good. Pure."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from kiosk.credentials.grants import JoinGrant
from kiosk.credentials.problem import CredentialProblem, ProblemReason

_SCHEMES = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}


def read_join_answer(body: bytes, endpoint: str, now: float) -> JoinGrant:
    """The grant in an answer, in either spelling; what else it says is ignored.

    Args:
        body: the answer.
        endpoint: the endpoint's address as it may be shown.
        now: unix time.

    Raises:
        CredentialProblem: ``endpoint_invalid``.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise _invalid(endpoint, "with something that is not JSON") from None
    if not isinstance(answer, dict):
        raise _invalid(endpoint, "with JSON that is not an object")
    url = _field(answer, "server_url", "serverUrl", endpoint)
    token = _field(answer, "participant_token", "participantToken", endpoint)
    claims = _claims(token)
    if claims is None:
        raise _invalid(endpoint, "with a participant_token that is not a JWT")
    return JoinGrant(_websocket(url, endpoint), SecretStr(token), *_permission(claims, endpoint, now))


def _permission(claims: Mapping[str, Any], endpoint: str, now: float) -> tuple[str, str, float]:
    """Room, identity and expiry of a token that lets its bearer join."""
    video = claims.get("video")
    room = video.get("room") if isinstance(video, dict) and video.get("roomJoin") is True else None
    if not isinstance(room, str) or not room:
        raise _invalid(endpoint, "with a token that gives no leave to join a room (video.roomJoin and video.room)")
    identity = claims.get("sub")
    if not isinstance(identity, str) or not identity:
        raise _invalid(endpoint, "with a token that names no identity (sub)")
    expires_at = claims.get("exp")
    if isinstance(expires_at, bool) or not isinstance(expires_at, int | float):
        raise _invalid(endpoint, "with a token that never expires (no exp), which LiveKit servers refuse")
    if expires_at <= now:
        raise _invalid(endpoint, "with a token that has expired already; compare the clocks of both machines")
    return room, identity, float(expires_at)


def _field(answer: Mapping[str, Any], snake: str, camel: str, endpoint: str) -> str:
    value = answer.get(snake) or answer.get(camel)
    if not isinstance(value, str):
        raise _invalid(endpoint, f"without {snake} (or {camel})")
    return value


def _websocket(url: str, endpoint: str) -> str:
    """The server's address as a WebSocket's; some endpoints give the one of its HTTP side."""
    try:
        parts = urlsplit(url)
        scheme = _SCHEMES[parts.scheme]
    except (ValueError, KeyError):
        raise _invalid(endpoint, "with a server_url that does not begin with wss://") from None
    if not parts.hostname:
        raise _invalid(endpoint, "with a server_url that names no host")
    return parts._replace(scheme=scheme).geturl()


def _claims(token: str) -> dict[str, Any] | None:
    """What a JWT says, unverified: the key is the server's, and the server will verify it."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return claims if isinstance(claims, dict) else None


def _invalid(endpoint: str, how: str) -> CredentialProblem:
    return CredentialProblem(ProblemReason.ENDPOINT_INVALID, f"The token endpoint {endpoint} answers {how}.")
