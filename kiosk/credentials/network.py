"""What a failed request means, for people."""

import asyncio
import socket
import ssl
from urllib.parse import urlsplit

import aiohttp

from kiosk.credentials.names import Names

_CERTIFICATE = {
    9: "is not valid yet; check this machine's clock",
    10: "has expired; have it renewed, and check this machine's clock",
    18: "is self-signed; have it signed by an authority that this machine trusts",
    62: "is for another name; check the address and the certificate",
    64: "is for another address; check the address and the certificate",
}
"""OpenSSL's codes of a failed verification (`X509_V_ERR_…`)."""
_UNKNOWN_AUTHORITY = (
    "is signed by an authority that this machine does not trust; have that authority added, or replace it"
)
_UNTRUSTED_CODES = frozenset({2, 19, 20, 21, 27})


def new_connector() -> aiohttp.BaseConnector:
    """The connections of one HTTP session. Needs a running loop."""
    return aiohttp.TCPConnector(resolver=Names())


async def read_at_most(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The body, cut soon after `most` bytes: one that is cut cannot be read as JSON and is told as such."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > most:
            break
    return bytes(body)


def why_unreachable(error: BaseException) -> str:
    """Say in half a sentence why a request got no answer.

    Judges by the types of the errors: their texts may hold addresses with keys in them, and tokens.
    """
    for cause in _causes(error):
        match cause:
            case aiohttp.ClientConnectorDNSError():
                return _why_unresolved(cause.os_error)
            case aiohttp.ClientConnectorCertificateError():
                return f"its certificate {_why_untrusted(cause.certificate_error)}"
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


def _why_unresolved(error: OSError) -> str:
    if error.errno == socket.EAI_AGAIN:
        return "its name cannot be resolved: no name server gives an answer; check the network and this machine's DNS"
    return "its name cannot be resolved: there is none like it; check the address and this machine's DNS"


def _why_untrusted(error: Exception) -> str:
    code = error.verify_code if isinstance(error, ssl.SSLCertVerificationError) else 0
    if code in _UNTRUSTED_CODES:
        return _UNKNOWN_AUTHORITY
    return _CERTIFICATE.get(code, "is not trusted; check it, its expiry, and this machine's clock")


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
