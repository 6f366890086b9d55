"""Everything people try to get out of a kiosk. Each time: same page, same window, refused, and said so."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import kiosk.browser
from tests.engine.engine import Engine
from tests.support.waiting import WaitedInVainError


@dataclass(frozen=True)
class Attempt:
    """One way out."""

    name: str
    script: str
    """Function body, run while the visitor's tap lasts."""
    blocked: str | None = None
    """How the refusal that is reported begins; nothing: Chromium itself refuses and tells nobody."""
    value: object = None
    """What the page gets for it."""

    def __str__(self) -> str:
        return self.name


def clicking(markup: str, action: str = "holder.firstChild.click()") -> str:
    """Script that puts an element into the page and clicks it."""
    return f"""
      const holder = document.createElement("div");
      holder.innerHTML = `{markup}`;
      document.body.append(holder);
      {action};
      holder.remove();
    """


def inserting(tag: str, attribute: str, value: str) -> str:
    """Script that puts an element into the page, with what makes it act."""
    extra = 'element.rel = "stylesheet";' if tag == "link" else ""
    return f"""
      const element = document.createElement("{tag}");
      {extra}
      element.{attribute} = "{value}";
      document.body.append(element);
      element.remove()
    """


def named(call: str) -> str:
    """Script that returns the name of the error `call` ends in."""
    return f"try {{ await {call}; return 'done'; }} catch (error) {{ return error.name; }}"


def gone(opened: str) -> str:
    """Script that waits until the window it opened is no more."""
    return f"""
      const opened = {opened};
      while (opened && !opened.closed) await new Promise((ok) => setTimeout(ok, 20));
      return "gone";
    """


def violating(statement: str) -> str:
    """Script that returns the directive of the content security policy that stands against `statement`."""
    return f"""
      return new Promise((ok) => {{
        addEventListener("securitypolicyviolation", (event) => ok(event.effectiveDirective), {{ once: true }});
        {statement};
      }});
    """


NAVIGATION = [
    Attempt("leave by location", "location.href = 'https://example.org/'", "navigation: https://example.org/"),
    Attempt("leave to a local server", "location.href = 'http://localhost:1/'", "navigation: http://localhost:1/"),
    Attempt("another page of the origin", "location.href = '/harness.js'", "navigation: kiosk://app/harness.js"),
    Attempt(
        "a neighbouring host", "location.href = 'kiosk://app.example/index.html'", "navigation: kiosk://app.example/"
    ),
    Attempt("reload itself", "location.reload()", "navigation: kiosk://app/index.html"),
    Attempt("a file", "location.href = 'file:///etc/passwd'"),
    Attempt("a data document", "location.href = 'data:text/html,<h1>hello'"),
    Attempt("a javascript URL", "location.href = 'javascript:document.body.remove()'"),
    Attempt(
        "a blob document",
        "location.href = URL.createObjectURL(new Blob(['<h1>'], { type: 'text/html' }))",
        "navigation: blob:",
    ),
    Attempt("chrome pages", "location.href = 'chrome://gpu'"),
    Attempt("crash page", "location.href = 'chrome://crash'"),
    Attempt("resources of the program", "location.href = 'qrc:/qtwebchannel/qwebchannel.js'"),
    Attempt("source view", "location.href = 'view-source:kiosk://app/index.html'"),
    Attempt("developer tools", "location.href = 'devtools://devtools/bundled/inspector.html'"),
    Attempt("mail program", "location.href = 'mailto:somebody@example.org'"),
    Attempt("telephone", "location.href = 'tel:123'"),
    Attempt("link", clicking('<a href="https://example.org/">x</a>'), "navigation: https://example.org/"),
    Attempt("back", "history.back()"),
    Attempt(
        "refresh",
        """
      const meta = document.createElement("meta");
      meta.httpEquiv = "refresh";
      meta.content = "0;url=https://example.org/";
      document.head.append(meta);
      meta.remove();
      """,
        "navigation: https://example.org/",
    ),
]
WINDOWS = [
    Attempt("window.open", gone("window.open('https://example.org/')"), "new window: https://example.org/", "gone"),
    Attempt("window.open of nothing", gone("window.open()"), "new window: about:blank", "gone"),
    Attempt("popups in a loop", "for (let count = 0; count < 50; count++) window.open('index.html');", "new window"),
    Attempt(
        "target=_blank", clicking('<a href="https://example.org/" target="_blank" rel="opener">x</a>'), "new window"
    ),
    Attempt("full screen", named("document.documentElement.requestFullscreen()"), None, "TypeError"),
    Attempt("window.close", "window.close()"),
    Attempt("moving the window", "window.moveTo(50, 50); window.resizeTo(200, 200)"),
    Attempt("print", "window.print()", "print"),
]
DIALOGS = [
    Attempt("alert", "return alert('x')", "dialog", None),
    Attempt("confirm", "return confirm('x')", "dialog", False),
    Attempt("prompt", "return prompt('x')", "dialog", None),
    Attempt("file chooser", clicking('<input type="file">'), "file dialog"),
    Attempt("folder chooser", clicking('<input type="file" webkitdirectory>'), "file dialog"),
    Attempt("colour chooser", clicking('<input type="color">'), "colour dialog"),
    Attempt("open file picker", named("showOpenFilePicker()"), "file dialog", "AbortError"),
    Attempt("save file picker", named("showSaveFilePicker()"), "file dialog", "AbortError"),
    Attempt("directory picker", named("showDirectoryPicker()"), "file dialog", "AbortError"),
    Attempt(
        "download of a blob",
        """
      const link = document.createElement("a");
      link.download = "x.txt";
      link.href = URL.createObjectURL(new Blob(["x"]));
      link.click();
      """,
        "download",
    ),
    Attempt("download of a file of ours", clicking('<a href="style.css" download>x</a>'), "download"),
]
PERMISSIONS = [
    Attempt(
        "camera",
        named("navigator.mediaDevices.getUserMedia({ video: true })"),
        "permission MediaVideoCapture",
        "AbortError",
    ),
    Attempt(
        "camera with microphone",
        named("navigator.mediaDevices.getUserMedia({ video: true, audio: true })"),
        "permission MediaAudioVideoCapture",
        "AbortError",
    ),
    Attempt("screen", named("navigator.mediaDevices.getDisplayMedia()"), None, "NotAllowedError"),
    Attempt(
        "place",
        named("new Promise((ok, no) => navigator.geolocation.getCurrentPosition(ok, () => no(new Error())))"),
        None,
        "Error",
    ),
    Attempt("notifications", "return Notification.requestPermission()", "permission Notifications", "denied"),
    Attempt("clipboard reading", named("navigator.clipboard.readText()"), None, "NotAllowedError"),
    Attempt("clipboard writing", named("navigator.clipboard.writeText('x')"), None, "NotAllowedError"),
    Attempt("local fonts", named("queryLocalFonts()"), None, "SecurityError"),
    Attempt("pointer lock", named("document.body.requestPointerLock()"), None, "SecurityError"),
    Attempt("MIDI", named("navigator.requestMIDIAccess()"), None, "SecurityError"),
    Attempt("protocol handler", named("navigator.registerProtocolHandler('web+x', '/?%s')"), None, "SecurityError"),
    Attempt("service worker", named("navigator.serviceWorker.register('harness.js')"), None, "TypeError"),
]
REQUESTS = [
    Attempt("fetch", named("fetch('https://example.org/')"), None, "TypeError"),
    Attempt("fetch of a file", named("fetch('file:///etc/passwd')"), None, "TypeError"),
    Attempt("fetch of a local server", named("fetch('http://127.0.0.1:1/')"), None, "TypeError"),
    Attempt("beacon", violating("navigator.sendBeacon('https://example.org/', 'x')"), None, "connect-src"),
    Attempt("image", violating("new Image().src = 'https://example.org/x.png'"), None, "img-src"),
    Attempt("WebSocket", violating("new WebSocket('wss://example.org/')"), None, "connect-src"),
    Attempt("event stream", violating("new EventSource('https://example.org/')"), None, "connect-src"),
    Attempt(
        "foreign script", violating(inserting("script", "src", "https://example.org/x.js")), None, "script-src-elem"
    ),
    Attempt("foreign style", violating(inserting("link", "href", "https://example.org/x.css")), None, "style-src-elem"),
    Attempt("foreign frame", violating(inserting("iframe", "src", "https://example.org/")), None, "frame-src"),
    Attempt("frame of our own", violating(inserting("iframe", "src", "index.html")), None, "frame-src"),
    Attempt("plug-in", violating(inserting("object", "data", "https://example.org/")), None, "object-src"),
    Attempt("another base", violating(inserting("base", "href", "https://example.org/")), None, "base-uri"),
    Attempt(
        "form",
        violating(clicking('<form action="https://example.org/"><button></form>', "holder.firstChild.requestSubmit()")),
        None,
        "form-action",
    ),
    Attempt(
        "inline script",
        violating(inserting("script", "textContent", "document.body.remove()")),
        None,
        "script-src-elem",
    ),
    Attempt(
        "inline handler",
        violating("document.body.setAttribute('onclick', 'document.body.remove()')"),
        None,
        "script-src-attr",
    ),
    Attempt(
        "inline style", violating(inserting("style", "textContent", "body { display: none }")), None, "style-src-elem"
    ),
    Attempt(
        "foreign worker", named("new Promise(() => new Worker('https://example.org/x.js'))"), None, "SecurityError"
    ),
    Attempt("eval", named("window.eval('1')"), None, "EvalError"),
    Attempt("function from text", named("new Function('return 1')()"), None, "EvalError"),
]


def still_the_same(engine: Engine, marker: float) -> None:
    assert engine.evaluate("window.marker") == marker
    assert engine.evaluate("location.href") == f"kiosk://app/index.html?page={engine.look()['page_number']}"
    assert not [event for event in engine.events if event["event"] in {"load_failed", "renderer_gone"}]


def test_every_request_this_qt_can_make_has_an_answer(shared_engine: Engine) -> None:
    """A later Qt may ask for more; what has no handler would get Qt's own dialog."""
    text = (Path(kiosk.browser.__file__).parent / "Page.qml").read_text()
    # Superseded by permissionRequested; connecting to it would answer each permission twice.
    asked = set(shared_engine.command("requests")) - {"featurePermissionRequested"}
    assert len(asked) > 20
    assert {name for name in asked if f"on{name[0].upper()}{name[1:]}:" not in text} == set()


TRIES = 3


def dare(engine: Engine, attempt: Attempt) -> Any:
    """Try to get out, and return what the page saw of it.

    On a busy machine Chromium may itself give a dialog up before it asks us (the touch that allows it has expired, the
    dialog before is still closing); then a determined visitor touches again.
    """
    for remaining in reversed(range(TRIES)):
        since = len(engine.events)
        value = engine.tap(attempt.script)
        if attempt.blocked is None:
            return value
        try:
            engine.wait_blocked(attempt.blocked, since=since)
        except WaitedInVainError:
            if remaining == 0:
                raise
        else:
            return value
    raise AssertionError("unreachable")


@pytest.mark.parametrize("attempt", [*NAVIGATION, *WINDOWS, *DIALOGS, *PERMISSIONS, *REQUESTS], ids=str)
def test_there_is_no_way_out(shared_engine: Engine, attempt: Attempt) -> None:
    marker = shared_engine.evaluate("window.marker")
    windows = shared_engine.screen.windows()
    since = len(shared_engine.events)
    value = dare(shared_engine, attempt)
    still_the_same(shared_engine, marker)
    assert shared_engine.screen.windows() == windows
    assert value == attempt.value, shared_engine.events[since:]
