"""The customer's token endpoint: no secret of the LiveKit server lies on this machine.

The convention of the LiveKit ecosystem: a POST with optional wishes (room, identity, attributes, agents), answered by
the server's address and a participant's token, in snake_case or camelCase.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from pydantic import SecretStr

from kiosk.credentials.grants import JoinGrant, Visit
from kiosk.credentials.join_answer import read_join_answer
from kiosk.credentials.network import new_connector, read_at_most, shown_address, why_unreachable
from kiosk.credentials.problem import CredentialProblem, ProblemReason
from kiosk.credentials.retry import RetryPolicy, parse_retry_after

_LONGEST_ANSWER = 65_536
"""Bytes. A token has one or two thousand."""


class TokenEndpoint:
    """Asks one endpoint for leave to join.

    Args:
        url: the endpoint.
        headers: who is asking; sent with every request, and to this address only.
        timeout: seconds for a `fetch`, retries included.
        clock: unix time, as the servers have it.
        hear: told the `Date` of each answer.
        retry: when to try again within that time.
        monotonic, sleep: for tests with a time of their own.
    """

    def __init__(
        self,
        url: str,
        headers: Mapping[str, SecretStr],
        timeout: float,
        clock: Callable[[], float],
        *,
        hear: Callable[[str | None], None] = lambda _date: None,
        retry: RetryPolicy | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.url = url
        self._headers = headers
        self._timeout = timeout
        self._clock = clock
        self._hear = hear
        self._retry = retry or RetryPolicy()
        self._monotonic = monotonic
        self._sleep = sleep
        self._http: aiohttp.ClientSession | None = None
        self._shown = shown_address(url)

    async def fetch(self, visit: Visit, agent_name: str | None = None, agent_metadata: str | None = None) -> JoinGrant:
        """Ask for a token. The endpoint may choose another room and identity; what its token says counts.

        Raises:
            CredentialProblem: ``endpoint_unavailable``, ``endpoint_refused`` or ``endpoint_invalid``.
        """
        wishes = _wishes(visit, agent_name, agent_metadata)
        began = self._monotonic()
        failures = 0
        try:
            async with asyncio.timeout(self._timeout):
                while True:
                    try:
                        return await self._ask(wishes)
                    except CredentialProblem as problem:
                        failures += 1
                        delay = self._retry.delay(failures, self._monotonic() - began, problem.retry_after)
                        if not problem.retryable or delay is None:
                            raise
                    await self._sleep(delay)
        except TimeoutError as error:
            raise self._unreachable(error) from None

    async def probe(self) -> None:
        """See whether anything answers, without asking for a token.

        Any answer but a gateway's excuse will do: an endpoint may refuse a HEAD that it was never made for.

        Raises:
            CredentialProblem: ``endpoint_unavailable``.
        """
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._session().head(self.url, allow_redirects=False) as response,
            ):
                self._hear(response.headers.get("Date"))
                if response.status in (502, 503, 504):
                    raise self._unavailable(response)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._unreachable(error) from None

    async def aclose(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def _ask(self, wishes: Mapping[str, Any]) -> JoinGrant:
        try:
            # A redirect would turn the POST into a GET, and carry the headers to an address nobody has configured.
            async with self._session().post(self.url, json=wishes, allow_redirects=False) as response:
                self._hear(response.headers.get("Date"))
                if not 200 <= response.status < 300:
                    raise self._refusal(response)
                body = await read_at_most(response, _LONGEST_ANSWER)
        except (aiohttp.ClientError, OSError) as error:
            if isinstance(error, TimeoutError):
                raise
            raise self._unreachable(error) from None
        return read_join_answer(body, self._shown, self._clock())

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            headers = {name: value.get_secret_value() for name, value in self._headers.items()}
            limits = aiohttp.ClientTimeout(total=self._timeout, connect=self._timeout)
            self._http = aiohttp.ClientSession(connector=new_connector(), headers=headers, timeout=limits)
        return self._http

    def _refusal(self, response: aiohttp.ClientResponse) -> CredentialProblem:
        status = response.status
        if status in (401, 403):
            return CredentialProblem(
                ProblemReason.ENDPOINT_REFUSED,
                f"The token endpoint {self._shown} refuses this kiosk ({status}). "
                "Check livekit.token_endpoint_headers and the rights of the kiosk there.",
            )
        if status >= 500 or status in (408, 425, 429):
            return self._unavailable(response)
        location = response.headers.get("Location", "")
        if 300 <= status < 400 and "://" in location:
            advice = f"It redirects to {shown_address(location)}: write that into livekit.token_endpoint."
        else:
            advice = "Check livekit.token_endpoint: it must answer a POST with JSON."
        return CredentialProblem(
            ProblemReason.ENDPOINT_INVALID,
            f"The token endpoint {self._shown} does not take the request (HTTP {status}). {advice}",
        )

    def _unavailable(self, response: aiohttp.ClientResponse) -> CredentialProblem:
        what = "is busy" if response.status == 429 else "has a problem of its own"
        return CredentialProblem(
            ProblemReason.ENDPOINT_UNAVAILABLE,
            f"The token endpoint {self._shown} {what} (HTTP {response.status}). Its own log says more.",
            retry_after=parse_retry_after(response.headers.get("Retry-After"), self._clock()),
        )

    def _unreachable(self, error: BaseException) -> CredentialProblem:
        return CredentialProblem(
            ProblemReason.ENDPOINT_UNAVAILABLE,
            f"The token endpoint {self._shown} cannot be reached: {why_unreachable(error)}.",
        )


def _wishes(visit: Visit, agent_name: str | None, agent_metadata: str | None) -> dict[str, Any]:
    wishes: dict[str, Any] = {
        "room_name": visit.room,
        "participant_identity": visit.identity,
        "participant_attributes": visit.attributes,
    }
    if agent_name is not None:
        wishes["room_config"] = {"agents": [{"agent_name": agent_name, "metadata": agent_metadata or ""}]}
    return wishes
