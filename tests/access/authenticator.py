"""A passkey store in software: it answers what a server asks as a browser with a device does."""

import json
from hashlib import sha256
from secrets import token_bytes

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from fido2.cose import ES256
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

PRESENT = AuthenticatorData.FLAG.UP


class Authenticator:
    """One device with one key."""

    def __init__(self, *, counter=0):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = token_bytes(16)
        self.counter = counter

    def make(self, options, *, origin=None):
        """Return the answer of a browser that was asked for a new key."""
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.credential_id, public)
        data = AuthenticatorData.create(
            hash_of_party(options["rp"]["id"]),
            PRESENT | AuthenticatorData.FLAG.AT,
            self.counter,
            bytes(credential),
        )
        made = AuthenticatorAttestationResponse(
            client_data=describe_page(CollectedClientData.TYPE.CREATE, options, origin),
            attestation_object=AttestationObject.create("none", data, {}),
        )
        return json.dumps(dict(RegistrationResponse(raw_id=self.credential_id, response=made)))

    def sign(self, options, *, origin=None):
        """Return the answer of a browser that was asked for a known key."""
        data = AuthenticatorData.create(hash_of_party(options["rpId"]), PRESENT, self.counter)
        page = describe_page(CollectedClientData.TYPE.GET, options, origin)
        signed = AuthenticatorAssertionResponse(
            client_data=page,
            authenticator_data=data,
            signature=self.key.sign(bytes(data) + page.hash, ec.ECDSA(hashes.SHA256())),
        )
        return json.dumps(dict(AuthenticationResponse(raw_id=self.credential_id, response=signed)))


def hash_of_party(host):
    return sha256(host.encode()).digest()


def describe_page(kind, options, origin):
    return CollectedClientData.create(kind, options["challenge"], origin or settings.BASE_URL)
