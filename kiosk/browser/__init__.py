"""The Chromium view: how it is started, what it is served, what it may do, and how Python talks with its page.

**Why the view is `WebEngineView` in a Qt Quick window, and not `QWebEngineView` in a widget.** The same page at
1080×1920 on two cores without a GPU (PySide6 6.12, Xvfb, llvmpipe; CPU in percent of one core, whole process tree):

    =====================================  ==========  ==========
    what                                   widget      Qt Quick
    =====================================  ==========  ==========
    720×720 canvas at 30 frames a second   121 %       51 %
    the same, asked for 60                 169 %, 44   94 %, 60
    WebGL 2, 3,000 points, asked for 30    109 %, 14   176 %, 30
    nothing moves                          0 %         0 %
    memory (PSS) while nothing moves       350 MB      243 MB
    process start to first frame, warm     0.41 s      0.36 s
    =====================================  ==========  ==========

A widget copies every frame once more on its way to the screen. The lockdown is simpler, too: all input reaches the
page through one window that lives as long as the kiosk, where a widget's input goes to an object that is replaced
with every renderer; every request of the page is a handler in one file (`Page.qml`); and the scene turns the picture
for a screen that hangs sideways, curtain and touches included, without the page knowing.

**A page and profile for each visitor.** `PageHost.rebuild` takes 0.12 s to the new page's hello, on the same busy
machine, and leaves nothing behind: 200 in a row, and the process's own memory stays at 78 MB, with the same number of
open files and threads.

**Microphone labels.** `enumerateDevices` names the microphones only after this document was granted one. Chromium's
permission for it cannot be stored (`QQuickWebEngineProfile.queryPermission` answers with an invalid object for it, in
6.11 and in 6.12), so a page that wants names opens the microphone once after loading, and closes it again.

From pure to Qt: `policy` (what is allowed), `importmap` and `resources` (what is served), `flags` (how Chromium
starts); then `scheme`, `profile`, `bridge` and `page`, each one Qt idea; then `host`, which is what others use.
"""

from kiosk.browser.flags import EngineStart, configure_environment
from kiosk.browser.importmap import ImportMap, NodeModules, PackageProblem, import_map
from kiosk.browser.policy import connect_sources
from kiosk.browser.resources import WebRoots

__all__ = [
    "EngineStart",
    "ImportMap",
    "NodeModules",
    "PackageProblem",
    "WebRoots",
    "configure_environment",
    "connect_sources",
    "import_map",
]
