from __future__ import annotations

import json
import os
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.browser.importmap import ImportMap
from kiosk.browser.resources import IMPORT_MAP_PLACEHOLDER, NotServedError, WebRoots, resolve


def with_map(app: Path, packages: dict[str, Path]) -> WebRoots:
    return WebRoots(app, ImportMap({"a": "kiosk://app/modules/a/a.js"}, {}, packages, {}))


def test_the_import_map_takes_its_place_and_its_nonce_is_told(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(f"<head>{IMPORT_MAP_PLACEHOLDER}</head>")
    resource = resolve(with_map(tmp_path, {}), "/index.html")
    assert resource.content is not None
    script = re.fullmatch(
        r'<head><script type="importmap" nonce="(.*)">(.*)</script></head>', resource.content.decode()
    )
    assert script is not None
    assert script[1] == resource.script_nonce
    assert json.loads(script[2])["imports"] == {"a": "kiosk://app/modules/a/a.js"}
    assert resource.is_document


def test_each_document_has_a_nonce_of_its_own_that_survives_lower_case(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(IMPORT_MAP_PLACEHOLDER)
    nonces = [resolve(with_map(tmp_path, {}), "/index.html").script_nonce or "" for _ in range(2)]
    assert nonces[0] != nonces[1]
    assert all(len(nonce) == 32 and nonce == nonce.lower() for nonce in nonces)


def test_without_packages_the_page_has_no_inline_script(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(f"<head>{IMPORT_MAP_PLACEHOLDER}</head>")
    assert resolve(WebRoots(tmp_path), "/index.html").script_nonce is None


def test_packages_are_served_by_name_and_nothing_around_them(tmp_path: Path) -> None:
    plain, scoped = tmp_path / "plain", tmp_path / "scoped"
    for folder in (plain, scoped):
        folder.mkdir()
        (folder / "a.js").write_text("")
    (tmp_path / "secret.js").write_text("")
    roots = with_map(tmp_path / "app", {"plain": plain, "@own/scoped": scoped})
    assert resolve(roots, "/modules/plain/a.js").path == plain / "a.js"
    assert resolve(roots, "/modules/%40own/scoped/a.js").path == scoped / "a.js"
    for path in (
        "/modules/other/a.js",
        "/modules/@own/a.js",
        "/modules/plain",
        "/modules",
        "/modules/plain/..%2fsecret.js",
    ):
        with pytest.raises(NotServedError):
            resolve(roots, path)


def test_a_site_file_is_served_wherever_it_lies(tmp_path: Path) -> None:
    logo = tmp_path / "branding" / "logo.png"
    logo.parent.mkdir()
    logo.write_bytes(b"")
    roots = WebRoots(tmp_path / "app", site={"logo.png": logo, "gone.png": tmp_path / "gone.png"})
    assert resolve(roots, "/site/logo.png").path == logo
    for path in ("/site/other.png", "/site/", "/site/gone.png"):
        with pytest.raises(NotServedError):
            resolve(roots, path)


@pytest.fixture(scope="module")
def fortress(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page's folder with files in and around it, and links out of it."""
    outside = tmp_path_factory.mktemp("fortress")
    app = outside / "app"
    (app / "sub").mkdir(parents=True)
    for file in (outside / "secret.txt", app / "open.txt", app / "sub" / "open.txt"):
        file.write_text("")
    (app / "out").symlink_to(outside)
    (app / "sub" / "up").symlink_to(os.pardir)
    return app


pieces = st.sampled_from(
    ["..", ".", "sub", "up", "out", "app", "open.txt", "secret.txt", "", "%2e%2e", "..%2f", "\\", "\0"]
)


@given(parts=st.lists(pieces, max_size=8), encode=st.booleans())
def test_no_path_leads_outside(fortress: Path, parts: list[str], encode: bool) -> None:
    path = "/" + "/".join(parts)
    try:
        resource = resolve(WebRoots(fortress), quote(path, safe="") if encode else path)
    except NotServedError:
        return
    assert resource.path.resolve().is_relative_to(fortress.resolve())
    assert resource.path.name == "open.txt"
