"""OpenAPI description of statements. Nothing here runs when a request is answered."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_serializer
from rest_framework import serializers

from bookkeeping.models import PARTS
from dialects.text import examples
from dialects.text.schema import CURRENCY_PARAMETER, describe_action

SCOPE = "scope missing for the ledger"
MONTH_NAME = {"type": "string", "pattern": "^[2-8][0-9]{3}-(0[1-9]|1[0-2])$"}
MONTH = OpenApiParameter("month", MONTH_NAME, OpenApiParameter.PATH, description="Such as 2026-11, in UTC.")
NEXT = OpenApiParameter(
    "Link",
    str,
    OpenApiParameter.HEADER,
    response=[200],
    description='`<...>; rel="next"`: the next page. Not there on the last page.',
)
CENTS = "In the smallest unit of the currency; what adds to the balance is positive."


class StatementBooks(serializers.Serializer):
    """As in `/v3/day_roots`: the root of all that was posted until the end of a day."""

    day = serializers.DateField()
    tree_root = serializers.CharField()
    previous_root = serializers.CharField()
    root = serializers.CharField()  # type: ignore[assignment]
    signature = serializers.CharField()
    public_key = serializers.CharField()


class Statement(serializers.Serializer):
    """One month of a seller in one currency: the opening balance and all parts are the closing balance."""

    month = serializers.CharField(help_text="In UTC.")
    currency = serializers.CharField()
    final = serializers.BooleanField(help_text="The month is closed, and the statement stays as it is.")
    opening_balance = serializers.IntegerField(help_text=CENTS)
    sales = serializers.IntegerField(help_text="What buyers paid, before the commission.")
    refunds = serializers.IntegerField()
    disputes = serializers.IntegerField(
        help_text="Disputes that are open or were lost, less those that were won."
    )
    disbursements = serializers.IntegerField(help_text="What was sent to customers.")
    fees = serializers.IntegerField()
    commission = serializers.IntegerField(help_text="Less what was given back of it.")
    payouts = serializers.IntegerField()
    corrections = serializers.IntegerField()
    closing_balance = serializers.IntegerField(help_text="What the marketplace owed at the end.")
    lines = serializers.IntegerField(help_text="How many lines it has.")
    lines_sha256 = serializers.CharField(allow_null=True, help_text="Of its lines; null until it is final.")
    books = StatementBooks(
        allow_null=True,
        help_text="The signed root of the books until the month's end; null until it is final.",
    )


@extend_schema_serializer(many=False)
class StatementList(serializers.Serializer):
    """Statements, newest first, or one for each currency."""

    result = Statement(many=True)


class StatementLine(serializers.Serializer):
    """One line of a statement; gross and commission are the net amount."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    type = serializers.ChoiceField([part for part in PARTS if part != "commission"])
    gross = serializers.IntegerField(help_text=CENTS)
    commission = serializers.IntegerField()
    net = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    occurred_at = serializers.DateTimeField(
        allow_null=True, help_text="When it happened, if that month was closed by then."
    )


@extend_schema_serializer(many=False)
class StatementLineList(serializers.Serializer):
    """At most 20 lines, the oldest first."""

    result = StatementLine(many=True)


def describe_statements() -> dict[str, Any]:
    """Return what to say about each action of statements."""
    before = OpenApiParameter("before", MONTH_NAME, description="A month; only earlier ones.")
    after = OpenApiParameter("after", OpenApiTypes.UUID, description="The cursor of the Link header.")
    return {
        "list": describe_action(
            {200: StatementList},
            [before, NEXT],
            {"statements": (200, {"result": []})},
            "bad month",
            SCOPE,
            operation_id="v3_statements_list",
        ),
        "retrieve": describe_action(
            {200: StatementList},
            [MONTH],
            {"statement": (200, {"result": [examples.STATEMENT]})},
            "unknown statement",
            SCOPE,
            operation_id="v3_statements_retrieve",
        ),
        "lines": describe_action(
            {200: StatementLineList},
            [MONTH, CURRENCY_PARAMETER, after, NEXT],
            {"statement lines": (200, {"result": [examples.STATEMENT_LINE]})},
            "bad line",
            "unknown statement",
            SCOPE,
            operation_id="v3_statements_lines_list",
        ),
    }
