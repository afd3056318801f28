"""The names of people who log in: e-mails in lower case, or anything else as it was written."""

from django.contrib.auth import get_user_model


def normalize_user_name(name: str) -> str:
    """Return a user name as it is stored."""
    return name.lower() if "@" in name else name


def find_user_name(typed: str) -> str:
    """Return the name of the user whom somebody means; an e-mail may have been stored with capitals."""
    is_stored = get_user_model().objects.filter(username=typed).exists()
    return typed if is_stored else normalize_user_name(typed)
