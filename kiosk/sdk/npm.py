"""Packages from the registry that npm is set up for, at exact versions, each held against its checksum by npm itself.

npm runs none of the packages' own scripts. It writes a ``package-lock.json``, which names the checksum of each package
and no host.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from kiosk.config.packages import split_package
from kiosk.installation import system_environment
from kiosk.operations.probe_process import run_probe
from kiosk.sdk.npm_lock import LOCK_NAME, LockedPackage, read_lock, unsealed
from kiosk.sdk.problem import Kind, SdkError

DEADLINE = 15 * 60.0
"""Seconds; the packages are some ten megabytes, on a line that may be slow."""

_ARGUMENTS = (
    "install",
    "--no-global",
    "--ignore-scripts",
    "--no-bin-links",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--omit=dev",
    "--package-lock",
    "--omit-lockfile-registry-resolved",
    "--json",
    "--loglevel=silent",
    # Somebody waits at a terminal: npm's own pauses add up to minutes where there is no network at all.
    "--fetch-retries=2",
    "--fetch-retry-mintimeout=500",
    "--fetch-retry-maxtimeout=2000",
)

_KINDS = {
    "E404": Kind.NOT_FOUND,
    "ETARGET": Kind.NOT_FOUND,
    **dict.fromkeys(("E401", "E403", "ENEEDAUTH"), Kind.NO_ACCESS),
    **dict.fromkeys(("EINTEGRITY", "ESRI", "TAR_BAD_ARCHIVE", "Z_DATA_ERROR", "Z_BUF_ERROR"), Kind.DAMAGED),
    "ERESOLVE": Kind.UNFIT,
    **dict.fromkeys(("ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS"), Kind.STORAGE),
}
_OF_THE_NETWORK = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONN\w+|E\w*TIMEDOUT|ERR_SOCKET_TIMEOUT|E(HOST|NET)\w+|EPROTO|EIDLETIMEOUT|E5\d\d"
    r"|\w*CERT\w*|UNABLE_TO_\w+|ERR_(SSL|TLS)_\w+"
)

_ADVICE = {
    Kind.NOT_FOUND: "The registry does not have all of avatar.packages: check their names and versions, or whether npm "
    "must ask another registry, or take files: avatar-kiosk sdk install --from",
    Kind.NO_ACCESS: "The registry wants to know who asks: log in with npm login, as this user.",
    Kind.DAMAGED: "A package is not what its checksum says: try again after npm cache clean --force; if it stays, tell "
    "whoever runs the registry.",
    Kind.UNFIT: "The packages do not go together: check avatar.packages against the vendor's documents.",
    Kind.STORAGE: "npm cannot write: make room, or give this user the right to write into its home folder.",
    Kind.NO_NETWORK: "The registry cannot be reached: check network, proxy, certificates, and npm's settings, or take "
    "files: avatar-kiosk sdk install --from",
    Kind.FAILED: "npm has failed: see its own log, in the folder .npm/_logs of this user.",
}


def fetch(
    packages: Sequence[str], target: Path, environ: Mapping[str, str], deadline: float = DEADLINE
) -> dict[str, str]:
    """Put the packages and all they need into `target`/node_modules.

    Args:
        packages: as ``name@version``.
        target: an empty folder.
        environ: of this process; npm's own settings in it count.
        deadline: seconds for all of it.

    Returns:
        The integrity of each package by its place below `target`.

    Raises:
        SdkError: npm is not there, fails, or has fetched something that no checksum covers.
        OSError: the disk is full, or may not be written.
    """
    program = shutil.which("npm", path=environ.get("PATH"))
    if program is None:
        raise SdkError(
            Kind.NO_NPM,
            "npm is not there: install it (on Debian: sudo apt install npm), or take files: "
            "avatar-kiosk sdk install --from",
        )
    manifest = {"private": True, "dependencies": dict(split_package(package) for package in packages)}
    (target / "package.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    _run((program, *_ARGUMENTS, "--prefix", str(target)), system_environment(environ), deadline)
    locked = read_lock(target / LOCK_NAME)
    _check(packages, locked)
    return {one.place: one.integrity for one in locked}


def _check(packages: Sequence[str], locked: Sequence[LockedPackage]) -> None:
    if bare := unsealed(locked):
        raise SdkError(
            Kind.DAMAGED,
            f"Nothing proves that {', '.join(bare)} is what it should be: the registry gives no checksum. Ask whoever "
            "runs it.",
        )
    at_top = {one.place.removeprefix("node_modules/"): one.version for one in locked}
    for package in packages:
        name, version = split_package(package)
        if at_top.get(name) != version:
            raise SdkError(Kind.UNFIT, f"{package} was asked for, but npm has put {at_top.get(name)} there.")


def _run(command: Sequence[str], environ: Mapping[str, str], deadline: float) -> None:
    ended = run_probe(command, environ, deadline)
    if ended is None:
        raise SdkError(
            Kind.NO_NETWORK, f"npm has not finished within {deadline / 60:g} minutes. {_ADVICE[Kind.NO_NETWORK]}"
        )
    if ended.code != 0:
        raise _failure(ended.output)


def _failure(output: str) -> SdkError:
    """What npm says, as far as it can be read; `output` is its JSON."""
    try:
        told = json.loads(output)["error"]
        code = str(told.get("code") or "")
        words = str(told.get("detail" if code == "E404" else "summary") or "")  # where the package's name is
    except (ValueError, KeyError, TypeError, AttributeError):
        code, words = "", ""
    kind = _KINDS.get(code) or (Kind.NO_NETWORK if _OF_THE_NETWORK.fullmatch(code) else Kind.FAILED)
    # An address may hold a password, and says nothing to whoever does not run the registry.
    said = re.sub(r"\w+://\S+", "the registry", words.strip().partition("\n")[0])
    return SdkError(kind, f"{_ADVICE[kind]} ({code or 'no code'}{f': {said}' if said else ''})")
