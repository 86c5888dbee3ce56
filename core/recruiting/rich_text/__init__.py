"""HTML that clients send: sanitised, after an upper bound on the cost is known."""
