"""Invoices are issued in the name that the settings tell completely, or not at all."""

import pytest
from django.core.exceptions import ImproperlyConfigured

KNOWN = {"ISSUER_NAME": "Example Marketplace", "ISSUER_CITY": "Berlin", "ISSUER_COUNTRY": "DE"}


@pytest.mark.parametrize("missing", KNOWN)
def test_what_is_missing_of_the_issuer_is_named(load, missing):
    said = {name: value for name, value in KNOWN.items() if name != missing}
    with pytest.raises(ImproperlyConfigured, match=f"^{missing} must be set where another ISSUER_"):
        load(**said)


def test_on_this_machine_a_made_up_issuer_stands_in(load):
    assert load()["INVOICING"]["issuer"]["legal_name"] == "Example Marketplace"
