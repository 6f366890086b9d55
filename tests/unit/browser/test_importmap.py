from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from kiosk.browser.importmap import NodeModules, PackageProblem, import_map

RTC = "@spatialwalk/avatarkit-rtc"
KIT = "@spatialwalk/avatarkit"


def add(modules: Path, name: str, manifest: Mapping[str, object] | None = None, *files: str) -> Path:
    """An installed package; without files, one with an index.js."""
    folder = modules / name
    folder.mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"name": name, "version": "1.0.0", **(manifest or {})}))
    for file in files or ("index.js",):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text("export default 1;")
    return folder


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """A node_modules with everything the page names."""
    folder = tmp_path / "node_modules"
    add(folder, KIT)
    add(folder, RTC, {"peerDependencies": {KIT: "*", "livekit-client": "2.16.1"}})
    add(folder, "livekit-client", {"version": "2.16.1"})
    return folder


def test_each_name_has_its_address_and_each_package_its_folder(modules: Path) -> None:
    found = import_map(NodeModules((modules,)))
    assert found.imports == {
        KIT: "kiosk://app/modules/@spatialwalk/avatarkit/index.js",
        RTC: "kiosk://app/modules/@spatialwalk/avatarkit-rtc/index.js",
        "livekit-client": "kiosk://app/modules/livekit-client/index.js",
    }
    assert found.roots[KIT] == (modules / KIT).resolve()
    assert found.versions["livekit-client"] == "2.16.1"
    assert found.scopes == {}


@pytest.mark.parametrize("name", [KIT, RTC, "livekit-client"])
def test_a_missing_package_is_named(modules: Path, name: str) -> None:
    (modules / name / "package.json").unlink()
    (modules / name / "index.js").unlink()
    (modules / name).rmdir()
    with pytest.raises(PackageProblem, match=f"The package {name} is missing") as caught:
        import_map(NodeModules((modules,)))
    assert caught.value.package == name


def test_another_livekit_client_is_refused(tmp_path: Path) -> None:
    add(tmp_path, KIT)
    add(tmp_path, RTC)
    add(tmp_path, "livekit-client", {"version": "2.17.0"})
    with pytest.raises(PackageProblem, match=r"must be version 2\.16\.1, .* holds 2\.17\.0"):
        import_map(NodeModules((tmp_path,)))


def test_a_dependency_that_is_missing_is_named_with_who_needs_it(modules: Path) -> None:
    add(modules, "middle", {"dependencies": {"far-away": "1"}})
    (modules / KIT / "package.json").write_text(json.dumps({"dependencies": {"middle": "1"}}))
    with pytest.raises(PackageProblem, match="The package far-away is missing; middle needs it"):
        import_map(NodeModules((modules,)))


def test_optional_dependencies_may_be_missing(modules: Path) -> None:
    manifest = {
        "dependencies": {"a": "1"},
        "optionalDependencies": {"a": "1"},
        "peerDependencies": {"b": "1"},
        "peerDependenciesMeta": {"b": {"optional": True}},
    }
    (modules / KIT / "package.json").write_text(json.dumps(manifest))
    assert set(import_map(NodeModules((modules,))).imports) == {KIT, RTC, "livekit-client"}


def test_packages_may_need_each_other(modules: Path) -> None:
    (modules / KIT / "package.json").write_text(json.dumps({"dependencies": {RTC: "1"}}))
    assert KIT in import_map(NodeModules((modules,))).imports


@pytest.mark.parametrize(
    ("manifest", "files", "expected"),
    [
        ({"exports": "./a.js"}, ["a.js"], {"": "a.js"}),
        ({"exports": {"import": "./a.mjs", "require": "./a.cjs"}}, ["a.mjs"], {"": "a.mjs"}),
        ({"exports": {".": {"node": "./n.js", "default": "./a.js"}}}, ["n.js", "a.js"], {"": "a.js"}),
        ({"exports": {".": {"browser": {"import": "./b.js"}}}}, ["b.js"], {"": "b.js"}),
        ({"exports": {".": {"types": "./a.d.ts", "import": "./a.js"}}}, ["a.d.ts", "a.js"], {"": "a.js"}),
        ({"exports": {".": ["not-a-path", "./a.js"]}}, ["a.js"], None),
        (
            {"exports": {".": "./a.js", "./more": "./m.js", "./gone": None}},
            ["a.js", "m.js"],
            {"": "a.js", "/more": "m.js"},
        ),
        (
            {"exports": {".": "./a.js", "./part/*": "./src/*.js"}},
            ["a.js", "src/x.js", "src/deep/y.js", "src/z.txt"],
            {"": "a.js", "/part/x": "src/x.js", "/part/deep/y": "src/deep/y.js"},
        ),
        ({"module": "./esm.js", "main": "./cjs.js"}, ["esm.js", "cjs.js"], {"": "./esm.js"}),
        ({"main": "lib"}, ["lib/index.js"], {"": "lib/index.js"}),
        ({"main": "lib/start"}, ["lib/start.js"], {"": "lib/start.js"}),
    ],
)
def test_exports_are_read_as_a_browser_does(
    modules: Path, manifest: dict[str, object], files: list[str], expected: dict[str, str] | None
) -> None:
    add(modules, "library", manifest, *files)
    (modules / KIT / "package.json").write_text(json.dumps({"dependencies": {"library": "1"}}))
    found = {
        name: url for name, url in import_map(NodeModules((modules,))).imports.items() if name.startswith("library")
    }
    base = "kiosk://app/modules/library/"
    assert found == {f"library{name}": base + path.removeprefix("./") for name, path in (expected or {}).items()}


def test_a_package_without_a_way_in_is_refused(modules: Path) -> None:
    (modules / RTC / "package.json").write_text(json.dumps({"exports": {"require": "./index.js"}}))
    with pytest.raises(PackageProblem, match="exports nothing a browser can import"):
        import_map(NodeModules((modules,)))


@pytest.mark.parametrize("text", ["", "{", "[]", "\xff"])
def test_a_broken_manifest_is_a_problem_not_a_crash(modules: Path, text: str) -> None:
    (modules / RTC / "package.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(PackageProblem):
        import_map(NodeModules((modules,)))


def test_two_versions_live_side_by_side(modules: Path) -> None:
    add(modules, "helper", {"version": "1.0.0"})
    add(modules / KIT / "node_modules", "helper", {"version": "2.0.0"})
    (modules / KIT / "package.json").write_text(json.dumps({"dependencies": {"helper": "2"}}))
    (modules / RTC / "package.json").write_text(json.dumps({"dependencies": {"helper": "1"}}))
    found = import_map(NodeModules((modules,)))
    assert found.imports["helper"] == "kiosk://app/modules/helper/index.js"
    (scope,) = found.scopes.items()
    assert scope[0] == f"kiosk://app/modules/{KIT}/"
    assert found.roots[scope[1]["helper"].removeprefix("kiosk://app/modules/").removesuffix("/index.js")] == (
        modules / KIT / "node_modules" / "helper"
    )


def test_linked_packages_see_their_neighbours(tmp_path: Path) -> None:
    """pnpm keeps every package beside its dependencies, and links to it."""
    store = tmp_path / "store"
    kit = add(store / "kit@1" / "node_modules", KIT, {"dependencies": {"helper": "1"}})
    add(store / "kit@1" / "node_modules", "helper")
    folder = tmp_path / "node_modules"
    add(folder, RTC)
    add(folder, "livekit-client", {"version": "2.16.1"})
    (folder / KIT).symlink_to(kit)
    found = import_map(NodeModules((folder,)))
    assert "helper" not in found.imports
    assert "helper" in found.scopes[f"kiosk://app/modules/{KIT}/"]
    assert found.roots[KIT] == kit.resolve()


def test_given_folders_come_before_searched_ones(modules: Path, tmp_path: Path) -> None:
    own = add(tmp_path / "own", "kit")
    found = import_map(NodeModules((modules,), {KIT: own}))
    assert found.roots[KIT] == own.resolve()


def test_the_map_cannot_end_its_script_element(modules: Path) -> None:
    (modules / KIT / "package.json").write_text(json.dumps({"exports": {".": "./index.js", "./<!--": "./index.js"}}))
    text = import_map(NodeModules((modules,))).to_json()
    assert "<" not in text
    assert f"{KIT}/<!--" in json.loads(text)["imports"]
