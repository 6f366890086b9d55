"""The kiosk under a service manager: what it says, and what becomes of it when it hangs."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from kiosk.operations.control_client import ControlError
from kiosk.session.model import Phase
from tests.support.fake_services import Behaviour, FakeTokenEndpoint
from tests.support.livekit_server import LiveKitServer
from tests.support.pulse import PulseServer
from tests.support.service_manager import Notification
from tests.support.supervised_kiosk import SupervisedKiosk
from tests.support.virtual_screen import VirtualScreen
from tests.support.waiting import wait_until

WATCHDOG = 12.0
"""Seconds: the kiosk itself needs 5 to notice a page that hangs, and some more to replace it."""

Supervise = Callable[..., SupervisedKiosk]


@pytest.fixture
def supervise(tmp_path: Path, screen: VirtualScreen, pulse: PulseServer) -> Iterator[Supervise]:
    """Starts kiosks under a service manager."""
    started: list[SupervisedKiosk] = []

    def start(
        configuration: Mapping[str, Any] | None = None,
        *,
        environment: Mapping[str, str] | None = None,
        watchdog: float = WATCHDOG,
        **options: Any,
    ) -> SupervisedKiosk:
        kiosk = SupervisedKiosk(
            tmp_path / f"kiosk-{len(started) + 1}",
            configuration,
            environment={**screen.environment, **pulse.environment, **(environment or {})},
            watchdog=watchdog,
            **options,
        )
        started.append(kiosk)
        return kiosk

    yield start
    for kiosk in started:
        kiosk.stop()


def said(kiosk: SupervisedKiosk, field: str) -> list[Notification]:
    return kiosk.manager.said(field)


def wait_for_life(kiosk: SupervisedKiosk, since: float, timeout: float = 40.0) -> None:
    wait_until(lambda: kiosk.manager.said("WATCHDOG", since), "a sign of life", timeout, details=kiosk.report)


def renderer_of(kiosk: SupervisedKiosk) -> int | None:
    try:
        pid = kiosk.status()["page"]["renderer_pid"]
    except ControlError:
        return None
    return None if pid is None else int(pid)


def settle(seconds: float) -> None:
    """Let time pass in which nothing may happen."""
    until = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() >= until, "time to pass", seconds + 5.0)


@pytest.mark.parametrize("abstract", [False, True])
def test_it_says_when_it_is_up_how_it_fares_and_when_it_leaves(
    abstract: bool, supervise: Supervise, screen: VirtualScreen, livekit_table: dict[str, Any]
) -> None:
    kiosk = supervise({"livekit": livekit_table}, abstract=abstract)
    wait_until(lambda: said(kiosk, "READY"), "READY=1", 60, details=kiosk.report)
    assert kiosk.state == "idle"
    assert screen.pixels().std() > 0, "the lobby screen is there"
    assert said(kiosk, "READY")[0].fields["STATUS"] == "Idle, waiting for a visitor"
    assert not [note for note in said(kiosk, "WATCHDOG") if note.at < said(kiosk, "READY")[0].at]
    wait_for_life(kiosk, since=time.monotonic())
    assert kiosk.stop() == 0
    assert said(kiosk, "STOPPING")
    assert not kiosk.ends
    assert len(said(kiosk, "READY")) == 1


def test_its_words_name_the_state_and_no_secret(
    supervise: Supervise, livekit_table: dict[str, Any], livekit_server: LiveKitServer
) -> None:
    livekit_server.stop()
    kiosk = supervise({"livekit": livekit_table})
    kiosk.wait_for_state("offline", timeout=60)
    offline = "Offline: the LiveKit server cannot be reached, trying again"
    wait_until(lambda: offline in kiosk.manager.statuses(), "the word of it", 10)
    livekit_server.start()
    kiosk.wait_for_state("idle", timeout=60)
    kiosk.command("start")
    kiosk.wait_for_state("connecting")
    kiosk.command("stop")
    kiosk.wait_for_state("idle", timeout=40)
    states = "|".join(phase.value.capitalize() for phase in Phase)
    for status in kiosk.manager.statuses():
        assert re.match(rf"({states})\b", status), status
        assert livekit_server.api_secret not in status
        assert "eyJ" not in status


def test_a_hung_page_is_the_kiosks_own_business(supervise: Supervise) -> None:
    kiosk = supervise()
    kiosk.wait_for_state("idle", timeout=60)
    renderer = kiosk.status()["page"]["renderer_pid"]
    os.kill(renderer, signal.SIGSTOP)
    kiosk.wait_for_status(
        "another renderer to be idle",
        lambda status: status["state"] == "idle" and status["page"]["renderer_pid"] != renderer,
        60,
    )
    wait_for_life(kiosk, since=time.monotonic())
    assert not kiosk.ends
    assert not kiosk.manager.overdue
    assert "Starting: the page hangs" in kiosk.manager.statuses()


def test_a_page_that_takes_longer_than_the_watchdog_to_come_back_is_waited_for(supervise: Supervise) -> None:
    """Every renderer is stopped as soon as it is there: reloads and rebuilds, each within its deadline, until none is
    left to try; that takes several times the watchdog's limit."""
    recovery = {"reload_timeout": "8s", "rebuild_timeout": "8s", "attempts_per_rung": 1, "heartbeat_limit": "3s"}
    kiosk = supervise({"recovery": recovery}, watchdog=6.0)
    kiosk.wait_for_state("idle", timeout=60)
    frozen: set[int] = set()

    def freeze_renderers() -> bool:
        renderer = renderer_of(kiosk)
        if renderer and renderer not in frozen:
            frozen.add(renderer)
            os.kill(renderer, signal.SIGSTOP)
        return bool(kiosk.ends)

    wait_until(freeze_renderers, "the last rung", 90, every=0.05, details=kiosk.report)
    assert len(frozen) >= 2
    assert kiosk.ends == [75], "it left by itself"
    assert not kiosk.manager.overdue
    kiosk.wait_for_state("idle", timeout=60)
    assert len(said(kiosk, "READY")) == 2


def test_a_process_that_hangs_is_aborted_and_started_again(supervise: Supervise) -> None:
    kiosk = supervise()
    kiosk.wait_for_state("idle", timeout=60)
    wait_for_life(kiosk, since=time.monotonic())
    kiosk.process.freeze()
    frozen = time.monotonic()
    wait_until(lambda: kiosk.ends, "its end", WATCHDOG + 20)
    assert kiosk.ends == [-signal.SIGABRT]
    assert kiosk.manager.overdue == ["watchdog"]
    assert not [note for note in kiosk.manager.said("WATCHDOG", frozen) if note.at < frozen + WATCHDOG / 2]
    kiosk.wait_for_state("idle", timeout=60)
    wait_until(lambda: len(said(kiosk, "READY")) == 2, "READY=1 again", 10)


def test_a_machine_that_sleeps_is_no_process_that_hangs(supervise: Supervise) -> None:
    kiosk = supervise(watchdog=6.0)
    kiosk.wait_for_state("idle", timeout=60)
    kiosk.suspend()
    settle(10.0)
    kiosk.wake()
    wait_for_life(kiosk, since=time.monotonic())
    kiosk.wait_for_state("idle", timeout=60)
    assert not kiosk.ends


def test_out_of_service_is_no_hang(supervise: Supervise, livekit_server: LiveKitServer) -> None:
    with FakeTokenEndpoint(livekit_server, Behaviour.REFUSED) as endpoint:
        kiosk = supervise({"livekit": {"token_endpoint": endpoint.url}}, watchdog=6.0)
        kiosk.wait_for_state("idle", "faulted", timeout=60)
        if kiosk.state == "idle":
            kiosk.command("start")
        kiosk.wait_for_state("faulted")
        settle(15.0)
        assert not kiosk.ends
        assert kiosk.state == "faulted"
        status = kiosk.manager.statuses()[-1]
        assert status == "Faulted: the token endpoint refuses the kiosk, a person is needed; trying again slowly"


def test_no_page_at_all_is_no_hang_either(supervise: Supervise, tmp_path: Path) -> None:
    """After too many starts that came to nothing it calls for a person, and waits without a page."""
    state = tmp_path / "kiosk-1" / "home" / ".local" / "state" / "avatar-kiosk"
    state.mkdir(parents=True)
    (state / "starts.json").write_text(f'{{"failed_starts": 20, "at": {time.time()}}}')
    kiosk = supervise(watchdog=6.0)
    kiosk.wait_for_state("faulted", timeout=60)
    assert kiosk.status()["reason"] == "recovery_exhausted"
    ready = wait_until(lambda: said(kiosk, "READY"), "READY=1", 10)[0]
    settle(15.0)
    assert not kiosk.ends
    assert len(kiosk.manager.said("WATCHDOG", ready.at)) >= 3
