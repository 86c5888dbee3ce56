"""The plugins we ship, one folder each; `wire` is what several of them share."""
