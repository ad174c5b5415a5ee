"""A side of a back-test: one set of watchlists, and all that its channels know so far.

Articles come in their order. Stories and done-marks are the in-memory twin's, and its clock is the latest arrival.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tocsin.apps.backtest_input import Line
from tocsin.apps.backtest_worker import Judged, RuleScore
from tocsin.match.index import build
from tocsin.model.article import Article
from tocsin.model.decision import Decision, Reason, Scored
from tocsin.model.document import Document, Folded
from tocsin.model.match import Candidate
from tocsin.model.rule import Watchlist
from tocsin.pipeline import by_channel, find, open_desk
from tocsin.score.weights import Weights
from tocsin.scorer.channels import Channels, Settled, Task
from tocsin.settings import HOUR, ChannelSettings
from tocsin.stores.memory_channels import MemoryChannelStore
from tocsin.story.fingerprint import Hashes, fingerprint, unpack

_SWEEP_S = 6 * HOUR  # of arrivals: how often what has expired is dropped


class Clock:
    """Seconds since the epoch, as the articles have them; it never goes back."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The latest arrival so far."""
        return self.now


class Known(msgspec.Struct):
    """What a side's channels know: everything that must be kept for a back-test to go on another day."""

    clock: Clock
    store: MemoryChannelStore
    channels: Channels
    swept: float = 0.0


class Side:
    """Places and decides for one set of watchlists.

    Args:
        watchlists: the set.
        numbers: of each of these lists, its number in ``Job.lists``.
        weights: of the model.
        settings: what a channel keeps.
    """

    def __init__(
        self,
        watchlists: tuple[Watchlist, ...],
        numbers: Sequence[int],
        weights: Weights,
        settings: ChannelSettings,
    ) -> None:
        self._watchlists = watchlists
        self._places = {number: place for place, number in enumerate(numbers)}
        # Deciding asks an index nothing: an empty one costs nothing where the lists hold a million names.
        self._desk = open_desk(watchlists, weights, stale_s=settings.stale_hours * HOUR, index=build(()))
        clock = Clock()
        store = MemoryChannelStore(settings, clock=clock, keeps_alerts=False)
        self.known = Known(clock, store, Channels(store))

    async def decide(self, line: Line, judged: Judged | None) -> list[Decision]:
        """Decide on the next article for each channel that it is a candidate in, or that was told of it before."""
        article = line.article
        assert article is not None
        self._forward(line.after.latest)
        [before] = await self.known.store.told_channels([article.key])
        scored = [one for one in judged.scored if one.list in self._places] if judged is not None else []
        if not scored and not before:
            return []
        document, hashes = self._document(article, judged, told=bool(before))
        tasks = [
            Task(number=line.number, channel=channel, document=document, scored=of_channel, hashes=hashes)
            for channel, of_channel in by_channel(self._restored(scored), before).items()
        ]
        settled = await self.known.channels.commit(self._desk, tasks, now=article.arrived_at)
        return [_as_decided(one) for one in sorted(settled, key=lambda one: one.task.channel)]

    def _forward(self, latest: float) -> None:
        known = self.known
        known.clock.now = max(known.clock.now, latest)
        if known.clock.now >= known.swept + _SWEEP_S:
            known.store.forget_expired()
            known.swept = known.clock.now

    def _restored(self, scored: Sequence[RuleScore]) -> list[Scored]:
        ordered = sorted(scored, key=lambda one: self._places[one.list])  # as if this side were judged alone
        return [self._scored(one) for one in ordered]

    def _scored(self, one: RuleScore) -> Scored:
        watchlist = self._watchlists[self._places[one.list]]
        return Scored(
            candidate=Candidate(watchlist, watchlist.rules[one.rule], (), ()),
            score=one.score,
            threshold=one.threshold,
            parts=one.parts,
            evidence=one.evidence,
            guards=one.guards,
            marks=one.marks,
            refusal=one.refusal,
        )

    def _document(self, article: Article, judged: Judged | None, *, told: bool) -> tuple[Document, Hashes | None]:
        """The document as far as deciding looks at it: whole where an earlier revision was told of."""
        if judged is not None and judged.text is not None:
            text = judged.text
            folded = Folded(_in_language(article, judged.lang), text.folded, judged.revision)
            return Document(folded, title_tokens=text.title_tokens, sentences=text.sentences), unpack(text.hashes)
        if told:
            found = find(self._desk, article, now=article.arrived_at, always=True)
            assert found is not None
            return found.document, fingerprint(found.document)
        assert judged is not None
        return Document(Folded(_in_language(article, judged.lang), "", judged.revision)), None


def _in_language(article: Article, lang: str) -> Article:
    return article if article.lang == lang else msgspec.structs.replace(article, lang=lang)


def _as_decided(settled: Settled) -> Decision:
    """A revision that the channel had decided on before is told once: the second time it is a duplicate."""
    if settled.state != "noop":
        return settled.decision
    told = settled.decision.reason
    rules = tuple((one, Reason.DUPLICATE if reason is told else reason) for one, reason in settled.decision.rules)
    return msgspec.structs.replace(settled.decision, reason=Reason.DUPLICATE, kind=None, alert=None, rules=rules)
