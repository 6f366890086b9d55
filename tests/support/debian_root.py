"""A Debian of the tests' own: the smallest system there is (debootstrap's minbase), without Python, its own root.

Its processes see this machine's devices, network and processes, and what is lent to them: a screen, a sound server.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support import parts

RELEASE = "bookworm"

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

ENTER = """
set -eu
root=$1 sound=$2
shift 2
mount --bind "$root" "$root"
cd "$root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount --rbind /dev dev
mount --bind /tmp/.X11-unix tmp/.X11-unix
if [ -n "$sound" ]; then mount --bind "$sound" run/sound; fi
pivot_root . mnt
cd /
umount --lazy /mnt
exec "$@"
"""
"""Not chroot: inside of one the kernel grants nobody the namespaces that Chromium's sandbox is made of."""

SOUND = "run/sound"

NEVER_THE_SAME = (
    *("etc/.pwd.lock", "etc/group-", "etc/gshadow-", "etc/passwd-", "etc/shadow-", "etc/subgid-", "etc/subuid-"),
    *("var/cache/", "var/log/", "var/lib/apt/", "var/lib/dpkg/", "tmp/", "run/", "root/"),
)
"""What apt, dpkg and the tools for users keep for themselves."""


class DebianRoot:
    """The files of one, and what is run in it."""

    def __init__(self, folder: Path) -> None:
        """Fetch and set it up: a minute.

        Args:
            folder: takes the log. The files themselves go where names are short: sockets' names have 107 characters.
        """
        for program in ("debootstrap", "unshare", "pivot_root", "setpriv"):
            parts.program(program)
        if os.geteuid() != 0:
            parts.lacking("the right to set up a system (root)")
        self._log = folder / "system.log"
        self.path = Path(tempfile.mkdtemp(prefix="debian-"))
        self.path.chmod(0o755)
        try:
            self._fetch()
        except BaseException:
            self.remove()
            raise

    def _fetch(self) -> None:
        command = [parts.program("debootstrap"), "--variant=minbase", RELEASE, str(self.path), _mirror()]
        with self._log.open("ab") as log:
            done = subprocess.run(command, stdout=log, stderr=log, check=False)
        assert done.returncode == 0, self._log.read_text(encoding="utf-8", errors="replace")[-2000:]
        shutil.copy("/etc/resolv.conf", self.path / "etc/resolv.conf")
        (self.path / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")  # starts no service
        (self.path / "usr/sbin/policy-rc.d").chmod(0o755)
        (self.path / "tmp/.X11-unix").mkdir(mode=0o1777)
        (self.path / SOUND).touch()

    def entering(self, sound: Path | None = None, user: str | None = None) -> list[str]:
        """The words before a command that run it in here.

        Args:
            sound: the socket of the sound server that is lent; in here it is /run/sound.
            user: who runs it; None: root.
        """
        enter = ["unshare", "--mount", "bash", "-c", ENTER, "-", str(self.path), str(sound or "")]
        if user is None:
            return enter
        return [*enter, *("setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--pdeathsig=KILL")]

    def run(
        self, *command: str, user: str | None = None, environment: Mapping[str, str] | None = None, code: int = 0
    ) -> str:
        """Run a command and return what it prints on both outputs; fails when it does not leave with `code`.

        Nobody answers its questions. `environment`: the whole of it; None: that of a script.
        """
        variables = {"PATH": PATH, "HOME": self._home(user or "root"), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [*self.entering(user=user), *command],
            env=dict(environment or variables) | {"DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == code, f"{' '.join(command)} left with {done.returncode}:\n{done.stdout}"
        return done.stdout

    def _home(self, user: str) -> str:
        entries = (self.path / "etc/passwd").read_text(encoding="utf-8").splitlines()
        return next(fields[5] for fields in (line.split(":") for line in entries) if fields[0] == user)

    def bring(self, file: Path) -> str:
        """Copy a file into root's home; returns its path in here."""
        shutil.copy(file, self.path / "root" / file.name)
        return f"/root/{file.name}"

    def owner(self, path: str) -> tuple[str, str, str]:
        """User, group and mode of a file, by the names that they have in here."""
        user, group, mode = self.run("stat", "--format=%U %G %a", path).split()
        return user, group, mode

    def names(self) -> set[str]:
        """Every file with its kind, and every user; without what never is the same twice."""
        found = set()
        for folder, subfolders, files in os.walk(self.path):
            for name in (*subfolders, *files):
                path = Path(folder, name)
                relative = path.relative_to(self.path).as_posix()
                if not f"{relative}/".startswith(NEVER_THE_SAME) and not relative.startswith(NEVER_THE_SAME):
                    found.add(f"{stat.filemode(path.lstat().st_mode)[0]} {relative}")
        users = (self.path / "etc/passwd").read_text() + (self.path / "etc/group").read_text()
        return found | {line.split(":")[0] for line in users.splitlines()}

    def remove(self) -> None:
        """Delete it. Its mounts have gone with the commands that needed them."""
        shutil.rmtree(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.remove()


def _mirror() -> str:
    """Where this machine has its own packages from."""
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(COMPONENT)", "Identifier: Packages"]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    mirrors = [line.split()[0] for line in told.splitlines() if line.split()[1:] == [RELEASE, "main"]]
    if not mirrors:
        parts.lacking(f"a source of Debian's {RELEASE} packages that apt knows")
    return mirrors[0]
