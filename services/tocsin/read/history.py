"""Historical: the event is told as history, whatever the rest of the story is about.

A past time covers what it is attached to: *in 2015 … fired* covers the firing and what followed from it, *the 2010
attack* the attack, *allies since 1961, signed* only the alliance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tocsin.read import vocabulary as words
from tocsin.read.denying import Found
from tocsin.read.trees import event_tokens, is_verbal, kids, low, objects, pobjs
from tocsin.read.word import Word

_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")
_DECADE = re.compile(r"(?:1[0-9]|20)\d0'?s|'?[2-9]0s")
_SPAN = re.compile(r"((?:1[0-9]|20)\d\d)[-\u2013/](?:\d\d){1,2}")
_FRESH_MONTHS = 3  # what is younger than that is not history yet
_COMPARING = frozenset({"than", "as", "compared", "unlike", "like"})
_TIME_PREPOSITIONS = frozenset(
    {
        "in",
        "on",
        "during",
        "between",
        "from",
        "before",
        "throughout",
        "over",
        "through",
        "within",
        "by",
        "until",
        "at",
        "around",
    }
)
_AGO = frozenset({"years", "year", "decades", "decade", "centuries", "century", "generations", "months"})
_LAST = frozenset({"last", "previous", "past"})
_TAIL_OF_TIMES = frozenset({"ago", "war", "i", "ii", "one", "two"})
_LONG = frozenset({"year", "century", "decade"})


@dataclass(frozen=True, slots=True)
class Told:
    """When the article speaks. Year 0: unknown, and then only what is past by itself (*years ago*) is history."""

    year: int
    month: int


def historical(tokens: Iterable[Word], told: Told) -> Iterator[Found]:
    """Yield what is told as history, and the words that show it."""
    for token in tokens:
        if past_time(token, told):
            cue, scope = _covered(token)
            if scope:
                yield cue, scope
        elif low(token) in {"since", "after"} and token.i and _many(token.nbor(-1)):
            scope = set().union(*(event_tokens(noun) for noun in kids(token, "pobj")))
            if scope:  # "marks 30 years since the bombing"
                yield {token.i - 1, token.i}, scope
        elif low(token) in words.REMEMBRANCES:
            for event in pobjs(token, "of", "for"):
                yield {token.i}, event_tokens(event)
        elif low(token) in words.COMMEMORATE and is_verbal(token):
            scope = set().union(*(event_tokens(noun) for noun in objects(token) if _remembered(token, noun)))
            if scope:
                yield {token.i}, scope


def _many(word: Word) -> bool:
    """Whether it is a number of years: *30 years since*, not *the worst in years after*."""
    return low(word) in _AGO and any(child.dep_ in {"nummod", "amod", "det"} for child in word.children)


def _remembered(verb: Word, noun: Word) -> bool:
    """*Commemorated the bombing*; *recalled the massacre of Monday* is of this week."""
    return not (low(verb).startswith(("recall", "remember", "mark")) and _is_recent(noun)) and noun.ent_type_ != "DATE"


def past_time(token: Word, told: Told) -> bool:
    """Whether the word is the core of a time that lies far back."""
    word = low(token)
    if "0" <= word[:1] <= "9" or word[:1] == "'":  # every word is asked
        if (year := _year(word)) and told.year:
            return _is_past(token, year, told)
        if _DECADE.fullmatch(word):
            return word[:3] != str(told.year)[:3]
    if word == "ago":
        return any(low(child) in _AGO for child in token.subtree)
    if word in _LONG and any(low(child) in _LAST for child in kids(token, "amod")):
        return not (word != "century" and any(low(child) == "past" for child in kids(token, "amod")) and word == "year")
    if word == "war" and token.i:
        return low(token.nbor(-1)) in words.PAST_WARS
    return False


def _year(word: str) -> int:
    if _YEAR.fullmatch(word):
        return int(word)
    span = _SPAN.fullmatch(word)
    return int(span[1]) if span else 0


def _is_past(token: Word, year: int, told: Told) -> bool:
    """Whether the year (with its month, where one stands before it) lies far enough back; never where it is a count."""
    if token.dep_ == "nummod" and token.ent_type_ in {"CARDINAL", "QUANTITY", "MONEY", "PERCENT"}:
        return False
    if token.i + 1 < len(token.doc) and low(token.nbor()) in {
        "people",
        "percent",
        "pct",
        "dollars",
        "troops",
        "soldiers",
    }:
        return False
    month = next(
        (words.MONTHS[low(part)] for part in token.doc[max(0, token.i - 4) : token.i] if low(part) in words.MONTHS), 12
    )
    return (told.year - year) * 12 + told.month - month >= (_FRESH_MONTHS if year < told.year else 10**6)


def _covered(time: Word) -> Found:
    """What a past time is attached to: a verb with all that it governs, or a noun."""
    cue = {time.i}
    head = time
    for _ in range(6):  # up through the date's own words to the preposition or the word that it describes
        if head.dep_ in {
            "pobj",
            "pcomp",
            "nummod",
            "npadvmod",
            "advmod",
            "appos",
            "conj",
            "compound",
            "amod",
            "nmod",
        } and (head.head.ent_type_ == "DATE" or low(head.head) in words.MONTHS or low(head.head) in _TAIL_OF_TIMES):
            head = head.head
            cue.add(head.i)
            continue
        break
    preposition = head.head if head.dep_ in {"pobj", "pcomp"} else None
    if preposition is not None and preposition.dep_ == "pobj":
        return cue, set()
    if preposition is None:
        return cue, _described(head, time)
    cue.add(preposition.i)
    anchor = preposition.head
    if anchor.pos_ == "ADV" and anchor.dep_ == "advmod":  # "back in 1999"
        anchor = anchor.head
    return cue, _by_preposition(preposition, anchor)


def _described(head: Word, time: Word) -> set[int]:
    """A time without preposition: *the 2010 attack*, *ten years ago*, *last year*."""
    anchor = head.head
    if anchor.dep_ in {"nsubj", "nsubjpass"} and _stands_alone(time) and is_verbal(anchor.head):
        return _history_of(anchor.head)  # "In 2015 northern soldiers crossed": the year was taken for the noun's
    if anchor.dep_ == "pobj" and _stands_alone(time) and is_verbal(anchor.head.head):
        return event_tokens(anchor) | _history_of(anchor.head.head)  # "between 1988 and 1991 guerrillas attacked"
    if head.dep_ in {"npadvmod", "advmod", "tmod"} or (head.dep_ == "advmod" and low(head) == "ago"):
        return _history_of(anchor) if is_verbal(anchor) else set()
    if head.dep_ in {"nummod", "compound", "amod", "nmod", "appos", "poss"} and anchor.pos_ in {"NOUN", "PROPN"}:
        found = event_tokens(anchor) | {i for child in kids(anchor, "acl") for i in event_tokens(child)}
        return found - {time.i}
    return set()


def _stands_alone(time: Word) -> bool:
    """Whether the time directly follows a preposition: *in 2015 soldiers*, not *in the 2015 attack*."""
    before = low(time.doc[time.i - 1]) if time.i else ""
    return before in _TIME_PREPOSITIONS or (before == "and" and time.i > 2 and bool(_year(low(time.doc[time.i - 2]))))


def _by_preposition(preposition: Word, anchor: Word) -> set[int]:
    word = low(preposition)
    if word in _COMPARING:
        return set()
    if anchor.pos_ in {"NOUN", "PROPN"} and word in {"of", "in", "from", "on", "during"}:
        verb = anchor.head
        if anchor.dep_ in {"dobj", "nsubjpass"} and is_verbal(verb) and word != "of" and not _is_recent(verb):
            return event_tokens(anchor) | _history_of(verb)  # "signed a pact in 1961": either attachment means the same
        return event_tokens(anchor)
    if not is_verbal(anchor):
        return set()
    if word == "since":
        return _history_of(anchor) if _counts_up(anchor) else set()
    return _history_of(anchor) if word in _TIME_PREPOSITIONS else set()


def _counts_up(verb: Word) -> bool:
    """*Have been killed since 1979* sums up; *the first clash since 1979* is new."""
    perfect = any(low(child) in {"have", "has", "'ve"} and child.dep_ == "aux" for child in verb.children)
    return perfect and not any(low(token) in words.SUPERLATIVES for token in verb.subtree)


def _is_recent(token: Word) -> bool:
    """Whether the word has a time of its own that is near: a weekday, today, this month."""
    near = [token, *token.children]
    near += [
        below for child in token.children if child.dep_ in {"prep", "npadvmod", "advmod"} for below in child.subtree
    ]
    return any(low(word) in words.RECENT or this_one(word) for word in near if word.i != token.i)


def this_one(word: Word) -> bool:
    """*This week*."""
    return low(word) in {"week", "month", "year", "morning", "night"} and any(
        low(child) == "this" for child in word.children
    )


def _history_of(verb: Word) -> set[int]:
    """A verb of the past with all it governs, but for branches that have a recent time of their own."""
    if _has_own_recent(verb):
        return set()
    scope: set[int] = set()
    waiting = [verb]
    while waiting:
        token = waiting.pop()
        scope.add(token.i)
        for child in token.children:
            if child.dep_ == "punct" or (is_verbal(child) and child.i != verb.i and _breaks_out(child)):
                continue
            waiting.append(child)
    return scope


def _has_own_recent(verb: Word) -> bool:
    """Whether the verb's own time is near: *on Friday … , recalling 2015*. A weekday with its year is not."""
    for child in kids(verb, "npadvmod", "advmod", "prep"):
        branch = list(child.subtree)
        recent = any(low(word) in words.RECENT or this_one(word) for word in branch)
        if recent and not any(_year(low(word)) for word in branch):
            return True
    return False


def _breaks_out(verb: Word) -> bool:
    """Whether a verb below does not share the past time: it has a near one, or it speaks of the present."""
    if verb.dep_ in {"relcl", "advcl", "conj", "ccomp", "parataxis"} and _is_recent(verb):
        return True
    return verb.dep_ in {"relcl", "conj", "parataxis"} and verb.tag_ in {"VBP", "VBZ"} and verb.pos_ == "VERB"
