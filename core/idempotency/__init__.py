"""Idempotency keys, and the replies stored under them."""
