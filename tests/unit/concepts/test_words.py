"""Which forms a word is found in: those of the reading that was typed, and of no other word that looks like it."""

from __future__ import annotations

import pytest

from tocsin.concepts import words

# Typed; what must be found besides; what must not.
FORMS = [
    ("kidnap", "kidnaps kidnapped kidnapping", "kidnapper"),
    ("kidnapped", "kidnap kidnaps kidnapping", "kidnapper"),
    ("kidnapping", "kidnap kidnaps kidnapped kidnappings", "kidnapper"),
    ("shelling", "shelled", "shell shells"),
    ("shelled", "shelling", "shell shells"),
    ("shell", "shells shelled shelling", "shellfish"),
    ("spying", "spied", "spy spies"),
    ("spied", "spying", "spy spies"),
    ("spy", "spies spied spying", "espionage"),
    ("massing", "massed", "mass masses"),
    ("massed", "massing", "mass masses"),
    ("manned", "manning", "man men mans"),
    ("headed", "heading", "head heads"),
    ("stationed", "stationing", "station stations"),
    ("landed", "landing", "land lands"),
    ("housed", "housing", "house houses"),
    ("planted", "planting", "plant plants"),
    ("rocketed", "rocketing", "rocket rockets"),
    ("gassed", "gassing", "gas gases"),
    ("stoned", "stoning", "stone stones"),
    ("bombed", "bomb bombs bombing", "bomber bombard"),
    ("bombing", "bomb bombs bombed bombings", "bomber"),
    ("killing", "kill kills killed killings", "killer"),
    ("killed", "kill kills killing", "killer"),
    ("attacked", "attack attacks attacking", "attacker"),
    ("raided", "raid raids raiding", "raider"),
    ("protesting", "protest protests protested", "protester"),
    ("mining", "mine mines mined", "miner"),
    ("held", "hold holds holding", "held-up"),
    ("struck", "strike strikes striking", "stroke"),
    ("shot", "shoot shoots shooting shots", "shutter"),
    ("shooting", "shoot shoots shot shootings", "shooter"),
    ("found", "find finds finding", "founded founding founder"),
    ("fell", "fall falls falling fallen", "felled fells"),
    ("left", "leave leaves leaving", "lefts leaf"),
    ("rose", "rise rises rising risen", "roses"),
    ("saw", "see sees seen", "saws sawn"),
    ("wound", "wounds wounded wounding", "wind winding"),
    ("wounded", "wound wounds wounding", "wind winds"),
    ("ground", "grounds", "grind grinding"),
    ("leaves", "leave left leaving", "leaf"),
    ("building", "buildings", "build built builds"),
    ("hearing", "hearings", "hear heard"),
    ("meeting", "meetings meet met", "meat"),
    ("die", "dies died dying", "dice"),
    ("accord", "accords", "according"),
    ("mothball", "mothballs mothballed mothballing", "moth"),
    ("mothballed", "mothball mothballs mothballing", "moth"),
    ("torch", "torches torched torching", "torso"),
    ("torched", "torch torches torching", "torso"),
    ("nuke", "nukes nuked nuking", "nuclear"),
    ("brownout", "brownouts", "brown"),
    ("blackout", "blackouts", "black"),
    ("lab", "labs", "labour"),
    ("labs", "lab", "labour"),
    ("armed", "", "arm arms arming"),
    ("troops", "troop", "trooper"),
]


@pytest.mark.parametrize(("typed", "wanted", "unwanted"), FORMS, ids=[row[0] for row in FORMS])
def test_forms(typed, wanted, unwanted):
    """A word is found in every form of what was meant, and in none of another word."""
    forms = set(words.forms(typed))
    assert typed in forms
    assert set(wanted.split()) <= forms
    assert not set(unwanted.split()) & forms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kidnap", "kidnapping"),
        ("killing", "killings"),
        ("bombed", "bombings"),
        ("shelled", "shelling"),
        ("lab", "labs"),
    ],
)
def test_forms_of_one_word_share_a_name(one, other):
    """A keyword in the plural, or in the past, names the concept that its gerund names."""
    assert words.stem(one) == words.stem(other)


@pytest.mark.parametrize(("one", "other"), [("shell", "shelling"), ("mass", "massing"), ("found", "founded")])
def test_other_words_have_other_names(one, other):
    """Keywords that find different things are not told to be the same."""
    assert words.stem(one) != words.stem(other)
