"""Where a secret may come from: the file itself, a file beside it (``KEY_file``), or the environment.

The environment wins over the file, so that a service manager can hand a secret in without an edit.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from kiosk.config.explain import dotted, problem_at
from kiosk.config.fields import Field, KeyName, all_keys
from kiosk.config.positions import KeyPath, Positions
from kiosk.config.problems import Problem
from kiosk.config.reading import NotAFileError, read_start

_FILE = "_file"
_LONGEST_SECRET = 16_384
"""Bytes. A file beyond this is not a secret but a wrong path."""


def variable_name(key: KeyName) -> str:
    """The environment variable of a secret: ``AVATAR_KIOSK_LIVEKIT_API_SECRET``."""
    return "_".join(["AVATAR_KIOSK", *(re.sub(r"\W", "_", part).upper() for part in key)])


@dataclass
class Gathered:
    """The values of a document with all secrets in their places.

    Attributes:
        values: like the document's, without ``KEY_file``.
        origins: for a secret from elsewhere, the path that stands for it in the file (None: the environment).
        problems: secrets that could not be had.
        broken: the keys those problems belong to.
    """

    values: dict[str, Any]
    origins: dict[KeyPath, KeyPath | None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: set[KeyPath] = field(default_factory=set)


def gather_secrets(
    values: Mapping[str, Any], folder: Path, environ: Mapping[str, str], positions: Positions
) -> Gathered:
    """Bring the secrets of ``values`` together; paths of secret files start in ``folder``."""
    gatherer = _Gatherer(values, folder, environ, positions)
    for key in all_keys():
        if key.secret:
            gatherer.gather(key)
    return gatherer.gathered


class _Gatherer:
    def __init__(
        self, values: Mapping[str, Any], folder: Path, environ: Mapping[str, str], positions: Positions
    ) -> None:
        self.gathered = Gathered(
            {name: dict(table) if isinstance(table, dict) else table for name, table in values.items()}
        )
        self._folder = folder
        self._environ = environ
        self._positions = positions

    def gather(self, key: Field) -> None:
        *around, name = key.name
        table = self.gathered.values.get(around[0], {})
        if not isinstance(table, dict):
            return
        if key.kind is SecretStr:
            self._from_file(table, key.name)
            self._from_environment(table, key.name, variable_name(key.name))
        elif isinstance(table.get(name, {}), dict):
            self._group(table, key.name)
        if table:
            self.gathered.values[around[0]] = table

    def _group(self, table: dict[str, Any], group_name: KeyName) -> None:
        """A table of secrets with names of the site's own: the headers of the token endpoint."""
        group = dict(table.get(group_name[-1], {}))
        for written in [word.removesuffix(_FILE) for word in group if word.endswith(_FILE)]:
            self._from_file(group, (*group_name, written))
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

    def _from_file(self, table: dict[str, Any], path: KeyName) -> None:
        name = path[-1]
        file_path: KeyPath = (*path[:-1], name + _FILE)
        if name + _FILE not in table:
            return
        written = table.pop(name + _FILE)
        if table.pop(name, None) is not None:
            self._report(path, f"It is given together with {name}.", "Keep one of the two.")
            return
        try:
            table[name] = _read(written, self._folder)
        except _CannotReadError as error:
            self._report(path, error.what, error.advice)
        else:
            self.gathered.origins[path] = file_path

    def _report(self, path: KeyName, what: str, advice: str) -> None:
        file_path: KeyPath = (*path[:-1], path[-1] + _FILE)
        self.gathered.broken.add(path)
        self.gathered.problems.append(
            problem_at(
                file_path,
                self._positions.value(file_path),
                f"{dotted(file_path)}: {what}",
                expected="a readable file that holds the secret",
                suggestion=advice,
            )
        )


class _CannotReadError(Exception):
    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice


def _read(written: object, folder: Path) -> str:
    if not isinstance(written, str) or not written.strip():
        raise _CannotReadError("This is not the path of a file.", "Put the path in quotes.")
    file = folder / Path(written).expanduser()
    try:
        content = read_start(file, _LONGEST_SECRET + 1)
    except FileNotFoundError:
        raise _CannotReadError(f"There is no file {file}.") from None
    except NotAFileError:
        raise _CannotReadError(f"{file} is not a file.") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _CannotReadError(
            f"{file} cannot be read ({reason}).", "Give the kiosk's user the right to read it."
        ) from None
    if len(content) > _LONGEST_SECRET:
        raise _CannotReadError(f"{file} is too long to be a secret.")
    try:
        secret = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise _CannotReadError(f"{file} is not a text file.") from None
    if not secret:
        raise _CannotReadError(f"{file} is empty.")
    return secret
