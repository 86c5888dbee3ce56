"""What several plugins share to talk to other people's servers; no plugin itself."""
