"""What each room needs of the settings, as its own plain values. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from kiosk.audio.ranking import AUTO, choose, with_default
from kiosk.audio.ranking import AudioDevice as RankedDevice
from kiosk.browser.page import PageLooks
from kiosk.config import Settings
from kiosk.session import messages
from kiosk.session.messages import AudioDevice
from kiosk.session.model import Policy
from kiosk.session.ports import DeviceChooser
from kiosk.window import CurtainLooks, Opening, Placement

SITE = "site"
"""Where the page finds the site's own files: `kiosk://app/site/<name>`."""


def policy_from(settings: Settings) -> Policy:
    session, recovery = settings.session, settings.recovery
    return Policy(
        auto_start=session.start == "auto",
        idle_timeout=session.idle_timeout,
        warning=session.warning,
        max_duration=session.max_duration,
        agent_timeout=session.agent_timeout,
        heartbeat_limit=recovery.heartbeat_limit,
        connect_timeout=recovery.connect_timeout,
        resume_timeout=recovery.resume_timeout,
        reconnect_timeout=recovery.reconnect_timeout,
        reload_timeout=recovery.reload_timeout,
        rebuild_timeout=recovery.rebuild_timeout,
        attempts_per_rung=recovery.attempts_per_rung,
        backoff_initial=recovery.backoff_initial,
        backoff_max=recovery.backoff_max,
        healthy_after=recovery.healthy_after,
        restart_budget=recovery.restarts,
        retry_max=recovery.retry_max,
        page_age=recovery.page_age,
        page_memory=recovery.page_memory * 1_000_000,
        process_memory=recovery.process_memory * 1_000_000,
    )


def site_files(settings: Settings) -> dict[str, Path]:
    """The files of the site that the page may load, by the name it loads them by."""
    look = settings.appearance
    files = {"logo": look.logo, "background": look.background if isinstance(look.background, Path) else None}
    return {f"{name}{path.suffix.lower()}": path for name, path in files.items() if path is not None}


def configure_from(settings: Settings, *, demo: bool, sdk: str, generation: Literal[1, 2, 3] = 1) -> messages.Configure:
    """The page's settings. `sdk` is the avatar that the import map really leads to, `generation` its packages'."""
    avatar, microphone, recovery = settings.avatar, settings.microphone, settings.recovery
    player = messages.PlayerOptions(
        log_level=avatar.log_level,
        transition_start_frame_count=avatar.transition_start_frames,
        transition_end_frame_count=avatar.transition_end_frames,
        enable_jitter_buffer=avatar.jitter_buffer,
        max_buffer_delay_ms=avatar.max_buffer_delay_ms,
    )
    return messages.Configure(
        demo=demo,
        avatar=messages.AvatarSettings(
            sdk=sdk,
            generation=generation,
            app_id=avatar.app_id or "builtin",
            avatar_id=avatar.avatar_id or "builtin",
            environment=avatar.environment,
            region=avatar.region,
            player=player,
        ),
        server_url=None if demo else settings.livekit.url,
        microphone=messages.MicrophoneConstraints(
            echo_cancellation=microphone.echo_cancellation,
            noise_suppression=microphone.noise_suppression,
            auto_gain_control=microphone.auto_gain,
        ),
        volume=min(settings.speaker.volume, settings.speaker.max_volume) / 100,
        appearance=_appearance(settings),
        deadlines=messages.Deadlines(connect=recovery.connect_timeout, reconnect=recovery.reconnect_timeout),
        transcripts=settings.log.transcripts,
    )


def _appearance(settings: Settings) -> messages.Appearance:
    look = settings.appearance
    urls = {name.partition(".")[0]: f"/{SITE}/{name}" for name in site_files(settings)}
    return messages.Appearance(
        organisation=look.organisation,
        logo=urls.get("logo"),
        accent=look.accent,
        background=urls.get("background") or (look.background if isinstance(look.background, str) else None),
        theme=look.theme,
        languages=look.languages,
        captions=look.captions,
        contact=look.contact,
    )


def curtain_looks(settings: Settings, contact: str = "{contact}") -> CurtainLooks:
    """`contact`: the sentence that tells a visitor whom to call."""
    look = settings.appearance
    return CurtainLooks(
        organisation=look.organisation,
        logo=look.logo,
        contact=contact.replace("{contact}", look.contact) if look.contact else "",
        accent=look.accent,
        background=look.background if isinstance(look.background, str) else None,
        theme=look.theme,
    )


def page_looks(settings: Settings) -> PageLooks:
    return PageLooks(
        background=curtain_looks(settings).surface.name(),
        zoom=settings.display.zoom,
        languages=settings.appearance.languages,
    )


def opening_from(settings: Settings) -> Opening:
    admin = settings.admin
    return Opening(corner=admin.corner, gesture=admin.gesture, keys=admin.keys)


def placement_from(settings: Settings, windowed: tuple[int, int] | None) -> Placement:
    display = settings.display
    if windowed is not None:
        return Placement(screen=display.screen, fullscreen=False, rotation=display.rotation, size=windowed)
    return Placement(screen=display.screen, fullscreen=display.fullscreen, rotation=display.rotation)


def ranked(devices: Sequence[AudioDevice]) -> tuple[RankedDevice, ...]:
    """The page's devices as the ranking knows them."""
    return tuple(RankedDevice(device.id, device.label, device.ordinal) for device in devices)


def chooser(wish: Sequence[str], system_default: Callable[[], RankedDevice | None]) -> DeviceChooser:
    """Chooses among the page's devices what the configuration wishes for; Qt says which is the system's default."""

    def choose_device(devices: Sequence[AudioDevice], current: AudioDevice | None) -> AudioDevice | None:
        by_id = {device.id: device for device in devices}
        present = with_default(ranked(devices), system_default())
        in_use = ranked([current])[0] if current is not None else None
        choice = choose(wish, present, current=in_use).device
        return by_id.get(choice.id) if choice is not None else None

    return choose_device


def speaker_chooser(wish: Sequence[str]) -> DeviceChooser:
    """Like `chooser`; with "auto" the page is left on the system's default, and follows when that changes."""
    if tuple(wish) == (AUTO,):
        return lambda _devices, _current: None
    return chooser(wish, lambda: None)
