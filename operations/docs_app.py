"""The app of the API references, apart from the demo, whose factories no server needs."""

# Public, so that anybody at this machine can try a request as a demo person.
DOCS_CLIENT_ID = "d0c5d0c5d0c5d0c5d0c5d0c5d0c5d0c5"
