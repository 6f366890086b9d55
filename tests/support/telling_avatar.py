"""A site's avatar packages that tell what they are called with: the far end of a setting's way through the kiosk."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.support.kiosk_process import PROJECT, KioskProcess

BUILTIN = PROJECT / "resources" / "web" / "builtin"
SCRIPT = PROJECT / "tests" / "web" / "support" / "telling-avatar.js"
MARK = "told "


class TellingAvatar:
    """Two packages in a folder of their own that are the built-in ones, but talkative."""

    def __init__(self, folder: Path) -> None:
        """Make the packages in `folder`/sdk."""
        self.sdk = folder / "sdk"
        for name in ("avatarkit", "avatarkit-rtc"):
            package = self.sdk / "node_modules" / "@spatialwalk" / name
            package.mkdir(parents=True)
            shutil.copy(SCRIPT, package / "index.js")
            shutil.copy(BUILTIN / name / "package.json", package)

    def told(self, kiosk: KioskProcess) -> dict[str, Any]:
        """Everything it has told so far, by name; what was told last counts."""
        facts: dict[str, Any] = {}
        for record in kiosk.records():
            _, mark, text = str(record.get("message", "")).partition(MARK)
            if mark and text.startswith("{"):
                facts |= json.JSONDecoder().raw_decode(text)[0]
        return facts
