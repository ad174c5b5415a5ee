"""Articles made from a fixed seed, for loads: no two share more than chance, and whether one alerts is known beforehand.

Only the standard library is used, so that the container test runs with any Python. Most words are invented (they cannot
match a watchlist), mixed with ordinary ones, so that the text has the length and the rhythm of news.
"""

from __future__ import annotations

import random


def _listed(words: str) -> list[str]:
    return words.split()


_ONSETS = _listed("b br c ch d dr f fl g gl h j k l m n p pl r s sh st t tr v w z")
_NUCLEI = _listed("a e i o u ai ea ou")
_CODAS = ["", *_listed("n r l m s t nd rk lt")]
_PLAIN = _listed(
    """the the the the of of and and a a in in to to for on with at from by as after before during while near over
    city council market harbour bridge school river season price village weather engine garden window captain budget paper
    light train ticket winter summer morning evening office county money water museum library doctor teacher bakery stone
    said told opened closed counted painted measured carried followed reported planned visited repaired finished adored
    north south border soldiers leaflet guard military line team leader state company government minister"""
)


def _invented(rng: random.Random) -> str:
    return "".join(rng.choice(_ONSETS) + rng.choice(_NUCLEI) + rng.choice(_CODAS) for _ in range(rng.choice((2, 2, 3))))


class Texts:
    """A maker of texts. Equal seeds make equal texts in equal order.

    Args:
        seed: of the generator.
        vocabulary: invented words to choose from; 30,000 make chance overlaps of five words vanish.
    """

    def __init__(self, seed: int = 1, vocabulary: int = 30_000) -> None:
        self._rng = random.Random(seed)
        self._words = [_invented(self._rng) for _ in range(vocabulary)]

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word that sentences are made of, in small letters."""
        return frozenset((*_PLAIN, *self._words))

    def sentence(self) -> str:
        """Return a sentence of 8 to 22 words, half of them invented."""
        rng = self._rng
        words = [rng.choice(_PLAIN if rng.random() < 0.5 else self._words) for _ in range(rng.randint(8, 22))]
        return " ".join(words).capitalize() + "."

    def filler(self, characters: int) -> list[str]:
        """Return paragraphs of about that many characters together. They name no entity of the sample watchlists."""
        paragraphs: list[str] = []
        size = 0
        while size < characters:
            paragraph = " ".join(self.sentence() for _ in range(self._rng.randint(2, 4)))
            size += len(paragraph) + 2
            paragraphs.append(paragraph)
        return paragraphs

    def quiet(self, characters: int = 3_800, *, entity: bool = False) -> dict[str, str]:
        """Return an article that alerts nowhere. With ``entity`` it names one, as a tenth of world news would."""
        body = self.filler(characters)
        if entity:
            body.insert(1, f"A trade fair in South Korea {self.sentence().lower()}")
        return {"title": self.sentence()[:80], "body": "\n\n".join(body), "lang": "en"}

    def incursion(self, characters: int = 900) -> dict[str, str]:
        """Return an article that must alert on ``korea-desk``: plainly said in title and lead, and nowhere else.

        No five words in a row are the same in all of them: runs of five are what copies are known by, and a run that
        every article shares would make each look at all others.
        """
        one, two, three, place = (self._rng.choice(self._words).capitalize() for _ in range(4))
        count = self._rng.randint(3, 90)
        said = (
            f"{count} North Korean soldiers of {one} crossed the border at {place} on Monday, {two} said. "
            f"A border incursion, {three} told Seoul. {self.sentence()}"
        )
        title = f"Border incursion near {place}: {count} North Korean soldiers and {two}"
        return {"title": title, "body": "\n\n".join([said, *self.filler(max(0, characters - 200))]), "lang": "en"}
