"""What can go wrong with credentials, as a fact and as a sentence."""

from enum import StrEnum


class ProblemReason(StrEnum):
    """Why there is no credential. `retryable`: it may pass by itself; otherwise a person must set something right."""

    retryable: bool

    def __new__(cls, word: str, retryable: bool) -> "ProblemReason":  # noqa: FBT001 - called by the rows below
        member = str.__new__(cls, word)
        member._value_ = word
        member.retryable = retryable
        return member

    SERVER_UNREACHABLE = "server_unreachable", True
    CREDENTIALS_REFUSED = "credentials_refused", False
    ENDPOINT_UNAVAILABLE = "endpoint_unavailable", True
    ENDPOINT_REFUSED = "endpoint_refused", False
    ENDPOINT_INVALID = "endpoint_invalid", False
    SESSION_TOKEN_UNAVAILABLE = "session_token_unavailable", True
    SESSION_TOKEN_REFUSED = "session_token_refused", False


class CredentialProblem(Exception):  # noqa: N818 - the name the rest of the kiosk knows it by
    """A credential cannot be had.

    Attributes:
        reason: which kind of problem it is.
        retryable: whether trying again later can help.
        operator_sentence: what is wrong, with whom, and what to do. Free of secrets and of text from servers, which is
            known to repeat tokens.
        retry_after: seconds the other side asked to wait, if it did.
    """

    def __init__(self, reason: ProblemReason, operator_sentence: str, *, retry_after: float | None = None) -> None:
        super().__init__(operator_sentence)
        self.reason = reason
        self.operator_sentence = operator_sentence
        self.retry_after = retry_after

    @property
    def retryable(self) -> bool:
        return self.reason.retryable
