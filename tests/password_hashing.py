"""The hashes of passwords in tests: the real Argon2, with a hundredth of its memory."""

from django.contrib.auth.hashers import Argon2PasswordHasher


def hash_quickly() -> None:
    """Have this process hash quickly from now on. The benchmark measures the cost of a real hash."""
    Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1024, 1
