"""From a configuration file to `Settings`, with every problem at once.

The steps: text → values and places (`syntax`) → secrets from their sources (`secret_sources`) → each value against the
schema (`explain`) → rules between values (`companions`) → the files they name (`files`). A step goes on with what the
one before it understood, so that one mistake does not hide the next.
"""

import copy
import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kiosk.config import paths
from kiosk.config.companions import Breach, breaches
from kiosk.config.doubts import doubts
from kiosk.config.explain import Mistake, dotted, explain, problem_at
from kiosk.config.exposure import exposed_secrets
from kiosk.config.fields import KEYRING
from kiosk.config.files import holds_packages, missing_files, with_absolute_paths
from kiosk.config.os_keyring import ReadKeyring
from kiosk.config.positions import KeyPath, Positions
from kiosk.config.problems import Problem, Severity
from kiosk.config.reading import LONGEST_FILE, NotAFileError, read_start
from kiosk.config.schema import Settings
from kiosk.config.secret_sources import Gathered, gather_secrets, variable_name
from kiosk.config.syntax import Document, read_document


@dataclass(frozen=True)
class Loaded:
    """The outcome of reading a configuration.

    Attributes:
        settings: what was understood; a key with a problem has its default. Only to be run without problems: with
            some, it serves to say who the kiosk belongs to and whom to call.
        path: the file, or None if there was none.
        problems: what keeps it from being run, in the order of the file.
        warnings: what may be run but is probably not meant, such as colours that are hard to read, or a secret that
            others may read. In the order of the file.
    """

    settings: Settings
    path: Path | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether the settings may be run."""
        return not self.problems


def load_settings(
    path: Path | None,
    environ: Mapping[str, str],
    *,
    installed_sdk: Path | None = None,
    read_keyring: ReadKeyring | None = None,
) -> Loaded:
    """Read the configuration at ``path`` (None: no file), with secrets from ``environ``.

    Args:
        path: the file, usually what `paths.find_config` returned.
        environ: the environment; only variables of secrets are looked at.
        installed_sdk: the folder of the installed vendor SDK; None: where ``sdk install`` puts it.
        read_keyring: how to get a secret that only the keyring holds; None: from the operating system's.
    """
    folder = path.absolute().parent if path else Path.cwd()
    document = _document(path)
    gathered = gather_secrets(document.values, folder, environ, document.positions, read_keyring)
    settings, wrong = _validate(gathered, document.positions)
    broken = {dotted(path) for path in gathered.broken} | {dotted(path) for found in wrong for path in found.concerns}
    sdk = installed_sdk or paths.sdk_folder()
    settings = _choose_sdk(with_absolute_paths(settings, folder), gathered.values, sdk)

    problems = [*document.problems, *gathered.problems, *(found.problem for found in wrong)]
    if not document.problems:  # otherwise what seems to be missing may stand in a line that cannot be read
        given = {dotted(name) for name in _given(gathered.values)} | broken
        problems += _located(breaches(settings, given, broken), gathered, document.positions)
    problems += _located(missing_files(settings, sdk), gathered, document.positions)
    written = {dotted(name) for name in _given(document.values)} - broken
    found = [*doubts(settings, written), *exposed_secrets(gathered, path)]
    warnings = _located(found, gathered, document.positions, Severity.WARNING)
    return Loaded(settings, path, _in_order(problems), _in_order(warnings))


def _document(path: Path | None) -> Document:
    if path is None:
        return Document()
    try:
        content = read_start(path, LONGEST_FILE + 1)
    except FileNotFoundError:
        return _no_document(f"There is no configuration file {path}.", "Write one with: avatar-kiosk init")
    except IsADirectoryError:
        return _no_document(f"{path} is a folder.", "Name the file in it.")
    except NotAFileError:
        return _no_document(f"{path} is not a file.", "Name one that holds the configuration.")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return _no_document(f"{path} cannot be read ({reason}).", "Give the kiosk's user the right to read it.")
    if len(content) > LONGEST_FILE:
        return _no_document(f"{path} is too long to be a configuration.", "Name the right file.")
    try:
        return read_document(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return _no_document(f"{path} is not a UTF-8 text (line {line}).", 'Save it again with the encoding "UTF-8".')


def _no_document(what: str, suggestion: str) -> Document:
    return Document(problems=(problem_at((), None, what, expected="a readable file", suggestion=suggestion),))


def _validate(gathered: Gathered, positions: Positions) -> tuple[Settings, list[Mistake]]:
    """The settings without the values that are wrong, and what is wrong with those."""
    values = copy.deepcopy(gathered.values)
    mistakes: list[Mistake] = []
    while True:
        try:
            return Settings.model_validate(values), mistakes
        except ValidationError as error:
            for mistake in explain(error, positions):
                problem = _at_origin(mistake.path, mistake.problem, gathered, positions)
                mistakes.append(dataclasses.replace(mistake, problem=problem))
                _remove(values, mistake.path)


def _at_origin(path: KeyPath, problem: Problem, gathered: Gathered, positions: Positions) -> Problem:
    """Move a problem of a secret to where the secret came from."""
    if path not in gathered.origins:
        return problem
    origin = gathered.origins[path]
    if origin is None:
        variable = variable_name(tuple(str(part) for part in path))
        what = f"The value of ${variable} does not fit."
        return problem_at(path, None, what, expected=problem.expected, suggestion=problem.suggestion)
    holder = "keyring" if str(origin[-1]).endswith(KEYRING) else "file"
    what = f"What the {holder} of {dotted(origin)} holds does not fit."
    return problem_at(origin, positions.value(origin), what, expected=problem.expected, suggestion=problem.suggestion)


def _remove(values: dict[str, Any], path: KeyPath) -> None:
    """Take out the innermost key of ``path`` that is there; list items go with their whole list."""
    inner: Any = values
    for depth, part in enumerate(path):
        following = inner.get(part)
        if depth == len(path) - 1 or not isinstance(following, dict) or path[depth + 1] not in following:
            inner.pop(part, None)
            return
        inner = following


def _given(values: Mapping[str, Any]) -> Iterable[KeyPath]:
    for table_name, table in values.items():
        yield (table_name,)
        if isinstance(table, dict):
            yield from ((table_name, name) for name in table)


def _choose_sdk(settings: Settings, values: Mapping[str, Any], installed: Path) -> Settings:
    """Without a word about it, the vendor's avatar is shown if it is installed and an app of it is configured."""
    avatar = values.get("avatar")
    if not isinstance(avatar, dict) or "sdk" in avatar or "app_id" not in avatar or not holds_packages(installed):
        return settings
    return settings.model_copy(update={"avatar": settings.avatar.model_copy(update={"sdk": "installed"})})


def _located(
    found: Iterable[Breach], gathered: Gathered, positions: Positions, severity: Severity = Severity.ERROR
) -> list[Problem]:
    return [
        problem_at(
            breach.key,
            positions.value(gathered.origins.get(breach.key) or breach.key),  # a secret's place is that of its KEY_file
            breach.what,
            expected=breach.expected,
            suggestion=breach.suggestion,
            severity=severity,
        )
        for breach in found
    ]


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.line or 0, problem.column or 0)))
