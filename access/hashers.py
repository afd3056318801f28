"""Password hashing for secrets that we generate."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class MachineSecretHasher(PBKDF2PasswordHasher):
    """One round: a client secret is 128 random letters, so stretching it would only slow down tokens."""

    algorithm = "pbkdf2_sha256_machine"
    iterations = 1
