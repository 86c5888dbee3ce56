"""What several plugins share; no plugin itself: an HTTP client, reading answers, and mail of two boards in one shape."""
