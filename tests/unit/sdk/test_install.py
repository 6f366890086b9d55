"""The steps of an installation together: real files, a real npm, and an engine that says what a test wants."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.browser.generations import Generation
from kiosk.config.schema import Avatar
from kiosk.sdk import files
from kiosk.sdk.install import Order, Workshop, go_back, install
from kiosk.sdk.overview import look
from kiosk.sdk.problem import Kind, SdkError
from kiosk.sdk.record import Installed, Record, Source, read_record
from kiosk.sdk.store import Store
from tests.support.npm_packages import CLIENT, KIT, RTC, NpmPackage, client, first_generation, integrity, lock
from tests.support.npm_registry import NpmRegistry
from tests.support.parts import program

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
PACKAGES = (f"{KIT}@1.0.0-beta.84", f"{RTC}@1.0.0-beta.7")


@dataclass
class Engine:
    """In the place of the real one."""

    refuses: str = ""
    asked: list[tuple[Sequence[Path], int]] = field(default_factory=list)

    def check(self, modules: Sequence[Path], generation: Generation, _environ: Mapping[str, str]) -> str:
        self.asked.append((modules, generation.number))
        if self.refuses:
            raise SdkError(Kind.DOES_NOT_LOAD, self.refuses)
        return "140.0"


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def workshop(tmp_path: Path, engine: Engine, said: list[str]) -> Workshop:
    client().put_into(tmp_path / "own")
    return Workshop(
        Store(tmp_path / "data" / "sdk"), tmp_path / "own", os.environ, said.append, lambda: NOW, engine.check
    )


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A folder with the tarballs of the first generation."""
    for one in first_generation():
        one.pack_into(tmp_path / "given")
    return tmp_path / "given"


def failure(order: Order, workshop: Workshop) -> SdkError:
    with pytest.raises(SdkError) as caught:
        install(order, workshop)
    assert not list(workshop.store.place.parent.rglob("*.part")), "nothing is left behind"
    return caught.value


def test_tarballs_are_unpacked_tried_and_switched_to(
    workshop: Workshop, engine: Engine, given: Path, said: list[str]
) -> None:
    record = install(Order(PACKAGES, (given,)), workshop)
    kit, rtc, small = first_generation()
    assert record == Record(
        generation=1,
        packages=tuple(Installed(one.name, one.version, integrity(one.packed())) for one in (kit, rtc, small)),
        source=Source.FILES,
        since=NOW,
        proved_by=(),
        chromium="140.0",
    )
    assert read_record(workshop.store.place) == record
    assert (workshop.store.place / "node_modules" / KIT / "index.js").is_file()
    ((modules, generation),) = engine.asked
    assert (modules[1], generation) == (workshop.own, 1)
    assert [line.partition(" ")[0] for line in said] == ["Taking", "Looking", "Letting"]


def test_the_list_that_proved_them_is_written_down(workshop: Workshop, given: Path) -> None:
    places = {f"node_modules/{one.name}": one for one in first_generation()}
    (given / "package-lock.json").write_text(lock(places))
    assert install(Order(PACKAGES, (given,)), workshop).proved_by == ("package-lock.json",)
    assert (workshop.store.place / "package-lock.json").is_file()


def test_a_livekit_client_that_is_brought_along_is_used_if_it_fits(workshop: Workshop, given: Path) -> None:
    client().pack_into(given)
    assert CLIENT in {one.name for one in install(Order(PACKAGES, (given,)), workshop).packages}
    (given / "livekit-client-2.16.1.tgz").unlink()
    client("2.17.0").pack_into(given)
    error = failure(Order(PACKAGES, (given,)), workshop)
    assert error.kind is Kind.UNFIT
    assert "must be version 2.16.1" in str(error)


def test_everything_that_is_missing_is_named_at_once(workshop: Workshop, given: Path) -> None:
    (given / "small-part-2.1.0.tgz").unlink()
    (given / "spatialwalk-avatarkit-rtc-1.0.0-beta.7.tgz").unlink()
    error = failure(Order(PACKAGES, (given,)), replace(workshop, own=given))
    assert error.kind is Kind.MISSING
    for name in (RTC, "small-part", CLIENT):
        assert name in str(error)
    assert f"small-part (needed by {KIT})" in str(error)


def test_packages_that_the_page_does_not_know_are_refused(workshop: Workshop, tmp_path: Path) -> None:
    file = NpmPackage("other").pack_into(tmp_path / "x")
    error = failure(Order(PACKAGES, (file,)), workshop)
    assert error.kind is Kind.UNFIT
    assert "@spatialwalk/avatarkit with @spatialwalk/avatarkit-rtc" in str(error)


def test_an_entry_that_is_not_there_is_refused(workshop: Workshop, given: Path) -> None:
    NpmPackage(RTC, "1.0.0-beta.7", {"exports": "./dist/none.js"}).pack_into(given)
    error = failure(Order(PACKAGES, (given,)), workshop)
    assert error.kind is Kind.UNFIT
    assert f"{RTC} in" in str(error)
    assert "exports nothing" in str(error)


@pytest.mark.parametrize("generation", [2, 3])
def test_later_generations_are_known(workshop: Workshop, engine: Engine, tmp_path: Path, generation: int) -> None:
    names = {2: ("@spatius/avatarkit", "@spatius/avatarkit-rtc"), 3: ("@spatialreal/web-sdk",)}[generation]
    for name in names:
        NpmPackage(name).pack_into(tmp_path / "x")
    assert install(Order(PACKAGES, (tmp_path / "x",)), workshop).generation == generation
    assert engine.asked[0][1] == generation


class TestWhateverGoesWrong:
    """What was there stays as it was, and a later installation goes well."""

    @pytest.fixture(autouse=True)
    def _before(self, workshop: Workshop, given: Path) -> Iterator[None]:
        install(Order(PACKAGES, (given,)), workshop)
        before = self.tree(workshop)
        yield
        assert self.tree(workshop) == before
        install(Order(PACKAGES, (given,)), workshop)

    def tree(self, workshop: Workshop) -> dict[str, bytes]:
        folder = workshop.store.place
        return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}

    def test_the_engine_does_not_load_them(self, workshop: Workshop, engine: Engine, given: Path) -> None:
        engine.refuses = "It throws."
        assert failure(Order(PACKAGES, (given,)), workshop).kind is Kind.DOES_NOT_LOAD
        engine.refuses = ""

    def test_a_tarball_is_damaged(self, workshop: Workshop, given: Path, tmp_path: Path) -> None:
        bad = tmp_path / "bad"
        bad.mkdir()
        for file in given.iterdir():
            (bad / file.name).write_bytes(file.read_bytes()[:200])
        assert failure(Order(PACKAGES, (bad,)), workshop).kind is Kind.UNUSABLE

    def test_the_disk_is_full(self, workshop: Workshop, given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device", "/data")

        monkeypatch.setattr(files, "unpack", full)
        error = failure(Order(PACKAGES, (given,)), workshop)
        monkeypatch.undo()
        assert error.kind is Kind.STORAGE
        assert "make room" in str(error)

    def test_somebody_breaks_it_off(self, workshop: Workshop, given: Path) -> None:
        def break_off(*_: object) -> str:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            install(Order(PACKAGES, (given,)), replace(workshop, check=break_off))


def test_a_folder_that_somebody_made_by_hand_is_left_alone(workshop: Workshop, given: Path) -> None:
    hand_made = workshop.store.place / "node_modules"
    hand_made.mkdir(parents=True)
    error = failure(Order(PACKAGES, (given,)), workshop)
    assert error.kind is Kind.STORAGE
    assert "move it away" in str(error)
    assert hand_made.is_dir()


def test_going_back_and_having_nothing_to_go_back_to(workshop: Workshop, given: Path) -> None:
    with pytest.raises(SdkError) as caught:
        go_back(workshop.store)
    assert caught.value.kind is Kind.NOTHING_KEPT
    install(Order(PACKAGES, (given,)), workshop)
    first = workshop.store.present()
    install(Order(PACKAGES, (given,)), workshop)
    go_back(workshop.store)
    assert workshop.store.present() == first


class TestFromTheRegistry:
    @pytest.fixture
    def registry(self) -> Iterator[NpmRegistry]:
        program("npm")
        with NpmRegistry([*first_generation(), client()]) as registry:
            yield registry

    @pytest.fixture
    def workshop(self, workshop: Workshop, registry: NpmRegistry, tmp_path: Path) -> Workshop:
        return replace(workshop, environ=registry.environment(tmp_path, os.environ))

    def test_packages_come_with_the_livekit_client_that_fits(self, workshop: Workshop) -> None:
        record = install(Order(PACKAGES), workshop)
        assert (record.source, record.proved_by) == (Source.REGISTRY, ("package-lock.json",))
        versions = {one.name: one.version for one in record.packages}
        assert versions == {KIT: "1.0.0-beta.84", RTC: "1.0.0-beta.7", "small-part": "2.1.0", CLIENT: "2.16.1"}
        assert all(one.integrity.startswith("sha512-") for one in record.packages)

    def test_the_third_generation_brings_the_client_it_needs(self, workshop: Workshop, registry: NpmRegistry) -> None:
        registry.packages.append(client("2.18.0"))
        registry.packages.append(NpmPackage("@spatialreal/web-sdk", fields={"peerDependencies": {CLIENT: "2.18.0"}}))
        record = install(Order(("@spatialreal/web-sdk@1.0.0",)), workshop)
        assert record.generation == 3
        assert (CLIENT, "2.18.0") in {(one.name, one.version) for one in record.packages}

    def test_the_registry_is_not_asked_for_what_the_page_does_not_know(
        self, workshop: Workshop, registry: NpmRegistry
    ) -> None:
        error = failure(Order((f"{KIT}@1.0.0-beta.84",)), workshop)
        assert error.kind is Kind.UNFIT
        assert "which is not enough" in str(error)
        assert registry.asked == []


class TestOverview:
    @pytest.fixture
    def told(self, workshop: Workshop) -> Callable[..., str]:
        def told(**avatar: object) -> str:
            rows = look(workshop.store, workshop.own, Avatar(**avatar)).rows()  # type: ignore[arg-type]
            return "\n".join(f"{row.label}: {row.text}" if row.label else row.text for row in rows)

        return told

    def test_nothing(self, told: Callable[..., str]) -> None:
        assert "avatar-kiosk sdk install" in told()
        assert PACKAGES[0] in told()

    def test_what_is_there(self, told: Callable[..., str], workshop: Workshop, given: Path) -> None:
        install(Order(PACKAGES, (given,)), workshop)
        text = told(sdk="installed")
        assert f"packages: {KIT} 1.0.0-beta.84, {RTC} 1.0.0-beta.7 (generation 1)" in text
        assert "from files, held against no checksums" in text
        assert "check: passed: Chromium 140.0" in text
        assert 'in use: yes, avatar.sdk is "installed"' in text
        assert f"small-part: 2.1.0  {integrity(first_generation()[2].packed())}" in text
        assert "before:" not in text
        assert "not installed" not in text
        install(Order(PACKAGES, (given,)), workshop)
        assert "before: @spatialwalk/avatarkit 1.0.0-beta.84" in told()

    def test_other_versions_than_the_configured_are_told(
        self, told: Callable[..., str], workshop: Workshop, given: Path
    ) -> None:
        install(Order(PACKAGES, (given,)), workshop)
        text = told(packages=[PACKAGES[0], f"{RTC}@1.0.0-beta.8"])
        assert f"not installed: {RTC}@1.0.0-beta.8 of avatar.packages" in text

    @pytest.mark.parametrize(
        ("avatar", "words"),
        [
            ({"app_id": "x"}, 'give sdk = "installed" in [avatar]'),
            ({}, 'give sdk = "installed", app_id, avatar_id and api_key in [avatar]'),
            ({"sdk": "/srv/packages"}, "no, avatar.sdk names /srv/packages"),
        ],
    )
    def test_whether_they_are_used(
        self, told: Callable[..., str], workshop: Workshop, given: Path, avatar: dict[str, object], words: str
    ) -> None:
        install(Order(PACKAGES, (given,)), workshop)
        assert words in told(**avatar)

    def test_what_has_gone_since(self, told: Callable[..., str], workshop: Workshop, given: Path) -> None:
        install(Order(PACKAGES, (given,)), workshop)
        (workshop.store.place / "node_modules" / "small-part" / "package.json").unlink()
        assert "check: The package small-part" in told()

    def test_packages_put_there_by_hand(self, told: Callable[..., str], workshop: Workshop) -> None:
        for one in first_generation():
            one.put_into(workshop.store.place / "node_modules")
        text = told(sdk="installed")
        assert "packages: put there by hand" in text
        assert "no engine has tried it" in text
        assert "in use: yes" in text

    def test_json_has_the_same_keys_whatever_is_there(self, workshop: Workshop, given: Path) -> None:
        nothing = look(workshop.store, workshop.own, Avatar()).to_json()
        install(Order(PACKAGES, (given,)), workshop)
        something = look(workshop.store, workshop.own, Avatar()).to_json()
        assert nothing.keys() == something.keys()
        assert (nothing["installed"], something["installed"]) == (False, True)
        assert json.loads(json.dumps(something))["packages"][0]["name"] == KIT


@pytest.mark.parametrize("damage", ["{", "[]", "{}", '{"generation": "x"}'])
def test_a_record_that_cannot_be_read_is_none(tmp_path: Path, damage: str) -> None:
    (tmp_path / "sdk.json").write_text(damage)
    assert read_record(tmp_path) is None
