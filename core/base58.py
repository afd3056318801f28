"""Numbers in base 58: digits and letters without those that look alike."""

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
PLACES = {digit: place for place, digit in enumerate(ALPHABET)}


def encode_base58(number: int) -> str:
    """Write a number that is not negative, without leading zeros; zero itself is "1"."""
    digits = []
    while number:
        number, place = divmod(number, 58)
        digits.append(ALPHABET[place])
    return "".join(reversed(digits)) or ALPHABET[0]


def decode_base58(text: str) -> int:
    """Read a number. Raises ValueError for what `encode_base58` would not have written."""
    number = 0
    for digit in text:
        if digit not in PLACES:
            raise ValueError("not a digit of base 58")
        number = number * 58 + PLACES[digit]
    if encode_base58(number) != text:
        raise ValueError("not written the usual way")
    return number
