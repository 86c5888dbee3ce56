"""Small servers that simulate external services on loopback; each rejects what the real one doesn't know."""
