"""Odd but ordinary values, by kind: every field of free text accepts them unless it says that it does not."""

# ruff: noqa: RUF001 - letters that look like others are the point.

import unicodedata

UUIDS = [
    "550e8400-e29b-41d4-a716-446655440000",
    "41111111-1111-4111-8111-111111111111",  # Digits only, among them a test card's.
    "51230000-4111-1111-8111-111145550000",
    "{6F9619FF-8B86-D011-B42D-00C04FC964FF}",
    "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    "550e8400e29b41d4a716446655440000",
    "6f4111111111111111aa9e00",  # As MongoDB writes an id.
]
MILLISECONDS = [
    "1000000000000",
    "1735689600000",
    "order-1735689600005",
    "4111111111119",  # In the year 2100, with a right check digit.
    "4102444799999",
]
DATES = [
    "2026-10-01",
    "Pro plan 2026-10-01 - 2026-10-31",
    "Pro plan 2026-11-01 - 2026-11-30",
    "2026-10-01/2026-10-31",
    "01.10.2026 – 31.10.2026",
    "20261001 20261031",
    "2026-10-01T00:00:00Z to 2026-10-31T23:59:59.999999Z",
    "2024 2025 2026 2027",
    "令和8年10月1日",
]
IBANS = [
    "DE89 3704 0044 0532 0130 00",
    "DE61 5123 4567 8901 2346 00",  # The first digits of its account are a card's.
    "DE61512345678901234600",
    "GB82 WEST 1234 5698 7654 32",
    "NL91 ABNA 0417 1643 00, NL91ABNA0417164300",
    "DK50 0040 0440 1162 43",
    "please use AT61 1904 3002 3457 3201 until 2026",
    "FR14-2004-1010-0505-0001-3M02-606",
]
DEVICES = [
    "490154203237518",  # IMEI
    "35-209900-176148-1",
    "IMEI 356938035643809, 356938035643817",
    "8944110068264510012",  # SIM
    "89 49 0200 0010 1234 5678",
    "52:54:00:12:34:56",
]
ORDER_NUMBERS = [
    "1001",
    "#INV-2026-000042",
    "408-1234567-1234567",
    "12-34567-89012",
    "5432109876543",
    "PO 4500012345 / 10",
    "R2026-10-0000123456",
    "0000 0002 1825 0097",
    "978-3-16-148410-0",
    "+49 (0) 30 1234567-89",
    "2125550142 2125550143",
    "52.520006599999987, 13.404953999999975",
]
NAMES = [
    "Ng",
    "O’Neill-Świątek",
    "José María de la Ó",
    "Đặng Thị Thu Hằng",
    unicodedata.normalize("NFD", "Đặng Thị Thu Hằng"),
    "Rozšíření 2",
    "Иван Ёлкин",
    "Ελένη Παπαδοπούλου",
    "محمد بن سلمان",
    "ٱللَّٰهُ نُورُ",  # With all its vowels: three marks on a letter.
    "می‌خواهم",  # A joiner that keeps letters apart.
    "שלום כהן",
    "אִשָּׁה",  # With its points: three on one letter.
    "पढ़ूँगा",
    "श्री क्षितिज",
    "শ্রী রঙ্গ",
    "தமிழ்ச்செல்வி",
    "ශ්‍රී ලංකා",
    "ที่ปรึกษากู้น้ำ",
    "ຫຼິ້ນ",
    "བསྒྲུབས་རྒྱུ",
    "မြို့တော်",
    "ខ្ញុំ",
    "田中 太郎",
    "𠮷野家",
    "김민준",
    "ᏣᎳᎩ",
    "X Æ A-12",
    "R&D <Team> \"A\" 'b'; --",
]
EMAILS = [
    "Ann.Smith@Example.COM",
    "ann+billing@example.com",
    "o'neill@example.ie",
    "1735689600000@example.com",
    "x@sub.sub.example.museum",
]
ADDRESSES = [
    "https://app.example/back?id=1&next=%2Fa%2Fb#done",
    "https://app.example:8443/?q=a+b&q=c;d",
    "https://app.example/550e8400-e29b-41d4-a716-446655440000?t=1735689600000",
    "http://localhost:3000/#/route",
]
EMOJI = ["🎉", "👩🏽‍💻 Team", "👨‍👩‍👧‍👦", "❤️‍🔥", "1️⃣2️⃣3️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇩🇪", "ⓘ ™ ①"]
LONG_WORDS = [
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
    "x" * 255,
    "-" * 255,
    "กรุงเทพมหานครอมรรัตนโกสินทร์มหินทรายุธยามหาดิลกภพนพรัตนราชธานีบูรีรมย์",
]
BY_KIND = {
    "uuid": UUIDS,
    "milliseconds": MILLISECONDS,
    "date": DATES,
    "iban": IBANS,
    "device": DEVICES,
    "order number": ORDER_NUMBERS,
    "name": NAMES,
    "e-mail": EMAILS,
    "address": ADDRESSES,
    "emoji": EMOJI,
    "long word": LONG_WORDS,
}
ALL = [(kind, value) for kind, values in BY_KIND.items() for value in values]


def share(values: list[str], place: int, every: int) -> list[str]:
    """Return what one of several fields gets, so that each value is tried and none is tried everywhere."""
    return values[place % every :: every]
