"""A table of charges, half of them of one buyer, as years of selling one app would leave it."""

from dataclasses import dataclass

from bench.rows import execute, filling
from bench.tenants import make_tenant
from charges.models import Charge
from charges.models.queries import ChargeQuerySet
from customers.models import Product
from operations.factories import ApplicationFactory, ChargeFactory

# Ids in the order of creation, as ours are: UUIDv7. 90 of 100 succeeded; the rest has no attempts or entries.
VARIED = {
    "public_id": """(
        lpad(to_hex(1700000000000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 3)
        || '8' || substr(md5(n::text), 4, 15)
    )::uuid""",
    "status": """CASE WHEN n * 7919 / 2 %% 100 < 90 THEN 'success'
        ELSE (ARRAY['pending', 'declined', 'failed'])[1 + n %% 3] END""",
    "created_at": "timestamptz '2024-01-01' + n * interval '30 seconds'",
    "updated_at": "timestamptz '2024-01-01' + n * interval '30 seconds'",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """The token of the buyer whose charges are listed, and these charges."""

    token: str
    charges: ChargeQuerySet


def fill_charges(total: int) -> Listed:
    """Make that many charges of two buyers, one by one in turn."""
    app = ApplicationFactory.create()
    ours, other = make_tenant(app, "ours"), make_tenant(app, "other")
    with filling("charges_charge"):
        copy_charges([ChargeFactory.create(caller=tenant.caller) for tenant in (ours, other)], total - 2)
    visible = Charge.objects.visible_to(ours.caller).filter(product=Product.LIVECHAT)
    return Listed(ours.token, visible)


def copy_charges(templates: list[Charge], count: int) -> None:
    """Insert copies of the templates in turn, each with an id, a status and an age of its own."""
    columns = [str(field.column) for field in Charge._meta.concrete_fields if not field.primary_key]
    values = [VARIED.get(column, f"template.{column}") for column in columns]
    execute(
        f"""INSERT INTO charges_charge ({", ".join(columns)}) SELECT {", ".join(values)}
        FROM generate_series(1::bigint, %(count)s::bigint) n
        JOIN charges_charge template ON template.id = (%(templates)s::bigint[])[1 + n %% %(kinds)s]
        ORDER BY n""",
        {"count": count, "templates": [charge.pk for charge in templates], "kinds": len(templates)},
    )
