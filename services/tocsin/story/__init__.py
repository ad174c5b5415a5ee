"""Place an article in one of a channel's open stories, or find that it opens a new one. Pure: stores are elsewhere."""
