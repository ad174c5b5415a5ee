"""Who the subject of a verb is, where it stands with another verb, or with the noun that the verb describes."""

from __future__ import annotations

from tocsin.read import casting
from tocsin.read.trees import is_verbal, kids, low
from tocsin.read.word import Word

_SUBJECTS = ("nsubj", "nsubjpass")
_RELATIVE = frozenset({"who", "whom", "which", "that"})
_OF_OBJECT = frozenset({"of", "for", "from", "with", "into", "against"})  # *accused the man of killing*


def is_passive(verb: Word) -> bool:
    """Whether the verb's subject suffers it. Headlines leave the auxiliary out: *Priest kidnapped by gunmen*."""
    if any(child.dep_ in {"nsubjpass", "auxpass", "agent"} for child in verb.children):
        return True
    if verb.tag_ not in {"VBN", "VBD"} or any(child.dep_ in {"aux", "dobj", "ccomp"} for child in verb.children):
        return False
    if verb.dep_ == "conj" and is_verbal(verb.head) and verb.tag_ == verb.head.tag_ and not _own_subject(verb):
        return is_passive(verb.head) and not any(child.dep_ == "dobj" for child in verb.children)
    if verb.tag_ == "VBN" and verb.dep_ in {"acl", "amod", "advcl", "ccomp", "xcomp"}:
        return True
    return low(verb) in casting.NEED_OBJECT and not _lacks_object_by_gap(verb)


def _own_subject(verb: Word) -> Word | None:
    return next(kids(verb, *_SUBJECTS), None)


def _lacks_object_by_gap(verb: Word) -> bool:
    """*The man they killed*, *fired at the men*: the object stands before it, or behind a preposition."""
    subject = _own_subject(verb)
    if verb.dep_ == "relcl" and subject is not None and not is_relative(subject, verb):
        return True
    return any(low(child) in {"at", "on"} for child in kids(verb, "prep") if _is_thing(child))


def _is_thing(prep: Word) -> bool:
    return any(noun.ent_type_ not in {"DATE", "TIME"} for noun in kids(prep, "pobj"))


def is_relative(word: Word, verb: Word) -> bool:
    """Whether a verb's subject or object is the pronoun that stands for the noun which the clause describes."""
    return low(word) in _RELATIVE and (word.tag_ in {"WDT", "WP"} or (low(word) == "that" and word.i < verb.i))


def antecedent(verb: Word) -> Word | None:
    """The noun that a relative clause describes; *it was Moravia that attacked* is one."""
    while verb.dep_ == "conj" and is_verbal(verb.head):
        verb = verb.head
    if verb.dep_ == "relcl":
        return _named(verb.head)
    if verb.dep_ in {"ccomp", "advcl"} and verb.head.pos_ == "AUX":
        return next(kids(verb.head, "attr"), None)
    return None


def _named(noun: Word) -> Word:
    """*Brandt, a judge who fled*: Brandt did."""
    return noun.head if noun.dep_ == "appos" and noun.head.pos_ in {"NOUN", "PROPN"} else noun


def subject_of(verb: Word) -> Word | None:
    """Head of the subject, own or understood; of a passive it is who suffers. None if the sentence does not say."""
    own = _own_subject(verb)
    if own is not None:
        return (antecedent(verb) or own) if is_relative(own, verb) else own
    head = verb.head
    if head.i == verb.i:
        return None
    if verb.dep_ == "conj":
        return subject_of(head) if is_verbal(head) else None
    if verb.dep_ in {"xcomp", "ccomp"}:
        return _controller(head, verb)
    if verb.dep_ in {"advcl", "dep"}:
        return subject_of(head) if is_verbal(head) else _of_adjective(head)
    if verb.dep_ == "pcomp":
        return _through(head)
    if verb.dep_ in {"acl", "amod"}:
        return owner(head) if verb.tag_ == "VB" else _named(head)
    return None


def _controller(head: Word, verb: Word) -> Word | None:
    """*Ordered the army to bomb*: the army; *promised the king to bomb*, *tried to bomb*: the subject."""
    if not is_verbal(head):
        return _of_adjective(head)
    told = next(kids(head, "dobj", "dative"), None)
    if told is not None and told.i < verb.i and low(head) not in casting.PROMISE:
        return told
    return subject_of(head)


def _of_adjective(adjective: Word) -> Word | None:
    own = _own_subject(adjective)
    if own is not None:
        return own
    if adjective.dep_ in {"acomp", "oprd", "ccomp", "xcomp"} and is_verbal(adjective.head):
        told = next(kids(adjective.head, "dobj"), None)
        return told or subject_of(adjective.head)
    if adjective.dep_ in {"amod", "acl", "relcl"}:
        return adjective.head
    return None


def _through(prep: Word) -> Word | None:
    """*Accused the man of killing*: the man; *fled after killing*: who fled; *guilty of killing*: who is."""
    head = prep.head
    if head.dep_ == "prep":  # "because of"
        head = head.head
    if is_verbal(head):
        told = next(kids(head, "dobj"), None)
        if told is not None and low(prep) in _OF_OBJECT:
            return told
        return subject_of(head)
    if head.pos_ == "ADJ":
        return _of_adjective(head)
    return owner(head) or (head if low(prep) == "after" else None)


def owner(noun: Word) -> Word | None:
    """Whose the noun is: *the rebels' plot to …*, *the rebels hatched a plot to …*."""
    own = next(kids(noun, "poss"), None)
    if own is not None:
        return own
    if noun.dep_ in {"dobj", "attr"} and is_verbal(noun.head):
        return subject_of(noun.head)
    return None
