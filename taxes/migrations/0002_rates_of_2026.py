"""The standard rates of the EU, Switzerland, the United Kingdom and Norway, as they were in November 2026."""

from datetime import date

from django.db import migrations

# Basis points, and since when; where it is longer than the papers of this server go back, 2021.
SINCE_LONG = date(2021, 1, 1)
RATES = {
    "AT": (2000, SINCE_LONG),
    "BE": (2100, SINCE_LONG),
    "BG": (2000, SINCE_LONG),
    "CH": (810, date(2024, 1, 1)),
    "CY": (1900, SINCE_LONG),
    "CZ": (2100, SINCE_LONG),
    "DE": (1900, SINCE_LONG),
    "DK": (2500, SINCE_LONG),
    "EE": (2400, date(2025, 7, 1)),
    "ES": (2100, SINCE_LONG),
    "FI": (2550, date(2024, 9, 1)),
    "FR": (2000, SINCE_LONG),
    "GB": (2000, SINCE_LONG),
    "GR": (2400, SINCE_LONG),
    "HR": (2500, SINCE_LONG),
    "HU": (2700, SINCE_LONG),
    "IE": (2300, date(2021, 3, 1)),
    "IT": (2200, SINCE_LONG),
    "LT": (2100, SINCE_LONG),
    "LU": (1700, date(2024, 1, 1)),
    "LV": (2100, SINCE_LONG),
    "MT": (1800, SINCE_LONG),
    "NL": (2100, SINCE_LONG),
    "NO": (2500, SINCE_LONG),
    "PL": (2300, SINCE_LONG),
    "PT": (2300, SINCE_LONG),
    "RO": (2100, date(2025, 8, 1)),
    "SE": (2500, SINCE_LONG),
    "SI": (2200, SINCE_LONG),
    "SK": (2300, date(2025, 1, 1)),
}


def add_rates(apps, schema_editor):
    model = apps.get_model("taxes", "TaxRate")
    model.objects.bulk_create(
        model(country=country, kind="standard", basis_points=rate, valid_from=since)
        for country, (rate, since) in RATES.items()
    )


class Migration(migrations.Migration):

    dependencies = [("taxes", "0001_tax_rates")]

    operations = [migrations.RunPython(add_rates, migrations.RunPython.noop)]
