"""What scripts/test-deploy is made of."""
