"""What newskeep's extraction has learned from labelled pages, and how to learn it again. Nothing here ships."""
