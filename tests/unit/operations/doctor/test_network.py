"""How far one comes to a server: real sockets, real TLS, on this machine."""

from __future__ import annotations

import asyncio
import email.utils
import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from ssl import SSLContext, create_default_context
from typing import Any

import pytest

from kiosk.config import Settings, load_settings
from kiosk.credentials.names import Names
from kiosk.operations.doctor import network
from kiosk.operations.doctor.facts import Host, Obstacle
from kiosk.operations.doctor.findings import Untold
from kiosk.operations.doctor.network import hosts, read_date, way_to, ways
from tests.support.certificates import Authority
from tests.support.ports import free_port


def answer(at: float | None) -> bytes:
    date = "" if at is None else f"Date: {email.utils.formatdate(at, usegmt=True)}\r\n"
    return f"HTTP/1.1 200 OK\r\nServer: test\r\n{date}\r\n".encode()


@asynccontextmanager
async def serving(said: bytes | None, tls: SSLContext | None = None) -> AsyncIterator[tuple[Host, list[bytes]]]:
    """A server that says this to everybody (None: it hangs up), and what it was asked."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if said is not None:
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(said)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield Host("LiveKit", "127.0.0.1", server.sockets[0].getsockname()[1], secure=tls is not None), asked


class TestHosts:
    def settings(self, folder: Path, text: str) -> Settings:
        file = folder / "config.toml"
        file.write_text(text)
        return load_settings(file, {}).settings

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", []),
            ('[livekit]\nurl = "wss://a.example.com"', [("LiveKit", "a.example.com:443", True)]),
            ('[livekit]\nurl = "ws://127.0.0.1:7880"', [("LiveKit", "127.0.0.1:7880", False)]),
            (
                '[livekit]\ntoken_endpoint = "http://a.example.com/api/token"',
                [("token endpoint", "a.example.com:80", False)],
            ),
            ('[livekit]\nurl = "wss://[::1]:7880"', [("LiveKit", "[::1]:7880", True)]),
        ],
    )
    def test_are_those_of_the_configuration(
        self, tmp_path: Path, text: str, expected: list[tuple[str, str, bool]]
    ) -> None:
        found = hosts(self.settings(tmp_path, text), "console")
        assert [(host.purpose, host.address, host.secure) for host in found] == expected

    def test_the_console_belongs_to_the_vendor_s_avatar(self, tmp_path: Path) -> None:
        (tmp_path / "sdk" / "node_modules").mkdir(parents=True)
        text = f'[avatar]\nsdk = "{tmp_path / "sdk"}"\napp_id = "a"\navatar_id = "b"\napi_key = "c"\n'
        (console,) = hosts(self.settings(tmp_path, text), "console")
        assert (console.purpose, console.port, console.secure) == ("AvatarKit console", 443, True)
        own = text + 'console_endpoint = "http://127.0.0.1:99/v1"\n'
        assert hosts(self.settings(tmp_path, own), "console") == [
            Host("AvatarKit console", "127.0.0.1", 99, secure=False)
        ]

    def test_the_newer_packages_get_their_session_tokens_elsewhere_or_want_none(self, tmp_path: Path) -> None:
        (tmp_path / "sdk" / "node_modules").mkdir(parents=True)
        text = f'[avatar]\nsdk = "{tmp_path / "sdk"}"\napp_id = "a"\navatar_id = "b"\napi_key = "c"\n'
        (api,) = hosts(self.settings(tmp_path, text), "api")
        assert (api.purpose, api.name) == ("SpatialReal API", "api.spatialreal.cloud")
        assert hosts(self.settings(tmp_path, text), "nobody") == []

    async def test_the_demo_needs_none(self) -> None:
        assert await ways(Settings(), "console") == Untold("the demo needs no server")

    async def test_all_of_them_are_tried(self, tmp_path: Path) -> None:
        async with serving(answer(None)) as (host, _):
            settings = self.settings(tmp_path, f'[livekit]\nurl = "ws://127.0.0.1:{host.port}"\n')
            found = await ways(settings, "console")
        assert not isinstance(found, Untold)
        assert [(way.host, way.obstacle) for way in found] == [(host, None)]


class TestWay:
    @pytest.fixture
    def authority(self, tmp_path: Path) -> Authority:
        return Authority(tmp_path / "authority")

    @pytest.fixture
    def trust(self, authority: Authority) -> SSLContext:
        return create_default_context(cafile=str(authority.own.certificate))

    async def test_in_the_clear(self) -> None:
        async with serving(answer(time.time() + 3600)) as (host, asked):
            way = await way_to(host)
        assert way.obstacle is None
        assert way.lookup is not None
        assert way.connection is not None
        assert way.handshake is None
        assert way.lead == pytest.approx(3600, abs=2)
        assert asked == [f"HEAD / HTTP/1.1\r\nHost: 127.0.0.1:{host.port}\r\nConnection: close\r\n\r\n".encode()]

    async def test_with_tls(self, authority: Authority, trust: SSLContext) -> None:
        async with serving(answer(time.time() - 90), authority.signed("good").context()) as (host, _):
            way = await way_to(host, trust)
        assert way.obstacle is None
        assert way.handshake is not None
        assert way.lead == pytest.approx(-90, abs=2)

    @pytest.mark.parametrize(
        ("certificate", "words"),
        [
            (lambda authority: authority.signed("expired", expired=True), "expired"),
            (lambda authority: authority.signed("other", "other.example.com"), "mismatch"),
            (lambda authority: authority.own, ""),
        ],
    )
    async def test_a_certificate_that_is_not_trusted(
        self, authority: Authority, trust: SSLContext, certificate: Callable[[Authority], Any], words: str
    ) -> None:
        async with serving(None, certificate(authority).context()) as (host, _):
            way = await way_to(host, trust)
        assert way.obstacle is Obstacle.NOT_TRUSTED
        assert words in way.detail
        assert way.connection is not None

    async def test_an_authority_this_machine_does_not_know(self, authority: Authority) -> None:
        async with serving(None, authority.signed("good").context()) as (host, _):
            way = await way_to(host)
        assert (way.obstacle, way.lead) == (Obstacle.NOT_TRUSTED, None)

    @pytest.mark.parametrize("said", [None, answer(None)])
    async def test_no_tls_where_tls_is_expected(self, trust: SSLContext, said: bytes | None) -> None:
        async with serving(said) as (host, _):
            way = await way_to(Host("LiveKit", host.name, host.port, secure=True), trust)
        assert (way.obstacle, way.handshake) == (Obstacle.NO_TLS, None)

    async def test_a_server_that_says_nothing_to_a_handshake(
        self, trust: SSLContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(network, "STEP_LIMIT", 0.2)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            way = await way_to(Host("LiveKit", "127.0.0.1", silent.getsockname()[1], secure=True), trust)
        assert way.obstacle is Obstacle.NO_TLS

    @pytest.mark.parametrize("said", [None, b"SSH-2.0\r\n\r\n", b"x" * 200_000, answer(None)])
    async def test_one_that_does_not_tell_the_time_is_reached_all_the_same(self, said: bytes | None) -> None:
        async with serving(said) as (host, _):
            way = await way_to(host)
        assert (way.obstacle, way.lead) == (None, None)

    async def test_one_that_never_answers_is_reached_all_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(network, "STEP_LIMIT", 0.2)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            way = await way_to(Host("LiveKit", "127.0.0.1", silent.getsockname()[1], secure=False))
        assert (way.obstacle, way.lead) == (None, None)

    async def test_refused(self) -> None:
        way = await way_to(Host("LiveKit", "127.0.0.1", free_port(), secure=True))
        assert (way.obstacle, way.connection) == (Obstacle.REFUSED, None)
        assert way.lookup is not None

    @pytest.mark.parametrize(
        ("errno", "obstacle"),
        [(socket.EAI_AGAIN, Obstacle.NO_NAME_SERVER), (socket.EAI_NONAME, Obstacle.NO_SUCH_NAME)],
    )
    async def test_a_name_that_leads_nowhere(
        self, monkeypatch: pytest.MonkeyPatch, errno: int, obstacle: Obstacle
    ) -> None:
        def fail(*_: object) -> Sequence[tuple[Any, ...]]:
            raise socket.gaierror(errno, "no")

        monkeypatch.setattr(network, "Names", lambda: Names(fail))
        way = await way_to(Host("LiveKit", "livekit.invalid", 443, secure=True))
        assert (way.obstacle, way.lookup) == (obstacle, None)

    async def test_the_second_address_of_a_name_serves_where_the_first_does_not(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with serving(answer(None)) as (host, _):

            def two(_host: str, port: int, _family: object) -> Sequence[tuple[Any, ...]]:
                return [
                    (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
                    for address in ("127.0.0.9", "127.0.0.1")
                ]

            monkeypatch.setattr(network, "Names", lambda: Names(two))
            way = await way_to(Host("LiveKit", "livekit.example.com", host.port, secure=False))
        assert way.obstacle is None

    async def test_no_way_in_the_system_s_words(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def fail(*_: object) -> None:
            raise OSError(101, "Network is unreachable")

        monkeypatch.setattr(asyncio, "open_connection", fail)
        way = await way_to(Host("LiveKit", "127.0.0.1", 9, secure=False))
        assert (way.obstacle, way.detail) == (Obstacle.NO_WAY, "Network is unreachable")

    async def test_no_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def wait(*_: object) -> None:
            await asyncio.Event().wait()

        monkeypatch.setattr(network, "STEP_LIMIT", 0.1)
        monkeypatch.setattr(asyncio, "open_connection", wait)
        way = await way_to(Host("LiveKit", "127.0.0.1", 9, secure=False))
        assert (way.obstacle, way.detail) == (Obstacle.NO_ANSWER, "")


@pytest.mark.parametrize(
    ("head", "date"),
    [
        (b"HTTP/1.1 200 OK\r\ndate:  Sun, 01 Mar 2026 09:30:00 GMT\r\n\r\n", 1772357400.0),
        (b"HTTP/1.1 200 OK\r\nDate: yesterday\r\n\r\n", None),
        (b"HTTP/1.1 200 OK\r\nDate: Sun, 01 Mar 99999 09:30:00 GMT\r\n\r\n", None),
        (b"\xff\xfe\r\n\r\n", None),
    ],
)
def test_the_date_of_an_answer(head: bytes, date: float | None) -> None:
    assert read_date(head) == date
