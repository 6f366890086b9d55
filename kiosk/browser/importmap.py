"""Which file `import "name"` means: an import map made from npm packages on disk. No Qt in here.

The page imports its packages by name, the way their documentation writes it. The browser needs addresses. So each
package that the page names, and every package those depend on, is looked up the way Node does (the `node_modules`
of the package itself, then those further out), and its `package.json` says which file answers to which name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.browser.policy import ORIGIN

LIVEKIT_CLIENT = "livekit-client"
LIVEKIT_CLIENT_VERSION = "2.16.1"
"""The one version the AvatarKit adapter works with: it reaches into the client's encoded streams."""

PAGE_IMPORTS = ("@spatialwalk/avatarkit", "@spatialwalk/avatarkit-rtc", LIVEKIT_CLIENT)
"""What the page imports by name, unless a later generation of the vendor's packages is used (`generations`)."""

MODULES_URL = f"{ORIGIN}/modules"

_CONDITIONS = frozenset({"browser", "import", "module", "default"})
_SCRIPT_SUFFIXES = frozenset({".js", ".mjs"})


class PackageProblem(Exception):  # noqa: N818 - a problem for the operator to solve, not a bug
    """A package cannot be used. `package` is its name; the text says what is missing, in a sentence."""

    def __init__(self, package: str, sentence: str) -> None:
        super().__init__(sentence)
        self.package = package


@dataclass(frozen=True, slots=True)
class NodeModules:
    """Where packages are looked up.

    `packages` gives the folder of some packages outright. All others are looked for in `folders`, each a
    `node_modules`, in this order.
    """

    folders: tuple[Path, ...]
    packages: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package on disk."""

    name: str
    root: Path
    """Its folder, with all symbolic links resolved: npm and pnpm may link packages from elsewhere."""
    manifest: Mapping[str, Any]
    url: str
    """Where the page finds the folder, without a slash at the end."""

    @property
    def version(self) -> str:
        return str(self.manifest.get("version", ""))

    def dependencies(self) -> Iterator[tuple[str, bool]]:
        """Names of the packages this one imports, and whether it can do without them."""
        optional_peers = {
            name for name, meta in _table(self.manifest, "peerDependenciesMeta").items() if meta.get("optional")
        }
        optional = _table(self.manifest, "optionalDependencies")
        for name in _table(self.manifest, "dependencies"):
            yield name, name in optional
        for name in _table(self.manifest, "peerDependencies"):
            yield name, name in optional_peers

    def exports(self) -> Iterator[tuple[str, str]]:
        """Pairs of import name and path within the folder, for everything a browser can import from this package."""
        declared = self.manifest.get("exports")
        if declared is None:
            entry = self.manifest.get("module") or self.manifest.get("main") or "index.js"
            yield from self._existing(self.name, _with_suffix(self.root, str(entry)))
            return
        if not isinstance(declared, dict) or not any(key.startswith(".") for key in declared):
            declared = {".": declared}
        for subpath, target in declared.items():
            path = _choose(target)
            if path is None or not path.startswith("./"):
                continue
            if "*" in subpath:
                yield from self._pattern(subpath, path)
            else:
                yield from self._existing(self.name + subpath.removeprefix("."), path)

    def _pattern(self, subpath: str, target: str) -> Iterator[tuple[str, str]]:
        """The files behind `"./features/*": "./dist/*.js"`: an import map has no patterns, so each gets a line."""
        before, _, after = target.removeprefix("./").partition("*")
        for file in sorted(self.root.rglob("*")):
            relative = file.relative_to(self.root).as_posix()
            if file.suffix not in _SCRIPT_SUFFIXES or "node_modules" in file.parts[len(self.root.parts) :]:
                continue
            if relative.startswith(before) and relative.endswith(after) and len(relative) > len(before) + len(after):
                star = relative[len(before) : len(relative) - len(after)]
                yield self.name + subpath.removeprefix(".").replace("*", star), f"./{relative}"

    def _existing(self, name: str, path: str) -> Iterator[tuple[str, str]]:
        if (self.root / path).is_file():
            yield name, path


@dataclass(frozen=True, slots=True)
class ImportMap:
    """The finished map, and the folders that must be served for it."""

    imports: Mapping[str, str]
    scopes: Mapping[str, Mapping[str, str]]
    roots: Mapping[str, Path]
    """URL path below `/modules/` → folder, links resolved."""
    versions: Mapping[str, str]
    """Package name → version, for those the page imports itself."""

    def to_json(self) -> str:
        """The text of the import map, safe to stand in a `<script>` element."""
        table = {"imports": self.imports, "scopes": self.scopes}
        return json.dumps(table, separators=(",", ":"), sort_keys=True).replace("<", "\\u003c")


def import_map(modules: NodeModules, names: Sequence[str] = PAGE_IMPORTS) -> ImportMap:
    """The import map for the packages the page names, those given outright, and all they depend on.

    Raises PackageProblem when a package or one of its entries is missing, or livekit-client has the wrong version.
    """
    builder = _Builder(modules)
    for name in dict.fromkeys((*names, *modules.packages)):
        builder.add_for_page(name)
    return builder.finish()


class _Builder:
    def __init__(self, modules: NodeModules) -> None:
        self._modules = modules
        self._imports: dict[str, str] = {}
        self._scopes: dict[str, dict[str, str]] = {}
        self._packages: dict[Path, Package] = {}
        self._top: dict[str, Package] = {}

    def add_for_page(self, name: str) -> None:
        package = self._find(name, None)
        if package is None:
            places = ", ".join(str(folder) for folder in self._modules.folders)
            raise PackageProblem(name, f"The package {name} is missing (looked in {places}).")
        if name == LIVEKIT_CLIENT and package.version != LIVEKIT_CLIENT_VERSION:
            found = package.version or "none"
            raise PackageProblem(
                name, f"The package {name} must be version {LIVEKIT_CLIENT_VERSION}, {package.root} holds {found}."
            )
        self._top[name] = package
        names = self._enter(package)
        if package.name != name:
            # One folder under two names: one module, whichever name it is imported by.
            names = {name + inner.removeprefix(package.name): url for inner, url in names.items()}
            self._imports.update(names)
        if name not in names:
            raise PackageProblem(name, f"The package {name} in {package.root} exports nothing a browser can import.")

    def finish(self) -> ImportMap:
        roots = {package.url.removeprefix(f"{MODULES_URL}/"): root for root, package in self._packages.items()}
        versions = {name: package.version for name, package in self._top.items()}
        scopes = {url: table for url, table in self._scopes.items() if table}
        return ImportMap(self._imports, scopes, roots, versions)

    def _enter(self, package: Package) -> Mapping[str, str]:
        """Put the package's names into the map, for everybody if the page itself would get this very package."""
        names = {name: f"{package.url}/{path.removeprefix('./')}" for name, path in package.exports()}
        if self._is_for_everybody(package):
            self._imports.update(names)
        if package.root in self._packages:
            return names
        self._packages[package.root] = package
        for name, optional in package.dependencies():
            dependency = self._find(name, package)
            if dependency is not None:
                found = self._enter(dependency)
                if not self._is_for_everybody(dependency):
                    self._scopes.setdefault(f"{package.url}/", {}).update(found)
            elif not optional:
                raise PackageProblem(name, f"The package {name} is missing; {package.name} needs it.")
        return names

    def _is_for_everybody(self, package: Package) -> bool:
        return package.url == f"{MODULES_URL}/{package.name}"

    def _find(self, name: str, importer: Package | None) -> Package | None:
        """The package `name` as `importer` (nothing: the page) sees it."""
        outermost = next((folder for folder in self._places(name) if folder.is_dir()), None)
        folder = outermost
        if importer is not None and name not in self._modules.packages:
            folder = next((place for place in _node_places(importer.root, name) if place.is_dir()), outermost)
        if folder is None:
            return None
        root = folder.resolve()
        if root in self._packages:
            return self._packages[root]
        manifest = _read_manifest(name, root)
        shared = outermost is not None and outermost.resolve() == root
        place = name if shared else f"{name}@{manifest.get('version', '')}~{len(self._packages)}"
        return Package(name, root, manifest, f"{MODULES_URL}/{place}")

    def _places(self, name: str) -> Iterator[Path]:
        if name in self._modules.packages:
            yield self._modules.packages[name]
        else:
            yield from (folder / name for folder in self._modules.folders)


def _node_places(importer: Path, name: str) -> Iterator[Path]:
    """Where Node looks for a package that a file in `importer` imports, nearest first."""
    for folder in (importer, *importer.parents):
        if folder.name != "node_modules":
            yield folder / "node_modules" / name


def _read_manifest(name: str, root: Path) -> Mapping[str, Any]:
    try:
        manifest = json.loads((root / "package.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PackageProblem(name, f"The package {name} in {root} has no readable package.json.") from error
    if not isinstance(manifest, dict):
        raise PackageProblem(name, f"The package.json of {name} in {root} is not an object.")
    return manifest


def _choose(target: object) -> str | None:
    """The first path that Node's conditional-exports rules give a browser that imports."""
    if isinstance(target, str):
        return target
    if isinstance(target, list):
        return next((path for item in target if (path := _choose(item)) is not None), None)
    if isinstance(target, dict):
        for condition, inner in target.items():
            if condition in _CONDITIONS and (path := _choose(inner)) is not None:
                return path
    return None


def _with_suffix(root: Path, entry: str) -> str:
    """Old manifests leave the suffix out."""
    candidates = (entry, f"{entry}.js", f"{entry}.mjs", f"{entry}/index.js")
    return next((path for path in candidates if (root / path).is_file()), entry)


def _table(manifest: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = manifest.get(key)
    return value if isinstance(value, dict) else {}
