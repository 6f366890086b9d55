"""What a rule for a value is.

Each rule says what it expects in words an operator understands; `Problem` texts, the template of ``avatar-kiosk init``
and the editors' schema use the same words. Rules judge the writing only; whether a file exists is looked up by
`kiosk.config.files`.
"""

from abc import ABC, abstractmethod
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

UNFIT = "unfit"
"""The pydantic error type of a value that breaks a `Rule`; its context holds ``expected`` and ``suggestion``."""


class Rule(ABC):
    """Put into ``Annotated``: turns what the file says into a value, or says what is expected instead."""

    @property
    @abstractmethod
    def expected(self) -> str:
        """What may be written, without a full stop: ``a duration such as "60s"``."""

    @abstractmethod
    def read(self, written: object) -> object:
        """Return the value that is meant.

        Raises:
            UnfitError: it breaks the rule.
        """

    @property
    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """JSON Schema of what may be written. It accepts all that `read` accepts, and more where it must."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._validate)

    def _validate(self, written: object) -> object:
        try:
            return self.read(written)
        except UnfitError as unfit:
            context = {"expected": self.expected, "suggestion": unfit.suggestion}
            raise PydanticCustomError(UNFIT, "expected {expected}", context) from None


class UnfitError(ValueError):
    """A value breaks its rule. ``suggestion`` is a whole sentence, or empty."""

    def __init__(self, suggestion: str = "") -> None:
        super().__init__(suggestion)
        self.suggestion = suggestion


def read_text(written: object) -> str:
    """``written``, which must be a text.

    Raises:
        UnfitError: it is none.
    """
    if not isinstance(written, str):
        raise UnfitError("Put it in double quotes.")
    return written
