"""Stores: the Redis implementation and its in-memory twin side by side, one contract suite over both."""
