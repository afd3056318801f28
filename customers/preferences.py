"""What people choose for themselves: the language and the time zone of pages and mails."""

from customers.models import Account


def choose_language(account_id: int, *, language: str) -> None:
    """Keep one of the languages of the settings, or "" for that of the browser."""
    Account.objects.filter(pk=account_id).update(language=language)


def choose_preferences(account_id: int, *, language: str, time_zone: str) -> None:
    """Keep a language of the settings and the name of a time zone; "" means that of the browser, and UTC."""
    Account.objects.filter(pk=account_id).update(language=language, time_zone=time_zone)
