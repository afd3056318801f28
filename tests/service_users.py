"""Programs that log in with a password, and the merchant accounts that they reach."""

import base64

PASSWORD = "a-password-of-tests"


def basic(username: str = "api-shop", password: str = PASSWORD) -> str:
    """What the Authorization header says."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
