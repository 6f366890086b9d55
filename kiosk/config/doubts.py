"""What may be run, but is probably not meant. Pure; a doubt is told like a broken rule, as a warning."""

from collections.abc import Collection, Iterator

from kiosk.config.colours import DARK, FOR_SHAPES, FOR_TEXT, THEMES, WHITE, ThemeName, contrast
from kiosk.config.companions import Breach
from kiosk.config.schema import Appearance, Settings


def doubts(settings: Settings, written: Collection[str]) -> list[Breach]:
    """All doubts about what somebody has chosen.

    Args:
        settings: the settings as far as they could be read.
        written: the dotted names of the keys in the file whose values are in ``settings``. Defaults are beyond doubt.
    """
    return [*_volume(settings, written), *_colours(settings.appearance, written)]


def _volume(settings: Settings, written: Collection[str]) -> Iterator[Breach]:
    volume, most = settings.speaker.volume, settings.speaker.max_volume
    if volume > most and "speaker.volume" in written:
        yield Breach(
            ("speaker", "volume"),
            f"speaker.volume is {volume}, but speaker.max_volume is {most}.",
            "a volume not above max_volume",
            f"It plays with {most}.",
        )


def _colours(appearance: Appearance, written: Collection[str]) -> Iterator[Breach]:
    accent, background, theme = appearance.accent, appearance.background, appearance.theme
    ground = background if isinstance(background, str) else THEMES[theme].ground
    if "appearance.accent" in written:
        shown = f'appearance.accent = "{accent}"'
        on_it = max(contrast(accent, WHITE), contrast(accent, DARK))
        if on_it < FOR_TEXT:
            what = f"Neither light nor dark text reads well on {shown}"
            yield _hard_to_see("accent", what, on_it, FOR_TEXT, "Choose a lighter or a darker one.")
        beside = contrast(accent, ground)
        if beside < FOR_SHAPES:
            what = f"{shown} hardly stands out from the background"
            advice = "The kiosk draws small marks in another shade of it; buttons stay as they are."
            yield _hard_to_see("accent", what, beside, FOR_SHAPES, advice)
    text = contrast(ground, THEMES[theme].ink)
    if text < FOR_TEXT and ground == background and "appearance.background" in written:
        other: ThemeName = "light" if theme == "dark" else "dark"
        better = contrast(ground, THEMES[other].ink) >= FOR_TEXT
        what = f'The {theme} theme\'s text can hardly be read on appearance.background = "{ground}"'
        advice = f'Write theme = "{other}", or choose another colour.' if better else "Choose another colour."
        yield _hard_to_see("background", what, text, FOR_TEXT, advice)


def _hard_to_see(key: str, what: str, found: float, least: float, suggestion: str) -> Breach:
    return Breach(("appearance", key), f"{what} ({found:.1f} to 1).", f"a contrast of {least} to 1 or more", suggestion)
