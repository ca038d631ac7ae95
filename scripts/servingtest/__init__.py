"""What the trials of served policies share."""
