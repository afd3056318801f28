"""The pages that people meet."""

from django.urls import path

from checkout import cancelling, sign_in_views, views

urlpatterns = [
    path("", views.root, name="root"),
    path("login/", sign_in_views.LogIn.as_view(), name="login"),
    path("logout/", sign_in_views.log_out, name="logout"),
    path("account/", sign_in_views.account_page, name="account"),
    path("account/subscriptions/<uuid:public_id>/cancel/", cancelling.cancel_page, name="cancel"),
]
