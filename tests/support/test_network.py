"""The rig's networks: what passes, what does not, and what is left behind."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.support.certificates import Authority, ChangingTls
from tests.support.dns_server import Answer, DnsServer
from tests.support.fake_services import FakeConsole
from tests.support.line import Condition
from tests.support.livekit_server import LiveKitServer
from tests.support.network_namespace import CONFIGURATION, NAMES, PREFIX, NetworkNamespace, remove_leftovers
from tests.support.signalling_mock import SignallingMock, wishing
from tests.support.waiting import wait_until
from tests.support.way import Passage, Way

NAME = "livekit.lobby.test"


@pytest.fixture
def namespace() -> Iterator[NetworkNamespace]:
    with NetworkNamespace(nameserver=True) as namespace:
        yield namespace


def inside(namespace: NetworkNamespace, script: str, timeout: float = 20.0) -> subprocess.CompletedProcess[str]:
    """Run Python in the namespace."""
    command = [*namespace.wrapper, sys.executable, "-c", script]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=timeout)


def fetch(url: str, timeout: float = 2.0) -> str:
    return f"import urllib.request; print(urllib.request.urlopen({url!r}, timeout={timeout}).status)"


def test_the_server_is_reached_over_the_line_only_while_it_is_whole(
    namespace: NetworkNamespace, livekit_server: LiveKitServer
) -> None:
    livekit_server.move(str(namespace.near), namespace.near_device)
    url = f"http://{namespace.near}:{livekit_server.port}/"
    assert inside(namespace, fetch(url)).stdout.strip() == "200"
    assert inside(namespace, fetch(livekit_server.http_url)).returncode != 0, "it has a way past the line"

    namespace.line.condition = Condition(whole=False)
    carrier = ["cat", f"/sys/class/net/{namespace.near_device}/carrier"]
    assert subprocess.run(carrier, check=True, capture_output=True, text=True).stdout.strip() == "0"
    assert inside(namespace, fetch(url)).returncode != 0
    namespace.line.condition = Condition()
    assert inside(namespace, fetch(url)).stdout.strip() == "200"

    namespace.line.condition = Condition(delay=1.0)
    started = time.monotonic()
    assert inside(namespace, fetch(url, 10)).stdout.strip() == "200"
    assert time.monotonic() - started > 2.0, "two ways to the far end: connected, answered"


def test_packets_are_lost(namespace: NetworkNamespace) -> None:
    namespace.line.condition = Condition(loss=0.3)
    echo = """
import socket, sys
line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
line.bind(('', 4000))
line.settimeout(3)
got = 0
print('ready', flush=True)
try:
    while True:
        line.recv(100)
        got += 1
except TimeoutError:
    print(got)
"""
    with subprocess.Popen(
        [*namespace.wrapper, sys.executable, "-c", echo], stdout=subprocess.PIPE, text=True
    ) as receiver:
        assert receiver.stdout is not None
        assert receiver.stdout.readline() == "ready\n"
        sender = [sys.executable, "-c", _SEND.format(address=namespace.far)]
        subprocess.run(sender, check=True, timeout=30)
        got = int(receiver.stdout.readline())
    assert 270 < got < 430, f"{got} of 500 have arrived"


_SEND = """
import socket, time
line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(500):
    line.sendto(b'x', ('{address}', 4000))
    time.sleep(0.001)
"""


@pytest.mark.parametrize(
    ("answer", "outcome"), [(Answer.RIGHT, None), (Answer.NXDOMAIN, "-2"), (Answer.SERVFAIL, "-3")]
)
def test_a_name_is_asked_for_inside(namespace: NetworkNamespace, answer: Answer, outcome: str | None) -> None:
    ask = f"""
import socket
try:
    print(socket.getaddrinfo({NAME!r}, 80, family=socket.AF_INET)[0][4][0])
except socket.gaierror as error:
    print(error.errno)
"""
    with DnsServer(namespace.near, {NAME: namespace.near}) as server:
        server.answer = answer
        assert inside(namespace, ask).stdout.strip() == (outcome or str(namespace.near))
        assert NAME in server.asked


def test_the_namespace_of_a_killed_process_is_taken_away(namespace: NetworkNamespace) -> None:
    with subprocess.Popen(["true"]) as gone:
        name = f"{PREFIX}{gone.pid}-1"
    subprocess.run(["ip", "netns", "add", name], check=True)
    CONFIGURATION.joinpath(name).mkdir(parents=True)
    remove_leftovers()
    assert not NAMES.joinpath(name).exists()
    assert not CONFIGURATION.joinpath(name).exists()
    assert NAMES.joinpath(namespace.name).exists(), "ours is in use"


def test_a_namespace_leaves_nothing_behind() -> None:
    with NetworkNamespace() as namespace:
        assert NAMES.joinpath(namespace.name).exists()
        assert namespace.name.startswith(f"{PREFIX}{os.getpid()}-")
    assert not NAMES.joinpath(namespace.name).exists()
    assert not CONFIGURATION.joinpath(namespace.name).exists()
    links = subprocess.run(["ip", "-brief", "link"], check=True, capture_output=True, text=True).stdout
    assert namespace.near_device not in links


@pytest.fixture
def way() -> Iterator[Way]:
    with FakeConsole() as service, Way(int(service.url.split(":")[2].split("/")[0])) as way:
        yield way


def status(way: Way, timeout: float) -> int | str:
    """What a request over the way comes to: the answer's status, or the kind of failure."""
    url = f"{way.url.replace('ws', 'http', 1)}/v1/console/session-tokens"
    done = subprocess.run([sys.executable, "-c", fetch(url, timeout)], check=False, capture_output=True, text=True)
    return int(done.stdout) if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def test_a_way_passes_holds_and_resets(way: Way) -> None:
    assert status(way, 5) == 200
    way.set(Passage.SILENT)
    assert "timed out" in str(status(way, 0.5))
    way.set(Passage.RESET)
    assert "reset" in str(status(way, 5))
    way.set(Passage.OPEN)
    started = time.monotonic()
    assert status(way, 5) == 200
    assert way.arrived_since(started) == 1


def test_what_was_held_arrives_when_the_way_is_open_again(way: Way) -> None:
    way.set(Passage.SILENT)
    outcomes: list[int | str] = []
    asking = threading.Thread(target=lambda: outcomes.append(status(way, 10)))
    started = time.monotonic()
    asking.start()
    wait_until(lambda: way.arrived_since(started) == 1, "the connection")
    way.set(Passage.OPEN)
    asking.join(15)
    assert outcomes == [200]


async def test_a_websocket_opens_and_its_first_message_is_held(livekit_server: LiveKitServer) -> None:
    token = livekit_server.token("visitor", "lobby-rig")
    with Way(livekit_server.port) as way:
        way.set(Passage.HANDSHAKE_ONLY)
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(f"{way.url}/rtc?access_token={token}&protocol=16") as socket,
        ):
            with pytest.raises(TimeoutError):
                await socket.receive(timeout=1.0)
        way.set(Passage.OPEN)
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(f"{way.url}/rtc?access_token={token}&protocol=16") as socket,
        ):
            assert (await socket.receive(timeout=5.0)).type is aiohttp.WSMsgType.BINARY


def test_the_mock_does_what_a_way_to_it_wishes(livekit_server: LiveKitServer, tmp_path: Path) -> None:
    secret = livekit_server.api_secret
    query = f"rtc/validate?access_token={livekit_server.token('visitor', 'lobby-rig')}&protocol=16"
    with SignallingMock(tmp_path, secret) as mock, Way(livekit_server.port) as way:

        def validated() -> int:
            try:
                with urllib.request.urlopen(f"{way.url.replace('ws', 'http', 1)}/{query}", timeout=5) as answer:
                    return int(answer.status)
            except urllib.error.HTTPError as error:
                error.close()
                return error.code

        assert validated() == 200
        way.lead_to(mock.port, rewrite=wishing("validate_500", secret))
        assert validated() == 500
        way.lead_to(mock.port, rewrite=wishing("happy", secret))
        assert validated() == 200


async def test_who_accepts_a_bad_certificate_is_counted_and_who_refuses_it_is_not(
    livekit_server: LiveKitServer, tmp_path: Path
) -> None:
    authority = Authority(tmp_path / "authority")
    tls = ChangingTls(authority.signed("good"))
    careful = ssl.create_default_context(cafile=str(authority.own.certificate))
    careless = ssl.create_default_context()
    careless.check_hostname, careless.verify_mode = False, ssl.CERT_NONE
    with Way(livekit_server.port, tls=tls.context) as way:
        url = way.url.replace("wss", "https", 1)

        async def ask(trust: ssl.SSLContext) -> int:
            async with aiohttp.ClientSession() as http, http.get(url, ssl=trust) as answer:
                return answer.status

        assert await ask(careful) == 200
        for bad in (authority.self_signed(), authority.signed("old", expired=True)):
            shown = tls.show(bad)
            with pytest.raises(aiohttp.ClientConnectorCertificateError):
                await ask(careful)
            assert way.accepted(shown) == 0
            assert await ask(careless) == 200
            assert way.accepted(shown) == 1, "the instrument must see somebody who accepts it"
