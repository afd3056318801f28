"""What a seller can be paid, and its payouts, over HTTP."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from access.idempotency import Reply
from core.errors import InvalidField
from customers.models import Account
from dialects.base import answer_once
from dialects.text.authentication import BearerAuthentication, get_caller
from dialects.text.errors import TextViewSet
from dialects.text.filters import check_known_currency, read_as_of, read_currency
from dialects.text.pagination import answer_list, parse_uuid, read_page
from dialects.text.parsers import BodyParser
from dialects.text.payout_schema import MAX_PAYOUT_MINOR, describe_balance, describe_payouts
from dialects.text.rendering import render_as_of, render_instant
from dialects.text.serializers import StrictIntegerField, StrictTextField
from ledger.as_of import read_seller_balance_as_of
from payouts.available import AvailableBalance, read_available
from payouts.decide import cancel_payout
from payouts.errors import PayoutNotFound
from payouts.models import Payout
from payouts.request import Requester, find_minimum, request_payout


class NewPayoutSerializer(Serializer):
    """How much is asked for; without an amount, all that is available."""

    amount = StrictIntegerField(required=False)
    currency = StrictTextField(required=False)


class OfSellerViewSet(TextViewSet):
    """Views of what the organisation of the token's user is paid."""

    authentication_classes = [BearerAuthentication]
    parser_classes = [BodyParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let only those in who may ask for payouts. Raises NotAuthenticated, NotAuthorized."""
        super().initial(request, *args, **kwargs)
        if request.method != "OPTIONS":
            get_caller(request).require_payouts()


@extend_schema_view(**describe_balance())
class BalanceViewSet(OfSellerViewSet):
    """What can be paid now, and what it is made of."""

    def retrieve(self, request: Request) -> Response:
        """Tell it for a currency; as of an instant, only what was owed."""
        currency, at = read_currency(request), read_as_of(request)
        seller_id = get_caller(request).organization_id
        if at is not None:
            owed = read_seller_balance_as_of(organization_id=seller_id, currency=currency, at=at)
            return Response({"currency": currency, "owed": owed} | render_as_of(at))
        return Response(render_balance(read_available(organization_id=seller_id, currency=currency)))


@extend_schema_view(**describe_payouts())
class PayoutViewSet(OfSellerViewSet):
    """Money from the marketplace to the organisation."""

    def list(self, request: Request) -> Response:
        """List them, newest first."""
        page, found = read_page(request.GET), self._list_own().order_by("-pk")
        if page.before is not None:
            found = found.filter(pk__lt=self._list_own().filter(public_id=page.before).values("pk"))
        return answer_list(request, [render_payout(each) for each in found[page.offset :][: page.limit]])

    def create(self, request: Request) -> HttpResponse:
        """Ask for one."""
        form = NewPayoutSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        caller, wanted = get_caller(request), form.validated_data
        account = Account.objects.get(pk=caller.account_id)
        currency, amount = check_known_currency(wanted.get("currency")), check_amount(wanted.get("amount"))

        def make() -> dict[str, Any]:
            payout = request_payout(
                organization_id=caller.organization_id,
                currency=currency,
                amount_minor=amount,
                requester=Requester(actor=caller.principal, account=account),
            )
            return render_payout(payout)

        return answer_once(
            request,
            lambda: Reply(201, JSONRenderer().render(make())),
            principal=caller.principal,
            path=request.path.rstrip("/"),
            said=dict(request.data),
        )

    def retrieve(self, request: Request, payout_id: str) -> Response:
        """Show one."""
        return Response(render_payout(self._find_own(payout_id)))

    @action(detail=True, methods=["put"])
    def cancel(self, request: Request, payout_id: str) -> Response:
        """Take one back that was not sent yet; repeating it is harmless."""
        found = self._find_own(payout_id)
        return Response(render_payout(cancel_payout(found.pk, actor=get_caller(request).principal)))

    def _list_own(self) -> Any:
        own = Payout.objects.filter(organization=get_caller(self.request).organization_id)
        return own.select_related("account")

    def _find_own(self, payout_id: str) -> Payout:
        """Return one. Raises PayoutNotFound: foreign, unknown and malformed ids are alike."""
        public_id = parse_uuid(payout_id)
        found: Payout | None = self._list_own().filter(public_id=public_id).first() if public_id else None
        if found is None:
            raise PayoutNotFound
        return found


def check_amount(cents: int | None) -> int | None:
    """Return an amount that can be compared with a balance. Raises InvalidField."""
    if cents is not None and not 0 < cents <= MAX_PAYOUT_MINOR:
        raise InvalidField("amount", "must be a positive number of at most 15 digits")
    return cents


def render_balance(balance: AvailableBalance) -> dict[str, Any]:
    """Return what can be paid and what it is made of, in minor units (cents)."""
    return {
        "currency": balance.currency,
        "owed": balance.owed_minor,
        "held": balance.held_minor,
        "leaving": balance.leaving_minor,
        "disputed": balance.disputed_minor,
        "available": balance.available_minor,
        "minimum": find_minimum(balance.currency).amount_minor,
    }


def render_payout(payout: Payout) -> dict[str, Any]:
    """Return a payout; of the account, what may be shown of it."""
    return {
        "id": str(payout.public_id),
        "amount": payout.amount_minor,
        "currency": payout.currency,
        "status": str(payout.status),
        "method": str(payout.method),
        "account": payout.account.masked,
        "failure_code": payout.failure_code or None,
        "failure_message": payout.failure_message or None,
        "created_at": render_instant(payout.created_at),
        "sent_at": payout.sent_at and render_instant(payout.sent_at),
        "settled_at": payout.settled_at and render_instant(payout.settled_at),
    }
