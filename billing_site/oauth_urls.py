"""The paths of the OAuth 2 server. Registration of applications, devices and OpenID are not offered."""

from django.urls import path

from billing_site import oauth_views as views

app_name = "oauth2_provider"

urlpatterns = [
    path("authorize/", views.AuthorizationView.as_view(), name="authorize"),
    path("token/", views.TokenView.as_view(), name="token"),
    path("token", views.TokenView.as_view()),
    path("revoke_token/", views.RevokeTokenView.as_view(), name="revoke-token"),
    path("revoke_token", views.RevokeTokenView.as_view()),
    path("introspect/", views.IntrospectTokenView.as_view(), name="introspect"),
    path("introspect", views.IntrospectTokenView.as_view()),
]
