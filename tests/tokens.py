"""Bearer tokens as no service would issue them: for any scopes and any time."""

import secrets
from datetime import timedelta

from oauth2_provider.models import AccessToken, set_token_value

from core import clock
from customers.models import Account, Application
from operations.factories import ALL_SCOPES


def issue_test_token(account: Account, app: Application, scopes: str = ALL_SCOPES, hours: float = 8) -> str:
    """A bearer token that the account granted to the app."""
    value = secrets.token_hex(24)
    row = AccessToken(
        user=account.user, application=app, scope=scopes, expires=clock.now() + timedelta(hours=hours)
    )
    set_token_value(row, value)
    row.save()
    return value
