"""Examines workers, and worlds, in any language: `python -m shardq.conformance`."""
