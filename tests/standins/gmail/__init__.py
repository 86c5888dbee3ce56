"""Gmail's API: mailboxes with labels and a history, a search, a quota in units, and failures on demand."""
