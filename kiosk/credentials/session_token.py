"""The AvatarKit session token in hand: its age, and when to get another one.

Nobody has to wait for a renewal: a token is renewed when two thirds of its life are over, and while that fails the old
one is used until shortly before its end.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import SecretStr

from kiosk.credentials.problem import CredentialProblem

logger = logging.getLogger(__name__)

LONGEST_LIFE = 3600.0 - 60.0
"""Seconds: AvatarKit's own limit of an hour, and a minute for clocks that differ."""

_RENEW_AFTER = 2 / 3
"""Of a token's life. A third of an hour is time enough to get over an outage of the console."""

_UNUSED_END = 60.0
"""Seconds before its end in which a token is no longer handed out: it has to last while the avatar loads."""

Request = Callable[[float], Awaitable[SecretStr]]
"""Get a token that is good until the given unix time; raises `CredentialProblem`."""


@dataclass(frozen=True)
class _Held:
    token: SecretStr
    wall: float
    monotonic: float


class SessionTokenKeeper:
    """Hands out one session token as long as it is good.

    Args:
        request: how to get a token.
        life: seconds a token is to live, up to `LONGEST_LIFE`.
        remember: told of every new token, so that the log's redactor knows it.
        clock: unix time.
        monotonic: a clock that never jumps.
    """

    def __init__(
        self,
        request: Request,
        life: float,
        *,
        remember: Callable[[str], None],
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._request = request
        self._life = min(life, LONGEST_LIFE)
        self._remember = remember
        self._clock = clock
        self._monotonic = monotonic
        self._held: _Held | None = None
        self._renewal: asyncio.Task[CredentialProblem | None] | None = None

    def age(self) -> float | None:
        """Seconds since the token in hand was asked for; None without one.

        The larger of two clocks' answers: the monotonic one stands still while the machine sleeps, and the wall clock
        may be set back.
        """
        held = self._held
        if held is None:
            return None
        return max(self._clock() - held.wall, self._monotonic() - held.monotonic)

    async def token(self) -> SecretStr:
        """A token that is good for a while yet; asks for one only if it is due.

        Callers share one request, and none of them takes it down by being cancelled.

        Raises:
            CredentialProblem: there is none, and none can be had.
        """
        age = self.age()
        if self._held is not None and age is not None and age < self._life * _RENEW_AFTER:
            return self._held.token
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew(), name="renew the avatar's session token")
        problem = await asyncio.shield(self._renewal)
        held = self._held
        if problem is not None:
            if held is None or age is None or age >= self._life - _UNUSED_END:
                raise problem
            logger.warning("the avatar's session token, %.0f s old, is used on: %s", age, problem)
        assert held is not None  # noqa: S101 - a renewal without a problem has brought one
        return held.token

    async def aclose(self) -> None:
        """Drop a request that is under way."""
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.wait([self._renewal])

    async def _renew(self) -> CredentialProblem | None:
        """Returns its problem, because nobody may be left to take an exception."""
        wall, monotonic = self._clock(), self._monotonic()
        try:
            token = await self._request(wall + self._life)
        except CredentialProblem as problem:
            return problem
        self._remember(token.get_secret_value())
        self._held = _Held(token, wall, monotonic)
        logger.info("the avatar has a new session token, good for %.0f s", self._life)
        return None
