"""The throughput comparison: private servers, the peers' environments, the rows, and the report."""
