"""What a stranger with a say in the environment gains: nothing."""

from __future__ import annotations

import os

import pytest

from tests.e2e.conftest import StartKiosk
from tests.support.installed_kiosk import AS_ORDINARY_USER, has_sandbox
from tests.support.kiosk_process import KioskProcess
from tests.support.listening import listening_ports
from tests.support.ports import free_port
from tests.support.waiting import wait_until


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
    kiosk = start_kiosk(environment=attempts, wrapper=AS_ORDINARY_USER)
    kiosk.allow("|".join(f"{name} is ignored" for name in attempts))
    kiosk.wait_for_state("idle")
    for name in attempts:
        kiosk.wait_for_log(f"{name} is ignored")
    assert listening_ports(kiosk.process.pid) == set()
    wait_until(lambda: has_sandbox(kiosk.process.pid), "the sandbox", 5)


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone cannot have the sandbox, and this is not root")
def test_root_is_told_what_is_lost(start_kiosk: StartKiosk) -> None:
    kiosk: KioskProcess = start_kiosk()
    kiosk.wait_for_state("idle")
    assert "Chromium's sandbox is off" in kiosk.wait_for_log("Running as root")
    assert listening_ports(kiosk.process.pid) == set()
