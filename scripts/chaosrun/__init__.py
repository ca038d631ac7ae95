"""Runs that are killed, paused and starved at random, and must end as if nothing had happened."""
