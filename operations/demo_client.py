"""The application by which the API reference tries the API of the demo."""

DOCS_CLIENT_ID = "d0c5d0c5d0c5d0c5d0c5d0c5d0c5d0c5"
