"""`explain` on an article that shows most of what can happen: an account that adds up, and marks that stand where they must.

The text is one that machines mangled; what alerts in it, what is history and what stands in page furniture is known.
"""

from __future__ import annotations

import io
import itertools
import json
from pathlib import Path

import pytest
from rich.console import Console

from tocsin.apps.explain import explain
from tocsin.apps.explain_account import Account
from tocsin.apps.explain_lines import lines_of
from tocsin.apps.explain_meaning import MEANING
from tocsin.apps.explain_sentences import Shown, Spot, runs
from tocsin.errors import Refused
from tocsin.score.odds import logistic
from tocsin.score.signals import SIGNALS
from tocsin.settings import load

TITLE = "Seoul summons Russia's ambassador over Moscow's new pact with North Korea"
BODY = """\
North Korean soldiers crossed the border at Paju on Thursday, the South Korean army said.

The South Korean military says the border violations were not intentional because the soldiers did not fire back.

Moscow signed a defense pact with North Korea two days before.

In 2015, North Korea fired artillery rounds across the border. No casualties have been reported.

See also  Doncic leads Mavs to NBA Finals with basketball win over South Korea
"""
DATE = "2024-06-21T09:00:00Z"
LISTS = """\
watchlist: desk
expand: true
entities: [North Korea, South Korea, Russia]
keywords: [border incursion, defense pact, artillery fire, basketball]
"""
LOUD = "watchlist: loud\nrules:\n  - {rule: all, when: '*', always_run: true, channels: [one, two]}\n"


async def told(tmp_path: Path, capsys, *, form: str, title: str = TITLE, body: str = BODY, lists: str = LISTS, **more):
    """The text, or the document, of `explain` for an article in a file; no server is asked."""
    article, watchlist = tmp_path / "article.json", tmp_path / "desk.yaml"
    article.write_text(
        json.dumps({"id": "a1", "title": title, "body": body, "published_at": DATE, "received_at": DATE})
    )
    watchlist.write_text(lists)
    out = io.StringIO()
    asked = {"article": article, "id": None, "url": None, "channel": None, "paths": [watchlist], **more}
    code = await explain(load(), form=form, out=Console(file=out, width=500), err=Console(file=io.StringIO()), **asked)
    assert code == 0
    return out.getvalue() if form == "text" else json.loads(capsys.readouterr().out)


@pytest.fixture
async def account(tmp_path, capsys):
    """The accounts of the article's rules, by name."""
    document = await told(tmp_path, capsys, form="json")
    return {one["rule"].split("/")[1]: one for one in document["rules"]}


async def test_the_pact_and_the_incursion_alert_and_history_and_furniture_do_not(account):
    """The artillery of 2015 is held back as history; a basketball line in page furniture is found nowhere."""
    verdicts = {name: (one["verdict"], one.get("reason", "")) for name, one in account.items()}
    assert verdicts == {
        "border-incursion": ("passes", ""),
        "defense-pact": ("passes", ""),
        "artillery-fire": ("held back", "below_threshold"),
        "basketball": ("no candidate", ""),
    }
    assert [guard["kind"] for guard in account["artillery-fire"]["guards"]] == ["historical"]
    assert any(line.startswith("lacks") and "basketball" in line for line in account["basketball"]["lacks"])
    shown = [sentence["text"] for one in account.values() for sentence in one.get("sentences", [])]
    assert shown
    assert not any("Doncic" in text for text in shown)


async def test_not_intentional_is_no_denial(account):
    """The sentence is evidence, and no guard stands in it."""
    [sentence] = [one for one in account["border-incursion"]["sentences"] if "not intentional" in one["text"]]
    assert "keyword" in {spot["kind"] for spot in sentence["spots"]}
    assert "guard" not in {spot["kind"] for spot in sentence["spots"]}
    assert "guards" not in account["border-incursion"]


async def test_who_does_it_to_whom_is_marked(account):
    """Russia makes the pact with North Korea; North Korea's soldiers cross."""
    spots = [spot for one in account["defense-pact"]["sentences"] for spot in one["spots"]]
    assert "Moscow" in {spot["text"] for spot in spots if spot["kind"] == "actor"}
    assert any("North" in spot["text"] for spot in spots if spot["kind"] == "target")
    [sentence] = [one for one in account["border-incursion"]["sentences"] if "crossed" in one["text"]]
    assert {"actor": "North Korean soldiers", "target": "the border"}.items() <= {
        spot["kind"]: spot["text"] for spot in sentence["spots"]
    }.items()


async def test_the_parts_add_up_to_the_score_and_the_greatest_come_first(account):
    """Base and parts are the log-odds of the score that decided, to its last digit."""
    for one in (account[name] for name in ("border-incursion", "defense-pact", "artillery-fire")):
        parts = [signal["part"] for signal in one["signals"]]
        assert logistic(one["base"] + sum(parts)) == pytest.approx(one["score"], abs=1e-4)
        assert [abs(part) for part in parts] == sorted(map(abs, parts), reverse=True)
        assert {signal["signal"] for signal in one["signals"]} == set(SIGNALS)


async def test_every_spot_is_the_text_at_its_place(account):
    """Code points of the field as received, in the sentence that it is shown with."""
    fields = {"title": TITLE, "body": BODY}
    for sentence in (sentence for one in account.values() for sentence in one.get("sentences", [])):
        text = fields[sentence["field"]]
        assert text[sentence["start"] : sentence["end"]] == sentence["text"]
        for spot in sentence["spots"]:
            assert text[spot["start"] : spot["end"]] == spot["text"]
            assert sentence["start"] <= spot["start"] < spot["end"] <= sentence["end"]


async def test_what_a_concept_brought_is_told_apart_from_what_the_list_says(account):
    """Each keyword's spot names its phrase and where that comes from."""
    origins = {
        spot["origin"] for one in account["border-incursion"]["sentences"] for spot in one["spots"] if "origin" in spot
    }
    assert "concept:border-incursion" in origins


async def test_a_change_is_what_the_changed_article_would_really_score(tmp_path, capsys, account):
    """Without its guard the artillery scores as if the year were left out of the text."""
    [change] = [one for one in account["artillery-fire"]["changes"] if "without the guard historical" in one["what"]]
    assert change["passes"]
    kept = BODY.replace("In 2015, North", "North")
    document = await told(tmp_path, capsys, form="json", body=kept)
    [other] = [one for one in document["rules"] if one["rule"] == "desk/artillery-fire"]
    assert change["score"] == pytest.approx(other["score"], abs=0.02)


async def test_the_way_across_the_threshold_goes_the_other_way_for_what_passes(account):
    """What passes would be held back, and the score that it would have is below the threshold, or a guard drops all."""
    one = account["border-incursion"]
    crossing = [change for change in one["changes"] if not change["passes"]]
    assert crossing
    assert all(change["score"] < one["threshold"] for change in crossing)


async def test_the_entity_beside_the_keyword_would_raise_the_score(tmp_path, capsys):
    """Where no sentence has both, it says what it would be worth if one had."""
    body = (
        "Norway sells fish.\n\nRain fell on the hills. It went on.\n\nA crane strike was told of, perhaps, long after."
    )
    lists = """\
watchlist: desk
entities: {norway: {name: Norway}}
keywords: {strike: {any: [crane strike]}}
rules: [{rule: strike, entities: {any: [norway]}, keywords: {any: [strike]}, threshold: 0.99}]
"""
    document = await told(tmp_path, capsys, form="json", title="Market", body=body, lists=lists)
    [one] = document["rules"]
    [change] = [change for change in one["changes"] if change["what"].startswith("if Norway stood in the sentence")]
    assert change["score"] > one["score"]


async def test_who_stands_in_the_role_of_another_is_named_and_what_that_costs(tmp_path, capsys):
    """The rule asks for Russia as the one who does it; that it has it done to it is a guard, and a change without it."""
    lists = """\
watchlist: desk
entities: {russia: {name: Russia}, norway: {name: Norway}}
keywords: {raid: {any: [bomb]}}
rules:
  - rule: raid
    entities: {any: [russia]}
    keywords: {any: [raid]}
    roles: {actor: [russia]}
    guards: {other_role: drop}
"""
    body = "Norway bombed Russia on Thursday."
    document = await told(tmp_path, capsys, form="json", title="", body=body, lists=lists)
    [one] = document["rules"]
    assert (one["verdict"], one["reason"]) == ("held back", "guarded")
    [guard] = [spot for spot in one["sentences"][0]["spots"] if spot["kind"] == "guard"]
    assert guard == {"kind": "guard", "start": 14, "end": 20, "text": "Russia", "ref": "other_role", "does": "drop"}
    [change] = [change for change in one["changes"] if "other_role" in change["what"]]
    assert change["score"] > one["score"]


async def test_a_person_sees_the_marks_in_brackets_and_the_sum(tmp_path, capsys):
    """On a pipe as well, a sentence on one line, with its guard named."""
    text = await told(tmp_path, capsys, form="text")
    assert "desk/artillery-fire: held back: below_threshold" in text
    assert "{historical: In 2015}" in text
    assert "‹actor: [North Korean] soldiers› ⟦crossed⟧ ‹target: the ⟦border⟧›" in text
    assert "where every score starts" in text
    assert "lacks keyword: basketball" in text
    assert "Doncic" not in text


async def test_what_an_article_holds_cannot_move_the_terminal(tmp_path, capsys):
    """Control characters and markup are shown as text, marks or not."""
    body = "North Korean soldiers \x1b[2J crossed the [bold]border\u202e at\nPaju on Thursday."
    text = await told(tmp_path, capsys, form="text", body=body)
    assert not {"\x1b", "\u202e"} & set(text)
    assert "[bold]" in text


async def test_a_rule_in_two_channels_is_told_once(tmp_path, capsys):
    """And one that asks for every article has nothing to add up."""
    text = await told(tmp_path, capsys, form="text", lists=LOUD)
    assert text.count("asks for every article") == 1
    assert "as in channel one" in text
    assert "log-odds" not in text


async def test_words_that_do_not_go_together_are_refused(tmp_path, capsys):
    """A channel or a form that is not there, with those that are."""
    with pytest.raises(Refused, match="text or json"):
        await told(tmp_path, capsys, form="xml")
    with pytest.raises(Refused, match="there is desk"):
        await told(tmp_path, capsys, form="text", channel="nowhere")


def test_every_signal_has_words_for_both_ends():
    """A signal that is new is told to people too."""
    assert set(MEANING) >= set(SIGNALS)


def test_runs_are_the_stretches_of_neighbours():
    """None of nothing."""
    assert list(runs([])) == []
    assert list(runs([0, 1, 4, 6, 7])) == [range(2), range(4, 5), range(6, 8)]


SENTENCE = "one two three four"
PLACES = [(start, end) for start, end in itertools.product((0, 4, 8), (3, 7, 13, 18)) if start < end]


@pytest.mark.parametrize("places", list(itertools.combinations(PLACES, 3)))
def test_brackets_are_balanced_and_the_text_stays_however_spots_lie(places):
    """Beside, inside or across each other: taken out again, the brackets leave the sentence as it was."""
    kinds = ("entity", "keyword", "actor")
    spots = tuple(
        sorted(
            (
                Spot(kind=kind, start=start, end=end, text=SENTENCE[start:end])
                for kind, (start, end) in zip(kinds, places, strict=True)
            ),
            key=lambda spot: (spot.start, -spot.end),
        )
    )
    shown = Shown(field="body", start=0, end=18, text=SENTENCE, zone="body", read=True, spots=spots)
    account = Account(rule="a/b", channels=(), verdict="passes", score=0.5, threshold=0.4, sentences=(shown,))
    line = list(lines_of(account))[1].plain.removeprefix("    │ ")
    depth = 0
    for character in line:
        depth += (character in "[⟦‹") - (character in "]⟧›")
        assert depth >= 0
    assert depth == 0
    bare = line.replace("actor: ", "")
    assert "".join(character for character in bare if character not in "[]⟦⟧‹›") == SENTENCE
