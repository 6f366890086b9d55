"""Puts the page into the wheel: what the kiosk serves, and the npm packages that imports, inside the package `kiosk`.

A clone keeps `resources` beside the package and fetches the npm packages with `packaging/run`; a wheel has to bring
both. npm installs exactly what `package-lock.json` pins, into a temporary folder: the clone's own are left alone.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INSIDE = "kiosk/resources"
"""Where `kiosk.installation` looks for them."""

NPM = ("npm", "ci", "--omit=dev", "--omit=optional", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund",
       "--loglevel=error")  # fmt: skip
PINNED = ("package.json", "package-lock.json", ".npmrc")

NOT_SHIPPED = frozenset({"pictures", "node_modules"})
"""Folders: the README's pictures; the clone's packages, among which are those of the tests."""
TOOLING = frozenset(f"web/{name}" for name in (*PINNED, "tsconfig.json", "biome.json", ".gitignore"))
"""Files that only checks and npm read."""

SERVED = frozenset({".js", ".mjs", ".wasm"})
"""Suffixes of what a page can import from an npm package; the rest is source maps, types, sources and manuals."""
MANIFEST = "package.json"
"""What the import map is made from."""
NOT_IMPORTED = frozenset({"cjs", "out", "demo", "test", "tests"})
"""Folders of npm packages with the same code once more, for other loaders than a browser's, with examples and tests."""
NOTICES = ("LICENSE", "LICENCE", "NOTICE", "COPYING", "COPYRIGHT")
"""How the names of files begin that have to go along."""


class PagePackagesError(Exception):
    """npm cannot bring the page's packages; the text says why and what to do, in a sentence."""


def page_files(resources: Path) -> Iterator[Path]:
    """What the clone itself has of the page, of its texts and of the schema: paths below `resources`."""
    for file in sorted(resources.rglob("*")):
        path = file.relative_to(resources)
        if file.is_file() and NOT_SHIPPED.isdisjoint(path.parts) and path.as_posix() not in TOOLING:
            yield path


def package_files(node_modules: Path) -> Iterator[Path]:
    """What a browser can ask for, and the licences: paths below `node_modules`."""
    for file in sorted(node_modules.rglob("*")):
        path = file.relative_to(node_modules)
        hidden = any(part.startswith(".") for part in path.parts)
        if not file.is_file() or hidden or not NOT_IMPORTED.isdisjoint(path.parts):
            continue
        if file.suffix in SERVED or file.name == MANIFEST or file.name.upper().startswith(NOTICES):
            yield path


def install_page_packages(web: Path, folder: Path) -> Path:
    """Install the npm packages that the page imports into `folder`, an empty one; returns its `node_modules`.

    Args:
        web: the folder that has `package.json` and `package-lock.json`.
        folder: must exist.

    Raises:
        PagePackagesError: npm is missing, or says no.
    """
    npm = shutil.which(NPM[0])
    if npm is None:
        raise PagePackagesError(
            "npm is missing, which fetches the page's packages: install Node.js 20 or newer with npm."
        )
    for name in PINNED:
        shutil.copyfile(web / name, folder / name)
    done = subprocess.run(
        [npm, *NPM[1:]],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise PagePackagesError(f"npm could not fetch the page's packages that package-lock.json pins:\n{done.stderr}")
    return folder / "node_modules"


class PageBuildHook(BuildHookInterface[BuilderConfig]):
    """What hatchling calls before and after it writes a wheel."""

    _folder: TemporaryDirectory[str] | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the page to the files of the wheel; an editable one takes it from the clone."""
        if self.target_name != "wheel" or version == "editable":
            return
        resources = Path(self.root) / "resources"
        self._folder = TemporaryDirectory(prefix="avatar-kiosk-")
        try:
            node_modules = install_page_packages(resources / "web", Path(self._folder.name))
        except PagePackagesError as error:
            self.app.abort(str(error))
        places = build_data["force_include"]
        for path in page_files(resources):
            places[str(resources / path)] = f"{INSIDE}/{path.as_posix()}"
        for path in package_files(node_modules):
            places[str(node_modules / path)] = f"{INSIDE}/web/node_modules/{path.as_posix()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove what was fetched."""
        if self._folder is not None:
            self._folder.cleanup()
