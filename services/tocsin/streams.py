"""Every Redis key, and what it means. ARCHITECTURE.md lists them; a test holds the two together.

The braces are part of a key: what one channel knows shares a hash tag, so that one script may touch it on a cluster.
"""

from __future__ import annotations

import re

CHANNEL_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def dead_letters(articles: str) -> str:
    """Stream of what was no article or killed its readers: ``articles:dead``."""
    return f"{articles}:dead"


def in_hand(articles: str) -> str:
    """Hash entry id → how often a process died, or our code failed, with it alone in hand; beside it ``ID:by``, ``ID:why``."""
    return f"tocsin:in-hand:{articles}"


def low_water(articles: str, group: str) -> str:
    """String: the group's oldest unacknowledged entry, or ``(`` and the last one delivered; a lost group is made there."""
    return f"tocsin:low-water:{articles}:{group}"


def lease(articles: str, job: str) -> str:
    """String with expiry: which process does a job that one must do (``upkeep``: trimming, low-water mark, silent consumers)."""
    return f"tocsin:lease:{job}:{articles}"


def told(article_key: str) -> str:
    """String with expiry: channels that may have been told of an article, each followed by a space, some twice."""
    return f"tocsin:told:{article_key}"


def alerts(channel: str) -> str:
    """Stream: the channel's alert log, one JSON document in the field ``data``."""
    return f"alerts:{{{channel}}}"


def doorbell(channel: str) -> str:
    """Pub/Sub channel that carries the same documents, at most once."""
    return f"alerts:{channel}"


def done(channel: str, mark: str) -> str:
    """String with expiry: this channel has decided on that article revision (``mark`` is the alert id)."""
    return f"tocsin:{{{channel}}}:done:{mark}"


def stories(channel: str) -> str:
    """Hash story id → state (MessagePack of ``model.story.Story``)."""
    return f"tocsin:{{{channel}}}:stories"


def story_versions(channel: str) -> str:
    """Hash story id → version of that state: what the commit compares, so that it need not unpack the state."""
    return f"tocsin:{{{channel}}}:story-versions"


def story_seen(channel: str) -> str:
    """Sorted set story id → when it last heard of an article (seconds since the epoch): the longest silent closes first."""
    return f"tocsin:{{{channel}}}:story-seen"


def story_closed(channel: str) -> str:
    """Sorted set id of a closed story → number of that change; the latest thousand."""
    return f"tocsin:{{{channel}}}:story-closed"


def story_changes(channel: str) -> str:
    """Sorted set story id → number of its last change."""
    return f"tocsin:{{{channel}}}:story-changes"


def story_state(channel: str) -> str:
    """Hash: ``change`` (last number), ``opened`` (story opened last), ``forgotten`` (closings up to it are not listed)."""
    return f"tocsin:{{{channel}}}:story-state"


WATCHLISTS = "tocsin:{watchlists}:current"  # hash name → published version record (JSON)
WATCHLISTS_REVISION = "tocsin:{watchlists}:revision"  # string: number of the set, for compare-and-set
WATCHLISTS_CHANGED = "tocsin:watchlists:changed"  # Pub/Sub channel: a doorbell that carries the new revision


def watchlist_versions(name: str) -> str:
    """List of every version record (JSON) that a watchlist ever had, oldest first; immutable."""
    return f"tocsin:{{watchlists}}:versions:{name}"


def watchlist_rows(name: str) -> str:
    """String: rows of a group, or a change of them, packed; named by what it holds, immutable, kept as long as versions."""
    return f"tocsin:{{watchlists}}:rows:{name}"


MARKED_RULES = "tocsin:{marks}:rules"  # sorted set LIST/RULE → number of its last change
MARKS_REVISION = "tocsin:{marks}:revision"  # string: number of the last change, of the server's clock
MARKS_CHANGED = "tocsin:marks:changed"  # Pub/Sub channel: a doorbell that carries the number of the change


def marks(name: str) -> str:
    """Stream: what readers said about the alerts of a rule (``LIST/RULE``), JSON in the field ``data``; bounded."""
    return f"tocsin:{{marks}}:rule:{name}"
