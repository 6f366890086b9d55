"""Collects what a report tells: from the running kiosk, if one answers, and from the disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from kiosk.config import find_config, load_settings, state_folder
from kiosk.config.reading import read_start
from kiosk.config.without_secrets import without_secrets
from kiosk.operations.bug_report import Findings
from kiosk.operations.control_client import ControlCommand, ControlError, request, socket_path
from kiosk.operations.journal import FOLDER, read_runs
from kiosk.operations.redaction import Redactor
from kiosk.operations.versions import versions

PATIENCE = 10.0
"""Seconds a running kiosk has to answer; a busy one puts its report together in well under one."""
LONGEST_CONFIG = 1_000_000
"""Bytes."""


def collect(environ: Mapping[str, str]) -> tuple[Findings, Callable[[str], str]]:
    """What there is to report, and what takes the secrets found on the way out of a text."""
    answer, silence = None, ""
    try:
        answer = request(socket_path(environ), ControlCommand.REPORT, PATIENCE)
    except ControlError as error:
        silence = str(error)
    path = _config_path(answer, environ)
    loaded = load_settings(path, environ)
    redactor = Redactor(loaded.settings.secret_values())
    config = _config_text(path, redactor)
    runs = [replace(run, entries=redactor.redact_data(run.entries)) for run in read_runs(state_folder() / FOLDER)]
    findings = Findings(
        answer=redactor.redact_data(answer),
        silence=silence,
        runs=runs,
        versions=versions(),
        config_path=path,
        config=config,
        problems=[str(problem) for problem in loaded.problems],
        made=datetime.now().astimezone(),
    )
    return findings, redactor.redact


def _config_path(answer: Mapping[str, object] | None, environ: Mapping[str, str]) -> Path | None:
    """The running kiosk's, which may have been named on its command line; else the one a kiosk would take."""
    if answer is None:
        return find_config(None, environ)
    status = answer.get("status")
    config = status.get("config") if isinstance(status, dict) else None
    path = config.get("path") if isinstance(config, dict) else None
    return Path(path) if isinstance(path, str) else None


def _config_text(path: Path | None, redactor: Redactor) -> str | None:
    if path is None:
        return None
    try:
        text = read_start(path, LONGEST_CONFIG).decode("utf-8", errors="replace")
    except OSError:
        return None
    return without_secrets(text, path.absolute().parent, redactor.remember)
