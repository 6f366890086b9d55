"""A short stay in a room over LiveKit's signalling alone, to see that a visitor would get in and meet somebody."""

import asyncio
import time
from collections.abc import Iterable
from urllib.parse import urlencode, urlsplit

import aiohttp
from google.protobuf.message import DecodeError
from livekit.protocol.models import DisconnectReason, ParticipantInfo
from livekit.protocol.rtc import LeaveRequest, Ping, SignalRequest, SignalResponse

from kiosk.credentials.grants import JoinGrant
from kiosk.credentials.network import new_connector, shown_address, why_unreachable
from kiosk.credentials.problem import CredentialProblem, ProblemReason

_LIMIT = 10.0
"""Seconds until the server has let us in."""

_PING_EVERY = 5.0
"""Seconds. The server takes a client that is silent for 15 s for gone."""

_PAUSE = 1.0
"""Seconds before joining again: whoever connects without sound is sent away after a while."""

_PROTOCOL = 16
"""That of livekit-client 2.16.1: what the page speaks."""

_ON_BEHALF = "lk.publish_on_behalf"
"""The attribute of a helper that only lends an agent its face."""


class RoomVisit:
    """Joins with a grant, waits for an agent, and leaves. No sound is sent or taken.

    Args:
        grant: leave to join.
    """

    def __init__(self, grant: JoinGrant) -> None:
        self._grant = grant
        self._where = shown_address(grant.url)
        self._http: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._agent_there = False

    async def join(self) -> None:
        """Get in.

        Raises:
            CredentialProblem: ``server_unreachable`` or ``credentials_refused``.
        """
        try:
            async with asyncio.timeout(_LIMIT):
                await self._open()
                while not (answer := await self._next()).HasField("join"):
                    pass
        except aiohttp.WSServerHandshakeError as error:
            raise _refusal(error.status, self._where) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            what = f"The room cannot be joined at {self._where}: {why_unreachable(error)}."
            raise CredentialProblem(ProblemReason.SERVER_UNREACHABLE, what) from None
        except (_SentAwayError, DecodeError):
            what = f"{self._where} lets nobody into the room: it closes the connection. See the server's own log."
            raise CredentialProblem(ProblemReason.SERVER_UNREACHABLE, what) from None
        self._look_at(answer.join.other_participants)

    async def meets_agent(self, patience: float) -> bool:
        """Wait for an agent; whether one has come within `patience` seconds.

        Raises:
            CredentialProblem: the connection was lost, and could not be made again.
        """
        try:
            async with asyncio.timeout(patience):
                while not self._agent_there:
                    await self._listen()
        except TimeoutError:
            return False
        return True

    async def leave(self) -> None:
        """Say goodbye, if we are in. May be called twice."""
        socket, self._socket = self._socket, None
        http, self._http = self._http, None
        if socket is not None and not socket.closed:
            goodbye = LeaveRequest(reason=DisconnectReason.CLIENT_INITIATED, action=LeaveRequest.Action.DISCONNECT)
            await _send(socket, SignalRequest(leave=goodbye))
            await socket.close()
        if http is not None:
            await http.close()

    async def _open(self) -> None:
        if self._http is None:
            # A goodbye that is not answered shall not hold anybody up.
            self._http = aiohttp.ClientSession(connector=new_connector())
        parts = urlsplit(self._grant.url)
        query = urlencode({"protocol": _PROTOCOL, "auto_subscribe": 0})
        address = parts._replace(path=f"{parts.path.rstrip('/')}/rtc", query=query).geturl()
        # The token goes into a header: addresses end up in logs.
        headers = {"Authorization": f"Bearer {self._grant.token.get_secret_value()}"}
        self._socket = await self._http.ws_connect(
            address, headers=headers, timeout=aiohttp.ClientWSTimeout(ws_close=_PAUSE)
        )

    async def _listen(self) -> None:
        try:
            async with asyncio.timeout(_PING_EVERY):
                answer = await self._next()
        except TimeoutError:
            if self._socket is not None:
                await _send(self._socket, SignalRequest(ping_req=Ping(timestamp=int(time.time() * 1000))))
        except _SentAwayError:
            await asyncio.sleep(_PAUSE)
            await self.join()
        else:
            self._look_at(answer.update.participants)

    async def _next(self) -> SignalResponse:
        """The server's next message.

        Raises:
            _SentAwayError: it has none for us any more.
        """
        while self._socket is not None:
            message = await self._socket.receive()
            if message.type is aiohttp.WSMsgType.BINARY:
                answer = SignalResponse.FromString(message.data)
                if answer.HasField("leave"):
                    break
                return answer
            if message.type is not aiohttp.WSMsgType.TEXT:
                break
        raise _SentAwayError

    def _look_at(self, participants: Iterable[ParticipantInfo]) -> None:
        for participant in participants:
            is_agent = participant.kind == ParticipantInfo.Kind.AGENT and _ON_BEHALF not in participant.attributes
            if is_agent and participant.state != ParticipantInfo.State.DISCONNECTED:
                self._agent_there = True


class _SentAwayError(Exception):
    """The server has closed the connection, or is about to."""


async def _send(socket: aiohttp.ClientWebSocketResponse, request: SignalRequest) -> None:
    try:
        await socket.send_bytes(request.SerializeToString())
    except (aiohttp.ClientError, OSError):  # lost: the next message will tell
        return


def _refusal(status: int, where: str) -> CredentialProblem:
    """Only the status is used: the text of a refusal may repeat the token."""
    if status in (401, 403):
        return CredentialProblem(
            ProblemReason.CREDENTIALS_REFUSED,
            f"The LiveKit server {where} refuses the join token ({status}). Check that whoever signs it has the key "
            "and the secret of this server, and the right time.",
        )
    return CredentialProblem(
        ProblemReason.SERVER_UNREACHABLE,
        f"What answers at {where} does not act like a LiveKit server (HTTP {status}). Check livekit.url.",
    )
