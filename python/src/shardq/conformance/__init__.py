"""Examines workers in any language: `python -m shardq.conformance`."""
