"""Whether a rule's condition holds, and what of it made it hold."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from tocsin.model.rule import AllOf, AnyOf, Condition, Everything, Mentions, Not, Says


class View(NamedTuple):
    """What was found: in an article, or in a part of it.

    ``keywords`` narrows a set of keywords to those found, so that only those that are asked for are looked for.
    """

    entities: AbstractSet[int]
    keywords: Callable[[frozenset[int]], AbstractSet[int]]


class Proof(NamedTuple):
    """The entities and keywords by which a condition holds; both are empty where it needs none."""

    entities: frozenset[int] = frozenset()
    keywords: frozenset[int] = frozenset()


_NOTHING = Proof()


def prove(condition: Condition, view: View, *, article: View | None) -> Proof | None:
    """Return what makes the condition hold, None where it does not.

    Args:
        condition: of a rule.
        view: what was found where the condition must hold.
        article: what was found anywhere: ``Not`` is always about the whole article. None: it is not known yet, and a
            ``Not`` is taken to hold.
    """
    match condition:
        case Mentions(entities=members, least=least):
            found = members & view.entities
            return Proof(entities=found) if len(found) >= least else None
        case Says(keywords=members, least=least):
            said = frozenset(view.keywords(members))
            return Proof(keywords=said) if len(said) >= least else None
        case AllOf(parts=parts):
            proofs = []
            for part in parts:
                proof = prove(part, view, article=article)
                if proof is None:
                    return None
                proofs.append(proof)
            return _join(proofs)
        case AnyOf(parts=parts):
            held = [proof for part in parts if (proof := prove(part, view, article=article)) is not None]
            return _join(held) if held else None
        case Not(part=part):
            return _NOTHING if article is None or prove(part, article, article=article) is None else None
        case Everything():
            return _NOTHING


def _join(proofs: list[Proof]) -> Proof:
    if len(proofs) == 1:
        return proofs[0]
    return Proof(
        frozenset().union(*(proof.entities for proof in proofs)),
        frozenset().union(*(proof.keywords for proof in proofs)),
    )
