"""Direct charges over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema_view
from rest_framework.request import Request

from charges.consent import accept_charge, decline_charge
from charges.models import Charge, ChargeStatus
from charges.requests.direct import activate_charge, create_charge
from dialects.text.authentication import get_caller
from dialects.text.charge_schema import describe_charges
from dialects.text.filters import filter_by_subscription
from dialects.text.purchases import PurchaseViewSet
from dialects.text.recurrent_statuses import V3_STATUSES
from dialects.text.rendering import COLUMNS, V1_FIELDS, V2_FIELDS, Row, render_charge
from dialects.text.serializers import NewChargeByAdminSerializer, NewChargeSerializer


class DirectChargeViewSet(PurchaseViewSet):
    """One-time payments; the versions differ in what they show and filter by."""

    model = Charge
    columns = COLUMNS
    form = NewChargeSerializer
    admin_form = NewChargeByAdminSerializer
    services = {
        "create": create_charge,
        "accept": accept_charge,
        "decline": decline_charge,
        "activate": activate_charge,
    }
    statuses = ChargeStatus.values
    other_statuses = V3_STATUSES

    def render(self, row: Row) -> dict[str, Any]:
        """Return a direct charge as this version shows it."""
        return render_charge(row, self.shown_fields)


@extend_schema_view(**describe_charges(1))
class DirectChargeV1ViewSet(DirectChargeViewSet):
    """One-time payments as version 1 knew them: LiveChat only, no organisations."""

    shown_fields = V1_FIELDS


@extend_schema_view(**describe_charges(2))
class DirectChargeV2ViewSet(DirectChargeViewSet):
    """One-time payments as versions 2 and 3 know them: the product is in the path."""

    shown_fields = V2_FIELDS

    def filter(self, rows: Any, request: Request) -> Any:
        """Keep what the query parameters name. Raises InvalidField."""
        return filter_by_subscription(super().filter(rows, request), request.GET, get_caller(request))
