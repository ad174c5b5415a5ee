"""A channel's open stories, as one scorer holds them in memory: placed against, changed tentatively, confirmed or undone.

Redis is the record. A cache of it is filled from ``ChannelChanges``; what a batch decides is applied at once, so that its
later articles are placed on what earlier ones leave, and undone where the commit conflicts.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import numpy as np

from tocsin.model.story import ChannelChanges, Story, Told
from tocsin.story.fingerprint import Hashes, pack, unpack
from tocsin.story.shingles import ShingleIndex

COPY = 0.55  # containment from which a text is a copy; flat between 0.15 and 0.70 on real copies (docs/accuracy.md)
_SMALL = 8  # hashes below which containment says little: the smaller text must then be as large as the other, nearly
_NEW_SHARE = 0.1  # a copy's shingles are kept where at least this share is new to the story
_COMPACT_SHARE = 0.5  # rebuild the index when more than half of its articles are of closed or replaced states
_COMPACT_LEAST = 1_000


class Placement(msgspec.Struct, frozen=True):
    """Where an article belongs: its story and the article it copies, or neither."""

    story: Story | None = None
    copy_of: str | None = None  # id of that article
    containment: float = 0.0
    previous: Told | None = None  # what an earlier revision of this very article said


class OpenStories:
    """One channel's open stories and the indexes to find them."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self._forget()

    def _forget(self) -> None:
        self.cursor = 0
        self.epoch = ""
        self.opened = ""
        self._stories: dict[str, Story] = {}
        self._by_article: dict[str, str] = {}  # article key → story id
        self._index = ShingleIndex()
        self._owner: list[tuple[str, str] | None] = []  # article number → (story id, article id); None: closed
        self._numbers: dict[str, list[tuple[bytes, int]]] = {}  # story id → its packed shingles and their numbers
        self._dead = 0  # indexed articles that nobody owns any more

    def __len__(self) -> int:
        return len(self._stories)

    def get(self, story_id: str) -> Story | None:
        """Return the story as it stands here."""
        return self._stories.get(story_id)

    def catch_up(self, changes: ChannelChanges) -> None:
        """Take what Redis says. Call only with nothing tentative: conflicts are undone first."""
        if changes.reset:
            self._forget()
            self._load(changes.stories)
        else:
            for story_id in changes.gone:
                self.put(story_id, None)
            for story in changes.stories:
                self.put(story.id, story)
        self.cursor, self.epoch, self.opened = changes.cursor, changes.epoch, changes.opened

    def put(self, story_id: str, story: Story | None) -> None:
        """Set a story's state, or forget it; only shingles that are new to the story are indexed."""
        before = self._stories.pop(story_id, None)
        if before is not None:
            for member in before.members:
                if self._by_article.get(member.article_key) == story_id:
                    del self._by_article[member.article_key]
        numbers = self._numbers.pop(story_id, [])
        kept: list[tuple[bytes, int]] = []
        if story is not None:
            known = dict(numbers)
            for article_id, packed in story.shingles:
                number = known.pop(packed, None)
                if number is None:
                    number = self._index.add(unpack(packed))
                    self._owner.append((story_id, article_id))
                kept.append((packed, number))
            self._stories[story_id] = story
            self._numbers[story_id] = kept
            for member in story.members:
                self._by_article[member.article_key] = story_id
        alive = {number for _, number in kept}
        for _, number in numbers:
            if number not in alive:
                self._owner[number] = None
                self._dead += 1
        self._compact()

    def knows(self, article_key: str) -> bool:
        """Whether a revision of this very article stands in an open story."""
        return article_key in self._by_article

    def place(self, article_key: str, hashes: Hashes) -> Placement:
        """Find the article's story: by its own earlier revision, else by the article that it copies.

        Args:
            article_key: the key; an earlier revision decides the story whatever the text has become.
            hashes: ``fingerprint`` of the article.
        """
        own = self._by_article.get(article_key)
        if own is not None:
            story = self._stories[own]
            previous = next((told for told in reversed(story.members) if told.article_key == article_key), None)
            return Placement(story=story, previous=previous)
        best, best_number = 0.0, -1
        for number, shared in self._index.shared(hashes).items():
            if self._owner[number] is None:
                continue
            share = containment(shared, len(hashes), self._index.size(number))
            if share > best or (share == best and number < best_number):
                best, best_number = share, number
        if best < COPY:
            return Placement()
        owner = self._owner[best_number]
        assert owner is not None
        story_id, article_id = owner
        return Placement(story=self._stories[story_id], copy_of=article_id, containment=best)

    def _load(self, stories: Iterable[Story]) -> None:
        """Take many stories into an empty index at once: 10,000 in a fraction of a second."""
        hashes: list[Hashes] = []
        for story in stories:
            self._stories[story.id] = story
            self._numbers[story.id] = []
            for member in story.members:
                self._by_article[member.article_key] = story.id
            for article_id, packed in story.shingles:
                self._numbers[story.id].append((packed, len(hashes)))
                self._owner.append((story.id, article_id))
                hashes.append(unpack(packed))
        self._index.add_all(hashes)

    def _compact(self) -> None:
        if self._dead < _COMPACT_LEAST or self._dead < _COMPACT_SHARE * len(self._owner):
            return
        self._dead = 0
        stories, self._index, self._owner, self._numbers = list(self._stories.values()), ShingleIndex(), [], {}
        self._load(stories)


def containment(shared: int, ours: int, theirs: int) -> float:
    """Return the share of the smaller text's shingles that the larger one has, 0..1.

    A very short text stands in many longer ones by chance, so below ``_SMALL`` hashes the larger text counts instead.
    """
    smaller, larger = min(ours, theirs), max(ours, theirs)
    if smaller == 0:
        return 0.0
    return shared / (larger if smaller < _SMALL else smaller)


def with_shingles(story: Story | None, article_id: str, hashes: Hashes) -> tuple[tuple[str, bytes], ...]:
    """Return a story's shingles with the article's added where it brings enough that is new; first 2 and last 4 kept."""
    if not len(hashes):
        return () if story is None else story.shingles
    own = (article_id, pack(hashes))
    if story is None:
        return (own,)
    known = np.concatenate([unpack(packed) for _, packed in story.shingles] or [hashes[:0]])
    if int(np.count_nonzero(~np.isin(hashes, known))) < _NEW_SHARE * len(hashes):
        return story.shingles
    grown = (*story.shingles, own)
    return grown if len(grown) <= 6 else (*grown[:2], *grown[-4:])
