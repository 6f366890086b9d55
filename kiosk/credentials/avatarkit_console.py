"""The AvatarKit server SDK. No other module knows it."""

import asyncio
from datetime import UTC, datetime

from avatarkit import SessionTokenError, new_avatar_session
from pydantic import SecretStr

from kiosk.credentials.network import shown_address, why_unreachable
from kiosk.credentials.problem import CredentialProblem
from kiosk.credentials.token_service import token_refusal, token_unavailable

_SERVICE = "AvatarKit console"
_LIMIT = 10.0
"""Seconds for one request; the SDK itself would wait for five minutes."""


async def request_session_token(console: str, api_key: SecretStr, expires_at: float) -> SecretStr:
    """Ask the console for a session token.

    Args:
        console: the address of the console's API.
        api_key: of the AvatarKit platform.
        expires_at: unix time; at most an hour ahead.

    Raises:
        CredentialProblem: ``session_token_unavailable`` or ``session_token_refused``.
    """
    session = new_avatar_session(
        api_key=api_key.get_secret_value(),
        console_endpoint_url=console,
        expire_at=datetime.fromtimestamp(expires_at, UTC),
    )
    where = shown_address(console)
    try:
        async with asyncio.timeout(_LIMIT):
            await session.init()
    except SessionTokenError as error:
        # Judged by the status: the SDK's own codes are guessed from texts.
        raise _problem(error, where) from None
    except (TimeoutError, ValueError) as error:  # a body that is no text is a ValueError
        raise token_unavailable(_SERVICE, f"{where} cannot be reached: {why_unreachable(error)}") from None
    return SecretStr(_token_of(session))


def _token_of(session: object) -> str:
    """The SDK keeps the token for its own use and has no accessor for it (0.1.7)."""
    return str(vars(session)["_session_token"])


def _problem(error: SessionTokenError, where: str) -> CredentialProblem:
    status = error.http_status
    if status is None:
        return token_unavailable(
            _SERVICE,
            f"{where} gives no session token: {why_unreachable(error)}"
            if error.__cause__
            else f"{where} answers without a session token; check avatar.console_endpoint",
        )
    return token_refusal(_SERVICE, where, status)
