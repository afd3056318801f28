"""Plans: what a merchant offers, how often it is billed, and at what price."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from dialects.unibill.actions import PLANS
from dialects.unibill.codes import CYCLES, spell
from dialects.unibill.days import filter_by_creation
from dialects.unibill.forms import (
    CentsField,
    CodeField,
    PageForm,
    StrictDateField,
    StrictFlagField,
    StrictIntegerField,
    StrictTextField,
    UnsupportedField,
    WordField,
)
from dialects.unibill.records import Record, Records
from dialects.unibill.references import get_by_reference
from dialects.unibill.tenants import choose_merchant, list_plans, list_reached
from dialects.unibill.views import UniBillViewSet
from subscriptions.models import Plan
from subscriptions.plans import change_plan, create_plan

COMPARED = ("name__iexact", "amount_minor", "amount_minor__gte", "amount_minor__lte")


class PlanForm(Serializer):
    """A plan."""

    code = CodeField(required=False)
    accountId = StrictIntegerField(required=False, source="account_number")
    name = StrictTextField(255)
    billingCycleType = WordField(CYCLES, default=CYCLES["M"], source="cycle")
    amount = CentsField(min_value=1, source="amount_minor")
    taxAmount = UnsupportedField()
    isActive = StrictFlagField(default=True, source="is_active")


class PlanFilters(PageForm):
    """Which plans; what is given must all be so."""

    accountId = StrictIntegerField(required=False, source="account_number")
    name = StrictTextField(255, required=False, source="name__iexact")
    billingCycleType = WordField(CYCLES, required=False, source="cycle")
    createDate = StrictDateField(required=False, source="created_on")
    createDateFrom = StrictDateField(required=False, source="created_from")
    createDateTo = StrictDateField(required=False, source="created_to")
    amount = CentsField(required=False, source="amount_minor")
    amountFrom = CentsField(required=False, source="amount_minor__gte")
    amountTo = CentsField(required=False, source="amount_minor__lte")


class PlanViewSet(UniBillViewSet):
    """Plans of the merchant accounts that the caller reaches."""

    resource = PLANS
    forms = {"create": PlanForm, "find": PlanFilters, "modify": PlanForm}

    def create(self, request: HttpRequest) -> HttpResponse:
        """Offer a plan."""
        merchant = choose_merchant(self.user, self.wanted.get("account_number"))
        return self.answer_once(
            lambda: show_plan(create_plan(merchant=merchant, code=self.wanted.get("code"), **self._terms()))
        )

    def find(self, request: HttpRequest) -> Response:
        """List plans, oldest first."""
        plans = list_plans(list_reached(self.user, self.wanted.get("account_number")))
        found = filter_plans(plans, dict(self.wanted)).order_by("pk")
        page = found[self.wanted["offset"] :][: self.wanted["limit"]]
        return Response(Records("plans", [show_plan(plan) for plan in page]))

    def load(self, request: HttpRequest, plan_id: str) -> Response:
        """Show a plan."""
        return Response(show_plan(self._get(plan_id)))

    def modify(self, request: HttpRequest, plan_id: str) -> Response:
        """Change what is offered from now on."""
        return Response(show_plan(change_plan(self._get(plan_id).pk, **self._terms())))

    def _get(self, reference: str) -> Plan:
        reached = list_reached(self.user, self.wanted.get("account_number"))
        return get_by_reference(list_plans(reached), reference)

    def _terms(self) -> Any:
        names = ("name", "amount_minor", "is_active")
        terms = {name: self.wanted[name] for name in names if name in self.wanted}
        if "cycle" in self.wanted:
            terms["frequency"], terms["interval"] = self.wanted["cycle"]
        return terms


def filter_plans(plans: QuerySet[Plan], wanted: dict[str, Any]) -> QuerySet[Plan]:
    """Keep the plans to which all filters apply; days are UTC and belong to their range."""
    if cycle := wanted.get("cycle"):
        plans = plans.filter(frequency=cycle[0], interval=cycle[1])
    conditions = {name: wanted[name] for name in COMPARED if name in wanted}
    for first, last in (("created_on", "created_on"), ("created_from", "created_to")):
        plans = plans.filter(**filter_by_creation(wanted.get(first), wanted.get(last)))
    return plans.filter(**conditions)


def show_plan(plan: Plan) -> Record:
    """Return a plan as UniBill's clients read it."""
    return Record(
        "plan",
        {
            "id": plan.pk,
            "code": plan.code or str(plan.pk),
            "accountId": plan.merchant.account_number,
            "createDate": plan.created_at,
            "name": plan.name or None,
            "billingCycleType": spell(CYCLES, (plan.frequency, plan.interval)),
            "amount": plan.amount_minor,
            "isActive": plan.is_active,
        },
    )
