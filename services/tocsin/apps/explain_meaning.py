"""What each signal says in plain words: where it speaks for the alert, and where against it."""

from __future__ import annotations

from collections.abc import Mapping

MEANING: Mapping[str, tuple[str, str]] = {
    "strength": ("the words of a phrase stand together", "the words of the phrase stand apart"),
    "rarity": ("what was found says much by itself", "what was found are common words"),
    "as_written": ("found in the form that the list writes", "found in other forms or by other words than the list's"),
    "whole_phrase": ("a phrase of several words was found", "no phrase of several words was found, or far apart"),
    "variety": ("it is told in several different words", "it is told in few different words"),
    "frequency": ("it is told again and again", "it is told once or twice"),
    "likeness": ("a sentence reads like what the rule asks for", "no sentence reads much like what the rule asks for"),
    "kind": ("it tells of the rule's kind of event", "it tells as much of another kind of event"),
    "closeness": ("entity and keyword stand close", "entity and keyword stand apart"),
    "entity_certainty": ("the entity is surely meant", "the entity may not be meant"),
    "entity_early": ("the entity is named early", "the entity is named late"),
    "entity_frequency": ("the article is much about the entity", "the entity is hardly named"),
    "own_country": ("few other countries are named", "other countries are named more"),
    "country_first": ("the first country named is the rule's", "another country is named first"),
    "agency": ("the entity acts in it", "the entity does not act in it"),
    "asserted": ("it is stated as a fact", "it is denied, history, or only possible"),
    "past": ("told as something that happened", "not told as something that happened"),
    "main_point": ("it is what its sentence is about", "it stands in passing in its sentence"),
    "detail": ("who, where, when and how many are told", "little of who, where, when, how many is told"),
    "takes_part": ("the entity is one of those in it", "the entity has no part in it"),
    "recent": ("a weekday or an hour stands near it", "no weekday or hour stands near it"),
    "freshness": ("the article is fresh", "the article is old"),
}


def meaning(name: str, part: float) -> str:
    """Return what a signal that adds ``part`` to the log-odds says, in a line; nothing for one without words."""
    speaks_for, against = MEANING.get(name, ("", ""))
    return speaks_for if part >= 0 else against
