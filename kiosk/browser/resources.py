"""What lies behind an address of the kiosk's origin. No Qt in here, so that containment can be tested by itself."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote_to_bytes

from kiosk.browser.importmap import ImportMap
from kiosk.browser.policy import INDEX

IMPORT_MAP_PLACEHOLDER = '<script type="importmap" data-kiosk></script>'
QWEBCHANNEL_PATH = "/qwebchannel.js"

MIME_TYPES: Mapping[str, str] = {
    ".avif": "image/avif",
    ".bin": "application/octet-stream",
    ".css": "text/css; charset=utf-8",
    ".data": "application/octet-stream",
    ".gif": "image/gif",
    ".glb": "model/gltf-binary",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".map": "application/json; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".otf": "font/otf",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
"""Fixed: what the machine's own tables say must not decide whether a module runs. Others are not served at all."""


@dataclass(frozen=True, slots=True)
class WebRoots:
    """The folders and files the page is made of."""

    app: Path
    """Folder that holds index.html."""
    modules: ImportMap | None = None
    """Packages the page imports by name; nothing: it imports none."""
    site: Mapping[str, Path] = field(default_factory=dict)
    """The site's own files (logo, background), by the name they have below `/site/`."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A file to answer with. `content` is set when it is not the file's bytes as they are."""

    path: Path
    mime: str
    content: bytes | None = None
    script_nonce: str | None = None
    """The nonce of the one inline script in `content`, the import map."""

    @property
    def is_document(self) -> bool:
        return self.mime.startswith("text/html")


class NotServedError(Exception):
    """Nothing is served at this address. The text says why, for the log."""


def resolve(roots: WebRoots, encoded_path: str) -> Resource:
    """The resource at the (percent-encoded) path of a URL on our origin.

    Whatever the path says and wherever links point, the file's real place lies inside one of the roots. Raises
    NotServedError otherwise, and for missing files and unknown types.
    """
    parts = _decode(encoded_path)
    if parts[:1] == ("site",):
        path = _site_file(roots, parts)
    else:
        root, inner = _root_of(roots, parts)
        path = _contained(root, inner)
    mime = MIME_TYPES.get(path.suffix.lower())
    if mime is None:
        raise NotServedError(f"files of type {path.suffix or '(none)'} are not served")
    if "/" + "/".join(parts) == INDEX:
        return _index(roots, path, mime)
    return Resource(path, mime)


def _decode(encoded_path: str) -> tuple[str, ...]:
    try:
        path = unquote_to_bytes(encoded_path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotServedError("the path is not UTF-8") from error
    if "\\" in path or any(ord(character) < 32 for character in path):
        raise NotServedError("the path has a character that no file of ours has")
    parts = PurePosixPath(path.lstrip("/")).parts
    # Hidden files are never part of a page; this also refuses "..", which Chromium resolves unless it is encoded.
    if not parts or any(part.startswith(".") for part in parts):
        raise NotServedError("the path is empty, hidden, or leads outwards")
    return parts


def _site_file(roots: WebRoots, parts: tuple[str, ...]) -> Path:
    path = roots.site.get("/".join(parts[1:]))
    if path is None or not path.is_file():
        raise NotServedError("no such file of the site")
    return path


def _root_of(roots: WebRoots, parts: tuple[str, ...]) -> tuple[Path, tuple[str, ...]]:
    if parts[0] == "modules":
        packages = roots.modules.roots if roots.modules is not None else {}
        for length in (3, 2):  # @scope/name, or name
            root = packages.get("/".join(parts[1:length]))
            if root is not None:
                return root, parts[length:]
        raise NotServedError("no such package in the import map")
    # Development tools live in there, too; what the page imports is served as a package.
    if parts[0] == "node_modules":
        raise NotServedError("node_modules is served by package only")
    return roots.app, parts


def _contained(root: Path, inner: tuple[str, ...]) -> Path:
    real_root = root.resolve()
    path = real_root.joinpath(*inner).resolve()
    if not path.is_relative_to(real_root):
        raise NotServedError("the file lies outside its folder")
    if not path.is_file():
        raise NotServedError("no such file")
    return path


def _index(roots: WebRoots, path: Path, mime: str) -> Resource:
    """The page itself, with the import map in its place and the nonce that lets this one inline script run.

    A nonce, in hexadecimal, because Qt writes the headers of an answer in lower case: no hash survives that.
    """
    text = path.read_text(encoding="utf-8")
    if roots.modules is None or IMPORT_MAP_PLACEHOLDER not in text:
        return Resource(path, mime, text.encode())
    nonce = secrets.token_hex(16)
    script = f'<script type="importmap" nonce="{nonce}">{roots.modules.to_json()}</script>'
    return Resource(path, mime, text.replace(IMPORT_MAP_PLACEHOLDER, script).encode(), nonce)
