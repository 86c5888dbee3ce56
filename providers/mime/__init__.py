"""One mail's bytes -> `Message`, the same for `.eml`, mbox, folders, and mail that a mailbox fetched.

A walker of our own over the standard library's decoders: its time and memory grow with the mail's size alone, and size,
parts, depth and headers have limits. A mail that makes no `Message` comes back with the reason, never as an exception.
"""
