"""What matching costs, on one core, and how that compares with spaCy's PhraseMatcher on the same texts.

Run: ``python tests/bench/bench_match.py [--sizes 1000 10000 50000] [--articles 100]``. Texts and phrases come from a
fixed seed: invented words with the frequencies of a language (Zipf), 300 words an article. Figures are CPU microseconds
an article, the best of several rounds. The ratio to spaCy carries over between machines, the microseconds do not.
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import spacy
from spacy.matcher import PhraseMatcher

sys.path.insert(0, str(Path(__file__).parents[1]))
from builders import a_keyword, a_phrase, a_rule, a_watchlist, an_article, an_entity
from tocsin.match.index import Index, build
from tocsin.model.article import Article
from tocsin.model.rule import AllOf, Mentions, Says, Watchlist
from tocsin.prepare.fold import fold_article
from tocsin.prepare.structure import structure

_ROUNDS = 5
_VOCABULARY = 40_000
_WORDS = 300  # an article
_SPACY_ARTICLES = 50  # to warm up, and again to measure: its tokeniser alone costs about a millisecond an article


class Language:
    """An invented language: words, and texts that use them as often as a language does."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        onsets, vowels, codas = "bdfghklmnprstvz", "aeiou", ["", "n", "r", "s", "l"]
        syllables = [a + b + c for a in onsets for b in vowels for c in codas]
        made = {
            "".join(self.rng.choices(syllables, k=self.rng.choice((1, 2, 2, 3, 3)))) for _ in range(_VOCABULARY * 2)
        }
        self.words = sorted(made)
        self.rng.shuffle(self.words)
        self.words = self.words[:_VOCABULARY]
        self._weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(self.words))))

    def draw(self, count: int) -> list[str]:
        """So many words, common ones more often."""
        return self.rng.choices(self.words, cum_weights=self._weights, k=count)

    def article(self, number: int, *, planted: Sequence[str] = ()) -> Article:
        """A title and paragraphs of sentences; ``planted`` phrases stand somewhere in it."""
        paragraphs, words = [], self.draw(_WORDS)
        for at, phrase in zip(self.rng.sample(range(_WORDS), len(planted)), planted, strict=True):
            words[at] = phrase
        while words:
            count = self.rng.randint(12, 28)
            sentence, words = " ".join(words[:count]), words[count:]
            paragraphs.append(sentence.capitalize() + self.rng.choice((". ", ".\n\n", "\u2019s end. ")))
        return an_article(" ".join(self.draw(9)).capitalize(), "".join(paragraphs), id=str(number))

    def phrase(self) -> str:
        """One to four words (few have one), at least one of them not among the 5,000 commonest."""
        words = self.draw(self.rng.choices((0, 1, 2, 3), weights=(3, 57, 25, 15))[0])
        words.insert(self.rng.randint(0, len(words)), self.rng.choice(self.words[5_000:]))
        return " ".join(words)


def best(work: Callable[[Any], object], inputs: Sequence[Any]) -> float:
    """CPU microseconds for one input, the best of several rounds over all."""
    rounds = []
    for _ in range(_ROUNDS):
        start = time.process_time()
        for one in inputs:
            work(one)
        rounds.append(time.process_time() - start)
    return min(rounds) / len(inputs) * 1e6


def of_entities(phrases: Sequence[str]) -> Watchlist:
    """Each phrase an alias, all in one rule."""
    entities = tuple(an_entity(phrase, ref=str(number)) for number, phrase in enumerate(phrases))
    return a_watchlist(entities, rules=(a_rule(Mentions(frozenset(range(len(entities))))),))


def of_pairs(phrases: Sequence[str]) -> Watchlist:
    """Each two phrases a rule: one as an alias together with the other as a keyword."""
    half = len(phrases) // 2
    entities = tuple(an_entity(phrase, ref=str(number)) for number, phrase in enumerate(phrases[:half]))
    keywords = tuple(a_keyword(a_phrase(phrase, ordered=True), ref=phrase) for phrase in phrases[half:])
    rules = tuple(
        a_rule(AllOf((Mentions(frozenset({number})), Says(frozenset({number})))), name=str(number))
        for number in range(half)
    )
    return a_watchlist(entities, keywords, rules)


def to_candidates(index: Index, article: Article) -> int:
    """All of it: from an article to the number of its candidates."""
    folded = fold_article(article)
    scan = index.scan(folded)
    return 0 if scan is None else len(index.percolate(structure(folded), scan).candidates)


def spacy_cost(phrases: Sequence[str], articles: Sequence[Article]) -> float:
    """PhraseMatcher with spaCy's tokeniser, case ignored."""
    nlp = spacy.blank("en")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("any", [nlp.make_doc(phrase) for phrase in phrases])
    for article in articles[:_SPACY_ARTICLES]:
        matcher(nlp.make_doc(article.body))  # its tokeniser learns words: fresh texts over a learnt vocabulary are fair
    fresh = articles[_SPACY_ARTICLES : 2 * _SPACY_ARTICLES]
    start = time.process_time()
    for article in fresh:
        matcher(nlp.make_doc(article.body))
    return (time.process_time() - start) / len(fresh) * 1e6


def report(size: int, language: Language, articles: Sequence[Article]) -> None:
    """Print the figures for so many phrases."""
    phrases = list(dict.fromkeys(language.phrase() for _ in range(size * 11 // 10)))[:size]
    start = time.perf_counter()
    index = build((of_entities(phrases),))
    built = time.perf_counter() - start
    scan = best(lambda article: index.scan(fold_article(article)), articles)
    whole = best(lambda article: to_candidates(index, article), articles)
    theirs = spacy_cost(phrases, articles)
    pairs = build((of_pairs(phrases),))
    paired = best(lambda article: to_candidates(pairs, article), articles)
    found = statistics.mean(to_candidates(pairs, article) for article in articles)
    print(
        f"{size:>8,} phrases: fold+scan {scan:6.1f}   to candidates {whole:6.1f}   spaCy {theirs:7.1f} "
        f"= {theirs / scan:4.1f}x the scan   {size // 2:,} two-phrase rules {paired:6.1f} ({found:.2f} candidates)   "
        f"built in {built:.2f} s"
    )


def quiet(articles: Sequence[Article]) -> None:
    """Print what an article costs in which nothing is found, and what one costs in which something is."""
    planted = ["Ruritania", "border", "incursion", "Strelsau", "soldiers"]
    language = Language(3)
    hit = [language.article(number, planted=planted) for number in range(len(articles))]
    keywords = (
        a_keyword("border|borders|bordered incursion|incursions"),
        a_keyword("defense|defence pact|pacts", "mutual defense|defence"),
        a_keyword("cross|crosses|crossed|crossing border|borders"),
    )
    entities = (an_entity("Ruritania", "Ruritanian", "Strelsau"), an_entity("North Korea", "DPRK", "Pyongyang"))
    rules = tuple(a_rule(AllOf((Mentions(frozenset({0, 1})), Says(frozenset({number}))))) for number in range(3))
    index = build((a_watchlist(entities, keywords, rules),))
    folded = [fold_article(article) for article in hit]
    documents = [structure(one) for one in folded]
    scans = [index.scan(one) for one in folded]
    assert all(scan is not None for scan in scans)
    print(
        f"fold {best(fold_article, articles):.1f}   fold+scan {best(lambda one: index.scan(fold_article(one)), articles):.1f} "
        f"(small watchlist, no hit)"
    )
    percolate = best(lambda pair: index.percolate(*pair), list(zip(documents, scans, strict=True)))
    print(f"with hits: structure {best(structure, folded):.1f}   percolate {percolate:.1f}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 50_000])
    parser.add_argument("--articles", type=int, default=100)
    options = parser.parse_args(arguments)
    language = Language(1)
    articles = [language.article(number) for number in range(options.articles)]
    print(f"{len(articles)} articles of {_WORDS} words; CPU microseconds an article")
    quiet(articles)
    for size in options.sizes:
        report(size, language, articles)


if __name__ == "__main__":
    main()
