"""What one look-up of a purchase asks for, by the kind of its caller; later callers use the same SQL."""

import pytest

from charges.models import Charge
from core.compiled import Parameter
from dialects.text.purchases import _compile_lookup
from subscriptions.models import Subscription

pytestmark = pytest.mark.django_db
ALWAYS = {"product", "public_id"}


@pytest.mark.parametrize("model", [Charge, Subscription])
@pytest.mark.parametrize(
    ("is_admin", "first_party", "narrowed"),
    [
        (False, False, {"organization", "application"}),
        (False, True, {"organization"}),
        (True, False, set()),
    ],
)
def test_it_is_narrowed_to_what_the_caller_may_see(model, is_admin, first_party, narrowed):
    lookup = _compile_lookup(model, is_admin=is_admin, first_party=first_party)
    names = [each.name for each in lookup.parameters if isinstance(each, Parameter)]
    assert sorted(names) == sorted(ALWAYS | narrowed)


def test_a_rule_that_looks_at_more_of_a_caller_fails_and_is_not_kept(monkeypatch):
    monkeypatch.setattr(
        type(Charge.objects.all()), "visible_to", lambda self, caller: self.filter(buyer__in=caller.scopes)
    )
    _compile_lookup.cache_clear()
    with pytest.raises(AttributeError, match="scopes"):
        _compile_lookup(Charge, is_admin=False, first_party=False)
