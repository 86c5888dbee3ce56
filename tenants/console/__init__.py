"""What the pages of both consoles share: their frame, tables in parts, forms, charts, and secrets shown once."""
