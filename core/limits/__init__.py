"""Rate limits of credentials."""
