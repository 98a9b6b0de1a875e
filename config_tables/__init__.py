"""The tables of `newskeep.toml`, a module each: its keys, how they are read, how a new home's file explains them."""
