"""What each tenant has done and has, day by day: for the operators' console."""
