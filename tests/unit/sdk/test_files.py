"""Packages that somebody has brought along."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from kiosk.sdk.contents import version_of
from kiosk.sdk.files import bring, proofs
from kiosk.sdk.problem import Kind, SdkError
from tests.support.npm_packages import NpmPackage, integrity, lock

ONE, TWO = NpmPackage("@a/one", "1.0.0"), NpmPackage("two", "2.0.0")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "target").mkdir()
    return tmp_path / "target"


@pytest.fixture
def given(tmp_path: Path) -> Path:
    (tmp_path / "given").mkdir()
    return tmp_path / "given"


def refused(places: list[Path], target: Path) -> SdkError:
    with pytest.raises(SdkError) as caught:
        bring(places, target)
    return caught.value


class TestTarballs:
    def test_a_folder_of_them_is_unpacked_flat(self, given: Path, target: Path) -> None:
        for one in (ONE, TWO):
            one.pack_into(given)
        (given / "readme.txt").write_text("not a package")
        found = bring([given], target)
        assert found == {f"node_modules/{one.name}": integrity(one.packed()) for one in (ONE, TWO)}
        assert version_of(target / "node_modules" / "@a" / "one") == "1.0.0"
        assert not (target / "package-lock.json").exists()

    def test_they_may_be_named_one_by_one_and_mixed_with_folders(
        self, given: Path, tmp_path: Path, target: Path
    ) -> None:
        ONE.pack_into(given)
        assert set(bring([given, TWO.pack_into(tmp_path / "x")], target)) == {"node_modules/@a/one", "node_modules/two"}

    def test_a_lock_says_where_each_goes(self, given: Path, target: Path) -> None:
        old = NpmPackage("two", "1.0.0")
        for one in (ONE, TWO, old):
            one.pack_into(given)
        places = {"node_modules/@a/one": ONE, "node_modules/@a/one/node_modules/two": old, "node_modules/two": TWO}
        (given / "package-lock.json").write_text(lock(places))
        assert bring([given], target).keys() == places.keys()
        for place, one in places.items():
            assert version_of(target / place) == one.version
        assert (target / "package-lock.json").is_file()

    def test_two_versions_without_a_lock_are_refused(self, given: Path, target: Path) -> None:
        for one in (TWO, NpmPackage("two", "1.0.0")):
            one.pack_into(given)
        error = refused([given], target)
        assert error.kind is Kind.UNFIT
        assert "two-1.0.0.tgz" in str(error)
        assert "two-2.0.0.tgz" in str(error)

    def test_the_same_twice_is_no_trouble(self, given: Path, tmp_path: Path, target: Path) -> None:
        places = [ONE.pack_into(given), ONE.pack_into(tmp_path / "again")]
        assert set(bring(places, target)) == {"node_modules/@a/one"}

    def test_a_damaged_one_is_refused_before_anything_is_unpacked(self, given: Path, target: Path) -> None:
        for one in (ONE, TWO):
            one.pack_into(given)
        (given / "package-lock.json").write_text(lock({"node_modules/@a/one": ONE, "node_modules/two": TWO}))
        NpmPackage("two", "2.0.0", files={"index.js": "steal();"}).pack_into(given)
        assert refused([given], target).kind is Kind.DAMAGED
        assert not list(target.iterdir())

    def test_each_is_held_against_the_list_in_its_own_folder(self, given: Path, tmp_path: Path, target: Path) -> None:
        proved, bare = ONE.pack_into(given), TWO.pack_into(tmp_path / "x")
        (given / "package-lock.json").write_text(lock({"node_modules/@a/one": ONE}))
        bring([proved, bare], target)
        assert proofs([proved, bare]) == ("package-lock.json",)
        assert proofs([bare]) == ()

    def test_nothing_to_unpack_is_said(self, given: Path, target: Path) -> None:
        error = refused([given], target)
        assert error.kind is Kind.UNUSABLE
        assert "holds neither node_modules nor tarballs" in str(error)

    def test_a_place_that_is_not_there_is_named(self, given: Path, target: Path) -> None:
        error = refused([given / "none.tgz"], target)
        assert error.kind is Kind.UNUSABLE
        assert f"There is no {given / 'none.tgz'}" in str(error)


class TestFolder:
    @pytest.mark.parametrize("named", [".", "node_modules"])
    def test_it_is_copied_without_npms_commands(self, given: Path, target: Path, named: str) -> None:
        ONE.put_into(given / "node_modules")
        commands = given / "node_modules" / ".bin"
        commands.mkdir()
        (commands / "one").symlink_to("../@a/one/index.js")
        assert bring([given / named], target) == {}
        assert version_of(target / "node_modules" / "@a" / "one") == "1.0.0"
        assert not (target / "node_modules" / ".bin").exists()

    def test_its_lock_tells_the_checksums_and_comes_along(self, given: Path, target: Path) -> None:
        ONE.put_into(given / "node_modules")
        # What is locked but not installed, for another system for example, is nothing to tell.
        (given / "package-lock.json").write_text(lock({"node_modules/@a/one": ONE, "node_modules/two": TWO}))
        assert bring([given], target) == {"node_modules/@a/one": integrity(ONE.packed())}
        assert (target / "package-lock.json").is_file()
        assert proofs([given]) == proofs([given / "node_modules"]) == ("package-lock.json",)

    @pytest.mark.parametrize("locked", [{"node_modules/@a/one": NpmPackage("@a/one", "1.0.1")}, {}])
    def test_other_versions_than_its_lock_says_are_refused(
        self, given: Path, target: Path, locked: dict[str, NpmPackage]
    ) -> None:
        ONE.put_into(given / "node_modules")
        (given / "package-lock.json").write_text(lock(locked))
        error = refused([given], target)
        assert error.kind is Kind.DAMAGED
        assert "npm ci" in str(error)

    def test_a_nested_package_counts_too(self, given: Path, target: Path) -> None:
        TWO.put_into(ONE.put_into(given / "node_modules") / "node_modules")
        (given / "package-lock.json").write_text(lock({"node_modules/@a/one": ONE}))
        assert "node_modules/@a/one/node_modules/two" in str(refused([given], target))

    @pytest.mark.parametrize("damage", ["changed", "added"])
    def test_a_list_of_sums_covers_every_file(self, given: Path, target: Path, damage: str) -> None:
        folder = ONE.put_into(given / "node_modules")
        listed = "find node_modules -type f -exec sha256sum {} + > SHA256SUMS"
        subprocess.run(["sh", "-c", listed], cwd=given, check=True)
        bring([given], target / "good")
        (folder / ("index.js" if damage == "changed" else "more.js")).write_text("steal();")
        error = refused([given], target / "bad")
        assert error.kind is Kind.DAMAGED
        assert "SHA256SUMS" in str(error)

    def test_links_within_it_lead_to_the_same_place_in_the_copy(self, given: Path, target: Path) -> None:
        """As pnpm lays packages out: what a package needs lies beside its real folder."""
        store = given / "node_modules" / ".pnpm"
        TWO.put_into(store / "two@2.0.0" / "node_modules")
        ONE.put_into(store / "one@1.0.0" / "node_modules")
        (store / "one@1.0.0" / "node_modules" / "two").symlink_to("../../two@2.0.0/node_modules/two")
        (given / "node_modules" / "@a").mkdir()
        outer = given / "node_modules" / "@a" / "one"
        outer.symlink_to(store.absolute() / "one@1.0.0" / "node_modules" / "@a" / "one")
        bring([given], target)
        given.rename(given.with_name("gone"))
        copy = target / "node_modules" / "@a" / "one"
        assert version_of(copy) == "1.0.0"
        assert copy.resolve().is_relative_to(target.resolve())
        assert version_of(copy.resolve().parents[1] / "two") == "2.0.0"

    @pytest.mark.parametrize("meant", ["/etc", "../../..", "@a/none"])
    def test_a_link_that_leads_out_or_to_nothing_is_refused(self, given: Path, target: Path, meant: str) -> None:
        ONE.put_into(given / "node_modules")
        (given / "node_modules" / "evil").symlink_to(meant)
        error = refused([given], target)
        assert error.kind is Kind.UNUSABLE
        assert "evil" in str(error)

    def test_a_pipe_in_it_is_refused(self, given: Path, target: Path) -> None:
        os.mkfifo(ONE.put_into(given / "node_modules") / "pipe")
        assert "neither a file nor a folder" in str(refused([given], target))

    def test_modes_of_the_source_do_not_count(self, given: Path, target: Path) -> None:
        file = ONE.put_into(given / "node_modules") / "index.js"
        file.chmod(0o4777)
        bring([given], target)
        assert (target / "node_modules" / "@a" / "one" / "index.js").stat().st_mode & 0o7111 == 0
