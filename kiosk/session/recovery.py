"""The recovery policy: which rung next, after what delay, within what time. Pure."""

from __future__ import annotations

import zlib
from dataclasses import replace

from kiosk.session.model import Policy, Reason, Recovery, Rung

PERSON_LOOKS_ON = 5.0
"""Seconds to the first look after a refusal."""
TOKEN_MARGIN = 30.0
"""Seconds a join token must still live for `player.reconnect()`, which joins again with the old one."""


def jitter(seed: str, serial: int) -> float:
    """A factor in [0.5, 1.0) that differs between kiosks and tries, yet needs no random source: `step` stays pure."""
    return 0.5 + zlib.crc32(f"{seed}:{serial}".encode()) / 2**33


def backoff(policy: Policy, failures: int, seed: str, serial: int) -> float:
    """Seconds to wait after `failures` failures in a row: none before the first retry, then doubling to the cap."""
    if failures <= 1:
        return 0.0
    doubled = policy.backoff_initial * 2.0 ** min(failures - 2, 16)
    return min(doubled, policy.backoff_max) * jitter(seed, serial)


def slow_retry(policy: Policy, exhausted: int, seed: str, serial: int) -> float:
    """Seconds until the next try once the whole ladder was of no use, `exhausted` times in a row: up to minutes."""
    doubled = policy.retry_initial * 2.0 ** min(max(0, exhausted - 1), 16)
    return min(doubled, policy.retry_max) * jitter(seed, serial)


def ask_again(policy: Policy, failures: int) -> float:
    """Seconds until the next look whether a person has set right what is refused: soon at first, for whoever mends it
    looks on, and a server that has only just started may take back its no."""
    return min(policy.probe_interval, PERSON_LOOKS_ON * 2.0 ** min(failures - 1, 16))


def rung_timeout(policy: Policy, rung: Rung) -> float:
    """Wall-clock limit of one try on a rung, in seconds. FRESH is timed by its own stages instead."""
    return {
        Rung.RESUME: policy.resume_timeout,
        Rung.RECONNECT: policy.reconnect_timeout,
        Rung.FRESH: policy.credentials_timeout + policy.connect_timeout + policy.agent_timeout,
        Rung.RELOAD: policy.reload_timeout,
        Rung.REBUILD: policy.rebuild_timeout,
        Rung.RESTART: policy.rebuild_timeout,
    }[rung]


def tries_on(policy: Policy, rung: Rung) -> int:
    """How often a rung is tried before the next. Waiting and leaving are not worth a second time."""
    return 1 if rung in (Rung.RESUME, Rung.RESTART) else policy.attempts_per_rung


def climb(policy: Policy, recovery: Recovery, reason: Reason, now: float, *, token_lives: bool) -> Recovery:
    """The ladder after one more failure for `reason`.

    Starts at the reason's entry rung, repeats a rung as often as allowed, then goes one up; never down, because
    only proven health (`proven`) resets it. Skips RECONNECT when the old token is about to expire.
    """
    entry = reason.entry
    if recovery.rung is None or entry > recovery.rung:
        rung, tries = entry, 1
    elif recovery.tries < tries_on(policy, recovery.rung):
        rung, tries = recovery.rung, recovery.tries + 1
    else:
        rung, tries = Rung(min(recovery.rung + 1, Rung.RESTART)), 1
    if rung is Rung.RECONNECT and not token_lives:
        rung, tries = Rung.FRESH, 1
    return replace(
        recovery,
        rung=rung,
        tries=tries,
        failures=recovery.failures + 1,
        started=now if recovery.started is None else recovery.started,
        last_reason=reason,
    )


def recovered(recovery: Recovery, now: float) -> Recovery:
    """The trouble is over, though health is not proven yet: count it, keep the rung."""
    if recovery.started is None:
        return recovery
    took = round((now - recovery.started) * 1000)
    return replace(recovery, started=None, count=recovery.count + 1, last_ms=took)


def proven(recovery: Recovery) -> Recovery:
    """Health is proven: the next trouble starts at its own entry rung again."""
    return replace(recovery, rung=None, tries=0, failures=0)


def page_age(policy: Policy, stand_ins: int) -> float:
    """Seconds after which a page is replaced when nobody is there: sooner when its avatar is only standing in, since
    what the configured one lacked may be there again."""
    if stand_ins == 0:
        return policy.page_age
    return min(policy.stand_in_initial * 2.0 ** min(stand_ins - 1, 16), policy.stand_in_max)
