"""The index of all watchlists: tables of names and anchors, and each rule filed under its rarest required terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from tocsin.match.anchors import Anchors, Filed
from tocsin.match.evidence import Evidence
from tocsin.match.found import Found, Named
from tocsin.match.names import Alias, Finder, Names, Use
from tocsin.match.proof import View, possible, prove
from tocsin.match.rarity import required
from tocsin.match.table import Match, scan
from tocsin.match.terms import ListTerms, PhraseTerms, Slot, Slots
from tocsin.match.words import MAX_SEARCHES, Words
from tocsin.model.document import Document, Folded
from tocsin.model.match import Candidate, Percolated
from tocsin.model.roster import Entities, Part, Roster
from tocsin.model.rule import Check, Condition, Mentions, Mode, Rule, Watchlist

_SMALL = 20_000  # aliases that a second segment may have whatever the size of the first
_SHARE = 8  # beyond, it may be this part of the first; then both are built anew as one


class Scan(msgspec.Struct, frozen=True):
    """What was found in one article.

    Attributes:
        names: of all watchlists.
        rules: numbers of the rules that could hold, ascending.
        asked: how many rules the anchors brought up.
    """

    names: tuple[Named, ...]
    rules: tuple[int, ...]
    asked: int = 0


class Index:
    """Immutable; may be shared by threads, built in one and used in another.

    Attributes:
        segments: the tables of names: one of nearly everything, and where there were changes since a small second one.
        names: how many distinct surface forms of entities are looked for.
        anchors: how many words and phrases.
        rules: how many rules stand in it (those with mode ``off`` do not).
        always_run: how many of these are evaluated for every article.
    """

    def __init__(self, watchlists: tuple[Watchlist, ...], segments: Sequence[Names]) -> None:
        """Put the rules of the watchlists above segments that hold all their names."""
        self.watchlists = watchlists
        self.segments = tuple(segments)
        slots = Slots()
        self._terms = [ListTerms(watchlist, slots) for watchlist in watchlists]
        uses = _uses(self._terms)
        self._finders = [Finder(one, uses) for one in self.segments]
        self._filed = [
            _file(number, rule, terms)
            for number, terms in enumerate(self._terms)
            for rule in terms.watchlist.rules
            if rule.mode is not Mode.OFF
        ]
        self._anchors = Anchors(self._filed)
        self._sure = frozenset(number for number, filed in enumerate(self._filed) if _is_sure(filed.rule.condition))
        self._always = tuple(number for number, filed in enumerate(self._filed) if filed.need is None)
        self._tables = [one.table for one in self.segments]
        if self._anchors.table.count:
            self._tables.append(self._anchors.table)
        self.names = sum(one.table.count for one in self.segments)
        self.anchors = self._anchors.table.count
        self.rules = len(self._filed)
        self.always_run = len(self._always)

    def scan(self, folded: Folded) -> Scan | None:
        """Look for every name and anchor; None where no rule can hold."""
        found, words = self._scan(folded)
        if not (words or self._always or any(found)):
            return None
        names = self._named(found)
        asked = self._anchors.rules(words, names)
        if not asked and not self._always:
            return None
        hopeful = self._hopeful(asked, names, folded) if asked else set()
        if not hopeful and not self._always:
            return None
        return Scan(names, tuple(sorted({*hopeful, *self._always})), len(asked) + len(self._always))

    def percolate(self, document: Document, scanned: Scan | None, *, prefilter: bool = True) -> Percolated:
        """Evaluate the rules that could hold.

        Args:
            document: the structured view of the article that was scanned.
            scanned: what ``scan`` returned for it.
            prefilter: False evaluates every rule of the index: slow, and never another result.
        """
        if not prefilter:
            found, _ = self._scan(document.folded)
            scanned = Scan(self._named(found), tuple(range(self.rules)), self.rules)
        if scanned is None:
            return Percolated(document, (), 0)
        words, evidence = Words(document), Evidence(document)
        lists = {self._filed[number].list for number in scanned.rules}
        names = _by_list(scanned.names, lists) if len(self.watchlists) > 1 else {0: scanned.names}
        views: dict[int, View] = {}
        candidates = []
        for number in scanned.rules:
            filed = self._filed[number]
            view = views.get(filed.list)
            if view is None:
                view = Found(self._terms[filed.list], names.get(filed.list, ()), words).view()
                views[filed.list] = view
            candidate = _evaluate(self.watchlists[filed.list], filed.rule, view, evidence)
            if candidate is not None:
                candidates.append(candidate)
        return Percolated(document, tuple(candidates), len(scanned.rules))

    def _scan(self, folded: Folded) -> tuple[list[list[Match]], list[Match]]:
        """What stands in an article: of each segment, and anchors."""
        found = scan(folded.text, self._tables)
        return found, found.pop() if len(found) > len(self.segments) else []

    def _named(self, found: Sequence[Sequence[Match]]) -> tuple[Named, ...]:
        """The names that some list has."""
        named = [
            (first, last, aliases)
            for finder, matches in zip(self._finders, found, strict=True)
            for first, last, name in matches
            if (aliases := finder.aliases(name))
        ]
        return tuple(named)

    def _hopeful(self, asked: set[int], names: Sequence[Named], folded: Folded) -> set[int]:
        """Those rules that hold if everything that was found proves what it speaks for."""
        sure = asked & self._sure
        if len(sure) == len(asked):
            return sure
        entities: defaultdict[int, set[int]] = defaultdict(set)
        for _, _, aliases in names:
            for alias in aliases:
                if alias.strong:
                    entities[alias.list].add(alias.entity)
        lookup = _Lookup(folded)
        says: dict[int, Callable[[int], bool]] = {}
        hopeful = sure
        for number in asked - sure:
            filed = self._filed[number]
            if filed.list not in says:
                says[filed.list] = lookup.says(self._terms[filed.list])
            if possible(filed.rule.condition, entities[filed.list], says[filed.list]):
                hopeful.add(number)
        return hopeful


class _Lookup:
    """Which words an article has at all. Made of the folded text when the first is asked for."""

    def __init__(self, folded: Folded) -> None:
        self._text = folded.text
        self._searches = MAX_SEARCHES
        self._words: frozenset[str] | None = None
        self._slots: dict[Slot, bool] = {}

    def says(self, terms: ListTerms) -> Callable[[int], bool]:
        """Return what tells whether a keyword of a list may be found."""
        known: dict[int, bool] = {}

        def may(keyword: int) -> bool:
            if keyword not in known:
                known[keyword] = any(map(self._phrase, terms.phrases(keyword)))
            return known[keyword]

        return may

    def _phrase(self, terms: PhraseTerms) -> bool:
        if not terms.texts:
            return all(map(self._has, terms.slots))
        self._searches -= len(terms.texts)
        if self._searches < 0 and not all(map(self._has, terms.slots)):
            return False
        return any(text in self._text for text in terms.texts)

    def _has(self, slot: Slot) -> bool:
        known = self._slots.get(slot)
        if known is None:
            known = self._slots[slot] = self._look(slot)
        return known

    def _look(self, slot: Slot) -> bool:
        if self._words is None:
            self._words = frozenset(self._text.split())
        if not slot.plain.isdisjoint(self._words):
            return True
        for surface in slot.others:
            text = f" {' '.join(surface.tokens)}"
            if (text if surface.check is Check.PREFIX else f"{text} ") in self._text:
                return True
        return False


def build(watchlists: tuple[Watchlist, ...], *, previous: Index | None = None) -> Index:
    """Build the index of some watchlists.

    Args:
        watchlists: compiled.
        previous: an index of an earlier set: its tables are kept for the rosters that are in both.
    """
    return Index(watchlists, segments_of(watchlists, previous.segments if previous is not None else ()))


def segments_of(
    watchlists: Iterable[Watchlist],
    known: Sequence[Names] = (),
    *,
    make: Callable[[Sequence[tuple[str, Roster]]], Names] = Names.build,
) -> list[Names]:
    """Return segments that hold all names of these watchlists.

    Args:
        watchlists: compiled.
        known: segments of an earlier index; what of them still serves is kept.
        make: builds a segment, or finds it where it was built before.
    """
    wanted: dict[str, Roster] = {}
    for watchlist in watchlists:
        for part in _parts(watchlist):
            wanted.setdefault(key_of(part), part.roster)
    base = next((one for one in known if one.keys & wanted.keys()), None)
    if base is not None:
        gone = sum(len(roster.owner) for key, roster in base.rosters if key not in wanted)
        rest = [(key, roster) for key, roster in wanted.items() if key not in base.keys]
        size = sum(len(roster.owner) for _, roster in rest)
        if size <= max(_SMALL, base.size // _SHARE) and gone <= max(_SMALL, base.size // 2):
            if not rest:
                return [base]
            again = next((one for one in known if one is not base and one.keys == {key for key, _ in rest}), None)
            return [base, again or make(rest)]
    return [make(list(wanted.items()))] if wanted else []


def key_of(part: Part) -> str:
    """Return what tells a part's roster from others: its own key, or else a hash of all that is in it."""
    return part.key or part.roster.digest


def _parts(watchlist: Watchlist) -> Sequence[Part]:
    return Entities.of(watchlist.entities).parts


def _uses(lists: Sequence[ListTerms]) -> dict[str, list[Use]]:
    uses: defaultdict[str, list[Use]] = defaultdict(list)
    for number, terms in enumerate(lists):
        for first, part in zip(terms.entities.firsts, terms.entities.parts, strict=True):
            uses[key_of(part)].append(Use(number, first, part))
    return uses


def _is_sure(condition: Condition) -> bool:
    """Whether it can hold wherever its terms bring it up: it asks for one of some entities, and no more."""
    return isinstance(condition, Mentions) and condition.least == 1


def _file(number: int, rule: Rule, terms: ListTerms) -> Filed:
    need = required(rule.condition, of_mentions=terms.mentions_need, of_keyword=terms.keyword_need)
    return Filed(number, rule, need, terms.together(rule.condition))


def _by_list(names: Iterable[Named], lists: AbstractSet[int]) -> Mapping[int, Sequence[Named]]:
    """The names that are aliases of each of these lists' entities, with these aliases only."""
    found: defaultdict[int, list[Named]] = defaultdict(list)
    for first, last, aliases in names:
        if len(aliases) == 1:
            found[aliases[0].list].append((first, last, aliases))
            continue
        own: defaultdict[int, list[Alias]] = defaultdict(list)
        for alias in aliases:
            if alias.list in lists:
                own[alias.list].append(alias)
        for number, some in own.items():
            found[number].append((first, last, tuple(some)))
    return found


def _evaluate(watchlist: Watchlist, rule: Rule, view: View, evidence: Evidence) -> Candidate | None:
    proof = prove(rule.condition, view, article=view)
    if proof is None:
        return None
    chosen = evidence.choose(rule, proof, view)
    return None if chosen is None else Candidate(watchlist, rule, *chosen)
