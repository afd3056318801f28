"""The hasher of people's passwords in tests, and the hashers of the server."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from billing_site.settings import PASSWORD_HASHERS as OF_THE_SERVER

__all__ = ["OF_THE_SERVER", "QuickHasher"]


class QuickHasher(PBKDF2PasswordHasher):
    """Two rounds instead of a million; the secrets of machines have one."""

    iterations = 2
