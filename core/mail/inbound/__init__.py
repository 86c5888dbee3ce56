"""Mail that comes in by itself, at a user's personal forwarding address: no plugin fetches it."""
