"""Whether a rule's condition holds, and by which mentions and hits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from itertools import product
from typing import NamedTuple

from tocsin.model.document import Document, Zone
from tocsin.model.match import Hit, Mention
from tocsin.model.rule import AllOf, AnyOf, Condition, Everything, Least, Mentions, Near, Not, Says

MAX_JOINTS = 1000  # of one proximity in a document: bounds the work where both sides stand everywhere

Mentioned = tuple[int, Mention]  # with the number of the entity
Said = tuple[int, Hit]  # with the number of the keyword


class View(NamedTuple):
    """What was found: in an article, or in a part of it.

    ``hits`` is asked for a keyword only where a condition asks for it; ``said`` are the keywords that have any, None
    where that is not known.
    """

    document: Document
    mentions: Mapping[int, list[Mention]]
    hits: Callable[[int], Iterable[Hit]]
    said: AbstractSet[int] | None = None


class Proof(NamedTuple):
    """The mentions and hits by which a condition holds, some perhaps twice; both are empty where it needs none."""

    mentions: tuple[Mentioned, ...] = ()
    hits: tuple[Said, ...] = ()


class Joint(NamedTuple):
    """Something that stands somewhere: tokens ``first`` to ``last`` (exclusive), and what it is made of."""

    first: int
    last: int
    mentions: tuple[Mentioned, ...] = ()
    hits: tuple[Said, ...] = ()


_NOTHING = Proof()


def possible(condition: Condition, entities: AbstractSet[int], says: Callable[[int], bool]) -> bool:
    """Whether the condition could hold in an article: what is near what, and where, is not asked yet.

    Args:
        condition: of a rule.
        entities: numbers of those that may be mentioned.
        says: whether a keyword may be found.
    """
    match condition:
        case Mentions(least=least):
            return len(_among(condition, entities)) >= least
        case Says(keywords=members, least=1):
            return any(map(says, members))
        case Says(keywords=members, least=least):
            return sum(map(says, members)) >= least
        case AllOf(parts=parts):
            return all(possible(part, entities, says) for part in parts)
        case AnyOf(parts=parts):
            return any(possible(part, entities, says) for part in parts)
        case Least(count=count, parts=parts):
            return sum(possible(part, entities, says) for part in parts) >= count
        case Near(left=left, right=right):
            return possible(left, entities, says) and possible(right, entities, says)
        case _:
            return True  # Not is about what is not there; Everything asks nothing


def prove(condition: Condition, view: View, *, article: View) -> Proof | None:
    """Return what makes the condition hold, None where it does not.

    Args:
        condition: of a rule.
        view: what was found where the condition must hold.
        article: what was found anywhere: ``Not`` is always about the whole article.
    """
    match condition:
        case Mentions() | Says():
            return _prove_leaf(condition, view)
        case AllOf(parts=parts):
            return _at_least(len(parts), parts, view, article)
        case AnyOf(parts=parts):
            return _at_least(1, parts, view, article)
        case Least(count=count, parts=parts):
            return _at_least(count, parts, view, article)
        case Near():
            joints = places(condition, view)
            return _join([Proof(one.mentions, one.hits) for one in joints]) if joints else None
        case Not(part=part):
            return _NOTHING if prove(part, article, article=article) is None else None
        case Everything():
            return _NOTHING


def _prove_leaf(condition: Mentions | Says, view: View) -> Proof | None:
    if isinstance(condition, Mentions):
        if condition.least == 1 and len(condition.entities) == 1 and not condition.spans and condition.field is None:
            (entity,) = condition.entities  # most rules of large lists
            named = view.mentions.get(entity)
            return Proof(tuple([(entity, one) for one in named])) if named else None
        found = _mentioned(condition, view)
        return Proof(mentions=tuple(found)) if len({entity for entity, _ in found}) >= condition.least else None
    said = _said(condition, view)
    return Proof(hits=tuple(said)) if len({keyword for keyword, _ in said}) >= condition.least else None


def _at_least(count: int, parts: tuple[Condition, ...], view: View, article: View) -> Proof | None:
    """So many of the parts: all that hold are proof, but where too many have failed the rest is not looked at."""
    held, left = [], len(parts)
    for part in parts:
        left -= 1
        proof = prove(part, view, article=article)
        if proof is not None:
            held.append(proof)
        elif len(held) + left < count:
            return None
    return _join(held) if len(held) >= count else None


def _among(condition: Mentions, entities: AbstractSet[int]) -> AbstractSet[int]:
    found = condition.entities & entities
    if condition.spans:
        found |= {one for one in entities if any(first <= one < last for first, last in condition.spans)}
    return found


def _mentioned(condition: Mentions, view: View) -> list[Mentioned]:
    among = sorted(_among(condition, view.mentions.keys()))
    return [
        (entity, one)
        for entity in among
        for one in view.mentions[entity]
        if condition.field is None or _stands_in(condition.field, one.first, view.document)
    ]


def _said(condition: Says, view: View) -> list[Said]:
    among = condition.keywords if view.said is None else condition.keywords & view.said
    return [
        (keyword, hit)
        for keyword in sorted(among)
        for hit in view.hits(keyword)
        if condition.field is None or _stands_in(condition.field, hit.tokens[0], view.document)
    ]


def _stands_in(field: str, token: int, document: Document) -> bool:
    if field == "lead":
        return document.zones[document.sentence_of[token]] is Zone.LEAD
    return document.field_of(token) == field


def _join(proofs: list[Proof]) -> Proof:
    if len(proofs) == 1:
        return proofs[0]
    return Proof(
        tuple(one for proof in proofs for one in proof.mentions), tuple(one for proof in proofs for one in proof.hits)
    )


def places(condition: Condition, view: View) -> list[Joint]:
    """Return where things stand that a proximity speaks of, in text order."""
    match condition:
        case Mentions():
            return _sorted(
                [Joint(one.first, one.last, mentions=((entity, one),)) for entity, one in _mentioned(condition, view)]
            )
        case Says():
            said = _said(condition, view)
            return _sorted([Joint(hit.tokens[0], hit.tokens[-1] + 1, hits=((keyword, hit),)) for keyword, hit in said])
        case AnyOf(parts=parts):
            return _sorted([joint for part in parts for joint in places(part, view)])
        case Near(left=left, right=right, unit=unit, words=words):
            first, second = places(left, view), places(right, view)
            if unit == "words":
                return _within_words(first, second, words, view.document)
            return _within_units(first, second, unit, view.document)
        case _:
            return []  # the language lets nothing else stand in a proximity


def _sorted(joints: list[Joint]) -> list[Joint]:
    return sorted(joints, key=lambda joint: joint[:2])


def _within_words(left: list[Joint], right: list[Joint], words: int, document: Document) -> list[Joint]:
    """Pairs with at most so many words between, in one field, that share no token."""
    title = document.title_tokens
    reach = 2 * words + 1  # tokens: behind each word, and before the first, an *s* of a possessive
    found: list[Joint] = []
    begin = 0
    longest = max((joint.last - joint.first for joint in right), default=0)
    for one in left:
        while begin < len(right) and right[begin].first < one.first - reach - longest:
            begin += 1
        for place in range(begin, len(right)):
            other = right[place]
            if other.first - one.last > reach:
                break
            gap = (one.last, other.first) if one.last <= other.first else (other.last, one.first)
            # Most are near whatever stands between: its words need not be looked at.
            near = gap[1] - gap[0] <= words or _words_in(document, *gap) <= words
            if near and (one.first < title) == (other.first < title) and _apart(one, other):
                found.append(_both(one, other))
                if len(found) >= MAX_JOINTS:
                    return _sorted(found)
    return _sorted(found)


def _words_in(document: Document, first: int, last: int) -> int:
    """Words from one token to another: the *s* of a possessive is none."""
    return last - first - document.words[first:last].count("s") if first < last else 0


def _within_units(left: list[Joint], right: list[Joint], unit: str, document: Document) -> list[Joint]:
    """Pairs in one sentence, or paragraph, that share no token."""

    def unit_of(token: int) -> int:
        number = document.sentence_of[token]
        return number if unit == "sentence" else document.sentences[number].paragraph

    def units(joints: list[Joint]) -> dict[int, list[Joint]]:
        by_unit: dict[int, list[Joint]] = {}
        for joint in joints:
            number = unit_of(joint.first)
            if unit_of(joint.last - 1) == number:  # else it is a chain that reaches beyond
                by_unit.setdefault(number, []).append(joint)
        return by_unit

    second = units(right)
    found: list[Joint] = []
    for number, ones in units(left).items():
        for one, other in product(ones, second.get(number, ())):
            if _apart(one, other):
                found.append(_both(one, other))
                if len(found) >= MAX_JOINTS:
                    return _sorted(found)
    return _sorted(found)


def _apart(one: Joint, other: Joint) -> bool:
    """Whether they share no token; one may stand between the words of the other."""
    if one.last <= other.first or other.last <= one.first:
        return True
    return _tokens(one).isdisjoint(_tokens(other))


def _tokens(joint: Joint) -> set[int]:
    tokens = {token for _, hit in joint.hits for token in hit.tokens}
    for _, mention in joint.mentions:
        tokens.update(range(mention.first, mention.last))
    return tokens


def _both(one: Joint, other: Joint) -> Joint:
    return Joint(
        min(one.first, other.first), max(one.last, other.last), one.mentions + other.mentions, one.hits + other.hits
    )
