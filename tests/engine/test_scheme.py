"""What `kiosk://app` serves, asked by Chromium itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine.engine import Engine, write_page
from tests.support.virtual_screen import VirtualScreen

SECRET = "nobody may read this"


@pytest.fixture(scope="module")
def engine(wall: VirtualScreen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A page in a folder with secrets around it."""
    folder = tmp_path_factory.mktemp("scheme")
    web = write_page(folder / "web")
    (folder / "secret.txt").write_text(SECRET)
    (folder / "web-neighbour").mkdir()
    (folder / "web-neighbour" / "secret.txt").write_text(SECRET)
    (web / ".hidden.txt").write_text(SECRET)
    (web / "program.exe").write_text(SECRET)
    (web / "node_modules").mkdir()
    (web / "node_modules" / "tool.js").write_text(SECRET)
    (web / "link.txt").symlink_to(folder / "secret.txt")
    (web / "folder-link").symlink_to(folder / "web-neighbour")
    (web / "sub").mkdir()
    (web / "sub" / "own file.txt").write_text("served")
    (web / "module.wasm").write_bytes(b"\0asm\1\0\0\0")
    (folder / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    engine = Engine(folder, wall, web, f"--site=logo.svg={folder / 'logo.svg'}")
    try:
        engine.load()
        yield engine
        engine.stop()
    finally:
        engine.kill()


def fetched(engine: Engine, path: str) -> str:
    """The text at `path`, or the status in brackets: Qt never ends the body of an answer that is a refusal."""
    text: str = engine.evaluate(
        f"fetch({path!r}).then((answer) => (answer.ok ? answer.text() : `(${{answer.status}})`))"
    )
    return text


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "%2e%2e/secret.txt",
        "%2e%2e%2fsecret.txt",
        "sub/..%2f..%2fsecret.txt",
        "sub/%2e%2e/%2e%2e/secret.txt",
        "..%5csecret.txt",
        "%252e%252e/secret.txt",
        "../web-neighbour/secret.txt",
        "..%2fweb-neighbour%2fsecret.txt",
        "link.txt",
        "folder-link/secret.txt",
        ".hidden.txt",
        "%2ehidden.txt",
        "program.exe",
        "node_modules/tool.js",
        "node%5fmodules/tool.js",
        "modules/secret.txt",
        "modules/../../secret.txt",
        "site/secret.txt",
        "site/..%2fsecret.txt",
        "//etc/passwd",
        "%2f%2fetc%2fpasswd",
        "index.html%00.txt",
        "%ff.txt",
        "missing.txt",
        "sub",
        "",
    ],
)
def test_nothing_but_the_page_is_served(engine: Engine, path: str) -> None:
    answer = fetched(engine, f"kiosk://app/{path}")
    assert answer == "(404)", answer


def test_what_belongs_to_the_page_is_served(engine: Engine) -> None:
    assert fetched(engine, "sub/own%20file.txt") == "served"
    assert fetched(engine, "sub/../sub/own%20file.txt") == "served"
    assert fetched(engine, "site/logo.svg").startswith("<svg")


@pytest.mark.parametrize(
    ("path", "mime"),
    [
        ("index.html", "text/html"),
        ("harness.js", "text/javascript"),
        ("style.css", "text/css"),
        ("module.wasm", "application/wasm"),
        ("qwebchannel.js", "text/javascript"),
        ("site/logo.svg", "image/svg+xml"),
    ],
)
def test_types_are_fixed(engine: Engine, path: str, mime: str) -> None:
    kind = engine.evaluate(f"fetch({path!r}).then((answer) => answer.headers.get('content-type'))")
    assert kind.partition(";")[0] == mime


def test_only_reading_is_possible(engine: Engine) -> None:
    assert engine.evaluate("fetch('index.html', { method: 'POST', body: 'x' }).then((answer) => answer.status)") == 403


def test_webassembly_streams_in_and_compiles(engine: Engine) -> None:
    script = "WebAssembly.compileStreaming(fetch('module.wasm')).then((module) => String(module))"
    assert engine.evaluate(script) == "[object WebAssembly.Module]"


def test_documents_are_not_kept(engine: Engine) -> None:
    assert engine.evaluate("fetch('index.html').then((a) => a.headers.get('cache-control'))") == "no-store"


def test_the_page_is_a_secure_context(engine: Engine) -> None:
    assert engine.evaluate("[isSecureContext, origin]") == [True, "kiosk://app"]


def test_configured_servers_may_be_reached_and_no_others(start_engine: Callable[..., Engine]) -> None:
    """Nothing listens there: what counts is who refuses, Chromium's policy or the network."""
    engine = start_engine(None, "--connect=ws://127.0.0.1:9", "--connect=http://127.0.0.1:9")
    engine.load()
    violations = """new Promise((ok) => {
      const seen = [];
      addEventListener("securitypolicyviolation", (event) => seen.push(event.blockedURI));
      const socket = new WebSocket("%s");
      socket.onerror = () => setTimeout(() => ok(seen), 50);
    })"""
    assert engine.evaluate(violations % "ws://127.0.0.1:9/rtc?access_token=x") == []
    assert engine.evaluate("fetch('http://127.0.0.1:9/').catch((error) => error.message)") == "Failed to fetch"
    assert not [event for event in engine.events if event["event"] == "blocked"]
    engine.run("new WebSocket('ws://127.0.0.1:19/')")
    assert engine.evaluate("fetch('http://127.0.0.1:19/').then(() => 'done')").startswith("TypeError")
    assert "Content Security Policy" in engine.log()


def test_packages_are_found_through_their_exports(start_engine: Callable[..., Engine], tmp_path: Path) -> None:
    modules = tmp_path / "vendor" / "node_modules"
    write_package(
        modules / "@spatialwalk" / "avatarkit",
        {"exports": {".": {"node": "./no.js", "import": "./dist/index.js"}, "./next/*": "./dist/*.js"}},
        {
            "dist/index.js": 'export { deep } from "deep-helper"; export const where = import.meta.url;',
            "dist/extra.js": 'export default "extra";',
        },
        dependencies={"deep-helper": "^2"},
    )
    write_package(
        modules / "deep-helper", {"version": "1.0.0", "module": "old.js"}, {"old.js": 'export const deep = "old";'}
    )
    write_package(
        modules / "@spatialwalk" / "avatarkit" / "node_modules" / "deep-helper",
        {"version": "2.0.0", "main": "new"},
        {"new.js": 'export const deep = "new";'},
    )
    write_package(
        modules / "@spatialwalk" / "avatarkit-rtc",
        {"exports": "./rtc.mjs"},
        {"rtc.mjs": 'export { where } from "@spatialwalk/avatarkit"; export { version } from "livekit-client";'},
        peerDependencies={"@spatialwalk/avatarkit": "*", "livekit-client": "2.16.1"},
    )
    write_package(
        modules / "livekit-client",
        {"version": "2.16.1", "exports": {".": {"types": "./x.d.ts", "default": "./client.mjs"}}},
        {"client.mjs": 'export const version = "2.16.1";', "private.mjs": "export default 1;"},
    )
    engine = start_engine(None, f"--node-modules={modules}")
    engine.load()
    assert engine.evaluate("import('@spatialwalk/avatarkit').then((m) => [m.deep, m.where])") == [
        "new",
        "kiosk://app/modules/@spatialwalk/avatarkit/dist/index.js",
    ]
    assert engine.evaluate("import('@spatialwalk/avatarkit/next/extra').then((m) => m.default)") == "extra"
    assert engine.evaluate("import('@spatialwalk/avatarkit-rtc').then((m) => [m.where, m.version])") == [
        "kiosk://app/modules/@spatialwalk/avatarkit/dist/index.js",
        "2.16.1",
    ]
    assert engine.evaluate("import('livekit-client/private.mjs').then(() => 1)").startswith("TypeError")
    assert engine.evaluate("import('deep-helper').then((m) => m.deep)").startswith("TypeError"), (
        "nobody but the SDK asked for it"
    )


def write_package(folder: Path, manifest: dict[str, object], files: dict[str, str], **more: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    name = folder.name if folder.parent.name == "node_modules" else f"{folder.parent.name}/{folder.name}"
    (folder / "package.json").write_text(json.dumps({"name": name, **manifest, **more}))
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
