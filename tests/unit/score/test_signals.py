"""What each signal measures, by pairs of articles of which one has more of it."""

from __future__ import annotations

import pytest

from builders import a_keyword, an_entity
from tocsin.frequency import word_rarity
from tocsin.score.rarity import phrase_rarity
from tocsin.score.signals import SIGNALS, measure
from tocsin.score.view import View

from .candidates import a_match, a_reading

FILLER = "The weather was mild and the harbour was busy that week. " * 6
PLAIN = "North Korea said a border incursion took place."


def _measure(title="", body="", read=None, **more):
    candidate, document = a_match(title, body, **more)
    reading = None if read is None else a_reading(document, **read(document, candidate))
    return measure(View(candidate, document, reading, 0.0))


@pytest.mark.parametrize(
    ("signal", "more", "less"),
    [
        ("whole_phrase", PLAIN, "North Korea said a border was closed after some incursion."),
        ("rarity", PLAIN, "North Korea said an incursion took place."),
        ("whole_phrase", PLAIN, "North Korea said an incursion took place."),
        ("variety", f"{PLAIN} Men crossed the border.", f"{PLAIN} A border incursion."),
        ("frequency", f"{PLAIN} An incursion. An incursion.", PLAIN),
        ("as_written", PLAIN, f"{PLAIN} Borders saw incursions."),
        ("closeness", PLAIN, f"North Korea was mild. {FILLER} A border incursion took place."),
        ("closeness", f"North Korea was mild. {FILLER} A border incursion took place. North Korea spoke.", f"North Korea. {FILLER} A border incursion."),
        ("entity_early", PLAIN, f"A border incursion took place. {FILLER} North Korea."),
        ("entity_frequency", f"{PLAIN} North Korea. North Korea.", f"{PLAIN} {FILLER}"),
        ("own_country", PLAIN, f"{PLAIN} Peru and Chile and Kenya said nothing."),
        ("country_first", PLAIN, f"Peru said nothing. {PLAIN}"),
        ("recent", "North Korea said a border incursion took place on Friday.", PLAIN),
    ],
)  # fmt: skip
def test_more_is_higher(signal, more, less):
    """Each signal tells the one article from the other, without a reading."""
    assert _measure(body=more)[signal] > _measure(body=less)[signal]


def test_words_further_apart_are_weaker():
    """A phrase is strongest where its words stand side by side."""
    apart = "North Korea said a border was closed after some incursion."
    near, far = (_measure(body=body, keyword=a_keyword("border incursion"))["strength"] for body in (PLAIN, apart))
    assert near == 1.0 > far > 0.0


def test_entity_certainty_by_alias():
    """Strong, then weak (beside a strong one a weak mention does no harm)."""
    weak = an_entity("North Korea", weak=("the North",))
    assert _measure(body=PLAIN, entity=weak)["entity_certainty"] == 1.0


def _hit_tokens(candidate):
    return frozenset(candidate.hits[0].tokens)


def test_what_a_reading_adds():
    """Past, main point, incident, agency and clause come from the reading, and are unknown without one."""
    silent = _measure(body=PLAIN)
    assert {silent[name] for name in ("asserted", "past", "main_point", "detail", "takes_part", "agency")} == {None}
    past = _measure(body=PLAIN, read=lambda _, c: {"past": _hit_tokens(c), "main": _hit_tokens(c)})
    idle = _measure(body=PLAIN, read=lambda _, c: {})
    assert (past["past"], past["main_point"], past["asserted"]) == (1.0, 1.0, 1.0)
    assert (idle["past"], idle["main_point"], idle["detail"]) == (0.0, 0.0, 0.0)


def test_one_clause_is_nearer_than_one_sentence():
    """The parse decides where it is there."""
    one = _measure(body=PLAIN, read=lambda d, c: {"clause_of": dict.fromkeys(range(len(d.spans)), 1)})
    two = _measure(body=PLAIN, read=lambda d, c: {"clause_of": {n: n for n in range(len(d.spans))}})
    assert one["closeness"] == 1.0 > two["closeness"]


def test_agency_wants_the_entity_as_subject_in_the_clause():
    """Subject of the clause with the keyword: 1; anything else: 0."""

    def acting(document, candidate):
        mention = candidate.mentions[0]
        tokens = frozenset(range(mention.first, mention.last))
        return {"clause_of": dict.fromkeys(range(len(document.spans)), 1), "agents": tokens}

    assert _measure(body=PLAIN, read=acting)["agency"] == 1.0
    assert _measure(body=PLAIN, read=lambda d, c: {**acting(d, c), "agents": frozenset()})["agency"] == 0.0


def test_hits_that_share_a_word_count_once():
    """*Border incursion* is one piece of evidence, not three, however many phrases it satisfies."""
    keyword = a_keyword("border incursion", "incursion", "border", ref="incursion")
    assert _measure(body=PLAIN, keyword=keyword)["frequency"] in {0.0, None}


def test_furniture_has_no_signal():
    """A tempting headline in *See also* changes nothing."""
    body = f"{PLAIN}\n\n{FILLER}"
    tempted = f"{body}\n\nSee also\nBorder incursion by North Korea, border incursion"
    calm, lured = _measure("News", body), _measure("News", tempted)
    assert lured["frequency"] == calm["frequency"]
    assert lured["entity_frequency"] == calm["entity_frequency"]


def test_rarity_knows_common_words():
    """The table is folded and graded."""
    assert word_rarity("the") < word_rarity("attack") < word_rarity("incursion")
    assert phrase_rarity(["the", "of"]) == 0.0
    assert phrase_rarity(["border", "incursion"]) > phrase_rarity(["incursion"])
    assert phrase_rarity(["demilitarised", "incursion", "kidnapper"]) == 1.0


def test_every_signal_stays_between_0_and_1():
    """Whatever the article."""
    for title, body in [("", PLAIN), ("North Korea border incursion", ""), ("x", f"{PLAIN} {FILLER * 20} {PLAIN}")]:
        for name, value in _measure(title, body).items():
            assert value is None or 0.0 <= value <= 1.0, name
    assert len(SIGNALS) <= 25
