"""The kinds of values that several settings share."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr

from kiosk.config.packages import NpmPackages
from kiosk.config.times import Duration, Opening, Openings
from kiosk.config.values import FilePath, SecretText, Text, Texts, Url


def _whole_number(written: object) -> object:
    """Python holds false and 0, and 90.0 and 90, for the same."""
    if type(written) is not int:
        raise ValueError
    return written


IMAGE = FilePath("an image file", (".svg", ".png", ".jpg", ".jpeg", ".webp"))

Seconds = Annotated[float, Duration("1s", "2m")]
HttpUrl = Annotated[str, Url(("https", "http"))]
WebSocketUrl = Annotated[str, Url(("wss", "ws"))]
NamePart = Annotated[str, Text("letters, digits, and . _ : -", least=0, most=40, form=r"[A-Za-z0-9._:-]*")]
Secret = Annotated[SecretStr, SecretText("a text without blanks")]
Header = Annotated[str, Text("a header name", form=r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")]
HeaderValue = Annotated[
    SecretStr, SecretText("one line of plain ASCII characters", form=r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
]
PinHash = Annotated[SecretStr, SecretText("what `avatar-kiosk set-pin` has written", form=r"\$argon2id\$\S+")]
Line = Annotated[str, Text("a text of one line", least=0)]
Name = Annotated[str, Text("a name")]
Region = Annotated[str, Text("the name of a region", most=40, form=r"[a-z0-9][a-z0-9-]*")]
Packages = Annotated[tuple[str, ...], NpmPackages()]
Port = Annotated[int, Field(ge=1, le=65_535)]
Percent = Annotated[int, Field(ge=0, le=100)]
Frames = Annotated[int, Field(ge=0, le=250)]  # 10 s of 25 frames
Devices = Annotated[
    tuple[str, ...], Texts('"auto", a name, or a list of names in order of preference (* is a wildcard)')
]
Hours = Annotated[tuple[Opening, ...], Openings()]
Rotation = Annotated[Literal[0, 90, 180, 270], BeforeValidator(_whole_number)]
