"""The commission of a sale, rounded once."""


def round_commission(total_minor: int, percent: int) -> int:
    """Return the commission (cents) on a total (cents); the seller gets the rest of it.

    It is rounded once, half up, on the total. Raises ValueError outside 0 to 100 percent or below zero.
    """
    if not 0 <= percent <= 100 or total_minor < 0:
        raise ValueError("percent must be 0 to 100 and the total not negative")
    return (total_minor * percent + 50) // 100
