"""A server of the dialect whose views say which action was meant."""

from django.urls import include, path

from billing_site.urls import handler400, handler403, handler404, handler500  # noqa: F401
from dialects.unibill.urls import list_all_routes
from tests.dialects.unibill.desk import everything, name_what_is_asked

urlpatterns = [
    path("api/v01/", include((list_all_routes(name_what_is_asked(each) for each in everything), "asked"))),
]
