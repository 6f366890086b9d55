"""What a stranger with a say in the environment gains: nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.conftest import StartKiosk
from tests.support.engine_processes import renderers
from tests.support.kiosk_process import KioskProcess
from tests.support.listening import listening_ports
from tests.support.ports import free_port
from tests.support.waiting import wait_until

ORDINARY_USER = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
"""Root becomes an ordinary user to everything in it, Chromium included, and still owns the files of the tests."""

SECCOMP_FILTER = "2"


@pytest.fixture
def attempts() -> dict[str, str]:
    port = free_port()
    return {
        "QTWEBENGINE_REMOTE_DEBUGGING": f"127.0.0.1:{port}",
        "QTWEBENGINE_CHROMIUM_FLAGS": f"--remote-debugging-port={port} --no-sandbox",
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
    }


def test_an_ordinary_user_has_the_sandbox_and_no_debugger_whatever_the_environment_says(
    start_kiosk: StartKiosk, attempts: dict[str, str]
) -> None:
    kiosk = start_kiosk(environment=attempts, wrapper=ORDINARY_USER if os.geteuid() == 0 else ())
    kiosk.allow("|".join(f"{name} is ignored" for name in attempts))
    kiosk.wait_for_state("idle")
    for name in attempts:
        kiosk.wait_for_log(f"{name} is ignored")
    assert listening_ports(kiosk.process.pid) == set()
    for renderer in wait_until(lambda: renderers(kiosk.process.pid), "a renderer", 5):
        assert status_of(renderer)["Seccomp"] == SECCOMP_FILTER
        assert namespace(renderer, "net") != namespace(kiosk.process.pid, "net")


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone cannot have the sandbox, and this is not root")
def test_root_is_told_what_is_lost(start_kiosk: StartKiosk) -> None:
    kiosk: KioskProcess = start_kiosk()
    kiosk.wait_for_state("idle")
    assert "Chromium's sandbox is off" in kiosk.wait_for_log("Running as root")
    assert listening_ports(kiosk.process.pid) == set()


def status_of(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def namespace(pid: int, kind: str) -> str:
    return str(Path(f"/proc/{pid}/ns/{kind}").readlink())
