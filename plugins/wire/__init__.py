"""What several plugins share; no plugin itself: an HTTP client, reading answers, mail of two boards in one shape."""
