"""`python -m kiosk.operations.doctor.engine_probe`: what Chromium can do here, as one line of JSON.

A process of its own, because a graphics driver that is not well may crash or hang; `engine` starts it with the kiosk's
own arguments and surroundings. It shows no window.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict

from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication

from kiosk.audio.devices import audio_outputs
from kiosk.operations.probe_page import ProbePage

LIMIT_MS = 15_000
"""Chromium answers in a second or two; longer on a disk that is just waking up."""

_ORIGIN = QUrl("https://engine-probe.invalid/")
"""A secure context; the reserved name can never be looked up."""

_MARK = "engine-probe:"
_PAGE = f"""<!doctype html><script type="module">
function webgl2() {{
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return null;
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  const pixel = new Uint8Array(4);
  gl.clearColor(0, 1, 0, 1);
  gl.clear(gl.COLOR_BUFFER_BIT);
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  return {{
    renderer: gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER),
    painted: pixel.join() === "0,255,0,255",
  }};
}}
function scriptTransform() {{
  if (typeof RTCRtpScriptTransform !== "function") return false;
  const source = new Blob(["onrtctransform = () => postMessage(true);"], {{type: "text/javascript"}});
  const worker = new Worker(URL.createObjectURL(source));
  return new Promise((resolve) => {{
    worker.onmessage = () => resolve(true);
    worker.onerror = () => resolve(false);
    setTimeout(resolve, 3000, false);
    new RTCRtpScriptTransform(worker);
  }});
}}
const report = {{
  webgl2: webgl2(),
  script_transform: await scriptTransform(),
  encoded_streams: "createEncodedStreams" in RTCRtpReceiver.prototype,
}};
console.info("{_MARK}" + JSON.stringify(report));
</script>"""


def main() -> int:
    """Print the report; 0, 1 if Chromium did not answer in time, or 2 if its renderer died."""
    app = QGuiApplication(sys.argv)
    page = ProbePage(_MARK)
    page.renderProcessTerminated.connect(lambda *_: QGuiApplication.exit(2))
    code = page.run(_PAGE, _ORIGIN, LIMIT_MS)
    if page.reported is not None:
        print(json.dumps({**_surroundings(app), **json.loads(page.reported)}))
    page.dispose()
    return code


def _surroundings(app: QGuiApplication) -> dict[str, object]:
    screens = [
        {
            "name": screen.name(),
            "width": round(screen.size().width() * screen.devicePixelRatio()),
            "height": round(screen.size().height() * screen.devicePixelRatio()),
        }
        for screen in app.screens()
    ]
    return {
        "platform": app.platformName(),
        "screens": screens,
        "outputs": [asdict(device) for device in audio_outputs()],
    }


if __name__ == "__main__":
    exit_code = main()
    sys.stdout.flush()
    os._exit(exit_code)  # Qt's static destructors have nothing to save here, and a sound server may hold them up
