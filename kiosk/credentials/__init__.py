"""Who may join, and with what: LiveKit tokens, AvatarKit session tokens, their age and renewal.

Secrets stay in this package as `SecretStr`; what leaves it is a short-lived token. Errors are `CredentialProblem`.
"""

from kiosk.credentials.build import DEMO_URL, Credentials, build_credentials
from kiosk.credentials.grants import JoinGrant
from kiosk.credentials.problem import CredentialProblem, ProblemReason

__all__ = ["DEMO_URL", "CredentialProblem", "Credentials", "JoinGrant", "ProblemReason", "build_credentials"]
