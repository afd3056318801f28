"""How staff log in: the form, second factors, sessions."""
