"""Tarballs are unpacked as npm would, and cannot do anything else."""

from __future__ import annotations

import gzip
import json
import tarfile
from pathlib import Path

import pytest

from kiosk.sdk import tarball as subject
from kiosk.sdk.problem import Kind, SdkError
from kiosk.sdk.tarball import read_tarball, unpack
from tests.support.npm_packages import NpmPackage, integrity, tarball

MANIFEST = json.dumps({"name": "one", "version": "1.0.0"}).encode()


def link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def of_kind(name: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    return info


def refused(file: Path) -> str:
    with pytest.raises(SdkError) as caught:
        unpack(read_tarball(file), file.with_name("out"))
    assert caught.value.kind is Kind.UNUSABLE
    assert str(file) in str(caught.value)
    return str(caught.value)


def test_a_package_is_read_and_unpacked(tmp_path: Path) -> None:
    package = NpmPackage("@a/b", "1.2.3-beta.4", files={"index.js": "1;", "deep/er/core.wasm": "w"})
    file = package.pack_into(tmp_path)
    read = read_tarball(file)
    assert (read.name, read.version, read.integrity) == ("@a/b", "1.2.3-beta.4", integrity(package.packed()))
    unpack(read, tmp_path / "out")
    found = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert found == {"index.js", "package.json", "deep/er/core.wasm"}
    assert (tmp_path / "out" / "deep" / "er" / "core.wasm").read_text() == "w"


def test_the_first_folder_may_have_any_name_and_modes_do_not_count(tmp_path: Path) -> None:
    program = tarfile.TarInfo("b/run.sh")
    program.mode = 0o6777
    folder = of_kind("b/empty", tarfile.DIRTYPE)
    file = tmp_path / "one.tgz"
    file.write_bytes(tarball([("b/package.json", MANIFEST), (program, b"#!/bin/sh"), (folder, b"")]))
    unpack(read_tarball(file), tmp_path / "out")
    assert (tmp_path / "out" / "run.sh").stat().st_mode & 0o7111 == 0


@pytest.mark.parametrize(
    "name",
    [
        "../evil.js",
        "package/../../evil.js",
        "package/a/../../../evil.js",
        "/etc/evil.js",
        "//evil.js",
        "package//evil.js",
        "package/./evil.js",
        "package/a\\..\\evil.js",
        "package/C:evil.js",
        "package/a\nb.js",
        "evil.js",
    ],
)
def test_a_name_that_could_lead_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / "deep" / "one.tgz"
    file.parent.mkdir()
    file.write_bytes(tarball([("package/package.json", MANIFEST), (name, b"evil")]))
    assert "could lead out" in refused(file)
    assert {path.name for path in tmp_path.rglob("*")} <= {"deep", "one.tgz"}


@pytest.mark.parametrize(
    "info",
    [
        link("package/a", "/etc/passwd"),
        link("package/a", "b.js"),
        link("package/a", "package/package.json", tarfile.LNKTYPE),
        of_kind("package/a", tarfile.FIFOTYPE),
        of_kind("package/a", tarfile.CHRTYPE),
    ],
)
def test_links_and_devices_are_refused(tmp_path: Path, info: tarfile.TarInfo) -> None:
    file = tmp_path / "one.tgz"
    file.write_bytes(tarball([("package/package.json", MANIFEST), (info, b"")]))
    assert "package/a is a link or a device" in refused(file)


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        (None, "it has no package.json"),
        (b"{", "cannot be read"),
        (b"\xff", "cannot be read"),
        (b"[]", "gives no name and version"),
        (b'{"name": "one"}', "gives no name and version"),
        (b'{"version": "1.0.0"}', "gives no name and version"),
        (b'{"name": "../one", "version": "1.0.0"}', "gives no name and version"),
        (b'{"name": "@a/../b", "version": "1.0.0"}', "gives no name and version"),
        (b'{"name": "..", "version": "1.0.0"}', "gives no name and version"),
        (b'{"name": "one", "version": "1/0"}', "gives no name and version"),
        (b" " * 1_000_001, "cannot be read"),
    ],
)
def test_what_says_not_which_package_it_is_is_refused(tmp_path: Path, manifest: bytes | None, words: str) -> None:
    file = tmp_path / "one.tgz"
    inner = [] if manifest is None else [("package/package.json", manifest)]
    file.write_bytes(tarball([*inner, ("package/deep/package.json", MANIFEST)]))
    assert words in refused(file)


@pytest.mark.parametrize("content", [b"", b"not an archive", gzip.compress(b"not a tar"), b"\x1f\x8b"])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "one.tgz"
    file.write_bytes(content)
    assert "damaged" in refused(file)


@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
def test_half_a_download_is_refused(tmp_path: Path, part: float) -> None:
    whole = NpmPackage(
        "one", files={"index.js": "".join(f"export const x{n} = {n * n};\n" for n in range(3000))}
    ).packed()
    file = tmp_path / "one.tgz"
    file.write_bytes(whole[: int(len(whole) * part)])
    assert "damaged" in refused(file)


def test_a_flipped_bit_is_refused(tmp_path: Path) -> None:
    whole = bytearray(NpmPackage("one", files={"index.js": "x" * 5000}).packed())
    whole[len(whole) // 2] ^= 0x10
    file = tmp_path / "one.tgz"
    file.write_bytes(whole)
    assert "damaged" in refused(file)


def test_more_than_a_package_ever_holds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = NpmPackage("one", files={f"{n}.js": "1234567890" for n in range(10)}).pack_into(tmp_path)
    monkeypatch.setattr(subject, "MOST_FILES", 9)
    assert "more than 9 files" in refused(file)
    monkeypatch.undo()
    monkeypatch.setattr(subject, "MOST_BYTES", 90)
    assert "more than" in refused(file)
    monkeypatch.undo()
    read_tarball(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "There is no file" in refused(tmp_path / "none.tgz")
