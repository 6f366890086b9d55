# ruff: noqa: PLC0415 - the libraries behind these modules are slow to import; see `Lazily`
"""From settings to credentials: signed here, fetched from an endpoint, or none at all in demo mode."""

import dataclasses
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal, Protocol

from pydantic import SecretStr

from kiosk.config.schema import Avatar, LiveKit, Settings
from kiosk.credentials.grants import JoinGrant, new_visit
from kiosk.credentials.lazily import Lazily
from kiosk.credentials.problem import CredentialProblem
from kiosk.credentials.server_clock import ServerClock
from kiosk.credentials.session_token import SessionTokenKeeper

if TYPE_CHECKING:
    from kiosk.credentials.livekit_server import LiveKitServer
    from kiosk.credentials.token_endpoint import TokenEndpoint

logger = logging.getLogger(__name__)

DEMO_URL = "demo:loopback"
"""The server of a grant in demo mode: there is none, the page talks with itself."""

_DEMO_LIFE = 24 * 3600.0
"""Seconds. Nothing expires in demo mode, and a day is longer than any session."""

PUBLIC_CONSOLE = "https://console.us-west.spatialwalk.cloud/v1/console"
"""AvatarKit's own console for `environment = "intl"`; for "cn" the configuration must name one."""

PUBLIC_API = "https://api.spatialreal.cloud"
"""The same for the third generation of the vendor's packages."""

SessionTokens = Literal["console", "api", "nobody"]
"""Who gives the avatar's session tokens: it depends on the generation of its packages, and the second wants none."""

Clock = Callable[[], float]


class Credentials(Protocol):
    """Who may join, and with what. Every method may raise `CredentialProblem`; none takes more than some seconds."""

    async def join(self, attempt: str, language: str) -> JoinGrant:
        """Leave for one attempt to join a room of its own; ``language`` is told to the agent."""

    async def avatar_token(self) -> SecretStr | None:
        """A session token for the avatar that is good for a while yet; None: it needs none.

        Cheap to ask as often as one likes: a request is made only when a new token is due.
        """

    def avatar_token_age(self) -> float | None:
        """Seconds since the present session token was asked for; None without one."""

    async def probe(self) -> None:
        """See, cheaply, whether the other side can be reached, and, if that can be told, whether it lets us in."""

    async def close_room(self, room: str) -> None:
        """Delete the room, if it is still there and ours to delete."""

    async def aclose(self) -> None:
        """Close connections; the credentials are of no use afterwards."""


def build_credentials(
    settings: Settings,
    clock: Clock = time.time,
    *,
    monotonic: Clock = time.monotonic,
    remember: Callable[[str], None] = lambda _secret: None,
    session_tokens: SessionTokens = "console",
) -> Credentials:
    """The credentials that ``settings`` (without problems) describe.

    Args:
        settings: the configuration.
        clock: unix time.
        monotonic: a clock that never jumps.
        remember: told of every secret that comes in later, so that the log's redactor knows it.
        session_tokens: who gives them to the configured avatar.
    """
    if settings.demo:
        return DemoCredentials(clock)
    livekit = settings.livekit
    servers = ServerClock(clock)
    keeper = _session_tokens(settings.avatar, session_tokens, servers.now, monotonic, remember)
    if livekit.token_endpoint is not None:
        endpoint = _endpoint(livekit, livekit.token_endpoint, servers)
        return EndpointCredentials(livekit, endpoint, keeper, servers, monotonic)
    if livekit.url is None or livekit.api_key is None or livekit.api_secret is None:
        raise ValueError("livekit needs a token_endpoint, or url, api_key and api_secret")
    server = _server(livekit.url, livekit.api_key, livekit.api_secret, servers)
    return SigningCredentials(livekit, server, keeper, clock)


def token_address(avatar: Avatar, giver: SessionTokens) -> str | None:
    """Where the avatar's session tokens come from; None: it needs none, or none can be had without an API key."""
    if avatar.sdk == "builtin" or avatar.api_key is None or giver == "nobody":
        return None
    return avatar.console_endpoint or (PUBLIC_CONSOLE if giver == "console" else PUBLIC_API)


def _server(url: str, api_key: str, api_secret: SecretStr, clock: ServerClock) -> "Lazily[LiveKitServer]":
    def make() -> "LiveKitServer":
        from kiosk.credentials.livekit_server import LiveKitServer

        return LiveKitServer(url, api_key, api_secret, clock)

    return Lazily(make)


def _endpoint(livekit: LiveKit, url: str, clock: ServerClock) -> "Lazily[TokenEndpoint]":
    def make() -> "TokenEndpoint":
        from kiosk.credentials.token_endpoint import TokenEndpoint

        headers, timeout = livekit.token_endpoint_headers, livekit.token_endpoint_timeout
        return TokenEndpoint(url, headers, timeout, clock.now, hear=clock.hear)

    return Lazily(make)


class _AvatarTokens:
    """The part that all credentials share: the avatar's session token."""

    def __init__(self, keeper: SessionTokenKeeper | None) -> None:
        self._keeper = keeper

    async def avatar_token(self) -> SecretStr | None:
        return None if self._keeper is None else await self._keeper.token()

    def avatar_token_age(self) -> float | None:
        return None if self._keeper is None else self._keeper.age()

    async def aclose(self) -> None:
        if self._keeper is not None:
            await self._keeper.aclose()


class DemoCredentials(_AvatarTokens):
    """Nobody is asked and nothing is granted: demo mode has no server."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(None)
        self._clock = clock

    async def join(self, attempt: str, language: str) -> JoinGrant:
        visit = new_visit("demo-", "visitor-", attempt, language)
        return JoinGrant(DEMO_URL, SecretStr(""), visit.room, visit.identity, self._clock() + _DEMO_LIFE)

    async def probe(self) -> None: ...

    async def close_room(self, room: str) -> None: ...


class SigningCredentials(_AvatarTokens):
    """Signs join tokens with the API secret."""

    def __init__(
        self, livekit: LiveKit, server: "Lazily[LiveKitServer]", keeper: SessionTokenKeeper | None, clock: Clock
    ) -> None:
        super().__init__(keeper)
        self._livekit = livekit
        self._server = server
        self._clock = clock

    async def join(self, attempt: str, language: str) -> JoinGrant:
        server = await self._server.get()
        settings = self._livekit
        visit = new_visit(settings.room_prefix, settings.identity_prefix, attempt, language)
        expires_at = self._clock() + settings.token_ttl
        token = server.join_token(visit, settings.token_ttl, settings.agent_name, settings.agent_metadata)
        logger.info("token for attempt %s: room %s, %s", attempt, visit.room, visit.identity)
        return JoinGrant(server.url, token, visit.room, visit.identity, expires_at)

    async def probe(self) -> None:
        await (await self._server.get()).probe()

    async def close_room(self, room: str) -> None:
        await (await self._server.get()).delete_room(room)
        logger.info("room %s is closed", room)

    async def aclose(self) -> None:
        await super().aclose()
        if server := self._server.made():
            await server.aclose()


class EndpointCredentials(_AvatarTokens):
    """Gets join tokens from the customer's endpoint."""

    def __init__(
        self,
        livekit: LiveKit,
        endpoint: "Lazily[TokenEndpoint]",
        keeper: SessionTokenKeeper | None,
        clock: ServerClock,
        monotonic: Clock,
    ) -> None:
        super().__init__(keeper)
        self._livekit = livekit
        self._endpoint = endpoint
        self._clock = clock
        self._monotonic = monotonic
        self._problem: CredentialProblem | None = None
        """Why the last one who asked got no token; None: they got one, or nobody has asked yet."""
        self._not_before = 0.0
        """When the endpoint wants to be asked again, on the monotonic clock."""

    async def join(self, attempt: str, language: str) -> JoinGrant:
        if self._problem is not None and self._monotonic() < self._not_before:
            raise self._problem
        endpoint = await self._endpoint.get()
        settings = self._livekit
        visit = new_visit(settings.room_prefix, settings.identity_prefix, attempt, language)
        try:
            grant = await endpoint.fetch(visit, settings.agent_name, settings.agent_metadata)
        except CredentialProblem as problem:
            self._problem = problem
            self._not_before = self._monotonic() + (problem.retry_after or 0.0)
            raise
        self._problem = None
        logger.info("token for attempt %s from the endpoint: room %s, %s", attempt, grant.room, grant.identity)
        # Told in the time of this machine's clock, by which everybody else goes.
        return dataclasses.replace(grant, expires_at=grant.expires_at - self._clock.lead)

    async def probe(self) -> None:
        """While the last visitor could not be let in, only a token proves that the next one can: any other answer may
        come from an endpoint that still refuses."""
        if self._problem is None:
            await (await self._endpoint.get()).probe()
        else:
            await self.join("of a probe", "")

    async def close_room(self, room: str) -> None:
        """Nothing: without the server's secret a room cannot be deleted. It closes when everybody has left."""

    async def aclose(self) -> None:
        await super().aclose()
        if endpoint := self._endpoint.made():
            await endpoint.aclose()


def _session_tokens(
    avatar: Avatar, giver: SessionTokens, clock: Clock, monotonic: Clock, remember: Callable[[str], None]
) -> SessionTokenKeeper | None:
    """None: the avatar needs no session token."""
    address, api_key = token_address(avatar, giver), avatar.api_key
    if address is None or api_key is None:
        return None

    def service() -> Callable[[str, SecretStr, float], Awaitable[SecretStr]]:
        if giver == "api":
            from kiosk.credentials import spatialreal_api

            return spatialreal_api.request_session_token
        from kiosk.credentials import avatarkit_console

        return avatarkit_console.request_session_token

    way = Lazily(service)

    async def request(expires_at: float) -> SecretStr:
        ask = await way.get()
        return await ask(address, api_key, expires_at)

    return SessionTokenKeeper(request, avatar.session_token_ttl, remember=remember, clock=clock, monotonic=monotonic)
