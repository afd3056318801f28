"""Serializers that describe test buyers in OpenAPI; testing_views.py builds the answers."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from gateway.sandbox_behaviours import TEST_CARD_NAMES
from testmode.buyers import MAX_NAME

CARDS = list(TEST_CARD_NAMES)


class NewBuyerOfTests(serializers.Serializer):
    """A new test buyer."""

    name = serializers.CharField(required=False, max_length=MAX_NAME)
    test_card = serializers.ChoiceField(CARDS, required=False, help_text="`approve` without it.")


class ListedBuyerOfTests(serializers.Serializer):
    """A test buyer in a list."""

    id = serializers.UUIDField(help_text="The id of its organisation.")
    license_id = serializers.IntegerField()
    name = serializers.CharField()
    entity_id = serializers.EmailField(help_text="The name with which its account logs in.")
    now = serializers.DateTimeField(help_text="Its time, which stands still until it is advanced.")
    created_at = serializers.DateTimeField()


@extend_schema_serializer(many=False)
class BuyersOfTests(serializers.Serializer):
    """At most 20 test buyers, newest first."""

    result = ListedBuyerOfTests(many=True)


class BuyerOfTests(ListedBuyerOfTests):
    """A test buyer."""

    test_card = serializers.ChoiceField(CARDS, help_text="The test card that pays.")
    next_event_at = serializers.DateTimeField(
        allow_null=True, help_text="When something falls due for it next; null for never."
    )


class BuyerOfTestsWithPassword(BuyerOfTests):
    """A test buyer that was just made."""

    password = serializers.CharField(help_text="Of its account; it is not shown again.")


class AdvancedBuyerOfTests(BuyerOfTests):
    """A test buyer whose time has passed."""

    instants = serializers.IntegerField(help_text="At how many instants something fell due on the way.")


class NewTokenOfTests(serializers.Serializer):
    """What the token is good for."""

    scopes = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        min_length=1,
        help_text="Those of the products that the application is sold for without it.",
    )


class TokenOfTests(serializers.Serializer):
    """A bearer token of a test buyer's account for the application."""

    access_token = serializers.CharField(help_text="It is not shown again.")
    token_type = serializers.ChoiceField(["Bearer"])
    expires_in = serializers.IntegerField(help_text="Seconds.")
    scope = serializers.CharField()


class CardOfTests(serializers.Serializer):
    """The test card that pays from now on."""

    test_card = serializers.ChoiceField(CARDS)


class AdvanceOfTests(serializers.Serializer):
    """Which instant it becomes."""

    to = serializers.DateTimeField(
        required=False, help_text="At most two years later. The next event without it."
    )
