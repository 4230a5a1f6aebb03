"""The same task in other engines: four graduated tiers on each record. `python -m benchmarks.peers`."""
