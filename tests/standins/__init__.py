"""Small servers that play other people's services on loopback; each refuses what the real one doesn't know."""
