"""Roles: who does it to whom, of a verb and of a noun that names an event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tocsin.read import casting
from tocsin.read import vocabulary as words
from tocsin.read.phrases import can_act
from tocsin.read.subjects import antecedent, is_passive, is_relative, subject_of
from tocsin.read.trees import is_verbal, kids, low
from tocsin.read.word import Word

_AT = frozenset({"at", "on", "upon", "against", "with", "into", "over"})  # *fired at*, *clashed with*
_ON = frozenset({"on", "upon", "against"})
_BY, _AT_ONLY, _OF, _FROM = frozenset({"by"}), frozenset({"at"}), frozenset({"of"}), frozenset({"from"})
_HANDS = frozenset({"hand", "hands"})
_TIMES = frozenset({"DATE", "TIME"})
_CLAIMS = frozenset({"responsibility", "credit", "blame"})
_VICTIM = frozenset({"target", "targets", "victim", "victims", "subject", "object", "goal"})


@dataclass(slots=True)
class Roles:
    """Heads of the phrases; ``carrier`` is the light verb that tells of a noun's event."""

    actors: list[Word] = field(default_factory=list)
    targets: list[Word] = field(default_factory=list)
    carrier: Word | None = None


def prepared(token: Word, asked: frozenset[str]) -> Iterator[Word]:
    """Objects of the token's prepositions of these words, times left out."""
    for prep in kids(token, "prep", "agent", "dative"):
        if low(prep) in asked:
            for noun in kids(prep, "pobj"):
                if not _is_time(noun):
                    yield noun


def _is_time(noun: Word) -> bool:
    return noun.ent_type_ in _TIMES or low(noun) in words.RECENT or low(noun) in words.MONTHS


def agents(token: Word) -> Iterator[Word]:
    """*By* whom, *at the hands of* whom."""
    yield from prepared(token, _BY)
    for hands in prepared(token, _AT_ONLY):
        if low(hands) in _HANDS:
            yield from prepared(hands, _OF)


def roles_of_verb(verb: Word) -> Roles:
    """Return who does what the verb says, and to whom."""
    subject = subject_of(verb)
    own = [subject] if subject is not None else []
    if is_passive(verb):
        return Roles([*agents(verb)], own)
    if low(verb) in casting.DIE:
        return Roles([], own)
    return Roles(own, _objects(verb))


def _objects(verb: Word) -> list[Word]:
    found = [child for child in kids(verb, "dobj", "dative") if not is_relative(child, verb) and child.dep_ == "dobj"]
    if found:
        return found
    if (described := antecedent(verb)) is not None and _has_gap(verb):
        return [described]
    told = [noun for child in kids(verb, "ccomp") if _infinitive(child) for noun in kids(child, "nsubj")]
    return told or [*prepared(verb, _AT)]


def _has_gap(verb: Word) -> bool:
    """Whether the object of a relative clause is the noun it describes: *the fort that they took*."""
    if any(is_relative(child, verb) for child in kids(verb, "dobj")):
        return True
    subject = next(kids(verb, "nsubj"), None)
    return subject is not None and not is_relative(subject, verb) and verb.dep_ in {"relcl", "ccomp", "advcl"}


def _infinitive(verb: Word) -> bool:
    return any(low(child) == "to" and child.dep_ == "aux" for child in verb.children)


def roles_of_noun(noun: Word) -> Roles:
    """Return who does what the noun names, and to whom: from its own phrase, and from the verb that carries it out."""
    roles = Roles()
    _from_phrase(noun, roles)
    _from_clause(noun, roles)
    if noun.dep_ == "conj" and not (roles.actors or roles.targets) and noun.head.pos_ == "NOUN":
        first = roles_of_noun(noun.head)
        return Roles(first.actors, first.targets, roles.carrier or first.carrier)
    return roles


def _from_phrase(noun: Word, roles: Roles) -> None:
    word = low(noun)
    doers = [*agents(noun)]
    on = [*prepared(noun, _ON)]
    if word in casting.DIRECTED:
        on += prepared(noun, frozenset({"to"}))
    of = [*prepared(noun, _OF)]
    between = [*prepared(noun, frozenset({"between", "among"}))]
    before = [child for child in kids(noun, "compound", "amod", "nmod") if can_act(child)]
    owners = [child for child in kids(noun, "poss") if not _is_time(child)]
    if word in casting.MUTUAL:
        on += prepared(noun, frozenset({"with"}))
    suffered = word in casting.SUFFERED and not of and not on
    if suffered and (doers or word not in casting.MUTUAL):
        on += owners or before
    else:
        doers += owners or before
    if of and (on or word in casting.DONE_BY) and not doers:
        doers += of
    else:
        on += of
    if not doers:
        doers += prepared(noun, _FROM)
    roles.actors += doers + between
    roles.targets += on


def _from_clause(noun: Word, roles: Roles) -> None:
    for clause in kids(noun, "acl", "relcl"):  # "sanctions imposed by the union on Moravia", "raids that they launched"
        if low(clause) in casting.LIGHT:
            roles.carrier = clause
            _carried(clause, noun, roles)
    head = noun.head
    if head.i == noun.i:
        return
    if noun.dep_ in {"dobj", "nsubjpass"} and is_verbal(head):
        if low(head) in casting.LIGHT:
            roles.carrier = head
            _carried(head, noun, roles)
        elif low(head) in casting.UNDERGO:
            roles.carrier = head
            _add(roles.targets, subject_of(head))
            roles.actors += [one for one in agents(head) if one not in roles.actors]
    elif noun.dep_ == "pobj":
        _from_preposition(noun, head, roles)


def _carried(verb: Word, noun: Word, roles: Roles) -> None:
    passive = is_passive(verb)
    if passive:
        roles.actors += [one for one in agents(verb) if one not in roles.actors]
    elif not roles.actors:
        subject = subject_of(verb)
        _add(roles.actors, None if subject is None or subject.i == noun.i else subject)
    at = _ON | {"with"} if low(noun) in casting.MUTUAL else _ON
    if not roles.targets:
        roles.targets += [one for one in prepared(verb, at) if one.i != noun.i]


def _from_preposition(noun: Word, prep: Word, roles: Roles) -> None:
    head, word = prep.head, low(prep)
    if is_verbal(head):
        if word == "under" and low(head) in casting.UNDER:
            roles.carrier = head
            _add(roles.targets, subject_of(head))
            roles.actors += [*prepared(head, frozenset({"from", "by"}))]
        elif word in {"for", "of", "with"} and low(head) in casting.BLAME and not roles.actors:
            blamed = roles_of_verb(head).targets
            roles.actors += [one for one in blamed if one.i != noun.i]
        elif word == "with" and is_passive(head):
            _add(roles.targets, subject_of(head))
            roles.actors += [one for one in agents(head) if one not in roles.actors]
        elif word in {"out", "on"} and low(head) in casting.LIGHT and not roles.actors:
            roles.carrier = head
            _add(roles.actors, subject_of(head))
    elif word in {"for", "in"} and low(head) in _CLAIMS and head.dep_ == "dobj":
        _add(roles.actors, subject_of(head.head))
    elif word == "of" and low(head) in _VICTIM and head.dep_ == "attr":
        _add(roles.targets, subject_of(head.head))


def _add(heads: list[Word], head: Word | None) -> None:
    if head is not None and head not in heads:
        heads.append(head)
