"""Recurrent charges over HTTP."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from access.oauth.bearer_tokens import Caller
from charges.errors import WrongState
from charges.models import ChargeStatus
from charges.requests.parties import Parties
from charges.requests.sandbox_cards import choose_sandbox_card
from dialects.text.charge_schema import describe_recurrent_charges
from dialects.text.purchases import PurchaseViewSet, read_decider
from dialects.text.recurrent_rendering import (
    RECURRENT_COLUMNS,
    V1_RECURRENT_FIELDS,
    V2_RECURRENT_FIELDS,
    render_recurrent_charge,
)
from dialects.text.recurrent_statuses import OLD_STATUSES, V3_STATUSES, filter_by_meaning, name_status
from dialects.text.rendering import Row
from dialects.text.serializers import NewRecurrentChargeByAdminSerializer, NewRecurrentChargeSerializer
from subscriptions.lifecycle.activate import activate_subscription
from subscriptions.lifecycle.billing_policy import bill_when_paid
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.consent import accept_subscription, decline_subscription
from subscriptions.lifecycle.create import NewSubscription, create_subscription
from subscriptions.lifecycle.same_thing import shorten_trial
from subscriptions.models import Subscription
from subscriptions.schedule import Frequency


def offer_subscription(
    *,
    caller: Caller,
    product: str,
    return_url: str,
    months: int,
    test_card: str | None = None,
    order_client_id: str | None = None,
    commission_percent: int | None = None,
    **terms: Unpack[NewSubscription],
) -> Subscription:
    """Offer a subscription, billed every so many months, to the caller's organisation.

    Raises what Parties.of_offer and create_subscription raise.
    """
    parties = Parties.of_offer(
        caller=caller,
        product=product,
        return_url=return_url,
        test=terms.get("test", False),
        order_client_id=order_client_id,
        commission_percent=commission_percent,
    )
    terms |= {"frequency": Frequency.MONTHLY, "interval": months}
    terms["funding_source"] = choose_sandbox_card(test_card, test=terms.get("test", False))
    return create_subscription(parties=parties, policy=bill_when_paid(), **terms)


class RecurrentChargeViewSet(PurchaseViewSet):
    """Payments every so many months; the versions differ in their fields and in their statuses."""

    statuses: ClassVar[Mapping[str, Sequence[str]]]
    other_statuses = ChargeStatus.values
    model = Subscription
    columns = RECURRENT_COLUMNS
    form = NewRecurrentChargeSerializer
    admin_form = NewRecurrentChargeByAdminSerializer
    services = {
        "create": offer_subscription,
        "accept": accept_subscription,
        "decline": decline_subscription,
        "activate": activate_subscription,
        "cancel": cancel_subscription,
    }

    @action(detail=True, methods=["put"])
    def cancel(self, request: Request, product: str, charge_id: str) -> Response:
        """End it now; repeating it is harmless."""
        return self.change(request, product, charge_id, "cancel", actor=read_decider(request))

    def render(self, row: Row) -> dict[str, Any]:
        """Return a recurrent charge as this version shows it."""
        return render_recurrent_charge(row, self.shown_fields, self.statuses)

    def work_out(self, charge: Subscription) -> Row:
        """Return what is left of the trial, which a pending one gets when it is accepted."""
        shorten_trial(charge)
        return {"trial_seconds": charge.trial_seconds}

    def filter_by_status(self, rows: Any, status: str) -> Any:
        """Keep those that this version shows in a status."""
        return filter_by_meaning(rows, self.statuses[status])

    def change(self, request: Request, product: str, charge_id: str, service: str, **said: Any) -> Response:
        """Change one; a refusal names its status in the words of this version. Raises WrongState."""
        try:
            return super().change(request, product, charge_id, service, **said)
        except WrongState as refused:
            trial_ends_at = self._get_visible(request, product, charge_id).trial_ends_at
            raise WrongState(name_status(refused.status, trial_ends_at, self.statuses)) from refused


@extend_schema_view(**describe_recurrent_charges(1))
class RecurrentChargeV1ViewSet(RecurrentChargeViewSet):
    """Recurrent charges as version 1 knew them: LiveChat only, no organisations."""

    shown_fields = V1_RECURRENT_FIELDS
    statuses = OLD_STATUSES


@extend_schema_view(**describe_recurrent_charges(2))
class RecurrentChargeV2ViewSet(RecurrentChargeViewSet):
    """Recurrent charges as version 2 knew them: what runs is active, paid for or not."""

    shown_fields = V2_RECURRENT_FIELDS
    statuses = OLD_STATUSES


@extend_schema_view(**describe_recurrent_charges(3))
class RecurrentChargeV3ViewSet(RecurrentChargeViewSet):
    """Recurrent charges as version 3 knows them: what awaits its payment is past due."""

    shown_fields = V2_RECURRENT_FIELDS
    statuses = V3_STATUSES
