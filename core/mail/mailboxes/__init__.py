"""The mailboxes of users: connecting, changing and removing them, and syncing those that are fetched."""
