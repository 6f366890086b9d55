"""What a failed request means, for people."""

import asyncio
from urllib.parse import urlsplit

import aiohttp


def why_unreachable(error: BaseException) -> str:
    """Say in half a sentence why a request got no answer.

    Judges by the types of the errors: their texts may hold addresses with keys in them, and tokens.
    """
    for cause in _causes(error):
        match cause:
            case aiohttp.ClientConnectorDNSError():
                return "its name cannot be resolved; check the address and this machine's DNS"
            case aiohttp.ClientConnectorCertificateError():
                return "its certificate is not trusted; check it, its expiry, and this machine's clock"
            case aiohttp.ClientSSLError():
                return "no secure connection can be made; check that the port speaks TLS"
            case asyncio.TimeoutError():  # before ConnectionError: aiohttp's timeouts are both
                return "it does not answer in time; check the network and the firewall"
            case aiohttp.ClientConnectorError() if isinstance(cause.os_error, ConnectionRefusedError):
                return "it refuses the connection; check the port and that the server is running"
            case aiohttp.ClientConnectorError():
                return f"no connection can be made ({cause.os_error.strerror or 'network error'}); check the network"
            case aiohttp.ServerDisconnectedError() | ConnectionError() | aiohttp.ClientOSError():
                return "it closes the connection without an answer; check that the address leads to the right service"
            case aiohttp.InvalidURL():
                return "the address cannot be used"
            case aiohttp.ClientPayloadError() | aiohttp.ClientResponseError():
                return "its answer breaks off or is not HTTP; check that the address leads to the right service"
    return f"the request fails ({type(error).__name__})"


def shown_address(url: str) -> str:
    """An address without what may be secret in it: user, query and fragment."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def _causes(error: BaseException) -> list[BaseException]:
    """The error and what caused it, outermost first."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    return chain
