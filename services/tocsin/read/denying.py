"""What falls with a verb that is denied, and the small questions that all files about negation ask."""

from __future__ import annotations

from tocsin.read import vocabulary as words
from tocsin.read.trees import event_tokens, kids, light_objects, low, objects
from tocsin.read.word import Word

Found = tuple[set[int], set[int]]  # cue tokens, tokens in scope
NOT = frozenset({"not", "n't", "never", "nt", "neither", "nor"})
_ANY = frozenset({"any", "either", "a", "an"})


def is_negated(verb: Word) -> bool:
    """Whether a verb has a negation of its own."""
    return any(low(child) in NOT and child.dep_ == "neg" for child in verb.children)


def next_word(token: Word) -> str:
    """The word after it, in lower case; empty at the end."""
    return low(token.nbor()) if token.i + 1 < len(token.doc) else ""


def calls_off(verb: Word) -> bool:
    """*Called off*, *ruled out*."""
    return any(low(verb) in words.CALL_OFF.get(low(child), ()) for child in kids(verb, "prt", "advmod"))


def denied_with(verb: Word) -> set[int]:
    """What does not happen when the verb does not."""
    word = low(verb)
    scope = {verb.i} if word in words.ALLOW else {verb.i} | light_objects(verb)
    if word not in words.INTEND | words.COMPEL:  # "does not want to attack": that is a thought, and stays one
        for child in kids(verb, "xcomp"):
            scope |= denied_with(child)
    if word in words.NEG_RAISING:
        for child in kids(verb, "ccomp"):
            if word not in words.INTEND or not any(low(aux) == "to" for aux in kids(child, "aux")):
                scope |= denied_with(child)
    return scope | _qualities(verb) | _indefinite(verb)


def _qualities(verb: Word) -> set[int]:
    """*Were not intentional*, *was not able to cross*, *it is not true that they crossed*."""
    scope: set[int] = set()
    for child in kids(verb, "acomp"):
        scope.add(child.i)
        scope.update(member.i for member in kids(child, "conj"))
        if low(child) in words.ABLE:
            scope.update(i for below in kids(child, "xcomp") for i in denied_with(below))
        if low(child) in words.TRUE:
            clauses = [*kids(verb, "ccomp", "csubj"), *kids(child, "ccomp", "csubj")]
            scope.update(i for clause in clauses for i in event_tokens(clause))
    return scope


def _indefinite(verb: Word) -> set[int]:
    """*Did not see any raid*, *was not a raid*: its objects, if nothing says that there is one."""
    scope: set[int] = set()
    for noun in objects(verb):
        determiners = {low(child) for child in kids(noun, "det")}
        ranked = any(low(child) in words.RANKS for child in noun.children)
        if "any" in determiners or (noun.dep_ == "attr" and not ranked and determiners <= _ANY):
            scope |= event_tokens(noun)
    return scope
