"""`avatar-kiosk doctor`: examines, and shows what it has found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from kiosk.operations.doctor.engine import Prepare
from kiosk.operations.doctor.examination import TokenGiver, examine
from kiosk.operations.doctor.findings import well
from kiosk.operations.doctor.view import finding_rows, findings_json
from kiosk.operations.terminal import show


def diagnose(
    file: Path | None, environ: Mapping[str, str], prepare: Prepare, giver: TokenGiver, *, as_json: bool
) -> bool:
    """Print the findings; whether nothing is bad. For the arguments see `examination.examine`."""
    with Console(stderr=True).status("Looking at everything; this takes some seconds."):  # on a terminal only
        findings = examine(file, environ, prepare, giver)
    if as_json:
        print(json.dumps(findings_json(findings), indent=2, ensure_ascii=False))
    else:
        show(finding_rows(findings))
    return well(findings)
