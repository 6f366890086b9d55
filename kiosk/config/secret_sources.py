"""Where a secret may come from: the file itself, another file (``KEY_file``), the keyring (``KEY_keyring``), or the
environment.

The environment wins over the file, so that a service manager can hand a secret in without an edit.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from kiosk.config.explain import dotted, problem_at
from kiosk.config.fields import FILE, KEYRING, SOURCES, Field, KeyName, all_keys
from kiosk.config.os_keyring import NoSecretError, OsKeyring, ReadKeyring
from kiosk.config.positions import KeyPath, Positions
from kiosk.config.problems import Problem
from kiosk.config.reading import NotAFileError, read_start

_LONGEST_SECRET = 16_384
"""Bytes. A file beyond this is not a secret but a wrong path."""

_MAY_BE_A_SECRET = re.compile(r"[^/.\s]{16,}")
"""Written where a path should be, this is not to be repeated."""


def variable_name(key: KeyName) -> str:
    """The environment variable of a secret: ``AVATAR_KIOSK_LIVEKIT_API_SECRET``."""
    return "_".join(["AVATAR_KIOSK", *(re.sub(r"\W", "_", part).upper() for part in key)])


@dataclass
class Gathered:
    """The values of a document with all secrets in their places.

    Attributes:
        values: like the document's, without ``KEY_file`` and ``KEY_keyring``.
        origins: for a secret from elsewhere, the path that stands for it in the file (None: the environment).
        files: the file that each ``KEY_file`` names.
        problems: secrets that could not be had.
        broken: the keys those problems belong to.
    """

    values: dict[str, Any]
    origins: dict[KeyPath, KeyPath | None] = field(default_factory=dict)
    files: dict[KeyPath, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: set[KeyPath] = field(default_factory=set)


def gather_secrets(
    values: Mapping[str, Any],
    folder: Path,
    environ: Mapping[str, str],
    positions: Positions,
    read_keyring: ReadKeyring | None = None,
) -> Gathered:
    """Bring the secrets of ``values`` together; paths of secret files start in ``folder``."""
    gatherer = _Gatherer(values, folder, environ, positions, read_keyring or OsKeyring())
    for key in all_keys():
        if key.secret:
            gatherer.gather(key)
    return gatherer.gathered


class _Gatherer:
    def __init__(
        self,
        values: Mapping[str, Any],
        folder: Path,
        environ: Mapping[str, str],
        positions: Positions,
        read_keyring: ReadKeyring,
    ) -> None:
        self.gathered = Gathered(
            {name: dict(table) if isinstance(table, dict) else table for name, table in values.items()}
        )
        self._folder = folder
        self._environ = environ
        self._positions = positions
        self._read_keyring = read_keyring

    def gather(self, key: Field) -> None:
        *around, name = key.name
        table = self.gathered.values.get(around[0], {})
        if not isinstance(table, dict):
            return
        if key.kind is SecretStr:
            self._from_elsewhere(table, key.name)
            self._from_environment(table, key.name, variable_name(key.name))
        elif isinstance(table.get(name, {}), dict):
            self._group(table, key.name)
        if table:
            self.gathered.values[around[0]] = table

    def _group(self, table: dict[str, Any], group_name: KeyName) -> None:
        """A table of secrets with names of the site's own: the headers of the token endpoint."""
        group = dict(table.get(group_name[-1], {}))
        named = {word.removesuffix(source) for word in group for source in SOURCES if word.endswith(source)}
        for header in sorted(named):
            self._from_elsewhere(group, (*group_name, header))
        prefix = f"{variable_name(group_name)}_"
        known = {header.lower(): header for header in group}
        for variable in self._environ:
            if variable.startswith(prefix):
                header = variable.removeprefix(prefix).replace("_", "-").title()
                self._from_environment(group, (*group_name, known.get(header.lower(), header)), variable)
        if group:
            table[group_name[-1]] = group

    def _from_environment(self, table: dict[str, Any], path: KeyName, variable: str) -> None:
        if value := self._environ.get(variable):
            table[path[-1]] = value
            self.gathered.origins[path] = None

    def _from_elsewhere(self, table: dict[str, Any], path: KeyName) -> None:
        name = path[-1]
        given = [word for word in (name, *(name + source for source in SOURCES)) if word in table]
        written = {word: table.pop(word) for word in given if word != name}
        if not written:
            return
        place: KeyPath = (*path[:-1], given[-1])
        if len(given) > 1:
            table.pop(name, None)
            self._report(path, place, f"It is given together with {given[0]}.", "Keep one of the two.")
            return
        try:
            table[name] = self._read(place, written[given[0]])
        except NoSecretError as error:
            self._report(path, place, error.what, error.advice)
        else:
            self.gathered.origins[path] = place

    def _read(self, place: KeyPath, written: object) -> str:
        if str(place[-1]).endswith(KEYRING):
            if not isinstance(written, str):
                raise NoSecretError("This is not the name of a keyring's entry.", "Put the name in quotes.")
            return self._read_keyring(written)
        if not isinstance(written, str) or not written.strip() or "\0" in written:
            raise NoSecretError("This is not the path of a file.", "Put the path in quotes.")
        try:
            file = self._folder / Path(written).expanduser()
        except RuntimeError:  # ~somebody who is not known here
            raise NoSecretError("There is no such user on this machine.") from None
        self.gathered.files[place] = file
        return _content(file, written)

    def _report(self, path: KeyName, place: KeyPath, what: str, advice: str) -> None:
        self.gathered.broken.add(path)
        from_file = str(place[-1]).endswith(FILE)
        expected = (
            "a readable file that holds the secret" if from_file else "the name of an entry that holds the secret"
        )
        self.gathered.problems.append(
            problem_at(
                place, self._positions.value(place), f"{dotted(place)}: {what}", expected=expected, suggestion=advice
            )
        )


def _content(file: Path, written: str) -> str:
    try:
        content = read_start(file, _LONGEST_SECRET + 1)
    except FileNotFoundError:
        if _MAY_BE_A_SECRET.fullmatch(written):
            advice = "Write the path of a file here; the secret itself goes into that file."
            raise NoSecretError("There is no such file.", advice) from None
        raise NoSecretError(f"There is no file {file}.") from None
    except NotAFileError:
        raise NoSecretError(f"{file} is not a file.") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise NoSecretError(
            f"{file} cannot be read ({reason}).", "Give the kiosk's user the right to read it."
        ) from None
    if len(content) > _LONGEST_SECRET:
        raise NoSecretError(f"{file} is too long to be a secret.")
    try:
        secret = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise NoSecretError(f"{file} is not a text file.") from None
    if not secret:
        raise NoSecretError(f"{file} is empty.")
    return secret
