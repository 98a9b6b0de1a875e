"""Measurements. Each prints a ratio against a peer or a limit, taken in the same run; none is a test."""
