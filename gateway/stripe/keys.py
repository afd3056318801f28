"""Secret keys of accounts at Stripe; each says itself whether it moves real money."""

import re

SECRET_KEY = re.compile("[sr]k_(test|live)_[A-Za-z0-9]{8,240}")


def is_live(key: str) -> bool:
    """Say whether a secret key moves real money."""
    return key.startswith(("sk_live_", "rk_live_"))
