"""The form of the admin's log-in page."""

from unfold.forms import AuthenticationForm

from access.user_names import find_user_name


class StaffLoginForm(AuthenticationForm):
    """Name and password; an e-mail is found however it is typed."""

    def clean_username(self) -> str:
        """Return the name as it is stored."""
        return find_user_name(self.cleaned_data["username"])
