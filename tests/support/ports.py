"""Ports nobody uses at the moment."""

from __future__ import annotations

import socket


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port of 127.0.0.1 that the system has just handed out and taken back.

    Another process may take it before the caller does: whoever starts a server on it tries again on failure.
    """
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_udp_port() -> int:
    """The same for UDP."""
    return free_port(socket.SOCK_DGRAM)
