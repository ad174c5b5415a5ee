"""How common each term is, by the matcher's own lights."""

from __future__ import annotations

import io

from rich.console import Console

from builders import an_article, an_entity
from tocsin.apps.term_counts import TermCounter
from tocsin.apps.term_report import render
from tocsin.model.roster import Entities, Part, Roster
from tocsin.watchlists import compile_text

TEXT = """\
watchlist: desk
entities:
  korea:
    name: Korea
    aliases: [North Korea]
    weak: [the North]
keywords:
  attack:
    any: [attack, '"the raid"', 'concept:defense-pact']
    not: [heart attack]
rules:
  - rule: r
    entities: {any: [korea]}
    keywords: {any: [attack]}
"""


def counted(*bodies, more=()):
    loaded = compile_text(TEXT, file="desk.yaml")
    [watchlist] = loaded.watchlists
    if more:
        entities = Entities([*Entities.of(watchlist.entities).parts, *more])
        watchlist = type(watchlist)(name="desk", entities=entities, keywords=watchlist.keywords, rules=watchlist.rules)
    counter = TermCounter([(loaded.sources[0], watchlist)])
    for number, body in enumerate(bodies):
        counter.add(an_article(body=body, id=f"a{number}"))
    return counter.counts()


def rendered(counts, covered):
    text = io.StringIO()
    render(counts, covered, Console(file=text, width=200, color_system=None))
    return text.getvalue()


def by_written(counts):
    return {term.written: count for term, count in counts.terms.items()}


def test_each_term_is_counted_alone():
    """In how many articles, inflections included; the longest name wins; what `not:` names does not count."""
    counts = counted(
        "North Korea attacked. It attacks again.",
        "Korea was attacked.",
        "He had a heart attack in the North.",
        "The raids. The raid.",
        "Nothing of it.",
    )
    assert counts.articles == 5
    assert by_written(counts) == {"Korea": 1, "North Korea": 1, "the North": 1, "attack": 2, '"the raid"': 1}


def test_terms_know_their_lines():
    """A person can go to what is said of a term."""
    assert {term.written: (term.kind, term.owner, term.line) for term in counted().terms} == {
        "Korea": ("alias", "korea", 4),
        "North Korea": ("alias", "korea", 5),
        "the North": ("alias", "korea", 6),
        "attack": ("phrase", "attack", 9),
        '"the raid"': ("phrase", "attack", 9),
    }


def test_groups_are_counted_by_what_was_met():
    """A group may have a million rows: only those that were found are named, and longer names win over own ones."""
    rows = Roster.of([an_entity("Korea Line", ref="firms/1"), an_entity("Attack Corp", "AC", ref="firms/2")])
    counts = counted("Korea Line and AC.", "AC.", "Nobody.", more=[Part(rows, group="firms")])
    assert counts.members[("desk", "firms")] == {("firms/1", "Korea Line"): 1, ("firms/2", "AC"): 2}
    assert by_written(counts)["Korea"] == 0


def test_the_commonest_come_first_and_what_is_too_common_is_marked():
    """A term in more than one of twenty articles is too generic; one that is in none is named."""
    bodies = ["They attacked."] * 30 + ["Korea."] * 2 + ["Nothing."] * 168
    lines = rendered(counted(*bodies), 2 * 86_400.0).splitlines()
    assert lines[0] == "terms in 200 articles of the last 2.0 days:"
    assert lines[1].split() == "15 articles a day (15.0%) attack (phrase of attack, desk.yaml:9)".split() + (
        "too generic: ask for a second word beside it".split()
    )
    assert "1.0 articles a day (1.0%)  Korea (alias of korea, desk.yaml:4)" in lines[2]
    assert lines[3] == "never seen: 3 of 5 terms"


def test_a_handful_of_articles_judges_no_word():
    """Of ten articles nothing is said but what was counted."""
    text = rendered(counted(*["They attacked."] * 10), 3600.0)
    assert "10 articles (100.0%)  attack" in text
    assert "generic" not in text
    assert "never" not in text
