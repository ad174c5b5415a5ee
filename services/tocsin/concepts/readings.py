"""Which reading of a word is meant where the dictionary has several, or lacks the one that news knows.

Tables and nothing else: a dictionary says which readings there are, not which of them is meant.
"""

from __future__ import annotations

from typing import NamedTuple

# Verbs whose base form is, in news, hardly ever the verb, but a thing that the act is done with, to or in: who asks for
# *shelling* or *massed* means the act, and neither shells and Shell nor mass and the masses. *Attack, raid, bomb* are not
# here: they are the act too, or as often as not.
_THINGS = """
arm board book box bus cage captain cement chair channel chart cloud coach crown deck drone fish floor flour flower
gas gear ground gun hammer head helm hose house ice inch ink iron jet knife label lake land leaf mail man mass
mortar mother mushroom nurse pack page paint park pave pen people pilot pipe plant plate pocket police pool position
program radio rail rocket roof root saddle salt school scout seat shackle shell ship shoulder silver soldier spear
spy staff stage station steam stomach stone table tail tank tape telephone tree truck wall water weed whip word worm
"""
# What a form means first, where the dictionary also has a verb or noun that nobody means by it. Part of speech and lemma.
_MEANT = """
bore VERB bear; bound VERB bind; building NOUN building; ceiling NOUN ceiling; dies VERB die; dove NOUN dove;
drove VERB drive; evening NOUN evening; fell VERB fall; felt VERB feel; found VERB find; ground NOUN ground;
hearing NOUN hearing; left VERB leave; lay VERB lie; lay VERB lay; leaves VERB leave; morning NOUN morning;
rose VERB rise; saw VERB see; shed VERB shed; spoke VERB speak; stole VERB steal; wedding NOUN wedding;
wound NOUN wound; wound VERB wound; lives NOUN life; lives VERB live; thought VERB think
"""
# Nouns to the dictionary, verbs to journalists.
_VERBS = "gaslight headbutt mothball nuke tase taser teargas torch"


class Reading(NamedTuple):
    """A word read as a part of speech: ``NOUN`` or ``VERB``."""

    kind: str
    lemma: str


def _meant() -> dict[str, tuple[Reading, ...]]:
    found: dict[str, tuple[Reading, ...]] = {}
    for entry in _MEANT.split(";"):
        word, kind, lemma = entry.split()
        found[word] = (*found.get(word, ()), Reading(kind, lemma))
    return found


THINGS = frozenset(_THINGS.split())
MEANT = _meant()
VERBS = frozenset(_VERBS.split())
