"""The exit codes of `avatar-kiosk`, which service managers and scripts rely on."""

from enum import IntEnum


class ExitCode(IntEnum):
    OK = 0
    FAILURE = 1
    """A failure the command names on stderr."""
    USAGE = 2
    """Wrong usage of the command line."""
    CONFIGURATION = 3
    """The configuration has problems; every one is listed."""
    ALREADY_RUNNING = 4
    """Another kiosk of this user runs; its window was raised."""
    RESTART = 75
    """"Restart me": the last rung of the recovery ladder. EX_TEMPFAIL of sysexits.h."""
