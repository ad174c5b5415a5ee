"""What is measured side by side: each is given the phrases and then texts, and answers which phrases stand in a text.

Every automaton that finds substrings is given text folded by ``tocsin.folding`` and phrases with a space on either side,
so that it finds whole tokens; folding is part of what it costs. Libraries are imported when an engine is prepared, so
that one that is not installed is named and left out.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Protocol

from bench import lists
from tocsin import folding
from tocsin.match.index import Index, build
from tocsin.model.article import Article
from tocsin.model.document import TITLE_BREAK, Folded
from tocsin.prepare.structure import structure

Fired = tuple[int, int, int]  # the rule, and where in the text as received: start and end


class Engine(Protocol):
    """Something that finds phrases."""

    def prepare(self) -> None:
        """Import what it needs. Raises ImportError where that is not installed."""

    def build(self, phrases: Sequence[str]) -> None:
        """Make ready to look for these phrases."""

    def ids(self, text: str) -> list[int]:
        """Return the numbers of the phrases that stand in a text, one for each place."""


class Tocsin:
    """This program: ``Index.scan``, and ``percolate`` where rules are asked for."""

    index: Index

    def prepare(self) -> None:
        """It is there."""

    def build(self, phrases: Sequence[str]) -> None:
        """Each phrase an entity with a rule of its own; in lists of more than 100,000 a rule for each of 100 groups."""
        self.index = build((lists.plain(phrases),))

    def ids(self, text: str) -> list[int]:
        """Numbers of entities."""
        scan = self.index.scan(folded_view(text))
        return [] if scan is None else [alias.entity for _, _, aliases in scan.names for alias in aliases]

    def fired(self, text: str) -> list[Fired]:
        """Rules that hold, each with where its entities stand."""
        folded = folded_view(text)
        scan = self.index.scan(folded)
        if scan is None:
            return []
        document = structure(folded)
        return [
            (int(candidate.rule.name[1:]), document.spans[one.first][0], document.spans[one.last - 1][1])
            for candidate in self.index.percolate(document, scan).candidates
            for one in candidate.mentions
        ]


class TocsinPython(Tocsin):
    """The same without the compiled kernel. Where none is installed that is what ``Tocsin`` is, and this is left out."""

    environment: ClassVar[dict[str, str]] = {"TOCSIN_KERNEL": "off"}

    def prepare(self) -> None:
        """See whether there is another form."""
        if importlib.util.find_spec("tocsin_kernel") is None:
            raise ImportError(name="tocsin_kernel")


class SpacyShipped:
    """``PhraseMatcher(attr="LOWER")`` over spaCy's own tokeniser, as its documentation shows it."""

    def prepare(self) -> None:
        """Import spaCy."""
        self._nlp: Any = importlib.import_module("spacy").blank("en")
        self._matcher: Any = importlib.import_module("spacy.matcher").PhraseMatcher(self._nlp.vocab, attr="LOWER")

    def document(self, text: str) -> Any:
        """Tokenise."""
        return self._nlp.make_doc(text)

    def build(self, phrases: Sequence[str]) -> None:
        """Each phrase under a key of its own."""
        for number, phrase in enumerate(phrases):
            self._matcher.add(str(number), [self.document(phrase)])
        self._number = {self._nlp.vocab.strings[str(number)]: number for number in range(len(phrases))}

    def ids(self, text: str) -> list[int]:
        """Numbers of phrases."""
        number = self._number
        return [number[key] for key, _, _ in self._matcher(self.document(text))]

    def fired(self, text: str) -> list[Fired]:
        """Phrases by a dict, each with its place by spaCy's own offsets."""
        document, number = self.document(text), self._number
        return [
            (number[key], document[first].idx, document[last - 1].idx + len(document[last - 1]))
            for key, first, last in self._matcher(document)
        ]


class SpacyFast(SpacyShipped):
    """The same matcher over a ``Doc`` made of the folded text split at its spaces."""

    def prepare(self) -> None:
        """Import spaCy."""
        super().prepare()
        self._doc: Any = importlib.import_module("spacy.tokens").Doc

    def document(self, text: str) -> Any:
        """Fold, and split."""
        return self._doc(self._nlp.vocab, words=folding.fold(text).split())

    def fired(self, text: str) -> list[Fired]:
        """Phrases by a dict, each with its place by the offsets of the fast tokeniser, asked for where there are any."""
        found = self._matcher(self.document(text))
        if not found:
            return []
        spans, number = folding.spans(text), self._number
        return [(number[key], spans[first][0], spans[last - 1][1]) for key, first, last in found]


class Daachorse:
    """A double-array Aho-Corasick automaton in Rust."""

    def prepare(self) -> None:
        """Import it."""
        self._module: Any = importlib.import_module("daachorse")

    def build(self, phrases: Sequence[str]) -> None:
        """Build the automaton."""
        self._automaton = self._module.CharwiseDoubleArrayAhoCorasick(_padded(phrases))

    def ids(self, text: str) -> list[int]:
        """Numbers of phrases."""
        return [number for _, _, number in self._automaton.find_overlapping(folding.fold(text))]


class AhocorasickRs:
    """Rust's ``aho-corasick`` (a contiguous NFA)."""

    def prepare(self) -> None:
        """Import it."""
        self._module: Any = importlib.import_module("ahocorasick_rs")

    def build(self, phrases: Sequence[str]) -> None:
        """Build the automaton."""
        kind = self._module.Implementation.ContiguousNFA
        self._automaton = self._module.AhoCorasick(_padded(phrases), implementation=kind)

    def ids(self, text: str) -> list[int]:
        """Numbers of phrases."""
        found = self._automaton.find_matches_as_indexes(folding.fold(text), overlapping=True)
        return [number for number, _, _ in found]


class Pyahocorasick:
    """An Aho-Corasick automaton in C."""

    def prepare(self) -> None:
        """Import it."""
        self._automaton: Any = importlib.import_module("ahocorasick").Automaton()

    def build(self, phrases: Sequence[str]) -> None:
        """Fill the trie and make it an automaton."""
        for number, phrase in enumerate(_padded(phrases)):
            self._automaton.add_word(phrase, number)
        self._automaton.make_automaton()

    def ids(self, text: str) -> list[int]:
        """Numbers of phrases."""
        return [number for _, number in self._automaton.iter(folding.fold(text))]


class Flashtext2:
    """A trie of words in Rust, with a tokeniser of its own over the text as received. It finds the longest, not all."""

    def prepare(self) -> None:
        """Import it."""
        self._found: Any = importlib.import_module("flashtext2").KeywordProcessor(case_sensitive=False)

    def build(self, phrases: Sequence[str]) -> None:
        """Fill the trie."""
        self._found.add_keywords_with_clean_word_from_iter([(one, str(number)) for number, one in enumerate(phrases)])

    def ids(self, text: str) -> list[int]:
        """Numbers of phrases."""
        return list(map(int, self._found.extract_keywords(text)))


class Hyperscan:
    """Intel's multi-pattern matcher, over literals."""

    def prepare(self) -> None:
        """Import it."""
        self._module: Any = importlib.import_module("hyperscan")

    def build(self, phrases: Sequence[str]) -> None:
        """Compile the database."""
        self._database = self._module.Database()
        self._database.compile(
            expressions=[phrase.encode() for phrase in _padded(phrases)],
            ids=list(range(len(phrases))),
            elements=len(phrases),
            flags=0,
            literal=True,
        )
        self._scratch = self._module.Scratch(self._database)
        self._database.scratch = self._scratch

    def ids(self, text: str) -> list[int]:
        """Numbers of phrases."""
        found: list[int] = []

        def take(number: int, start: int, end: int, flags: int, context: object) -> None:
            found.append(number)

        self._database.scan(folding.fold(text).encode(), match_event_handler=take)
        return found


ENGINES: dict[str, type[Engine]] = {
    "tocsin": Tocsin,
    "tocsin-python": TocsinPython,
    "daachorse": Daachorse,
    "ahocorasick_rs": AhocorasickRs,
    "hyperscan": Hyperscan,
    "pyahocorasick": Pyahocorasick,
    "flashtext2": Flashtext2,
    "spacy-fast": SpacyFast,
    "spacy": SpacyShipped,
}
TITLES = {
    "tocsin-python": "tocsin without its kernel",
    "spacy": "spaCy PhraseMatcher as shipped",
    "spacy-fast": "spaCy PhraseMatcher over a fast tokeniser",
}


def _padded(phrases: Iterable[str]) -> list[str]:
    return [f" {phrase} " for phrase in phrases]


def folded_view(text: str) -> Folded:
    """The cheap view of an article, without the hash of its revision: that is no part of finding phrases."""
    return Folded(Article(id="a", title="", body=text), f" {TITLE_BREAK}{folding.fold(text)}", "")
