"""Django's ENGINE: PostgreSQL that keeps tenants apart."""
