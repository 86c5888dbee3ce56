"""What a plugin is: values, contracts, hooks and their registry.

Knows the standard library, pydantic and pluggy only.
"""
