"""Lists of checksums, as npm and sha256sum write them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from kiosk.sdk.integrity import has_integrity, integrity_of, is_strong, read_sums
from kiosk.sdk.npm_lock import read_lock, unsealed
from kiosk.sdk.problem import Kind, SdkError
from kiosk.sdk.seals import seals_in
from kiosk.sdk.tarball import read_tarball
from tests.support.npm_packages import NpmPackage, integrity, lock

ONE = NpmPackage("one")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "some.txt"
    path.write_bytes(b"some")
    return path


class TestIntegrity:
    def test_is_what_npm_writes(self, file: Path) -> None:
        assert integrity_of(file) == integrity(b"some")

    @pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
    def test_any_strong_digest_will_do(self, file: Path, algorithm: str) -> None:
        assert has_integrity(file, integrity(b"some", algorithm))
        assert not has_integrity(file, integrity(b"other", algorithm))

    def test_the_strongest_counts(self, file: Path) -> None:
        good, bad = integrity(b"some", "sha256"), integrity(b"other")
        assert not has_integrity(file, f"{good} {bad}")
        assert has_integrity(file, f"{integrity(b'other', 'sha1')} {good}")

    def test_one_of_several_is_enough(self, file: Path) -> None:
        assert has_integrity(file, f"{integrity(b'other')} {integrity(b'some')}?option")

    @pytest.mark.parametrize("text", ["", "sha512-", "md5-AAAA", "nonsense", integrity(b"some", "sha1")])
    def test_what_can_be_forged_proves_nothing(self, file: Path, text: str) -> None:
        assert not is_strong(text)
        assert not has_integrity(file, text)


class TestSums:
    def test_what_sha256sum_writes_is_read(self, tmp_path: Path) -> None:
        for name in ("plain.tgz", "with blank.tgz"):
            (tmp_path / name).write_text(name)
        for mode in ("--text", "--binary"):
            command = ["sha256sum", mode, "plain.tgz", "./with blank.tgz"]
            text = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
            assert set(read_sums(text)) == {"plain.tgz", "with blank.tgz"}

    @pytest.mark.parametrize("line", ["abc  x.tgz", f"{'a' * 64} x.tgz", f"{'a' * 64}  ", "x.tgz", "MD5 (x) = 1"])
    def test_other_lines_are_told_by_number(self, line: str) -> None:
        with pytest.raises(ValueError, match="line 3"):
            read_sums(f"# remark\n{'a' * 64}  good.tgz\n{line}\n")


class TestLock:
    def read(self, folder: Path, table: object) -> object:
        (folder / "package-lock.json").write_text(json.dumps(table))
        return read_lock(folder / "package-lock.json")

    def test_what_is_for_development_is_left_out(self, tmp_path: Path) -> None:
        entries = {
            "": {},
            "node_modules/a": {"version": "1.0.0", "integrity": integrity(b"a")},
            "node_modules/a/node_modules/@b/c": {"version": "2.0.0", "integrity": integrity(b"c")},
            "node_modules/alias": {"name": "real", "version": "3.0.0"},
            "node_modules/typescript": {"version": "7.0.0", "dev": True},
        }
        found = self.read(tmp_path, {"packages": entries})
        assert [(one.place, one.name, one.version) for one in found] == [  # type: ignore[attr-defined]
            ("node_modules/a", "a", "1.0.0"),
            ("node_modules/a/node_modules/@b/c", "@b/c", "2.0.0"),
            ("node_modules/alias", "real", "3.0.0"),
        ]
        assert unsealed(found) == ["real@3.0.0"]  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        "entry",
        [
            {"integrity": ""},
            {"integrity": integrity(b"x", "sha1")},
            {"integrity": integrity(b"x"), "link": True},
            {"integrity": integrity(b"x"), "resolved": "git+ssh://x.example/a.git#1"},
            {"integrity": integrity(b"x"), "resolved": "file:../a"},
        ],
    )
    def test_what_is_not_proved_is_told(self, tmp_path: Path, entry: dict[str, object]) -> None:
        found = self.read(tmp_path, {"packages": {"node_modules/a": {"version": "1.0.0", **entry}}})
        assert unsealed(found) == ["a@1.0.0"]  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        "table",
        [
            [],
            {},
            {"dependencies": {"a": {"version": "1.0.0"}}},
            {"packages": []},
            {"packages": {"node_modules/a": 5}},
            {"packages": {"node_modules/../a": {}}},
            {"packages": {"node_modules/a/../../b": {}}},
            {"packages": {"node_modules//a": {}}},
        ],
    )
    def test_a_lock_that_is_none_or_leads_elsewhere_is_refused(self, tmp_path: Path, table: object) -> None:
        with pytest.raises(SdkError, match="cannot be read as the lock") as caught:
            self.read(tmp_path, table)
        assert caught.value.kind is Kind.UNUSABLE


class TestSeals:
    def test_without_any_list_everything_passes_and_it_is_told(self, tmp_path: Path) -> None:
        seals = seals_in(tmp_path)
        assert seals.names == ()
        seals.check_tarball(read_tarball(ONE.pack_into(tmp_path)))

    @pytest.mark.parametrize("kind", ["package-lock.json", "SHA256SUMS"])
    def test_what_a_list_says_passes(self, tmp_path: Path, kind: str) -> None:
        file = ONE.pack_into(tmp_path)
        self.write(kind, tmp_path)
        seals = seals_in(tmp_path)
        assert seals.names == (kind,)
        seals.check_tarball(read_tarball(file))

    @pytest.mark.parametrize("kind", ["package-lock.json", "SHA256SUMS"])
    def test_another_content_is_refused(self, tmp_path: Path, kind: str) -> None:
        file = ONE.pack_into(tmp_path)
        self.write(kind, tmp_path)
        NpmPackage("one", files={"index.js": "steal();"}).pack_into(tmp_path)
        with pytest.raises(SdkError, match=f"is not what {kind} beside it says") as caught:
            seals_in(tmp_path).check_tarball(read_tarball(file))
        assert caught.value.kind is Kind.DAMAGED

    @pytest.mark.parametrize("kind", ["package-lock.json", "SHA256SUMS"])
    def test_what_a_list_does_not_know_is_refused(self, tmp_path: Path, kind: str) -> None:
        ONE.pack_into(tmp_path)
        self.write(kind, tmp_path)
        other = NpmPackage("two").pack_into(tmp_path)
        with pytest.raises(SdkError, match=f"is not in .*{kind}") as caught:
            seals_in(tmp_path).check_tarball(read_tarball(other))
        assert caught.value.kind is Kind.DAMAGED

    def test_a_lock_without_checksum_proves_nothing(self, tmp_path: Path) -> None:
        file = ONE.pack_into(tmp_path)
        (tmp_path / "package-lock.json").write_text(lock({"node_modules/one": ONE}, integrity=""))
        with pytest.raises(SdkError, match=r"is not what package-lock\.json"):
            seals_in(tmp_path).check_tarball(read_tarball(file))

    def test_both_lists_count(self, tmp_path: Path) -> None:
        file = ONE.pack_into(tmp_path)
        self.write("package-lock.json", tmp_path)
        (tmp_path / "SHA256SUMS").write_text(f"{'0' * 64}  {file.name}\n")
        with pytest.raises(SdkError, match="SHA256SUMS"):
            seals_in(tmp_path).check_tarball(read_tarball(file))

    def test_sums_that_cannot_be_read_are_not_passed_over(self, tmp_path: Path) -> None:
        (tmp_path / "SHA256SUMS").write_text("nonsense\n")
        with pytest.raises(SdkError, match="line 1 is not one of sha256sum"):
            seals_in(tmp_path)

    def write(self, kind: str, folder: Path) -> None:
        """The list of what is there."""
        if kind == "SHA256SUMS":
            names = [file.name for file in folder.glob("*.tgz")]
            text = subprocess.run(["sha256sum", *names], cwd=folder, capture_output=True, text=True, check=True).stdout
        else:
            text = lock({"node_modules/one": ONE})
        (folder / kind).write_text(text)
