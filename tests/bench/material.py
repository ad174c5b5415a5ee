"""What is measured on: articles of 300 words, and lists whose entries are names and phrases from these articles.

All of it follows from a seed. How many hits an article has is chosen, not left to chance: phrases are taken from the
articles until that many occurrences are in the list, and every other entry is one that no article holds. These others
are not strangers to the text all the same: they share first names, surnames and words with it, as real lists do.
"""

from __future__ import annotations

import gzip
import importlib.resources
import itertools
import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from texts import Texts
from tocsin import folding

SEEDS = Path(__file__).parents[2] / "seeds" / "articles.jsonl"
RARITY = Path(__file__).parents[2] / "services" / "tocsin" / "word_rarity.txt"
WORDS = 300  # of an article
_FEWEST = 250  # words of a text of which an article is made
_HITS = ((1, 0.05), (3, 0.2), (4, 0.7), (5, 1.7), (6, 3.5))  # log10 of entries → hits an article that such a list has
_RUN = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,})*")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"[A-Z][a-z]+|[a-z]+|[0-9]+")
_LONGEST = 4  # words of an entry
_FIRMS = "Group Holdings Industries Partners Energy Shipping Bank Foundation Institute Press".split()


@dataclass(frozen=True)
class Entries:
    """A list to look for. ``planted`` says of some entries in which article they stand (others hold none of them)."""

    phrases: list[str]
    planted: list[tuple[int, int]]  # (article, place in ``phrases``)


class Names:
    """First names and surnames as often as people bear them (US census, of the package ``names``), or invented ones."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.source = "the package names"
        try:
            folder = importlib.resources.files("names")
        except ModuleNotFoundError:
            self.source = "invented names (the package names is not installed)"
            words = [word.capitalize() for word in sorted(Texts(seed=7).vocabulary)]
            random.Random(7).shuffle(words)
            self._first = words[:5_000], [1 / rank for rank in range(1, 5_001)]
            self._last = words[5_000:], [1 / rank for rank in range(1, len(words) - 4_999)]
        else:
            first = [*_census(folder / "dist.male.first"), *_census(folder / "dist.female.first")]
            last = list(_census(folder / "dist.all.last"))
            self._first = [name for name, _ in first], [share for _, share in first]
            self._last = [name for name, _ in last], [share for _, share in last]
        self._first = self._first[0], list(itertools.accumulate(self._first[1]))
        self._last = self._last[0], list(itertools.accumulate(self._last[1]))

    def first(self, count: int) -> list[str]:
        """So many first names."""
        return self._rng.choices(self._first[0], cum_weights=self._first[1], k=count)

    def last(self, count: int) -> list[str]:
        """So many surnames."""
        return self._rng.choices(self._last[0], cum_weights=self._last[1], k=count)

    def entries(self, count: int) -> Iterator[str]:
        """So many names of people and firms, some more than once."""
        surnames = [self.last(count) for _ in range(2)]
        for first, middle, last, other in zip(self.first(count), self.first(count), *surnames, strict=True):
            yield self._rng.choices(
                (f"{first} {last}", f"{first} {middle} {last}", f"{last} and {other}", f"{last} {self._firm()}", last),
                weights=(50, 15, 8, 25, 2),
            )[0]

    def _firm(self) -> str:
        return self._rng.choice(_FIRMS)


def _census(path: Any) -> Iterator[tuple[str, float]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        name, _, _, rank = line.split()
        yield name.capitalize(), 1 / int(rank)  # the shares of rare names are rounded to nothing


class Material:
    """Articles and lists for them.

    Args:
        count: of articles.
        files: JSON lines (``.gz`` too) with ``title`` and ``body``, or ``text``: texts of 250 words or more are cut to
            300. None: sentences of the sample articles in new company, most words, names and numbers
            exchanged for others (``_Exchange``).
        seed: of all that is drawn.
    """

    def __init__(self, *, count: int = 2_000, files: Sequence[Path] = (), seed: int = 1) -> None:
        self._seed = seed
        rng = random.Random(seed)
        if files:
            found = [text for file in files for text in _texts(file)]
            rng.shuffle(found)
            self.texts = found[:count]
            self.source = f"{len(self.texts)} texts of {', '.join(f'{file.parent.name}/{file.name}' for file in files)}"
        else:
            self.texts = list(itertools.islice(_recombined(rng), count))
            self.source = f"{len(self.texts)} articles made on the pattern of the sample articles"
        if not self.texts:
            raise SystemExit("No text of 250 words or more in these files: name others with --articles.")
        self._ngrams = Counter(itertools.chain.from_iterable(map(_ngrams, self.texts)))
        words = Counter(word for word in self._ngrams.elements() if " " not in word and word.isalpha())
        self._words = sorted(words), list(itertools.accumulate(words[word] for word in sorted(words)))

    def entries(self, size: int, *, hits: float | None = None) -> Entries:
        """Return a list of so many entries; ``hits`` an article, by its size unless stated."""
        rng = random.Random(f"{self._seed} {size}")
        wanted = hits_at(size) if hits is None else hits
        standing = self._standing(rng, size, wanted * len(self.texts))
        others: dict[str, None] = {}
        names = Names(rng)
        while len(others) < size - len(standing):
            short = size - len(standing) - len(others)
            for entry in itertools.chain(names.entries(short), self._drawn(rng, short // 4)):
                folded = entry.lower()
                if folded not in self._ngrams and len(others) < size - len(standing):
                    others.setdefault(folded, None)
        phrases = [*standing, *others]
        rng.shuffle(phrases)
        place = {phrase: number for number, phrase in enumerate(phrases)}
        return Entries(phrases, sorted((article, place[phrase]) for phrase, article in standing.items()))

    def planted(self, phrases: Sequence[str], count: int) -> list[str]:
        """Return the articles with so many of these phrases put into each."""
        rng = random.Random(f"{self._seed} planted {count}")
        made = []
        for text in self.texts:
            words = text.split(" ")
            for phrase in rng.sample(phrases, count):
                words.insert(rng.randint(1, len(words)), f"– {phrase} –")
            made.append(" ".join(words))
        return made

    def _standing(self, rng: random.Random, size: int, occurrences: float) -> dict[str, int]:
        """Phrases that stand in the articles, each with one article that holds it."""
        least = occurrences / size / 2  # the fewer entries are to have these hits, the oftener each must stand there
        most = max(2, least * 10, len(self.texts) // 500)
        found: dict[str, int] = {}
        total, tries = 0, 0
        while total < occurrences and len(found) < size * 0.9 and tries < 100 * occurrences + 10_000:
            tries += 1
            number = rng.randrange(len(self.texts))
            run = rng.choice(_RUN.findall(self.texts[number])).split(" ")
            length = min(len(run), rng.choices((1, 2, 3, 4), weights=(3, 57, 25, 15))[0])
            begin = rng.randint(0, len(run) - length)
            phrase = " ".join(run[begin : begin + length]).lower()
            rare = length > 1 or len(phrase) > 5
            count = self._ngrams[phrase]  # 0 where a dot joined its letters
            if rare and phrase not in found and max(1, least) <= count <= most:
                found[phrase] = number
                total += count
        return found

    def _drawn(self, rng: random.Random, count: int) -> Iterator[str]:
        """Words of the articles, as often as they stand there, side by side as they do not."""
        for length in rng.choices((2, 3, 4), weights=(60, 25, 15), k=count):
            yield " ".join(rng.choices(self._words[0], cum_weights=self._words[1], k=length))


def hits_at(size: int) -> float:
    """Return how many hits an article has with a list of that size."""
    at = math.log10(max(size, 1))
    if at <= _HITS[0][0]:
        return _HITS[0][1]
    for (low, fewer), (high, more) in itertools.pairwise(_HITS):
        if at <= high:
            return fewer + (more - fewer) * (at - low) / (high - low)
    return _HITS[-1][1]


def _ngrams(text: str) -> Iterator[str]:
    tokens = folding.tokens(text)
    for length in range(1, _LONGEST + 1):
        for first in range(len(tokens) - length + 1):
            yield " ".join(tokens[first : first + length])


def _texts(file: Path) -> Iterator[str]:
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            text = article.get("text") or f"{article.get('title') or ''}\n\n{article.get('body') or ''}"
            if len(text.split()) >= _FEWEST:
                yield _cut(text)


def _cut(text: str) -> str:
    words = itertools.islice(re.finditer(r"\S+", text), WORDS)
    return text[: [word.end() for word in words][-1]]


def _recombined(rng: random.Random) -> Iterator[str]:
    drawn = _Exchange(rng)
    sentences = sorted(set(_sentences(SEEDS)))
    while True:
        made: list[str] = []
        while sum(len(one.split()) for one in made) < WORDS:
            made.append(drawn.sentence(rng.choice(sentences)))
        parts = (made[first : first + 3] for first in range(0, len(made), 3))
        yield _cut("\n\n".join(" ".join(part) for part in parts))


class _Exchange:
    """Exchanges words of sentences for others, so that texts have the many rare words that news has.

    What a tokeniser costs depends on how often it meets a word for the first time. With these shares that is about a
    dozen times in an article, after a thousand of them: as in newswire.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._names = Names(rng)
        rarities = [
            line.split() for line in RARITY.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
        ]
        words = [(word, 10 ** -float(rarity)) for rarity, *some in rarities for word in some if len(word) > 3]
        self._words = [word for word, _ in words], list(itertools.accumulate(share for _, share in words))

    def sentence(self, sentence: str) -> str:
        """Return a sentence of the same make; half of them say who said so."""
        exchanged = _WORD.sub(self._word, sentence)
        if self._rng.random() < 0.5:
            return exchanged
        (first,), (last, other) = self._names.first(1), self._names.last(2)
        said = f"{first} {last} of {other} {self._rng.choice(_FIRMS)} said."
        return f"{exchanged.rstrip('.!?')}, {said}"

    def _word(self, found: re.Match[str]) -> str:
        word = found[0]
        if word[0].isdigit():
            return str(self._rng.randint(2, 10 ** min(len(word), 6)))
        if word[0].isupper():
            return self._names.last(1)[0] if found.start() and self._rng.random() < 0.7 else word
        if len(word) < 4 or self._rng.random() < 0.4:
            return word
        return self._rng.choices(self._words[0], cum_weights=self._words[1])[0]


def _sentences(file: Path) -> Iterable[str]:
    """English sentences, no more than a dozen of one article."""
    for line in file.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        if (article.get("lang") or "en") == "en":
            found = _SENTENCE.split(article.get("body") or "")
            fit = (one for one in found if 8 <= len(one.split()) <= 40 and "\n" not in one and not one.isupper())
            yield from itertools.islice(fit, 12)
