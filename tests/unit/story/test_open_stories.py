"""Placing: copies find their story, a revision finds its own, closed stories find nobody."""

from __future__ import annotations

from typing import Any

import msgspec

from tocsin.model.story import ChannelChanges, Story, Told
from tocsin.story import open_stories
from tocsin.story.fingerprint import shingle_hashes
from tocsin.story.open_stories import OpenStories, containment, with_shingles

TEXT = [f"w{number}" for number in range(100)]
OTHER = [f"x{number}" for number in range(100)]


def a_story(story_id: str, article: str, words: list[str], **more) -> Story:
    told = Told(
        article_key=f"key-{article}", article_id=article, source="s", revision="r1", alert_id="a", rules=("l/r",)
    )
    fields: dict[str, Any] = {
        "id": story_id, "version": "v", "seq": 1, "first_seen": 0.0, "last_seen": 0.0, "articles": 1, "sources": ("s",),
        "independent": 1, "told_rules": ("l/r",), "severity": 2, "last_alert_id": "a", "last_alert_at": 0.0,
        "members": (told,), "shingles": with_shingles(None, article, shingle_hashes(words)),
    } | more  # fmt: skip
    return Story(**fields)


def test_a_copy_with_other_furniture_is_placed_with_its_original():
    """Containment, not likeness: the copy is cut and has a menu of its own around it."""
    stories = OpenStories("desk")
    stories.put("s1", a_story("s1", "one", TEXT))
    placed = stories.place("key-two", shingle_hashes(OTHER[:60] + TEXT[10:]))
    assert placed.story is not None
    assert (placed.story.id, placed.copy_of) == ("s1", "one")


def test_another_text_opens_a_story_of_its_own():
    """Nothing shared, nothing joined; and little shared is not enough."""
    stories = OpenStories("desk")
    stories.put("s1", a_story("s1", "one", TEXT))
    assert stories.place("key-two", shingle_hashes(OTHER)).story is None
    assert stories.place("key-two", shingle_hashes(OTHER + TEXT[:40])).story is None


def test_a_revision_finds_its_own_story_whatever_its_text_became():
    """The article key decides, and what was said before is handed over."""
    stories = OpenStories("desk")
    stories.put("s1", a_story("s1", "one", TEXT))
    placed = stories.place("key-one", shingle_hashes(OTHER))
    assert placed.story is not None
    assert placed.story.id == "s1"
    assert placed.previous is not None
    assert placed.previous.revision == "r1"
    assert placed.copy_of is None


def test_a_closed_story_is_found_by_nobody():
    """Neither by its text nor by its article."""
    stories = OpenStories("desk")
    stories.put("s1", a_story("s1", "one", TEXT))
    stories.put("s1", None)
    assert stories.place("key-one", shingle_hashes(TEXT)).story is None
    assert len(stories) == 0


def test_undoing_a_change_restores_what_was_there():
    """A conflict puts the story back as it was: the text that was added finds nobody any more."""
    stories = OpenStories("desk")
    before = a_story("s1", "one", TEXT)
    stories.put("s1", before)
    grown = msgspec.structs.replace(before, shingles=with_shingles(before, "two", shingle_hashes(OTHER)))
    stories.put("s1", grown)
    assert stories.place("key-x", shingle_hashes(OTHER)).copy_of == "two"
    stories.put("s1", before)
    assert stories.place("key-x", shingle_hashes(OTHER)).story is None


def test_the_earliest_of_equally_contained_articles_is_the_original():
    """`copy_of` names the article that was there first."""
    stories = OpenStories("desk")
    stories.put("s1", a_story("s1", "one", TEXT))
    stories.put("s2", a_story("s2", "two", TEXT + OTHER))
    assert stories.place("key-x", shingle_hashes(TEXT)).copy_of == "one"


def test_a_reset_forgets_what_the_server_no_longer_has():
    """After a rolled-back server only what it says counts."""
    stories = OpenStories("desk")
    stories.put("s1", a_story("s1", "one", TEXT))
    survivor = a_story("s2", "two", OTHER)
    stories.catch_up(ChannelChanges(channel="desk", epoch="e2", cursor=7, opened="s2", stories=(survivor,), reset=True))
    assert stories.get("s1") is None
    assert stories.place("key-x", shingle_hashes(OTHER)).story == survivor
    assert (stories.cursor, stories.epoch, stories.opened) == (7, "e2", "s2")


def test_rebuilding_the_index_changes_no_answer(monkeypatch):
    """Dead articles are swept out in bulk; the living are found as before."""
    monkeypatch.setattr(open_stories, "_COMPACT_LEAST", 3)
    stories = OpenStories("desk")
    stories.put("keep", a_story("keep", "kept", TEXT))
    for number in range(20):
        stories.put("s", a_story("s", f"a{number}", [f"{number}-{word}" for word in OTHER]))
    assert stories.place("key-x", shingle_hashes(TEXT)).copy_of == "kept"
    assert stories.place("key-x", shingle_hashes([f"19-{word}" for word in OTHER])).copy_of == "a19"
    assert stories.place("key-x", shingle_hashes([f"3-{word}" for word in OTHER])).story is None
    assert len(stories._owner) < 20


def test_a_snippet_is_no_copy_of_whatever_happens_to_contain_it():
    """Below eight shingles the larger text counts: six words stand in many texts."""
    assert containment(3, 3, 100) == 0.03
    assert containment(3, 3, 4) == 0.75
    assert containment(50, 50, 100) == 1.0
    assert containment(0, 0, 10) == 0.0


def test_a_story_keeps_its_first_two_and_last_four_texts():
    """Bounded, and a copy that brings nothing new is not kept."""
    story = a_story("s", "a0", TEXT)
    same = with_shingles(story, "again", shingle_hashes(TEXT))
    assert [article for article, _ in same] == ["a0"]
    for number in range(1, 9):
        packed = with_shingles(story, f"a{number}", shingle_hashes([f"{number}{word}" for word in TEXT]))
        story = msgspec.structs.replace(story, shingles=packed)
    assert [article for article, _ in story.shingles] == ["a0", "a1", "a5", "a6", "a7", "a8"]
