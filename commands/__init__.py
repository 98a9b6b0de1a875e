"""The commands of `newskeep`, one module each; `cli` puts them together."""
