"""Reads positions, candidates and attachments. Each list is one statement."""
