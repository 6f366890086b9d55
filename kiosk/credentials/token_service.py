"""What is wrong where a session token was asked for: as a problem with a sentence, whichever service it was."""

from kiosk.credentials.problem import CredentialProblem, ProblemReason


def token_unavailable(service: str, what: str) -> CredentialProblem:
    """There is none just now. `service` is what the service is called; `what` goes on from there."""
    return CredentialProblem(ProblemReason.SESSION_TOKEN_UNAVAILABLE, f"The {service} {what}.")


def token_refusal(service: str, where: str, status: int) -> CredentialProblem:
    """An answer with this HTTP status. Only the status counts: the text of a refusal may repeat what was sent."""
    if status >= 500 or status in (408, 425, 429):
        return token_unavailable(service, f"{where} is busy or has a problem of its own (HTTP {status})")
    return CredentialProblem(
        ProblemReason.SESSION_TOKEN_REFUSED,
        f"The {service} {where} refuses to give a session token (HTTP {status}). "
        "Check avatar.api_key, avatar.environment and avatar.console_endpoint, and that this machine's clock is right.",
    )
