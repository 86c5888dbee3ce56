"""Limits what a plugin's parser takes: time, memory, and the crash of its process."""
