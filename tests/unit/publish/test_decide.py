"""Decisions: what a channel is told of an article, given what it knows, and why."""

from __future__ import annotations

import msgspec
import pytest

from builders import a_candidate, an_article, document_of
from tocsin.model.alert import Evidence, SentenceText
from tocsin.model.decision import Reason, Scored
from tocsin.model.rule import Mode, Severity
from tocsin.publish.decide import Standing, Subject, decide
from tocsin.story.fingerprint import fingerprint
from tocsin.story.open_stories import OpenStories, with_shingles

CROSSED = "Three soldiers crossed the border on Monday, officials said."
SIGNED = "Both capitals signed a defense pact."


def scored(
    rule: str = "incursion", *, body: str = CROSSED, proof: str = "crossed the border", refusal=None, **rule_fields
):
    """A scored candidate whose evidence is ``proof`` in ``body``."""
    start = body.find(proof)
    evidence = (
        Evidence(
            rule=rule, field="body", start=start, end=start + len(proof), text=proof, kind="keyword", ref="border-incursion",
            sentence=SentenceText(0, len(body), body),
        ),
    ) if start >= 0 else ()  # fmt: skip
    return Scored(
        candidate=a_candidate(rule=rule, watchlist="desk", **rule_fields), score=0.8, threshold=0.5, parts={"keyword": 1.0},
        evidence=evidence, guards=(), refusal=refusal,
    )  # fmt: skip


class Channel:
    """A channel that takes every decision on, as the scorer's cache does."""

    def __init__(self) -> None:
        self.stories = OpenStories("desk")
        self.live = frozenset({"desk/incursion", "desk/pact", "desk/other"})

    def hears(self, article, *found):
        document = document_of(article)
        hashes = fingerprint(document)
        placed = self.stories.place(article.key, hashes)
        verdict = decide(
            Subject(
                channel="desk", document=document, scored=found, now=1000.0, versions={"desk": 4}, live=self.live,
                standing=Standing(story=placed.story, copy_of=placed.copy_of, previous=placed.previous),
                shingles=with_shingles(placed.story, article.id, hashes),
            )
        )  # fmt: skip
        if verdict.story is not None:
            self.stories.put(verdict.story.id, verdict.story)
        return verdict.decision


@pytest.fixture
def channel():
    return Channel()


LONG = " ".join(f"Paragraph {number} of the report speaks of nothing in particular." for number in range(30))


def test_the_first_article_of_a_story_is_told(channel):
    """A new alert, reason first, with the story it opens and the strongest rule at its head."""
    told = channel.hears(an_article(id="a", body=CROSSED), scored(severity=Severity.HIGH))
    assert told.alert is not None
    assert (told.kind, told.reason, told.alert.kind, told.alert.reason) == ("new", Reason.FIRST, "new", "first")
    assert told.alert.severity == "high"
    assert told.alert.story is not None
    assert (told.alert.story.seq, told.alert.story.articles, told.alert.story.sources) == (1, 1, 1)
    assert told.alert.supersedes is None


def test_a_copy_is_a_duplicate_that_names_its_original(channel):
    """Suppressed, placed, counted in the story."""
    first = channel.hears(an_article(id="a", source="one", body=CROSSED + LONG), scored(body=CROSSED + LONG))
    copy = channel.hears(an_article(id="b", source="two", body="Menu. " + CROSSED + LONG), scored(body=CROSSED + LONG))
    assert (copy.sent, copy.reason, copy.copy_of) == (False, Reason.DUPLICATE, "a")
    assert copy.story_id == first.story_id
    story = channel.stories.get(copy.story_id)
    assert (story.articles, story.sources, story.seq) == (2, ("one", "two"), 2)


def test_a_copy_in_which_a_further_rule_passes_is_an_update(channel):
    """The channel was told of the pact; now of the incursion, and which rule is new."""
    pact = channel.hears(
        an_article(id="a", body=SIGNED + LONG), scored("pact", body=SIGNED + LONG, proof="defense pact")
    )
    both = channel.hears(
        an_article(id="b", body=SIGNED + LONG + CROSSED),
        scored("pact", body=SIGNED + LONG, proof="defense pact"),
        scored("incursion", body=SIGNED + LONG + CROSSED),
    )
    assert (both.kind, both.reason) == ("update", Reason.NEW_RULE)
    assert {rule.rule for rule in both.alert.rules} == {"pact", "incursion"}
    assert [(change.what, change.now) for change in both.alert.changes] == [("rule", "desk/incursion")]
    assert both.alert.supersedes == pact.alert.id
    again = channel.hears(an_article(id="c", body=SIGNED + LONG), scored("incursion"))
    assert again.reason is Reason.DUPLICATE


def test_an_idle_edit_is_unchanged(channel):
    """A typo mended far from the evidence tells nobody anything."""
    channel.hears(an_article(id="a", body=CROSSED + " Teh end."), scored())
    edit = channel.hears(an_article(id="a", body=CROSSED + " The end."), scored())
    assert (edit.sent, edit.reason) == (False, Reason.UNCHANGED)


def test_an_edit_that_alters_the_evidence_is_a_correction(channel):
    """The alerted words are gone: what was said, what is said now, and which alert it supersedes."""
    first = channel.hears(an_article(id="a", body=CROSSED), scored())
    body = "Three soldiers approached the border but did not cross the border, officials said."
    edit = channel.hears(an_article(id="a", body=body), scored(body=body, proof="cross the border"))
    assert (edit.kind, edit.reason) == ("correction", Reason.CORRECTED)
    assert edit.alert.supersedes == first.alert.id
    [change] = edit.alert.changes
    assert (change.what, change.was, change.now) == ("text", CROSSED, body)


def test_a_changed_figure_beside_the_evidence_is_a_correction(channel):
    """Three became five."""
    channel.hears(an_article(id="a", body=CROSSED), scored())
    body = CROSSED.replace("Three", "Five")
    edit = channel.hears(an_article(id="a", body=body), scored(body=body))
    assert edit.reason is Reason.CORRECTED
    assert [(change.what, change.was, change.now) for change in edit.alert.changes] == [("toll", "three", "five")]


def test_an_edit_in_which_nothing_passes_takes_the_alert_back(channel):
    """The rule is named as gone; nothing is scored; the watchlist's running version stands in it."""
    channel.hears(an_article(id="a", body=CROSSED), scored(severity=Severity.HIGH))
    edit = channel.hears(an_article(id="a", body="The weather was fine."))
    assert (edit.kind, edit.reason, edit.alert.rules, edit.alert.evidence) == ("correction", Reason.CORRECTED, (), ())
    assert (edit.alert.rule, edit.alert.watchlist.version, edit.alert.severity) == ("incursion", 4, "high")
    assert ("rule", "desk/incursion", None) in [(c.what, c.was, c.now) for c in edit.alert.changes]


def test_a_withdrawal_is_told_once_and_only_where_the_article_was(channel):
    """A correction for whoever was told; nothing for who never heard of it."""
    stranger = channel.hears(an_article(id="x", withdrawn=True))
    assert not stranger.sent
    channel.hears(an_article(id="a", body=CROSSED), scored())
    gone = channel.hears(an_article(id="a", title="", body="", withdrawn=True))
    assert (gone.kind, gone.reason) == ("correction", Reason.WITHDRAWN)
    again = channel.hears(an_article(id="a", body="An unrelated note."))
    assert not again.sent


def test_a_retraction_cue_is_told_even_where_the_words_stand(channel):
    """The title now says that it corrects: readers of the alert must know."""
    channel.hears(an_article(id="a", title="Soldiers at the border", body=CROSSED), scored())
    edit = channel.hears(an_article(id="a", title="Correction: soldiers at the border", body=CROSSED), scored())
    assert edit.reason is Reason.CORRECTED
    idle = channel.hears(
        an_article(id="a", title="Correction: soldiers at the border", body=CROSSED + " Print."), scored()
    )
    assert idle.reason is Reason.UNCHANGED


def test_shadow_rules_decide_and_send_nothing(channel):
    """A shadow rule that would pass is `shadow`; it leaves no trace in the channel."""
    decision = channel.hears(an_article(id="a", body=CROSSED), scored(mode=Mode.SHADOW))
    assert (decision.sent, decision.reason, decision.story_id) == (False, Reason.SHADOW, None)
    assert [reason for _, reason in decision.rules] == [Reason.SHADOW]
    live = channel.hears(an_article(id="b", body=CROSSED), scored("other"), scored(mode=Mode.SHADOW))
    assert live.reason is Reason.FIRST
    assert [rule.rule for rule in live.alert.rules] == ["other"]


@pytest.mark.parametrize("first", [Reason.FILTERED, Reason.STALE, Reason.GUARDED, Reason.BELOW_THRESHOLD])
def test_the_first_reason_that_holds_is_given(channel, first):
    """Filtered before stale before guarded before below_threshold, whatever the rules' order; nothing is remembered."""
    order = [Reason.FILTERED, Reason.STALE, Reason.GUARDED, Reason.BELOW_THRESHOLD]
    several = [scored(refusal=reason) for reason in reversed(order[order.index(first) :])]
    decision = channel.hears(an_article(id="a", body=CROSSED), *several)
    assert (decision.reason, decision.sent, decision.story_id) == (first, False, None)
    assert len(channel.stories) == 0


def test_one_rule_that_passes_is_enough_and_the_others_keep_their_reason(channel):
    """The channel's reason is the alert's; a rule below its threshold stays below its threshold."""
    decision = channel.hears(an_article(id="a", body=CROSSED), scored(), scored("weak", refusal=Reason.BELOW_THRESHOLD))
    assert decision.sent
    assert [reason for _, reason in decision.rules] == [Reason.FIRST, Reason.BELOW_THRESHOLD]
    assert [rule.rule for rule in decision.alert.rules] == ["incursion"]


def test_equal_subjects_give_equal_decisions():
    """Pure: two scorers that know the same decide the same, down to ids."""
    one = Channel().hears(an_article(id="a", body=CROSSED), scored())
    two = Channel().hears(an_article(id="a", body=CROSSED), scored())
    assert msgspec.json.encode(one.alert) == msgspec.json.encode(two.alert)
    assert one.alert.story.id == two.alert.story.id


@pytest.mark.parametrize("refusal", [Reason.FILTERED, Reason.STALE, Reason.BELOW_THRESHOLD])
def test_what_only_grew_old_or_faded_is_not_taken_back(channel, refusal):
    """The text still says it: an edit of the furniture, hours later, is no correction."""
    channel.hears(an_article(id="a", body=CROSSED + " Share this."), scored())
    edit = channel.hears(an_article(id="a", body=CROSSED + " Print this.", arrived_at=9.0), scored(refusal=refusal))
    assert (edit.sent, edit.reason) == (False, Reason.UNCHANGED)


def test_a_guard_that_appears_takes_the_alert_back(channel):
    """The words stand, but now the article says that it did not happen."""
    channel.hears(an_article(id="a", body=CROSSED), scored())
    edit = channel.hears(an_article(id="a", body="No: " + CROSSED, arrived_at=9.0), scored(refusal=Reason.GUARDED))
    assert (edit.kind, edit.reason) == ("correction", Reason.CORRECTED)


def test_a_rule_that_is_no_longer_in_force_takes_nothing_back(channel):
    """Deleted, switched off or moved to another channel: the author changed, not the source."""
    channel.hears(an_article(id="a", body=CROSSED), scored())
    channel.live = frozenset({"desk/pact"})
    edit = channel.hears(an_article(id="a", body=CROSSED + " Print this.", arrived_at=9.0))
    assert (edit.sent, edit.reason) == (False, Reason.UNCHANGED)


def test_what_was_taken_back_and_is_true_again_is_told(channel):
    """Lost, then regained: subscribers must not be left with the correction."""
    channel.hears(an_article(id="a", body=CROSSED), scored())
    channel.hears(an_article(id="a", body="The weather was fine.", arrived_at=1.0))
    again = channel.hears(an_article(id="a", body=CROSSED + " It is certain.", arrived_at=2.0), scored())
    assert (again.kind, again.reason) == ("update", Reason.NEW_RULE)
    idle = channel.hears(an_article(id="a", body=CROSSED + " It is sure.", arrived_at=3.0), scored())
    assert idle.reason is Reason.UNCHANGED


def test_after_a_withdrawal_another_source_is_news(channel):
    """Nobody else says it any more: a copy from elsewhere is told; with a second source standing, it is not."""
    channel.hears(an_article(id="a", body=CROSSED + LONG), scored(body=CROSSED + LONG))
    channel.hears(an_article(id="a", withdrawn=True, arrived_at=1.0))
    other = channel.hears(an_article(id="b", source="two", body=CROSSED + LONG), scored(body=CROSSED + LONG))
    assert other.reason is Reason.NEW_RULE
    third = channel.hears(an_article(id="c", source="three", body=CROSSED + LONG), scored(body=CROSSED + LONG))
    assert third.reason is Reason.DUPLICATE


def test_an_older_revision_does_not_correct_the_newer_one_back(channel):
    """Redelivered late: what arrived before the told revision is not news, and the newer one stays the told one."""
    newer = channel.hears(an_article(id="a", body=CROSSED.replace("Three", "Five"), arrived_at=9.0), scored())
    older = channel.hears(an_article(id="a", body=CROSSED, arrived_at=1.0), scored())
    assert (older.sent, older.reason) == (False, Reason.UNCHANGED)
    story = channel.stories.get(newer.story_id)
    assert story is not None
    assert [told.revision for told in story.members] == [newer.revision]


def test_a_withdrawal_is_told_however_many_copies_came_meanwhile(channel):
    """The article that was alerted is remembered longest: it is what a correction is about."""
    text = CROSSED + LONG
    channel.hears(an_article(id="a", source="s", body=text), scored(body=text))
    for number in range(40):
        channel.hears(an_article(id=f"c{number}", source=f"s{number}", body=text), scored(body=text))
    gone = channel.hears(an_article(id="a", source="s", withdrawn=True, arrived_at=1.0))
    assert gone.reason is Reason.WITHDRAWN
