"""Operators: their accounts, their audit log and the admin site."""
