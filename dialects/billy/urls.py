"""Billy's paths. Unknown paths below these answer Billy's own 404."""

from django.urls import URLPattern, path, re_path

from dialects.billy.company_views import CompanyViewSet, RegistrationViewSet
from dialects.billy.customer_views import CustomerViewSet
from dialects.billy.paths import BILLY
from dialects.billy.plan_views import PlanViewSet
from dialects.billy.subscription_views import SubscriptionViewSet
from dialects.billy.transaction_views import TransactionViewSet
from dialects.billy.views import BillyViewSet, not_found


def route(pattern: str, viewset: type[BillyViewSet], **actions: str) -> URLPattern:
    """Return a path below /v1/: which method does what."""
    return path(f"v1/{pattern}", viewset.as_view({**actions}))


def sub_lists(noun: str, viewset: type[BillyViewSet], *lists: str) -> list[URLPattern]:
    """Return the paths of what belongs to one record."""
    return [route(f"{noun}/<str:guid>/{name}", viewset, get=name) for name in lists]


urlpatterns = [
    route("companies", RegistrationViewSet, get="stub", post="create"),
    route("companies/<str:guid>", CompanyViewSet, get="retrieve"),
    route("customers", CustomerViewSet, get="list", post="create"),
    route("customers/<str:guid>", CustomerViewSet, get="retrieve", delete="destroy"),
    *sub_lists("customers", CustomerViewSet, "subscriptions", "transactions"),
    route("plans", PlanViewSet, get="list", post="create"),
    route("plans/<str:guid>", PlanViewSet, get="retrieve", delete="destroy"),
    *sub_lists("plans", PlanViewSet, "subscriptions", "customers", "transactions"),
    route("subscriptions", SubscriptionViewSet, get="list", post="create"),
    route("subscriptions/<str:guid>", SubscriptionViewSet, get="retrieve"),
    route("subscriptions/<str:guid>/cancel", SubscriptionViewSet, post="cancel"),
    *sub_lists("subscriptions", SubscriptionViewSet, "transactions"),
    route("transactions", TransactionViewSet, get="list"),
    route("transactions/<str:guid>", TransactionViewSet, get="retrieve"),
    re_path(f"^{BILLY}", not_found),
]
