"""VAT numbers are known by form and check digits, without asking anybody."""

import pytest

from core.errors import InvalidField
from customers.countries import COUNTRIES
from customers.vat_numbers import check_vat_number
from taxes.rules import EU

pytestmark = pytest.mark.rules


@pytest.mark.parametrize(
    ("country", "said", "kept"),
    [
        ("AT", "ATU13585627", "ATU13585627"),
        ("AT", "u 1358 5627", "ATU13585627"),
        ("BE", "BE0428759497", "BE0428759497"),
        ("CH", "CHE-107.787.577 IVA", "CHE107787577IVA"),
        ("CH", "CHE-107.787.577", "CHE107787577MWST"),
        ("DE", "DE136695976", "DE136695976"),
        ("DE", " 136 695 976 ", "DE136695976"),
        ("DE", "de136695976", "DE136695976"),
        ("ES", "ESX2482300W", "ESX2482300W"),
        ("FR", "FR40303265045", "FR40303265045"),
        ("GB", "GB980780684", "GB980780684"),
        ("GR", "EL094259216", "EL094259216"),
        ("GR", "094259216", "EL094259216"),
        ("GR", "GR094259216", "EL094259216"),
        ("GB", "XI 980 7806 84", "GB980780684"),  # Northern Ireland; of services it is as any British one.
        ("IE", "IE6433435F", "IE6433435F"),
        ("IT", "IT00743110157", "IT00743110157"),
        ("NL", "NL004495445B01", "NL004495445B01"),
        ("JP", "T7000012050002", "JP7000012050002"),
        ("JP", "7000-0120-50002", "JP7000012050002"),
        ("NO", "NO995525828MVA", "NO995525828MVA"),
        ("NO", "995 525 828", "NO995525828MVA"),
        ("PL", "PL8567346215", "PL8567346215"),
        ("SE", "SE556188840401", "SE556188840401"),
        ("US", "12-3456789", "US123456789"),
        ("DE", "", ""),
        ("", "  ", ""),
    ],
)
def test_a_number_is_kept_with_the_prefix_of_its_country(country, said, kept):
    assert check_vat_number("vat_number", said, country=country) == kept


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("DE", "DE136695977"),
        ("AT", "ATU13585628"),
        ("CH", "CHE-107.787.578"),
        ("JP", "T7000012050003"),
        ("NO", "995525829"),
        ("DE", "ATU13585627"),
        ("GR", "GR12"),
        ("DE", "DE"),
        ("DE", "١٣٦٦٩٥٩٧٦"),
        ("DE", "DE136695976" * 9),
        ("US", "x" * 21),
        ("US", "ñandú"),
        ("", "DE136695976"),
    ],
)
def test_a_number_that_cannot_be_one_is_refused(country, said):
    with pytest.raises(InvalidField) as refusal:
        check_vat_number("vat_number", said, country=country)
    assert refusal.value.field == "vat_number"


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_every_country_takes_an_answer(country):
    for said in ("1", "X" * 12, "-", "0" * 30):
        try:
            kept = check_vat_number("vat_number", said, country=country)
        except InvalidField:
            continue
        assert len(kept) <= 20


def test_every_state_of_the_union_is_a_country():
    assert {*COUNTRIES} >= EU
