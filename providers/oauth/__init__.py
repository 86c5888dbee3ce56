"""What plugins share that talk to OAuth servers: a client for provider endpoints and the types of claims."""
