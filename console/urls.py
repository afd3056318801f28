"""The paths below /console/."""

from django.urls import include, path

from console import (
    application_pages,
    credentials,
    endpoint_pages,
    entry,
    home,
    looks_page,
    member_pages,
    quick_start,
    testing_list,
    testing_page,
)

urlpatterns = [
    path("", include("console.list_urls")),
    path("", home.home_page, name="console"),
    path("mode/", home.switch_mode, name="console_mode"),
    path("sign-up/", entry.sign_up_page, name="console_sign_up"),
    path("sign-up/sent/", entry.sent_page, name="console_sign_up_sent"),
    path("sign-up/confirm/", entry.confirm_page, name="console_confirm"),
    path("invitation/", entry.invitation_page, name="console_invitation"),
    path("applications/", application_pages.applications_page, name="console_applications"),
    path("applications/new/", application_pages.new_application_page, name="console_new_application"),
    path("applications/<slug:client_id>/", application_pages.application_page, name="console_application"),
    path(
        "applications/<slug:client_id>/edit/",
        application_pages.edit_application_page,
        name="console_edit_application",
    ),
    path("applications/<slug:client_id>/looks/", looks_page.looks_page, name="console_application_looks"),
    path("applications/<slug:client_id>/submit/", application_pages.submit_page, name="console_submit"),
    path(
        "applications/<slug:client_id>/credentials/",
        credentials.credentials_page,
        name="console_credentials",
    ),
    path(
        "applications/<slug:client_id>/credentials/end/",
        credentials.end_former_page,
        name="console_end_former_secret",
    ),
    path("applications/<slug:client_id>/start/", quick_start.quick_start_page, name="console_quick_start"),
    path(
        "applications/<slug:client_id>/webhooks/new/",
        endpoint_pages.new_endpoint_page,
        name="console_new_endpoint",
    ),
    path(
        "applications/<slug:client_id>/webhooks/<uuid:public_id>/",
        endpoint_pages.endpoint_page,
        name="console_endpoint",
    ),
    path(
        "applications/<slug:client_id>/webhooks/<uuid:public_id>/act/",
        endpoint_pages.act_on_endpoint,
        name="console_act_on_endpoint",
    ),
    path("test-buyers/", testing_list.test_buyers_page, name="console_test_buyers"),
    path("test-buyers/<uuid:public_id>/", testing_page.test_buyer_page, name="console_test_buyer"),
    path(
        "test-buyers/<uuid:public_id>/act/", testing_page.act_on_test_buyer, name="console_act_on_test_buyer"
    ),
    path("members/", member_pages.members_page, name="console_members"),
    path("members/leave/", member_pages.leave_page, name="console_leave"),
    path("members/<uuid:public_id>/", member_pages.member_page, name="console_member"),
    path("members/<uuid:public_id>/remove/", member_pages.remove_page, name="console_remove_member"),
    path(
        "members/invitations/<uuid:public_id>/take-back/",
        member_pages.take_back_page,
        name="console_take_invitation_back",
    ),
]
