"""Beyond one machine: crawls in many workers, one archive.

Dramatiq hands out orders, a Redis stream brings results home.

An extra (`newskeep[cluster]`): nothing outside this room imports it but the commands that were asked for it by name.
`docs/cluster.md` tells how it works and what happens when a part of it dies.
"""
