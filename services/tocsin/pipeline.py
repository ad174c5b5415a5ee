"""Read me first: what happens to an article, in order. Everything here is pure; an empty result ends it.

::

    fold     every article     one string of whole tokens                             prepare/fold
    scan     every article     names, and the terms that rules are filed under; most end here    match/index
    percolate  with a hit      sentences and zones; the rules that could match run    prepare/structure, match
    admit    candidates        filters and staleness, before anything costs           score/gate
    read     what could pass   spaCy over the sentences with evidence (a worker)      read/reader
    score    what was admitted signals, guards, evidence, threshold                   score/score
    place    what passes       the channel's open stories                             story/open_stories
    decide   each channel      alert, or the reason why not                           publish/decide

The caller brings clock, reader and stores: ``scorer.batch`` for the live stream, ``apps.backtest`` for stored articles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tocsin.events import encode_alert
from tocsin.match.index import Index, build
from tocsin.model.article import UNKNOWN_LANGUAGE, Article
from tocsin.model.decision import Decision, Reason, Scored
from tocsin.model.document import Document, Folded
from tocsin.model.match import Candidate, Percolated
from tocsin.model.reading import Reading
from tocsin.model.rule import Mode, Watchlist, rule_key
from tocsin.model.story import Entry, Story
from tocsin.prepare.fold import fold_article
from tocsin.prepare.language import detect
from tocsin.prepare.structure import structure
from tocsin.publish.decide import Standing, Subject, decide
from tocsin.score.ask import needs_reading
from tocsin.score.gate import admit
from tocsin.score.score import score
from tocsin.score.weights import Weights
from tocsin.story.fingerprint import Hashes, fingerprint
from tocsin.story.open_stories import OpenStories, Placement, with_shingles


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What decides: compiled watchlists, weights and limits. Swapped whole between batches, never changed."""

    index: Index
    weights: Weights
    watchlists: tuple[Watchlist, ...]
    revision: int = 0  # of the published set; 0 in a back-test
    stale_s: float = 72 * 3600.0
    versions: dict[str, int] = {}  # running version of each watchlist
    live: dict[str, frozenset[str]] = {}  # channel → keys of the rules in force in it
    offsets: Mapping[str, float] = {}  # key of a rule → log-odds that marks by readers add to its scores

    def offset(self, candidate: Candidate) -> float:
        """What marks by readers add to the scores of a candidate's rule, in log-odds."""
        return self.offsets.get(rule_key(candidate.watchlist, candidate.rule), 0.0) if self.offsets else 0.0


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An article with candidates, or one that some channel was told of before."""

    document: Document
    candidates: tuple[Candidate, ...]
    refusals: tuple[Reason | None, ...]  # FILTERED or STALE, one a candidate
    rules_run: int = 0

    @property
    def article(self) -> Article:
        """The article as received."""
        return self.document.article


class Settlement(msgspec.Struct, frozen=True):
    """A channel's decision; where it rests on what the channel knows, the entry to commit and the story as it was."""

    decision: Decision
    entry: Entry | None = None
    before: Story | None = None


def open_desk(
    watchlists: tuple[Watchlist, ...],
    weights: Weights,
    *,
    revision: int = 0,
    stale_s: float = 72 * 3600.0,
    index: Index | None = None,
    offsets: Mapping[str, float] | None = None,
) -> Desk:
    """Make what decides.

    Args:
        watchlists: compiled.
        weights: of the score.
        revision: of the published set; 0 in a back-test.
        stale_s: seconds between an article's date and its arrival beyond which it is no news.
        index: of these watchlists; None: it is built here, which takes seconds for a million names.
        offsets: of rules by key, in log-odds, from marks by readers.
    """
    live: defaultdict[str, set[str]] = defaultdict(set)
    for watchlist in watchlists:
        for rule in watchlist.rules:
            for channel in rule.channels if rule.mode is Mode.LIVE else ():
                live[channel].add(rule_key(watchlist, rule))
    return Desk(
        index=build(watchlists) if index is None else index,
        weights=weights,
        watchlists=watchlists,
        revision=revision,
        stale_s=stale_s,
        versions={watchlist.name: watchlist.version for watchlist in watchlists},
        live={channel: frozenset(rules) for channel, rules in live.items()},
        offsets=offsets or {},
    )


def find(desk: Desk, article: Article, *, now: float, always: bool = False, prefilter: bool = True) -> Found | None:
    """Fold, scan, percolate and admit; None where no rule could match.

    Args:
        always: structure the article even so (a channel was told of an earlier revision).
        now: server time, seconds since the epoch.
        prefilter: False evaluates every rule, the slow twin.
    """
    folded = fold_article(article)
    scan = None if article.withdrawn else desk.index.scan(folded)  # whatever text came with it is no news
    if scan is None and not always:
        return None
    folded = _with_language(folded)
    document = structure(folded)
    percolated = (
        desk.index.percolate(document, scan, prefilter=prefilter) if scan is not None else Percolated(document, (), 0)
    )
    candidates = tuple(one for one in percolated.candidates if _sees(one, article))
    if not candidates and not always:
        return None
    refusals = tuple(admit(one, folded.article, now=now, stale_s=desk.stale_s) for one in candidates)
    return Found(document=document, candidates=candidates, refusals=refusals, rules_run=percolated.rules_run)


def to_read(desk: Desk, found: Found) -> frozenset[int]:
    """Return the sentences whose reading could still matter."""
    asked: frozenset[int] = frozenset()
    for candidate, refusal in zip(found.candidates, found.refusals, strict=True):
        if refusal is None:
            asked |= needs_reading(candidate, found.document, desk.weights, offset=desk.offset(candidate))
    return asked


def judge(desk: Desk, found: Found, reading: Reading | None, *, now: float) -> tuple[Scored, ...]:
    """Score every candidate; one that was not admitted keeps its refusal and is scored without a reading."""
    judged = []
    for candidate, refusal in zip(found.candidates, found.refusals, strict=True):
        offset = desk.offset(candidate)
        scored = score(candidate, found.document, reading, weights=desk.weights, now=now, offset=offset)
        judged.append(scored if refusal is None else msgspec.structs.replace(scored, refusal=refusal))
    return tuple(judged)


def by_channel(scored: Iterable[Scored], told: Iterable[str] = ()) -> dict[str, tuple[Scored, ...]]:
    """Return each channel's scored candidates; channels that were told of the article before are there without any."""
    channels: defaultdict[str, list[Scored]] = defaultdict(list)
    for channel in told:
        channels[channel] = []
    for one in scored:
        for channel in one.candidate.rule.channels:
            channels[channel].append(one)
    return {channel: tuple(of_channel) for channel, of_channel in sorted(channels.items())}


def settle(
    desk: Desk,
    document: Document,
    channel: str,
    scored: Sequence[Scored],
    stories: OpenStories,
    *,
    hashes: Hashes | None = None,
    now: float,
) -> Settlement:
    """Place the article in the channel's open stories and decide; the stories take the decision on at once."""
    matters = any(one.passes for one in scored) or stories.knows(document.article.key)
    if hashes is None and matters:
        hashes = fingerprint(document)
    placement = stories.place(document.article.key, hashes) if matters and hashes is not None else Placement()
    opened = stories.opened
    verdict = decide(
        Subject(
            channel=channel,
            document=document,
            scored=tuple(scored),
            standing=Standing(story=placement.story, copy_of=placement.copy_of, previous=placement.previous),
            shingles=() if hashes is None else with_shingles(placement.story, document.article.id, hashes),
            versions=desk.versions,
            live=desk.live.get(channel, frozenset()),
            now=now,
        )
    )
    if verdict.story is None:
        return Settlement(verdict.decision)
    stories.put(verdict.story.id, verdict.story)
    if verdict.opens:
        stories.opened = verdict.story.id
    entry = Entry(
        done=verdict.story.version,
        alert=None if verdict.decision.alert is None else encode_alert(verdict.decision.alert),
        story=verdict.story,
        read_version=placement.story.version if placement.story is not None else "",
        read_opened=opened,
        opens=verdict.opens,
    )
    return Settlement(verdict.decision, entry, placement.story)


def _with_language(folded: Folded) -> Folded:
    """Detect the language where none was stated: only here, where a rule may match."""
    article = folded.article
    if article.lang != UNKNOWN_LANGUAGE or article.lang_stated:
        return folded
    language = detect(f"{article.title}\n{article.body[:2000]}")
    if language == UNKNOWN_LANGUAGE:
        return folded
    return msgspec.structs.replace(folded, article=msgspec.structs.replace(article, lang=language))


def _sees(candidate: Candidate, article: Article) -> bool:
    """Whether the rule was there when the article arrived: a new rule does not tell of what came before it."""
    return candidate.rule.since <= article.arrived_at
