"""The probe's parent: whatever the probe does, an answer or a sentence comes back in time."""

from __future__ import annotations

import json
import os
import sys
import time

import pytest

from kiosk.audio.ranking import AudioDevice
from kiosk.operations.microphones import Probed, ProbeError, probe_microphones

DESK = {"id": "desk", "label": "Desk [USB]", "ordinal": 0, "is_default": True}


def probe(script: str, environ: dict[str, str] | None = None, deadline: float = 20) -> Probed:
    return probe_microphones(environ or dict(os.environ), (sys.executable, "-c", script), deadline)


def test_the_report_is_read() -> None:
    report = json.dumps({"qt": [DESK], "chromium": [], "problem": "NotFoundError"})
    assert probe(f"print({report!r})") == Probed(
        (AudioDevice("desk", "Desk [USB]", 0, is_default=True),), (), "NotFoundError"
    )


def test_a_crash_is_named_with_the_probes_last_words() -> None:
    with pytest.raises(ProbeError, match=r"code 3\): no sound server$"):
        probe("import sys; print('trace\\nno sound server', file=sys.stderr); sys.exit(3)")
    with pytest.raises(ProbeError, match=r"code -11\): it said nothing$"):
        probe("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")


@pytest.mark.parametrize(
    "output", ["", "hello", "[]", '{"qt": []}', '{"qt": [{"a": 1}], "chromium": [], "problem": null}']
)
def test_another_output_is_no_report(output: str) -> None:
    with pytest.raises(ProbeError, match="could not be read"):
        probe(f"print({output!r})")


def test_a_probe_that_hangs_ends_with_everything_it_started() -> None:
    """A grandchild that holds the pipe open would else be waited for."""
    sleep = "import time; time.sleep(60)"
    script = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {sleep!r}]); {sleep}"
    started = time.monotonic()
    with pytest.raises(ProbeError, match="did not answer"):
        probe(script, deadline=0.5)
    assert time.monotonic() - started < 30


def test_a_command_that_is_not_there_is_named() -> None:
    with pytest.raises(ProbeError, match="could not be started"):
        probe_microphones({}, ("/nonexistent/probe",))


def test_the_probe_sees_no_foreign_chromium_flags_and_opens_no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    script = (
        "import os, json; seen = sorted(n + '=' + v for n, v in os.environ.items() if n.startswith('QT'));"
        "print(json.dumps({'qt': [], 'chromium': [], 'problem': ' '.join(seen)}))"
    )
    environ = {"QTWEBENGINE_CHROMIUM_FLAGS": "--remote-debugging-port=1", "QT_QPA_PLATFORM": "xcb"}
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert probe(script, environ).problem == "QT_QPA_PLATFORM=offscreen"
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert probe(script, environ).problem == "QTWEBENGINE_DISABLE_SANDBOX=1 QT_QPA_PLATFORM=offscreen"
