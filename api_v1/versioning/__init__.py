"""The engine of versions: a timeline of change classes, and an API for each version built from the head."""
