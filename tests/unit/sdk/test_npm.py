"""The real npm, against a registry of our own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.sdk.npm import fetch
from kiosk.sdk.problem import Kind, SdkError
from tests.support.npm_packages import CLIENT, KIT, RTC, NpmPackage, client, first_generation, integrity
from tests.support.npm_registry import NpmRegistry
from tests.support.parts import program
from tests.support.ports import free_port
from tests.support.waiting import wait_until

SPECS = (f"{KIT}@1.0.0-beta.84", f"{RTC}@1.0.0-beta.7", f"{CLIENT}@2.16.1")


@pytest.fixture(autouse=True)
def _npm() -> None:
    program("npm")


@pytest.fixture
def registry() -> Iterator[NpmRegistry]:
    with NpmRegistry([*first_generation(), client(), client("2.17.0")]) as registry:
        yield registry


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "staging").mkdir()
    return tmp_path / "staging"


@pytest.fixture
def environ(registry: NpmRegistry, tmp_path: Path) -> dict[str, str]:
    return registry.environment(tmp_path, os.environ)


def failure(packages: tuple[str, ...], target: Path, environ: dict[str, str]) -> SdkError:
    with pytest.raises(SdkError) as caught:
        fetch(packages, target, environ)
    return caught.value


def test_packages_come_with_what_they_need_and_with_their_checksums(
    registry: NpmRegistry, target: Path, environ: dict[str, str]
) -> None:
    integrities = fetch(SPECS, target, environ)
    kit, _, small = first_generation()
    assert integrities[f"node_modules/{KIT}"] == integrity(kit.packed())
    assert integrities["node_modules/small-part"] == integrity(small.packed())
    assert set(integrities) == {f"node_modules/{name}" for name in (KIT, RTC, CLIENT, "small-part")}
    for place in integrities:
        assert (target / place / "package.json").is_file()
    lock = (target / "package-lock.json").read_text(encoding="utf-8")
    assert "http" not in lock, "a lock that names hosts tells where this site gets its packages"


def test_no_script_of_a_package_runs(registry: NpmRegistry, target: Path, environ: dict[str, str]) -> None:
    trace = target.parent / "it-ran"
    scripts = dict.fromkeys(("preinstall", "install", "postinstall", "prepare"), f"touch {trace}")
    evil = NpmPackage("evil", fields={"scripts": scripts, "bin": {"evil": "index.js"}})
    registry.packages.append(evil)
    fetch(("evil@1.0.0",), target, environ)
    assert (target / "node_modules" / "evil" / "index.js").is_file()
    assert not trace.exists()
    assert not (target / "node_modules" / ".bin").exists()


@pytest.mark.parametrize("spec", [f"{KIT}@9.9.9", "never-heard-of@1.0.0"])
def test_what_the_registry_does_not_have_is_named(target: Path, environ: dict[str, str], spec: str) -> None:
    error = failure((spec,), target, environ)
    assert error.kind is Kind.NOT_FOUND
    assert spec in str(error)
    assert "--from" in str(error)


def test_a_dependency_that_the_registry_does_not_have_is_named(
    registry: NpmRegistry, target: Path, environ: dict[str, str]
) -> None:
    registry.packages = [one for one in registry.packages if one.name != "small-part"]
    error = failure(SPECS, target, environ)
    assert error.kind is Kind.NOT_FOUND
    assert "small-part" in str(error)


def test_no_network_is_said_with_what_to_do(target: Path, environ: dict[str, str]) -> None:
    error = failure(SPECS[2:], target, {**environ, "npm_config_registry": f"http://127.0.0.1:{free_port()}/"})
    assert error.kind is Kind.NO_NETWORK
    assert "cannot be reached" in str(error)
    assert "--from" in str(error)


@pytest.mark.parametrize(("status", "kind"), [(401, Kind.NO_ACCESS), (403, Kind.NO_ACCESS), (503, Kind.NO_NETWORK)])
def test_a_registry_that_refuses(
    registry: NpmRegistry, target: Path, environ: dict[str, str], status: int, kind: Kind
) -> None:
    registry.refuses = status
    assert failure(SPECS[2:], target, environ).kind is kind


def test_a_tarball_that_is_not_what_its_checksum_says(
    registry: NpmRegistry, target: Path, environ: dict[str, str]
) -> None:
    registry.instead[SPECS[2]] = NpmPackage(CLIENT, "2.16.1", files={"index.js": "steal();"}).packed()
    error = failure(SPECS[2:], target, environ)
    assert error.kind is Kind.DAMAGED
    assert "checksum" in str(error)


def test_what_no_checksum_covers_is_refused_by_name(
    registry: NpmRegistry, target: Path, environ: dict[str, str]
) -> None:
    registry.without_checksums = True
    error = failure((f"{CLIENT}@2.16.1",), target, environ)
    assert error.kind is Kind.DAMAGED
    assert f"{CLIENT}@2.16.1" in str(error)


def test_what_comes_from_elsewhere_is_refused_by_name(
    registry: NpmRegistry, target: Path, environ: dict[str, str]
) -> None:
    near = target.parent / "near"
    NpmPackage("inner").put_into(near)
    registry.packages.append(NpmPackage("outer", fields={"dependencies": {"inner": f"file:{near / 'inner'}"}}))
    error = failure(("outer@1.0.0",), target, environ)
    assert error.kind is Kind.DAMAGED
    assert "inner" in str(error)


def test_packages_that_need_another_livekit_client_do_not_fit(
    registry: NpmRegistry, target: Path, environ: dict[str, str]
) -> None:
    registry.packages.append(NpmPackage("greedy", fields={"peerDependencies": {CLIENT: "2.17.0"}}))
    error = failure(("greedy@1.0.0", f"{CLIENT}@2.16.1"), target, environ)
    assert error.kind is Kind.UNFIT


def test_without_npm_it_is_said_how_to_get_it(target: Path, environ: dict[str, str]) -> None:
    error = failure(SPECS, target, {**environ, "PATH": str(target)})
    assert error.kind is Kind.NO_NPM
    assert "apt install npm" in str(error)


def fake_npm(folder: Path, script: str) -> dict[str, str]:
    """An environment in which `npm` is this script."""
    folder.mkdir(exist_ok=True)
    npm = folder / "npm"
    npm.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    npm.chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def test_an_npm_that_does_not_finish_is_ended_with_all_it_has_started(target: Path, tmp_path: Path) -> None:
    child = tmp_path / "child"
    environ = fake_npm(tmp_path / "bin", f"sleep 600 & echo $! > {child}; wait")
    with pytest.raises(SdkError, match="has not finished") as caught:
        fetch(SPECS, target, environ, deadline=1.0)
    assert caught.value.kind is Kind.NO_NETWORK
    pid = int(child.read_text())
    wait_until(lambda: not Path(f"/proc/{pid}").exists() or _is_zombie(pid), "the end of what npm had started")


def _is_zombie(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        ('{"error": {"code": "ENOSPC", "summary": "no space left on device"}}', Kind.STORAGE),
        ('{"error": {"code": "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "summary": "x"}}', Kind.NO_NETWORK),
        ('{"error": {"code": "SELF_SIGNED_CERT_IN_CHAIN"}}', Kind.NO_NETWORK),
        ('{"error": {"code": "ERR_SOCKET_TIMEOUT"}}', Kind.NO_NETWORK),
        ('{"error": {"code": null}}', Kind.FAILED),
        ('{"error": "x"}', Kind.FAILED),
        ("npm is confused", Kind.FAILED),
        ("[]", Kind.FAILED),
    ],
)
def test_other_failures_have_their_kind(target: Path, tmp_path: Path, output: str, kind: Kind) -> None:
    environ = fake_npm(tmp_path / "bin", f"echo '{output}'; exit 1")
    with pytest.raises(SdkError) as caught:
        fetch(SPECS, target, environ)
    assert caught.value.kind is kind
    assert "  " not in str(caught.value)


def test_no_address_is_repeated(target: Path, tmp_path: Path) -> None:
    """It may hold a password."""
    words = "request to https://user:hunter22@packages.example/one failed"
    environ = fake_npm(
        tmp_path / "bin", f"""echo '{{"error": {{"code": "ECONNRESET", "summary": "{words}"}}}}'; exit 1"""
    )
    with pytest.raises(SdkError, match="request to the registry failed") as caught:
        fetch(SPECS, target, environ)
    assert "hunter22" not in str(caught.value)
    assert "packages.example" not in str(caught.value)


def test_a_lock_with_other_versions_than_asked_for_is_not_believed(target: Path, tmp_path: Path) -> None:
    entry = {"version": "1.0.1", "integrity": "sha512-AAAA"}
    lock = json.dumps({"packages": {"node_modules/one": entry}})
    environ = fake_npm(tmp_path / "bin", f"echo '{lock}' > {target}/package-lock.json")
    with pytest.raises(SdkError, match=r"one@1\.0\.0 was asked for, but npm has put 1\.0\.1 there") as caught:
        fetch(("one@1.0.0",), target, environ)
    assert caught.value.kind is Kind.UNFIT
