"""What scripts/test-compose is made of."""
