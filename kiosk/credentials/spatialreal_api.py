"""The API that gives the session tokens of the vendor's third generation. No other module knows it.

It is one request, which does not need an SDK of its own: that SDK drives avatars from servers, as the kiosk never does.
"""

import asyncio
import json

import aiohttp
from pydantic import SecretStr

from kiosk.credentials.network import new_connector, read_at_most, shown_address, why_unreachable
from kiosk.credentials.token_service import token_refusal, token_unavailable

_SERVICE = "SpatialReal API"
_PATH = "/v1/auth/session-token"
_LIMIT = 10.0
"""Seconds for the request."""
_LONGEST_ANSWER = 65_536
"""Bytes; an honest answer is some hundred."""


async def request_session_token(root: str, api_key: SecretStr, expires_at: float) -> SecretStr:
    """Ask the API for a session token.

    Args:
        root: the address of the API, without the path that its documents name.
        api_key: of the platform.
        expires_at: unix time.

    Raises:
        CredentialProblem: ``session_token_unavailable`` or ``session_token_refused``.
    """
    where = shown_address(root)
    headers = {"X-Api-Key": api_key.get_secret_value()}
    try:
        async with (
            asyncio.timeout(_LIMIT),
            aiohttp.ClientSession(connector=new_connector(), headers=headers) as http,
            # A redirect would turn the POST into a GET, and carry the key to an address nobody has configured.
            http.post(root.rstrip("/") + _PATH, json={"expire_at": int(expires_at)}, allow_redirects=False) as response,
        ):
            if not 200 <= response.status < 300:
                raise token_refusal(_SERVICE, where, response.status)
            body = await read_at_most(response, _LONGEST_ANSWER)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise token_unavailable(_SERVICE, f"{where} cannot be reached: {why_unreachable(error)}") from None
    token = _token_in(body)
    if token is None:
        raise token_unavailable(_SERVICE, f"{where} answers without a session token; check avatar.console_endpoint")
    return SecretStr(token)


def _token_in(body: bytes) -> str | None:
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    token = answer.get("session_token") if isinstance(answer, dict) else None
    return token if isinstance(token, str) and token else None
