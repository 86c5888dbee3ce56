"""One mail's bytes -> `Message`, the same for `.eml`, mbox, folders, and mail that a mailbox fetched.

A walker of our own over the standard library's decoders, in time and memory that grow with the mail's size alone, with
limits on size, parts, depth and headers. A mail that makes no `Message` comes back with the reason, never as an exception.
"""
