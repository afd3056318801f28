"""The hasher of people's passwords, at a price that tests can pay thousands of times."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """Two rounds instead of a million: still told apart from the one round of machine secrets."""

    iterations = 2
