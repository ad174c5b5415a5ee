"""Noun phrases: which words belong to one, and what kind of thing it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tocsin.model.reading import Who
from tocsin.read.casting import NUMBERS, is_people
from tocsin.read.trees import kids, low
from tocsin.read.word import Word

NAMES = frozenset({"PERSON", "ORG", "GPE", "NORP", "LOC", "FAC"})
_KEPT = frozenset(
    {"det", "predet", "amod", "compound", "nmod", "nummod", "quantmod", "poss", "case", "appos", "conj", "cc", "pobj"}
)
_OWNED = frozenset({"of", "from"})  # *soldiers from the north*, *the mayor of the town*
_LONGEST = 7  # digits of a number of people
_DESCRIBES = frozenset({"criminal", "civilian", "public", "general", "major"})  # people elsewhere, not before an event
_PEOPLES = ("ian", "ians", "ean", "ese", "ish")


def phrase(head: Word) -> set[int]:
    """Indices of the words of a noun phrase, joined ones too; what a clause or another preposition adds is left out."""
    found: set[int] = set()
    waiting = [head]
    while waiting:
        token = waiting.pop()
        found.add(token.i)
        for child in token.children:
            if child.dep_ in _KEPT and child.tag_ != "WP$" and not (child.dep_ == "amod" and child.i > token.i):
                if child.dep_ not in {"conj", "appos"} or _joined(child):
                    waiting.append(child)
            elif child.dep_ == "prep" and low(child) in _OWNED and token.pos_ != "VERB":
                waiting.append(child)
    return found


def _joined(noun: Word) -> bool:
    """Not *Marek, not Brandt*; nor a verb that the parser took for a joined noun."""
    if noun.pos_ in {"VERB", "AUX"}:
        return False
    before = low(noun.nbor(-1)) if noun.i else ""
    return before != "not" and not any(child.dep_ == "neg" for child in noun.children)


def joined_heads(heads: Iterable[Word]) -> Iterator[Word]:
    """The heads, and those of what is joined to them."""
    for head in heads:
        yield head
        for child in kids(head, "conj"):
            if _joined(child):
                yield from joined_heads((child,))


def who(heads: Iterable[Word]) -> Who:
    """What kind of thing the first of these phrases that is more than a thing names."""
    best = Who.NOBODY
    for head in joined_heads(heads):
        kind = _kind(head)
        if kind in {Who.NAMED, Who.HUMAN}:
            return kind
        best = kind if best is Who.NOBODY else best
    return best


def _kind(head: Word) -> Who:
    if head.pos_ == "PRON" or head.tag_ in {"WP", "WDT"}:
        return Who.PRONOUN
    own = [head, *kids(head, "compound", "amod", "nmod")]
    if any(is_name(token) for token in own):
        return Who.NAMED
    if any(is_people(low(token)) for token in own) or (head.pos_ == "NUM" and head.ent_type_ not in {"DATE", "MONEY"}):
        return Who.HUMAN
    return Who.OTHER


def is_name(token: Word) -> bool:
    """Whether it is, or belongs to, the name of somebody, a people or a place."""
    if token.ent_type_:
        return token.ent_type_ in NAMES
    return token.pos_ == "PROPN" or (token.text[:1].isupper() and token.text.lower().endswith(_PEOPLES))


def can_act(modifier: Word) -> bool:
    """Whether a word before an event noun names somebody: *Russian invasion*, *rebel raids*, not *missile test*."""
    if low(modifier) in _DESCRIBES:
        return False
    return is_name(modifier) or is_people(low(modifier)) or is_people(f"{low(modifier)}s")


def counted(head: Word) -> int:
    """How many people the phrase counts, at least; 0 if none, or if it counts something else."""
    if head.pos_ == "NUM" or low(head) in {"dozens", "hundreds", "thousands", "scores"}:
        return 0 if head.ent_type_ in {"DATE", "TIME", "MONEY", "PERCENT"} else _number(head)
    if not is_people(low(head)):
        return 0
    return max((_number(child) for child in kids(head, "nummod")), default=0)


def _number(token: Word) -> int:
    word = low(token).replace(",", "")
    times = [_plain(low(child)) for child in kids(token, "compound", "nummod")]
    return max(_plain(word), 0) * max([*times, 1])


def _plain(word: str) -> int:
    if word.isascii() and word.isdigit() and len(word) <= _LONGEST:
        return int(word)
    return NUMBERS.get(word, 0)
