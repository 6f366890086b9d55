"""What the benchmarks measure with."""

import http.client
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from kiosk.browser.importmap import NodeModules, import_map
from kiosk.browser.resources import IMPORT_MAP_PLACEHOLDER, WebRoots
from tests.bench.onset import onset_of
from tests.bench.page_server import PageServer
from tests.bench.process_tree import ProcessTree
from tests.support.sound import Sound, silence, tone
from tests.support.waiting import wait_until


def joined(*sounds: Sound) -> Sound:
    return Sound(np.concatenate([sound.samples for sound in sounds]), sounds[0].rate)


def test_the_onset_is_where_a_sound_begins() -> None:
    assert onset_of(joined(silence(0.3), tone(300, 0.2))) == pytest.approx(0.3, abs=0.006)


def test_hiss_is_no_onset() -> None:
    hiss = Sound(np.random.default_rng(1).normal(0, 0.001, 48_000).astype(np.float32), 48_000)
    assert onset_of(hiss) is None


def test_nothing_recorded_yet_is_no_onset() -> None:
    assert onset_of(silence(0)) is None


def test_a_process_tree_counts_children_and_what_they_take() -> None:
    busy = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"
    with subprocess.Popen([sys.executable, "-c", busy], start_new_session=True) as process:
        tree = ProcessTree(process.pid)
        try:
            pids = wait_until(lambda: found if len(found := tree.pids()) == 2 else None, "the child")
            assert process.pid in pids
            wait_until(lambda: tree.cpu_seconds() > 0.1, "the child to work")
            assert tree.strangers() > 0, "this very test runs the same program"
            assert tree.memory() > ProcessTree(max(pids)).memory() > 1
        finally:
            for pid in tree.pids() - {process.pid}:
                subprocess.run(["kill", str(pid)], check=True)
            process.kill()


@pytest.fixture
def site(tmp_path: Path) -> WebRoots:
    """A page of the kiosk's kind, with its three packages."""
    (tmp_path / "index.html").write_text(f"<html>{IMPORT_MAP_PLACEHOLDER}</html>")
    (tmp_path / "app.js").write_text("export const one = 1;")
    modules = tmp_path / "node_modules"
    for name, version in (
        ("@spatialwalk/avatarkit", "1"),
        ("@spatialwalk/avatarkit-rtc", "1"),
        ("livekit-client", "2.16.1"),
    ):
        (modules / name).mkdir(parents=True)
        (modules / name / "package.json").write_text(
            f'{{"name": "{name}", "version": "{version}", "main": "index.js"}}'
        )
        (modules / name / "index.js").write_text("")
    return WebRoots(tmp_path, import_map(NodeModules((modules,))))


def test_the_page_server_serves_the_kiosks_files_without_its_scheme(site: WebRoots) -> None:
    with PageServer(site, {"/own.json": lambda: b"{}"}) as server:
        connection = http.client.HTTPConnection(urlsplit(server.origin).netloc, timeout=5)

        def get(path: str, **headers: str) -> tuple[int, str, bytes]:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers["Content-Type"], answer.read()

        status, mime, page = get("/index.html?page=1")
        assert (status, mime) == (200, "text/html; charset=utf-8")
        assert b"kiosk://" not in page
        assert b'"livekit-client":"/modules/livekit-client/index.js"' in page.replace(b": ", b":")
        assert get("/modules/livekit-client/index.js")[:2] == (200, "text/javascript; charset=utf-8")
        assert get("/own.json") == (200, "application/json; charset=utf-8", b"{}")
        assert get("/../secret.txt")[0] == 404
        connection.request("GET", "/app.js")
        answer = connection.getresponse()
        answer.read()
        assert get("/app.js", **{"If-None-Match": str(answer.headers["ETag"])})[0] == 304
        connection.close()
