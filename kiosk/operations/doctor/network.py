"""Gathers how far one comes to each server of the configuration: name, connection, TLS, and what time it has there."""

from __future__ import annotations

import asyncio
import email.utils
import errno
import os
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from kiosk.config import Settings
from kiosk.credentials.build import SessionTokens, token_address
from kiosk.credentials.names import Names
from kiosk.operations.doctor.facts import Host, Obstacle, Way
from kiosk.operations.doctor.findings import Untold

STEP_LIMIT = 5.0
"""Seconds for each step; a visitor does not wait longer either."""

_MOST_ADDRESSES = 4
"""Of one name; a balanced service may have dozens."""

_PORTS = {"https": 443, "wss": 443, "http": 80, "ws": 80}


def hosts(settings: Settings, giver: SessionTokens) -> list[Host]:
    """The servers that a session needs, as far as the configuration names them; the one that tells the time first.
    `giver`: of the avatar's session tokens."""
    livekit = settings.livekit
    named = [
        ("LiveKit", livekit.url),
        ("token endpoint", livekit.token_endpoint),
        ("SpatialReal API" if giver == "api" else "AvatarKit console", token_address(settings.avatar, giver)),
    ]
    return [_host(purpose, url) for purpose, url in named if url is not None]


async def ways(settings: Settings, giver: SessionTokens) -> Sequence[Way] | Untold:
    """Try all of them at once."""
    wanted = hosts(settings, giver)
    if not wanted:
        return Untold("the demo needs no server")
    return await asyncio.gather(*(way_to(host) for host in wanted))


async def way_to(host: Host, trust: ssl.SSLContext | None = None) -> Way:
    """Take all steps to one server, up to the first that fails. `trust`: None: whom this machine trusts."""
    way = Way(host)
    started = time.monotonic()
    try:
        addresses = await Names().resolve(host.name, host.port, socket.AF_UNSPEC)
    except socket.gaierror as error:
        unanswered = error.errno == socket.EAI_AGAIN
        return replace(way, obstacle=Obstacle.NO_NAME_SERVER if unanswered else Obstacle.NO_SUCH_NAME)
    way = replace(way, lookup=time.monotonic() - started)
    started = time.monotonic()
    try:
        reader, writer = await _connect([(found["host"], found["port"]) for found in addresses])
    except OSError as error:
        obstacle = _obstacle(error)
        detail = (error.strerror or "") if obstacle is Obstacle.NO_WAY else ""
        return replace(way, obstacle=obstacle, detail=detail)
    way = replace(way, connection=time.monotonic() - started)
    try:
        if host.secure:
            started = time.monotonic()
            certain = trust or ssl.create_default_context()
            await writer.start_tls(certain, server_hostname=host.name, ssl_handshake_timeout=STEP_LIMIT)
            way = replace(way, handshake=time.monotonic() - started)
    except ssl.SSLCertVerificationError as error:
        return replace(way, obstacle=Obstacle.NOT_TRUSTED, detail=error.verify_message)
    except OSError:  # ssl.SSLError is one, and so is a server that hangs up, or keeps silent
        return replace(way, obstacle=Obstacle.NO_TLS)
    else:
        return replace(way, lead=await _lead(host, reader, writer))
    finally:
        writer.transport.abort()


async def _connect(addresses: Sequence[tuple[str, int]]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """To the first address that takes a connection.

    Raises:
        OSError: what the last one said.
    """
    failure = OSError(errno.EHOSTUNREACH, os.strerror(errno.EHOSTUNREACH))
    for name, port in addresses[:_MOST_ADDRESSES]:
        try:
            async with asyncio.timeout(STEP_LIMIT):
                return await asyncio.open_connection(name, port)
        except OSError as error:  # TimeoutError is one
            failure = error
    raise failure


async def _lead(host: Host, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> float | None:
    """Seconds that the server's clock is ahead, by the `Date` of an answer to a question that asks for nothing."""
    question = f"HEAD / HTTP/1.1\r\nHost: {host.address}\r\nConnection: close\r\n\r\n"
    asked = time.time()
    try:
        async with asyncio.timeout(STEP_LIMIT):
            writer.write(question.encode("ascii", errors="replace"))
            head = await reader.readuntil(b"\r\n\r\n")
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None  # not every server speaks HTTP at this address
    told = read_date(head)
    return None if told is None else told - (asked + time.time()) / 2


def read_date(head: bytes) -> float | None:
    """Unix time of the `Date` in an HTTP answer's head."""
    for line in head.decode("latin-1").splitlines()[1:]:
        name, _, value = line.partition(":")
        if name.strip().lower() == "date":
            try:
                return email.utils.parsedate_to_datetime(value.strip()).timestamp()
            except (ValueError, OverflowError):
                return None
    return None


def _obstacle(error: OSError) -> Obstacle:
    if isinstance(error, TimeoutError):  # ETIMEDOUT as well
        return Obstacle.NO_ANSWER
    return Obstacle.REFUSED if isinstance(error, ConnectionRefusedError) else Obstacle.NO_WAY


def _host(purpose: str, url: str) -> Host:
    parts = urlsplit(url)
    return Host(purpose, parts.hostname or "", parts.port or _PORTS[parts.scheme], parts.scheme in ("https", "wss"))
