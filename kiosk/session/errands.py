"""What is asked of the credentials: each errand under a deadline, each answered by an event, none ever raising."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from kiosk.session.events import AvatarTokenArrived, Event, Granted, GrantRefused, Probed
from kiosk.session.model import Reason, State
from kiosk.session.ports import CredentialsPort, Grant, UnavailableError

log = logging.getLogger(__name__)

TOKEN_CHECK = 30.0
"""Seconds between looks at the avatar's session token; it is renewed minutes ahead of need."""


class Errands:
    """
    Args:
        feed: takes the event that answers an errand.
        state: the controller's present state, for deadlines and for what is known already.
        unix: wall clock, for token lifetimes.
    """

    def __init__(
        self,
        credentials: CredentialsPort,
        feed: Callable[[Event], None],
        state: Callable[[], State],
        unix: Callable[[], float],
    ) -> None:
        self._credentials = credentials
        self._feed = feed
        self._state = state
        self._unix = unix
        self._grants: dict[str, Grant] = {}
        self._token: str | None = None
        self.detail: str | None = None
        """The operator's sentence about what cannot be had; None when all is well."""

    def use(self, credentials: CredentialsPort) -> None:
        """New settings, between two visitors."""
        self._credentials = credentials
        self._token = None

    def take_grant(self, attempt: str) -> Grant | None:
        """The grant of this attempt, once: states and logs never hold its token."""
        return self._grants.pop(attempt, None)

    async def mint(self, attempt: str, language: str) -> None:
        try:
            async with asyncio.timeout(self._state().policy.credentials_timeout):
                grant = await self._credentials.join(attempt, language)
        except UnavailableError as error:
            self.detail = error.detail
            log.warning("no leave to join: %s", error.detail)
            self._feed(GrantRefused(attempt, error.reason))
        except TimeoutError:
            self._feed(GrantRefused(attempt, Reason.CREDENTIALS_SILENT))
        else:
            self._grants = {attempt: grant}
            self._feed(Granted(attempt, grant.url, grant.room, grant.expires_at, self._unix()))

    async def probe(self) -> None:
        try:
            async with asyncio.timeout(self._state().policy.probe_timeout):
                await self._credentials.probe()
        except UnavailableError as error:
            self.detail = error.detail
            if self._state().reason is not error.reason:
                log.warning("out of service: %s", error.detail)
            self._feed(Probed(error.reason))
        except TimeoutError:
            self._feed(Probed(Reason.SERVER_UNREACHABLE))
        else:
            self._feed(Probed())

    async def close_room(self, room: str) -> None:
        try:
            async with asyncio.timeout(self._state().policy.connect_timeout):
                await self._credentials.close_room(room)
        except (UnavailableError, TimeoutError) as error:
            # The server closes an empty room by itself within its departure timeout.
            log.warning("could not delete room %s: %s", room, _cause(error))

    async def avatar_token(self) -> str | None:
        """The avatar's session token; None when it needs none or there is none to be had. Without it the page falls
        back to the built-in avatar: the voice still works."""
        self._token = None
        try:
            async with asyncio.timeout(self._state().policy.credentials_timeout):
                self._token = await self._credentials.avatar_token()
        except (UnavailableError, TimeoutError) as error:
            log.warning("no session token for the avatar: %s", _cause(error))
        return self._token

    async def keep_avatar_token(self, renewed: Callable[[str], None]) -> None:
        """For ever: see to it that the token stays fresh, and tell of each new one."""
        while True:
            await asyncio.sleep(TOKEN_CHECK)
            try:
                token = await self._credentials.avatar_token()
            except UnavailableError as error:
                log.warning("session token not renewed: %s", error.detail)
                continue
            if token is None or token == self._token:
                continue
            self._token = token
            renewed(token)
            self._feed(AvatarTokenArrived())


def _cause(error: BaseException) -> str:
    return error.detail if isinstance(error, UnavailableError) else "no answer in time"
