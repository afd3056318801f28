"""Check digits of card, routing and bank account numbers: they catch slips of the pen, nothing more."""

import re

CARD_NUMBER = re.compile("[0-9]{13,19}")
ROUTING_NUMBER = re.compile("[0-9]{9}")
IBAN = re.compile("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def is_card_number(text: str) -> bool:
    """Say whether this is 13 to 19 digits of which the last is the right check digit (ISO/IEC 7812)."""
    if not CARD_NUMBER.fullmatch(text):
        return False
    numbers = [int(digit) for digit in reversed(text)]
    return sum(n if i % 2 == 0 else sum(divmod(2 * n, 10)) for i, n in enumerate(numbers)) % 10 == 0


def is_routing_number(text: str) -> bool:
    """Say whether this can be the routing number of a US bank: nine digits, ABA's checksum, not all zero."""
    if not ROUTING_NUMBER.fullmatch(text) or not text.strip("0"):
        return False
    return sum(int(digit) * weight for digit, weight in zip(text, (3, 7, 1) * 3, strict=True)) % 10 == 0


def is_iban(text: str) -> bool:
    """Say whether this can be an international bank account number, without blanks (ISO 13616)."""
    if not IBAN.fullmatch(text):
        return False
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1
