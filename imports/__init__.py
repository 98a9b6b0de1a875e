"""Saved pages from elsewhere: what a file or folder holds, read one record after the other, as it is asked for."""
