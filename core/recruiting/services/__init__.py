"""Writes positions, candidates and attachments. Each call is one transaction: all of it, or nothing."""
