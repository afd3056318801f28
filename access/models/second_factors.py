"""Second factors of staff: an app that shows codes, passkeys, and codes on paper for when both are lost."""

from django.db import models

from core import clock

LONGEST_NAME = 60


class AuthenticatorApp(models.Model):
    """An app that shows a new code every 30 seconds (RFC 6238); its secret is sealed.

    `last_step` is the number of the 30 seconds whose code was used last: no code is good twice.
    """

    user = models.OneToOneField("auth.User", models.CASCADE, related_name="authenticator_app")
    sealed_secret = models.BinaryField()
    last_step = models.BigIntegerField()
    added_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        default_permissions = ()
        permissions = [
            ("administer_staff", "Can give roles, end sessions of others and take second factors away")
        ]

    def __str__(self) -> str:
        return "Authenticator app"


class Passkey(models.Model):
    """A key of a device or a stick (WebAuthn). Nothing here is secret: the device keeps the private half."""

    user = models.ForeignKey("auth.User", models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=LONGEST_NAME)
    credential_id = models.BinaryField(max_length=1023, unique=True)
    credential = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    added_at = models.DateTimeField(default=clock.now, editable=False)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """A code on paper that is good once; only its hash is kept."""

    user = models.ForeignKey("auth.User", models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "Recovery code"
