"""The page forms a story is printed in, one module each."""
