"""Servers and clock: from facts to findings. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.operations.doctor.facts import Obstacle, Way
from kiosk.operations.doctor.findings import Finding, Untold, bad, doubtful, good

SLOW = 2.0
"""Seconds to a server, all steps together; a visitor notices each of them."""

CLOCKS_AGREE = 10.0
"""Seconds of difference that are none: servers tell whole seconds, and answers travel."""
CLOCK_IS_WRONG = 60.0
"""Seconds. The kiosk allows for more when it signs, but no time service that works lets it come so far."""

_TROUBLES = {
    Obstacle.NO_SUCH_NAME: (
        "its name does not exist",
        "Check the address in the configuration, and this machine's DNS.",
    ),
    Obstacle.NO_NAME_SERVER: (
        "no name server answers",
        "Check the network cable or Wi-Fi, and the name servers: resolvectl status",
    ),
    Obstacle.REFUSED: ("it refuses the connection", "Check the port, and that the server is running."),
    Obstacle.NO_ANSWER: ("it does not answer", "Check the network and the firewall: outgoing TCP to this port."),
    Obstacle.NO_WAY: ("there is no way to it", "Check the network cable or Wi-Fi, and the gateway: ip route"),
    Obstacle.NO_TLS: (
        "it does not speak TLS there",
        "Check the port; for a server without TLS write ws:// or http://.",
    ),
    Obstacle.NOT_TRUSTED: (
        "its certificate is not trusted",
        "Have it renewed or signed for this name, or its authority added to this machine; check this machine's clock.",
    ),
}


def judge_way(way: Way) -> Finding:
    """One server."""
    subject = f"network, {way.host.purpose}"
    where = way.host.address
    if way.obstacle is not None:
        what, advice = _TROUBLES[way.obstacle]
        return bad(subject, f"{where}: {what}{f' ({way.detail})' if way.detail else ''}", advice)
    steps = (("name", way.lookup), ("connection", way.connection), ("TLS", way.handshake))
    taken = [(name, seconds) for name, seconds in steps if seconds is not None]
    text = f"{where}: {', '.join(f'{name} {seconds * 1000:.0f} ms' for name, seconds in taken)}"
    if sum(seconds for _, seconds in taken) > SLOW:
        return doubtful(subject, text, "That is slow: look for a bad cable, weak Wi-Fi, or a name server that is down.")
    return good(subject, text)


def judge_network(ways: Sequence[Way] | Untold) -> list[Finding]:
    """All servers, or that there are none."""
    if isinstance(ways, Untold):
        return [ways.finding("network")]
    return [judge_way(way) for way in ways]


def judge_clock(ways: Sequence[Way] | Untold) -> Finding:
    """This machine's clock, by the first server that has told its own."""
    subject = "clock"
    if isinstance(ways, Untold):
        return ways.finding(subject)
    told = next((way for way in ways if way.lead is not None), None)
    if told is None or told.lead is None:
        return Untold("no server of the configuration says what time it is").finding(subject)
    off = abs(told.lead)
    if off < CLOCKS_AGREE:
        return good(subject, f"agrees with {told.host.name}")
    text = f"{_duration(off)} {'behind' if told.lead > 0 else 'ahead of'} {told.host.name}"
    advice = "Switch the time service on: sudo timedatectl set-ntp true; if it is on, let it reach a time server."
    return bad(subject, text, advice) if off >= CLOCK_IS_WRONG else doubtful(subject, text, advice)


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} days"
