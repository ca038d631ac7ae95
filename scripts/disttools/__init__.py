"""What scripts/dist is made of."""
