"""The LiveKit server's API. No other module knows it.

Every call is signed with a token of its own: the least grants, a lifetime of a minute. The API secret itself never
leaves the machine.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import TypeVar

import aiohttp
import jwt
from google.protobuf.message import DecodeError
from livekit import api
from pydantic import SecretStr

from kiosk.credentials.grants import Visit
from kiosk.credentials.network import new_connector, shown_address, why_unreachable
from kiosk.credentials.problem import CredentialProblem, ProblemReason
from kiosk.credentials.server_clock import ServerClock

_CALL_LIMIT = 8.0
"""Seconds for one call, fail-over to another region of LiveKit Cloud included."""

_CALL_TTL = timedelta(minutes=1)
"""Enough for a call and a clock that is a little off; the library's default would be six hours."""

_CLOCKS_AGREE = 5.0
"""Seconds. A refusal that teaches no more than this about the time had another cause."""

T = TypeVar("T")


class LiveKitServer:
    """Mints join tokens for one server and asks it for the little a kiosk needs.

    Args:
        url: ``wss://…`` or ``ws://…``
        api_key, api_secret: of that server.
        clock: tokens are dated by it, and it hears from this server what time it is.
    """

    def __init__(self, url: str, api_key: str, api_secret: SecretStr, clock: ServerClock | None = None) -> None:
        self.url = url
        self._api_key = api_key
        self._api_secret = api_secret
        self._clock = clock or ServerClock()
        self._http: aiohttp.ClientSession | None = None

    def join_token(
        self, visit: Visit, ttl: float, agent_name: str | None = None, agent_metadata: str | None = None
    ) -> SecretStr:
        """A token to join ``visit.room`` with a microphone and to hear what is said there, and for nothing else.

        Args:
            visit: the room, the identity, and what the agent can read about the visitor.
            ttl: seconds.
            agent_name: the agent to dispatch when the room comes into being; None: the server's automatic dispatch.
            agent_metadata: handed to that agent's job.
        """
        grants = api.VideoGrants(
            room_join=True,
            room=visit.room,
            can_publish=True,
            can_publish_sources=["microphone"],
            can_subscribe=True,
            # The page sends sound only. Said aloud because the library grants it by default.
            can_publish_data=False,
        )
        token = (
            self._token(grants, timedelta(seconds=ttl)).with_identity(visit.identity).with_attributes(visit.attributes)
        )
        if agent_name is not None:
            dispatch = api.RoomAgentDispatch(agent_name=agent_name, metadata=agent_metadata or "")
            token = token.with_room_config(api.RoomConfiguration(agents=[dispatch]))
        return SecretStr(self._signed(token))

    async def probe(self) -> None:
        """Ask for the list of rooms (narrowed to one that does not exist), which proves address, key and secret.

        Raises:
            CredentialProblem: ``server_unreachable`` or ``credentials_refused``.
        """
        grants = api.VideoGrants(room_list=True)
        await self._call(grants, lambda server: server.room.list_rooms(api.ListRoomsRequest(names=["-"])))

    async def delete_room(self, room: str) -> None:
        """Delete a room and let everybody in it go; one that is gone already is just as well.

        Raises:
            CredentialProblem: ``server_unreachable`` or ``credentials_refused``.
        """
        grants = api.VideoGrants(room_create=True)
        try:
            await self._call(grants, lambda server: server.room.delete_room(api.DeleteRoomRequest(room=room)))
        except _NotThereError:
            return

    async def aclose(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    def _token(self, grants: api.VideoGrants, ttl: timedelta) -> api.AccessToken:
        token = api.AccessToken(self._api_key, self._api_secret.get_secret_value())
        return token.with_grants(grants).with_ttl(ttl)

    def _signed(self, token: api.AccessToken) -> str:
        """The library dates a token by this machine's clock; the server judges it by its own."""
        claims = jwt.decode(token.to_jwt(), options={"verify_signature": False})
        now = int(self._clock.now())
        claims |= {"nbf": now, "exp": now + int(token.ttl.total_seconds())}
        return jwt.encode(claims, self._api_secret.get_secret_value(), algorithm="HS256")

    def _api(self, grants: api.VideoGrants) -> api.LiveKitAPI:
        if self._http is None:
            limits = aiohttp.ClientTimeout(total=_CALL_LIMIT, connect=5)
            self._http = aiohttp.ClientSession(
                connector=new_connector(), timeout=limits, trace_configs=[self._listening()]
            )
        return api.LiveKitAPI.with_token(self._signed(self._token(grants, _CALL_TTL)), self.url, session=self._http)

    def _listening(self) -> aiohttp.TraceConfig:
        """The library keeps the headers of answers to itself."""

        async def heard(
            _session: aiohttp.ClientSession, _context: SimpleNamespace, answered: aiohttp.TraceRequestEndParams
        ) -> None:
            self._clock.hear(answered.response.headers.get("Date"))

        listening = aiohttp.TraceConfig()
        listening.on_request_end.append(heard)
        return listening

    async def _call(self, grants: api.VideoGrants, request: Callable[[api.LiveKitAPI], Awaitable[T]]) -> T:
        """Make a call; once more when the refusal of the first has taught us what time it is."""
        lead = self._clock.lead
        try:
            return await self._ask(request(self._api(grants)))
        except CredentialProblem as problem:
            if problem.reason is not ProblemReason.CREDENTIALS_REFUSED or abs(self._clock.lead - lead) < _CLOCKS_AGREE:
                raise
        return await self._ask(request(self._api(grants)))

    async def _ask(self, request: Awaitable[T]) -> T:
        where = shown_address(self.url)
        try:
            async with asyncio.timeout(_CALL_LIMIT):
                return await request
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise CredentialProblem(
                ProblemReason.SERVER_UNREACHABLE,
                f"The LiveKit server {where} cannot be reached: {why_unreachable(error)}.",
            ) from None
        except api.ServerError as error:
            if error.code == api.ServerErrorCode.NOT_FOUND:
                raise _NotThereError from None
            raise _refusal(error.status, where) from None
        except (DecodeError, AttributeError):
            # An answer that is not of this API: a captive portal's page, or JSON of another shape, on which the
            # library fails with an AttributeError.
            raise _refusal(200, where) from None


class _NotThereError(Exception):
    """The server knows no such room."""


def _refusal(status: int, where: str) -> CredentialProblem:
    """Only the status is used: the text of a refusal may repeat the token."""
    if status in (401, 403):
        return CredentialProblem(
            ProblemReason.CREDENTIALS_REFUSED,
            f"The LiveKit server {where} refuses the API key ({status}). Check livekit.api_key and livekit.api_secret, "
            "and that this machine's clock is right.",
        )
    return CredentialProblem(
        ProblemReason.SERVER_UNREACHABLE,
        f"What answers at {where} does not act like a LiveKit server (HTTP {status}). "
        "Check livekit.url, and the server's own log.",
    )
