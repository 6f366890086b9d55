"""`python -m kiosk.operations.microphone_probe`: the microphones Qt and Chromium see, as one line of JSON.

A process of its own, because enumerating sound devices loads drivers and sound servers that may crash or hang;
`kiosk.operations.microphones` starts it with a deadline and a clean environment.

Chromium names its devices only to a page that was granted the microphone, so a page on no network at all is
granted it, opens it for a moment and lists them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TypedDict

from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import QWebEnginePermission
from PySide6.QtWidgets import QApplication

from kiosk.audio.devices import audio_inputs
from kiosk.audio.ranking import AudioDevice, enumerated
from kiosk.operations.probe_page import ProbePage

LIMIT_MS = 8000
"""Chromium answers in half a second; a getUserMedia that nobody answers stays pending for ever."""

_ORIGIN = QUrl("https://microphone-probe.invalid/")
"""A secure context, which mediaDevices needs; the reserved name can never be looked up."""

_MARK = "microphone-probe:"
_PAGE = f"""<!doctype html><script type="module">
let problem = null;
try {{
  const stream = await navigator.mediaDevices.getUserMedia({{audio: true}});
  for (const track of stream.getTracks()) track.stop();
}} catch (error) {{
  problem = error.name;
}}
const devices = await navigator.mediaDevices.enumerateDevices();
const inputs = devices.filter((d) => d.kind === "audioinput").map((d) => [d.deviceId, d.label]);
console.info("{_MARK}" + JSON.stringify({{inputs, problem}}));
</script>"""


class _PageReport(TypedDict):
    """What the page above logs. `problem`: the name of the DOMException for which no microphone could be opened."""

    inputs: list[tuple[str, str]]
    problem: str | None


def _decide(permission: QWebEnginePermission) -> None:
    """The microphone, to the probe's own origin, and nothing else."""
    wanted = QWebEnginePermission.PermissionType.MediaAudioCapture
    if permission.permissionType() == wanted and permission.origin().host() == _ORIGIN.host():
        permission.grant()
    else:
        permission.deny()


def main() -> int:
    """Print the report; 0, or 1 if Chromium did not answer in time."""
    _app = QApplication([sys.argv[0]])
    qt = audio_inputs()
    page = ProbePage(_MARK)
    page.permissionRequested.connect(_decide)
    code = page.run(_PAGE, _ORIGIN, LIMIT_MS)
    if page.reported is not None:
        print(json.dumps(_report(qt, json.loads(page.reported))))
    page.dispose()
    return code


def _report(qt: Sequence[AudioDevice], seen: _PageReport) -> dict[str, object]:
    return {
        "qt": [asdict(device) for device in qt],
        "chromium": [asdict(device) for device in enumerated(seen["inputs"])],
        "problem": seen["problem"],
    }


if __name__ == "__main__":
    exit_code = main()
    sys.stdout.flush()
    os._exit(exit_code)  # Qt's static destructors have nothing to save here, and a sound server may hold them up
