"""Figures for monitoring: what is counted, and what a monitoring system gets over HTTP."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from kiosk.operations import metrics_server
from kiosk.operations.metrics import BEAT_LIMIT, RECOVERY_BUCKETS, Distribution, Metrics
from kiosk.operations.metrics_server import MOST_AT_ONCE, MetricsServer
from kiosk.operations.status import (
    AvatarStatus,
    ConfigStatus,
    LiveKitStatus,
    MicrophoneStatus,
    PageStatus,
    ProblemStatus,
    SessionStatus,
    Status,
)
from tests.support.ports import free_port
from tests.support.waiting import wait_until

STATES = ("starting", "idle", "live", "recovering")
PROBLEM = ProblemStatus(
    line=3, column=1, key="display.zoom", value="9", expected="0.25 to 5", suggestion=None, message="It is 9."
)
LIVE = Status(
    version="1.2.3",
    state="live",
    since=datetime(2026, 3, 1, tzinfo=UTC),
    reason="stalled",
    session=SessionStatus(id="s1", room="lobby-room-42"),
    microphone=MicrophoneStatus(active="Secretary's Headset", state="live", level=0.125),
    avatar=AvatarStatus(sdk="installed", loaded=True, frames_per_second=24.5),
    config=ConfigStatus(path="/etc/kiosk.toml", problems=(PROBLEM,)),
    page=PageStatus(heartbeat_ms=400, renderer_pid=4711, chromium="140.0"),
    livekit=LiveKitStatus(url="wss://secret.example", client="2.16.1"),
)
IDLE = Status(
    version="1.2.3", state="idle", since=LIVE.since, avatar=AvatarStatus(sdk="builtin"), page=PageStatus(heartbeat_ms=0)
)


class Clock:
    def __init__(self) -> None:
        self.now = 500.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def metrics(clock: Clock) -> Metrics:
    memory = {os.getpid(): 90_000_000, 4711: 250_000_000}
    return Metrics(STATES, clock=clock, unix=lambda: 1_700_000_000.0, memory=memory.get)


@pytest.fixture
def address(metrics: Metrics) -> Iterator[str]:
    port = free_port()
    server = MetricsServer(metrics, "127.0.0.1", port)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.close()


def ask(url: str, **headers: str) -> tuple[int, str, str]:
    """Status, body and content type; waits for the server to be there."""

    def answer() -> tuple[int, str, str] | None:
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10.0) as response:
                return response.status, response.read().decode(), response.headers["Content-Type"]
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read().decode(), refusal.headers["Content-Type"]
        except urllib.error.URLError as error:
            if isinstance(error.reason, ConnectionRefusedError):
                return None
            raise

    return wait_until(answer, f"an answer from {url}")


def figures(text: str) -> dict[str, float]:
    """Every sample by its name and labels, as Prometheus itself reads them."""
    return {
        sample.name + "".join(f" {name}={value}" for name, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_everything_is_told_over_http(metrics: Metrics, address: str, clock: Clock) -> None:
    metrics.observe(LIVE)
    metrics.session_ended("visitor", 45.0)
    metrics.session_ended("visitor", 75.0)
    metrics.session_ended("agent_missing", 20.0)
    metrics.recovered("stalled", "reconnect", 0.8)
    metrics.recovered("renderer_gone", None, 3.0)
    clock.now += 2.0
    status, body, content_type = ask(f"{address}/metrics")
    assert status == 200
    assert content_type.startswith("text/plain; version=")
    told = figures(body)
    expected = {
        "avatar_kiosk_info chromium=140.0 livekit_client=2.16.1 sdk=installed version=1.2.3": 1.0,
        "avatar_kiosk_start_time_seconds": 1_700_000_000.0,
        "avatar_kiosk_state state=live": 1.0,
        "avatar_kiosk_state state=idle": 0.0,
        "avatar_kiosk_state state=recovering": 0.0,
        "avatar_kiosk_trouble reason=stalled": 1.0,
        "avatar_kiosk_sessions_total reason=visitor": 2.0,
        "avatar_kiosk_sessions_total reason=agent_missing": 1.0,
        "avatar_kiosk_session_seconds_count": 3.0,
        "avatar_kiosk_session_seconds_sum": 140.0,
        "avatar_kiosk_session_seconds_bucket le=60.0": 2.0,
        "avatar_kiosk_session_seconds_bucket le=+Inf": 3.0,
        "avatar_kiosk_recoveries_total reason=stalled rung=reconnect": 1.0,
        "avatar_kiosk_recoveries_total reason=renderer_gone rung=none": 1.0,
        "avatar_kiosk_recovery_seconds_bucket le=1.0": 1.0,
        "avatar_kiosk_recovery_seconds_sum": 3.8,
        "avatar_kiosk_avatar_loaded": 1.0,
        "avatar_kiosk_frames_per_second": 24.5,
        "avatar_kiosk_microphone_level": 0.125,
        "avatar_kiosk_microphone_state state=live": 1.0,
        "avatar_kiosk_heartbeat_age_seconds": 2.4,
        "avatar_kiosk_memory_bytes process=kiosk": 90_000_000.0,
        "avatar_kiosk_memory_bytes process=page": 250_000_000.0,
        "avatar_kiosk_config_problems": 1.0,
    }
    assert {name: told.get(name) for name in expected} == pytest.approx(expected)
    for private in ("secret.example", "lobby-room-42", "Headset", "kiosk.toml", "It is 9"):
        assert private not in body


def test_what_is_not_known_is_left_out(metrics: Metrics, address: str) -> None:
    assert "avatar_kiosk_state" not in ask(f"{address}/metrics")[1]
    metrics.observe(IDLE)
    told = figures(ask(f"{address}/metrics")[1])
    for name in ("frames_per_second", "microphone_level", "memory_bytes process=page", "trouble reason=stalled"):
        assert f"avatar_kiosk_{name}" not in told
    assert told["avatar_kiosk_info sdk=builtin version=1.2.3"] == 1.0


def test_open_metrics_are_spoken_to_whoever_asks_for_them(address: str) -> None:
    _, body, content_type = ask(f"{address}/metrics", Accept="application/openmetrics-text; version=1.0.0")
    assert content_type.startswith("application/openmetrics-text")
    assert body.endswith("# EOF\n")


def test_it_is_well_while_the_page_shows_signs_of_life(metrics: Metrics, address: str, clock: Clock) -> None:
    clock.now += 3.0
    assert ask(f"{address}/healthz")[:2] == (503, "The page has not shown a sign of life yet, 3 s after the start.\n")
    metrics.observe(replace(IDLE, page=PageStatus(heartbeat_ms=1000)))
    assert ask(f"{address}/healthz")[:2] == (200, "ok\n")
    clock.now += BEAT_LIMIT - 1.5
    assert ask(f"{address}/healthz")[0] == 200
    # Another page is on its way: that is no sign of life, and does not undo the last one.
    metrics.observe(replace(IDLE, page=PageStatus()))
    assert ask(f"{address}/healthz")[0] == 200
    clock.now += 1.5
    assert ask(f"{address}/healthz")[:2] == (503, "The page has shown no sign of life for 21 s.\n")
    metrics.observe(IDLE)
    assert ask(f"{address}/healthz")[0] == 200


def test_nothing_else_is_answered(address: str) -> None:
    assert ask(f"{address}/")[0] == 404
    assert ask(f"{address}/metrics?name=anything")[0] == 200
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(urllib.request.Request(f"{address}/metrics", data=b"x"), timeout=10.0)
    with refusal.value as answer:
        assert answer.code == 501
    with urllib.request.urlopen(urllib.request.Request(f"{address}/metrics", method="HEAD"), timeout=10.0) as answer:
        assert int(answer.headers["Content-Length"]) > 500
        assert answer.read() == b""


def test_a_port_that_is_taken_is_told_once_and_tried_again(
    metrics: Metrics, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    class Listener(metrics_server._Listener):
        def __init__(self, address: tuple[str, int], metrics: Metrics) -> None:
            tries.append(address)
            super().__init__(address, metrics)

    monkeypatch.setattr(metrics_server, "_Listener", Listener)
    monkeypatch.setattr(metrics_server, "TRY_AGAIN", 0.02)
    with socket.socket() as taken, caplog.at_level(logging.INFO):
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = MetricsServer(metrics, "127.0.0.1", port)
        server.start()
        wait_until(lambda: len(tries) >= 3, "some tries")
        taken.close()
        assert ask(f"http://127.0.0.1:{port}/metrics")[0] == 200
        server.close()
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert f"port {port}" in caplog.text


def test_after_closing_nobody_listens_and_the_port_is_free_at_once(metrics: Metrics) -> None:
    port = free_port()
    for _ in range(3):
        server = MetricsServer(metrics, "127.0.0.1", port)
        server.start()
        assert ask(f"http://127.0.0.1:{port}/metrics")[0] == 200
        server.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=5.0)


def test_one_that_was_never_started_can_be_closed(metrics: Metrics) -> None:
    MetricsServer(metrics, "127.0.0.1", free_port()).close()


def test_it_listens_on_an_address_of_the_newer_kind(metrics: Metrics) -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
            port = probe.getsockname()[1]
    except OSError:
        pytest.skip("this machine has no IPv6")
    server = MetricsServer(metrics, "::1", port)
    server.start()
    try:
        assert ask(f"http://[::1]:{port}/metrics")[0] == 200
    finally:
        server.close()


def test_visitors_who_say_nothing_do_not_keep_others_waiting(address: str) -> None:
    assert ask(f"{address}/metrics")[0] == 200
    host, port = "127.0.0.1", int(address.rpartition(":")[2])
    silent = [socket.create_connection((host, port), timeout=10.0) for _ in range(MOST_AT_ONCE - 1)]
    assert ask(f"{address}/metrics")[0] == 200
    one_too_many = [socket.create_connection((host, port), timeout=10.0) for _ in range(2)]
    assert one_too_many[-1].recv(1) == b""  # hung up at once
    for connection in (*silent, *one_too_many):
        connection.close()
    wait_until(lambda: _answers(address), "an answer once they have gone")


def test_figures_are_told_while_things_happen_on_another_thread(metrics: Metrics, address: str) -> None:
    done = threading.Event()

    def happen() -> None:
        while not done.is_set():
            metrics.observe(LIVE)
            metrics.session_ended("visitor", 1.0)
            metrics.recovered("stalled", "resume", 0.1)

    thread = threading.Thread(target=happen)
    thread.start()
    try:
        for _ in range(5):
            told = figures(ask(f"{address}/metrics")[1])
            ended = told.get("avatar_kiosk_sessions_total reason=visitor", 0.0)
            assert ended == told["avatar_kiosk_session_seconds_count"]
    finally:
        done.set()
        thread.join()


@given(st.lists(st.floats(-10.0, 1e6)))
def test_every_duration_lies_in_one_bucket_and_the_last_holds_all(durations: list[float]) -> None:
    spread = Distribution(RECOVERY_BUCKETS)
    for seconds in durations:
        spread.add(seconds)
    buckets = spread.cumulative()
    for name, count in buckets:
        bound = float(name)
        assert count == sum(max(0.0, seconds) <= bound for seconds in durations)
    assert buckets[-1] == ("+Inf", len(durations))


def test_a_kiosk_without_monitoring_loads_no_monitoring_library() -> None:
    program = "import sys, kiosk.operations.metrics; sys.exit('prometheus_client' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def _answers(address: str) -> bool:
    try:
        return ask(f"{address}/metrics")[0] == 200
    except (OSError, urllib.error.URLError):
        return False
