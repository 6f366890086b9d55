"""`python -m kiosk.sdk.load_probe '[[FOLDER, …], [NAME, …], SECONDS]'`: what the engine says about packages, as JSON.

The folders are `node_modules`, the names what a page imports, and each may take so many seconds. They are served as the
kiosk serves them: from the `kiosk://` origin, through an import map, under its content security policy, which here
allows no server at all.

A process of its own, because Qt runs one application in a process, and a package may keep the engine busy for ever.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWebEngineCore import qWebEngineChromiumVersion

from kiosk.browser import NodeModules, WebRoots, configure_environment, import_map
from kiosk.browser.policy import SCHEME, page_url
from kiosk.browser.resources import IMPORT_MAP_PLACEHOLDER
from kiosk.browser.scheme import SchemeHandler, register_scheme
from kiosk.operations.probe_page import ProbePage
from kiosk.sdk.loading import BUSY, DIED

START_UP_MS = 5000
"""What the page itself may take, on a disk that is just waking up."""

_MARK = "load-probe:"
_INDEX = f"""<!doctype html><meta charset="utf-8">
{IMPORT_MAP_PLACEHOLDER}
<script type="module" src="/probe.js"></script>
"""
_SCRIPT = """
const modules = {};
const tooLong = () => new Promise((_, fail) => setTimeout(fail, LIMIT, new Error('it does not finish')));
for (const name of NAMES) {
  try {
    const module = await Promise.race([import(name), tooLong()]);
    modules[name] = {exports: Object.keys(module), error: ''};
  } catch (error) {
    modules[name] = {exports: [], error: `${error}`};
  }
}
console.info(MARK + JSON.stringify(modules));
"""


class _LoadPage(ProbePage):
    """A page on the kiosk's own origin."""

    def visit(self, roots: WebRoots, limit_ms: int) -> int:
        """Load it until it reports; 0, or `BUSY` if it does not within `limit_ms`."""
        self._handler = SchemeHandler(roots, (), self.profile())
        self.profile().installUrlSchemeHandler(SCHEME.encode(), self._handler)
        self.load(QUrl(page_url(1)))
        QTimer.singleShot(limit_ms, lambda: QCoreApplication.exit(BUSY))
        return QCoreApplication.exec()


def main() -> int:
    """Print the report; 0, `BUSY` if the packages keep Chromium busy, or `DIED` if its renderer died of them."""
    folders, names, seconds = json.loads(sys.argv[1])
    found = import_map(NodeModules(tuple(Path(folder) for folder in folders)), names)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    start = configure_environment("off", os.environ)  # nothing is drawn, so no driver can spoil it
    register_scheme()
    _app = QGuiApplication(list(start.argv))
    with tempfile.TemporaryDirectory() as name:
        web = Path(name)
        (web / "index.html").write_text(_INDEX, encoding="utf-8")
        values = f"const MARK = {json.dumps(_MARK)}, NAMES = {json.dumps(names)}, LIMIT = {seconds * 1000};"
        (web / "probe.js").write_text(values + _SCRIPT, encoding="utf-8")
        page = _LoadPage(_MARK)
        page.renderProcessTerminated.connect(lambda *_: QCoreApplication.exit(DIED))
        code = page.visit(WebRoots(web, found), round(seconds * 1000) * len(names) + START_UP_MS)
        if page.reported is not None:
            print(json.dumps({"chromium": qWebEngineChromiumVersion(), "modules": json.loads(page.reported)}))
        page.dispose()
    return code


if __name__ == "__main__":
    exit_code = main()
    sys.stdout.flush()
    os._exit(exit_code)  # Qt's static destructors have nothing to save here
