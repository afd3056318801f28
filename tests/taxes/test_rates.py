"""Rates are rows with their days: looked up by day, never changed, never two at once."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from taxes.errors import RateMissing
from taxes.models import TaxRate
from taxes.rates import AppliedTax, RateTable
from taxes.rules import EU, Party, TaxCategory
from tests.money import run_at_once

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 29)


def refused(sql: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    ("country", "rate"),
    {
        **{"DE": 1900, "AT": 2000, "HU": 2700, "LU": 1700, "FI": 2550, "EE": 2400, "RO": 2100, "SK": 2300},
        **{"CH": 810, "GB": 2000, "NO": 2500, "US": None, "XX": None},
    }.items(),
)
def test_the_standard_rates_of_today_are_there(country, rate):
    assert RateTable([country]).find(country, DAY) == rate


def test_every_state_of_the_union_has_one():
    assert {*TaxRate.objects.filter(valid_to=None).values_list("country", flat=True)} >= EU


def test_a_sale_bears_the_rate_of_its_day():
    TaxRate.objects.filter(country="DE").update(valid_to=date(2026, 12, 31))
    TaxRate.objects.create(country="DE", basis_points=2100, valid_from=date(2027, 1, 1))
    table = RateTable(["DE"])
    assert [table.find("DE", day) for day in (date(2026, 12, 31), date(2027, 1, 1))] == [1900, 2100]
    assert table.find("DE", date(1999, 1, 1)) is None


@pytest.mark.parametrize(
    ("seller", "buyer", "expected"),
    [
        (Party("DE"), Party("FI"), AppliedTax(TaxCategory.STANDARD, "FI", 2550)),
        (Party("DE"), Party("FI", True), AppliedTax(TaxCategory.REVERSE_CHARGE, "", 0)),
        (Party("US"), Party("US"), AppliedTax(TaxCategory.OUT_OF_SCOPE, "", 0)),
    ],
)
def test_a_country_without_a_rate_bears_none(seller, buyer, expected):
    assert RateTable([seller.country, buyer.country]).apply(seller=seller, buyer=buyer, day=DAY) == expected


@pytest.mark.parametrize(("day", "nearest"), [(DAY, 700), (date(2019, 5, 1), 500), (date(2020, 6, 1), 500)])
def test_a_gap_in_the_rates_of_a_country_is_a_fault_and_no_rate_of_zero(day, nearest):
    TaxRate.objects.create(
        country="QA", basis_points=500, valid_from=date(2020, 1, 1), valid_to=date(2020, 3, 31)
    )
    TaxRate.objects.create(
        country="QA", basis_points=700, valid_from=date(2021, 1, 1), valid_to=date(2021, 3, 31)
    )
    table = RateTable(["QA"])
    with pytest.raises(RateMissing):
        table.apply(seller=Party("QA"), buyer=Party("QA"), day=day)
    assert table.find_nearest("QA", day) == nearest


def test_rates_that_end_soon_and_are_not_followed_are_found():
    def ending() -> list[str]:
        return [*TaxRate.objects.not_followed(by=date(2027, 1, 1)).values_list("country", flat=True)]

    for country, last in (("DE", date(2026, 12, 31)), ("FR", date(2027, 1, 2))):
        TaxRate.objects.filter(country=country).update(valid_to=last)
    assert ending() == ["DE"]
    TaxRate.objects.create(country="DE", basis_points=1, valid_from=date(2027, 1, 2))
    assert ending() == ["DE"]
    TaxRate.objects.create(
        country="DE", basis_points=1, valid_from=date(2027, 1, 1), valid_to=date(2027, 1, 1)
    )
    assert ending() == []


def test_a_rate_of_zero_has_its_own_category():
    TaxRate.objects.create(country="AE", basis_points=0, valid_from=date(2026, 1, 1))
    applied = RateTable(["AE"]).apply(seller=Party("AE"), buyer=Party("AE"), day=DAY)
    assert applied == AppliedTax(TaxCategory.ZERO, "AE", 0)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE taxes_taxrate SET basis_points = 1 WHERE country = 'DE'",
        "UPDATE taxes_taxrate SET country = 'US' WHERE country = 'DE'",
        "UPDATE taxes_taxrate SET valid_to = '1999-01-01' WHERE country = 'DE'",
        "DELETE FROM taxes_taxrate WHERE country = 'DE'",
        "INSERT INTO taxes_taxrate (country, kind, basis_points, valid_from, created_at)"
        " VALUES ('DE', 'standard', 2100, '2027-01-01', now())",
        "INSERT INTO taxes_taxrate (country, kind, basis_points, valid_from, created_at)"
        " VALUES ('Germany', 'standard', 2100, '2027-01-01', now())",
        "INSERT INTO taxes_taxrate (country, kind, basis_points, valid_from, created_at)"
        " VALUES ('US', 'standard', 10001, '2027-01-01', now())",
    ],
)
def test_the_database_refuses(sql):
    refused(sql)


@pytest.mark.django_db(transaction=True)
def test_of_rates_that_come_at_once_one_is_kept():
    def add(number: int) -> None:
        TaxRate.objects.create(country="ZW", basis_points=number, valid_from=date(2027, 1, number))

    results = run_at_once(*(lambda number=number: add(number) for number in range(1, 6)))
    assert sum(result is None for result in results) == 1
    assert TaxRate.objects.filter(country="ZW").count() == 1
