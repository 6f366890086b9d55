"""What is said of a failed request, and how long a name is looked up."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from pathlib import Path

import aiohttp
import pytest

from kiosk.credentials.names import Names
from kiosk.credentials.network import why_unreachable
from tests.support.certificates import Authority, Certificate

ADDRESS = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("192.0.2.7", 443))


async def failure_with(certificate: Certificate, trusted: Certificate) -> str:
    """What is said about a server with this certificate, on a machine that trusts an authority of its own."""
    server = await asyncio.start_server(
        lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=certificate.context()
    )
    port = server.sockets[0].getsockname()[1]
    trust = ssl.create_default_context(cafile=str(trusted.certificate))
    try:
        async with aiohttp.ClientSession() as http:
            with pytest.raises(aiohttp.ClientConnectorCertificateError) as caught:
                await http.get(f"https://127.0.0.1:{port}/", ssl=trust)
    finally:
        server.close()
        await server.wait_closed()
    return why_unreachable(caught.value)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates") / "authority")


async def test_each_kind_of_bad_certificate_has_its_own_words(authority: Authority, tmp_path: Path) -> None:
    assert "its certificate has expired" in await failure_with(authority.signed("old", expired=True), authority.own)
    assert "its certificate is self-signed" in await failure_with(authority.self_signed(), authority.own)
    elsewhere = authority.signed("elsewhere", "elsewhere.example")
    assert "its certificate is for another address" in await failure_with(elsewhere, authority.own)
    stranger = Authority(tmp_path / "stranger").signed("good")
    assert "an authority that this machine does not trust" in await failure_with(stranger, authority.own)


async def test_the_addresses_of_a_name_are_those_the_system_gives() -> None:
    found = await Names(lambda _host, _port, _family: [ADDRESS]).resolve("livekit.test", 443)
    assert [(one["hostname"], one["host"], one["port"]) for one in found] == [("livekit.test", "192.0.2.7", 443)]


@pytest.mark.parametrize("name", ["surely.invalid", "a..b", "ä" * 70])
async def test_a_name_that_is_none_is_told_as_such(name: str) -> None:
    with pytest.raises(socket.gaierror):
        await Names(limit=30.0).resolve(name, 443)


async def test_a_silent_name_server_is_asked_once_and_given_up_on_in_time() -> None:
    asked: list[str] = []
    answered = threading.Event()

    def silent(host: str, _port: int, _family: socket.AddressFamily) -> list[tuple[object, ...]]:
        asked.append(host)
        answered.wait(20)
        return [ADDRESS]

    names = Names(silent, limit=0.1)
    started = time.monotonic()
    for _ in range(3):
        with pytest.raises(socket.gaierror) as caught:
            await names.resolve("livekit.test", 443)
        assert caught.value.errno == socket.EAI_AGAIN
    assert time.monotonic() - started < 5
    assert asked == ["livekit.test"]
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "name livekit.test")

    answered.set()
    patient = Names(silent, limit=10.0)
    found = await asyncio.gather(patient.resolve("livekit.test", 443), patient.resolve("livekit.test", 443))
    assert [one["host"] for answer in found for one in answer] == ["192.0.2.7"] * 2
    assert asked == ["livekit.test"] * 2, "one question for both"


@pytest.mark.parametrize(
    ("errno", "words"), [(socket.EAI_AGAIN, "no name server gives an answer"), (socket.EAI_NONAME, "none like it")]
)
async def test_a_name_that_does_not_exist_is_another_trouble_than_no_answer(errno: int, words: str) -> None:
    def fail(_host: str, _port: int, _family: socket.AddressFamily) -> list[tuple[object, ...]]:
        raise socket.gaierror(errno, "whatever")

    connector = aiohttp.TCPConnector(resolver=Names(fail))
    async with aiohttp.ClientSession(connector=connector) as http:
        with pytest.raises(aiohttp.ClientConnectorDNSError) as caught:
            await http.get("https://livekit.test/")
    assert words in why_unreachable(caught.value)
