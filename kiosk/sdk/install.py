"""The steps of an installation, in order; whatever goes wrong, what was there stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kiosk.browser import NodeModules, PackageProblem, import_map
from kiosk.browser.generations import GENERATIONS, THIRD, Generation, generation_of, search_order
from kiosk.browser.importmap import LIVEKIT_CLIENT, LIVEKIT_CLIENT_VERSION
from kiosk.config.packages import split_package
from kiosk.config.problems import either
from kiosk.sdk import files, npm
from kiosk.sdk.contents import NODE_MODULES, Survey, survey
from kiosk.sdk.loading import check_loading
from kiosk.sdk.npm_lock import LOCK_NAME
from kiosk.sdk.problem import Kind, SdkError
from kiosk.sdk.record import Installed, Record, Source
from kiosk.sdk.store import Store, storage_trouble

Check = Callable[[Sequence[Path], Generation, Mapping[str, str]], str]
"""Loads the packages and returns the engine's version; see `loading.check_loading`."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to install. `packages`: as ``name@version``. `places`: take files from there; none: fetch the packages."""

    packages: tuple[str, ...]
    places: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Workshop:
    """What an installation works with.

    Attributes:
        store: where it goes.
        own: the kiosk's own ``node_modules``, which holds livekit-client.
        environ: of this process.
        say: told each step, as a line for whoever waits.
        now: the present moment.
        check: how to try the packages.
    """

    store: Store
    own: Path
    environ: Mapping[str, str]
    say: Callable[[str], None]
    now: Callable[[], datetime]
    check: Check = field(default=check_loading)


def install(order: Order, workshop: Workshop) -> Record:
    """Install what is ordered, and switch to it.

    Raises:
        SdkError: it cannot be done; what was there is as it was.
    """
    store = workshop.store
    if store.foreign():
        raise SdkError(Kind.STORAGE, f"Somebody has put {store.place} there by hand; move it away, and try again.")
    with store.locked():
        try:
            with store.staging() as staging:
                record = _prepare(order, workshop, staging)
                record.write(staging)
                store.adopt(staging)
        except OSError as error:
            raise storage_trouble(error, store.place.parent) from None
    return record


def go_back(store: Store) -> None:
    """Switch to the installation that was kept.

    Raises:
        SdkError: none was, or it cannot be done.
    """
    with store.locked():
        try:
            store.go_back()
        except OSError as error:
            raise storage_trouble(error, store.place.parent) from None


def _prepare(order: Order, workshop: Workshop, staging: Path) -> Record:
    if order.places:
        workshop.say("Taking the files …")
        proved_by = files.proofs(order.places)
        integrities = files.bring(order.places, staging)
    else:
        workshop.say(f"Fetching {', '.join(order.packages)} …")
        proved_by = (LOCK_NAME,)
        integrities = npm.fetch(_with_client(order.packages), staging, workshop.environ)
    workshop.say("Looking whether all is there …")
    generation = generation_of(staging / NODE_MODULES)
    if generation is None:
        raise SdkError(Kind.UNFIT, f"None of the packages is one that the page knows. {_what_it_knows()}")
    modules = search_order(generation, staging / NODE_MODULES, workshop.own)
    found = _complete(modules, generation)
    workshop.say("Letting the engine load them …")
    chromium = workshop.check(modules, generation, workshop.environ)
    return Record(
        generation=generation.number,
        packages=_installed(found, staging.resolve(), integrities),
        source=Source.FILES if order.places else Source.REGISTRY,
        since=workshop.now(),
        proved_by=proved_by,
        chromium=chromium,
    )


def _known(packages: Sequence[str]) -> Generation:
    """The generation that the packages are; everything else of them comes along."""
    names = {split_package(package)[0] for package in packages}
    for generation in GENERATIONS:
        if names.issuperset(generation.packages):
            return generation
    raise SdkError(
        Kind.UNFIT, f"avatar.packages names {either(sorted(names), 'and')}, which is not enough. {_what_it_knows()}"
    )


def _with_client(packages: Sequence[str]) -> tuple[str, ...]:
    """The first two generations share the page's livekit-client; the third brings the one that it needs."""
    if _known(packages) is THIRD:
        return tuple(packages)
    return (*packages, f"{LIVEKIT_CLIENT}@{LIVEKIT_CLIENT_VERSION}")


def _what_it_knows() -> str:
    return f"The page knows {either(either(one.packages, 'with') for one in GENERATIONS)}."


def _complete(modules: Sequence[Path], generation: Generation) -> Survey:
    found = survey(modules, generation.page_imports)
    if found.missing:
        names = ", ".join(f"{name} (needed by {importer})" for name, importer in found.missing)
        raise SdkError(Kind.MISSING, f"Missing: {names}. Add them to what is installed.")
    try:
        import_map(NodeModules(tuple(modules)), generation.page_imports)
    except PackageProblem as problem:
        raise SdkError(Kind.UNFIT, f"{problem} Install one that fits.") from None
    return found


def _installed(found: Survey, staging: Path, integrities: Mapping[str, str]) -> tuple[Installed, ...]:
    return tuple(
        Installed(one.name, one.version, integrities.get(one.root.relative_to(staging).as_posix(), ""))
        for one in found.packages
        if one.root.is_relative_to(staging)
    )
