"""Idempotency keys and the replies that are stored under them."""
