"""Decide what a channel is told, and write the alert that tells it. Pure: sending is the store's commit."""
