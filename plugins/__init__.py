"""The plugins that we ship, a folder for each. The contracts that they implement are in `providers`."""
