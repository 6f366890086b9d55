"""`kiosk.credentials` as the controller's port: problems become reasons, secrets become text at the last moment."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.browser.generations import Generation
from kiosk.config import Settings
from kiosk.credentials import CredentialProblem, Credentials, build_credentials
from kiosk.session.model import Reason
from kiosk.session.ports import Grant, UnavailableError


class SessionCredentials:
    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    async def join(self, attempt: str, language: str) -> Grant:
        try:
            grant = await self._credentials.join(attempt, language)
        except CredentialProblem as problem:
            raise _unavailable(problem) from None
        return Grant(grant.url, grant.token.get_secret_value(), grant.room, grant.expires_at)

    async def avatar_token(self) -> str | None:
        try:
            token = await self._credentials.avatar_token()
        except CredentialProblem as problem:
            raise _unavailable(problem) from None
        return None if token is None else token.get_secret_value()

    async def probe(self) -> None:
        try:
            await self._credentials.probe()
        except CredentialProblem as problem:
            raise _unavailable(problem) from None

    async def close_room(self, room: str) -> None:
        try:
            await self._credentials.close_room(room)
        except CredentialProblem as problem:
            raise _unavailable(problem) from None

    async def aclose(self) -> None:
        await self._credentials.aclose()


def session_credentials(
    settings: Settings, generation: Generation, remember: Callable[[str], None]
) -> SessionCredentials:
    """What `settings` describe, for an avatar of this generation. `remember` is told of every secret that comes in."""
    credentials = build_credentials(settings, remember=remember, session_tokens=generation.session_tokens)
    return SessionCredentials(credentials)


def _unavailable(problem: CredentialProblem) -> UnavailableError:
    return UnavailableError(Reason(problem.reason.value), problem.operator_sentence)
