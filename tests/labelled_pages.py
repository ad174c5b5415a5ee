"""Pages of which every line is labelled story or furniture, and what is made of them.

``python tests/labelled_pages.py`` prints precision and recall of furniture, in lines and in characters.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml

from builders import a_document
from tocsin.model.document import Document, Zone

FILE = Path(__file__).parent / "unit" / "prepare" / "pages.yaml"
_WITHIN = re.compile("\u27e6(.*?)\u27e7")


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its label as in the file, where it stands in the body, and where furniture stands within it."""

    label: str
    start: int
    text: str
    within: tuple[tuple[int, int], ...]

    def is_furniture(self, place: int) -> bool:
        """Whether the character at that place of the body is labelled furniture."""
        return self.label in "Ff" or any(start <= place < end for start, end in self.within)


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its body is its lines without their labels."""

    name: str
    half: str
    lang: str
    title: str
    body: str
    lines: tuple[Line, ...]


def pages() -> list[Page]:
    """Read the file."""
    return [_page(written) for written in yaml.safe_load(FILE.read_text(encoding="utf-8"))]


def _page(written: dict[str, str]) -> Page:
    body, lines = "", []
    for row in written["text"].splitlines():
        label, _, marked = row.partition(" ")
        within, text = [], marked
        while found := _WITHIN.search(text):
            within.append((len(body) + found.start(), len(body) + found.end() - 2))
            text = text[: found.start()] + found[1] + text[found.end() :]
        if label:
            lines.append(Line(label, len(body), text, tuple(within)))
        body += text + "\n"
    return Page(written["page"], written["half"], written["lang"], written["title"], body.rstrip("\n"), tuple(lines))


def furniture_of(document: Document) -> set[int]:
    """The places of the body's characters that stand in a token of furniture."""
    found: set[int] = set()
    for sentence in document.sentences:
        if sentence.field == "body" and sentence.zone is Zone.FURNITURE:
            for start, end in document.spans[sentence.first : sentence.last]:
                found.update(range(start, end))
    return found


def apart(document: Document, page: Page) -> set[int]:
    """The places of furniture, and of datelines that are a sentence of their own."""
    found = furniture_of(document)
    spans = [span for line in page.lines for span in line.within]
    for sentence in document.sentences[1 if document.title_tokens else 0 :]:
        if any(start <= sentence.start and sentence.end <= end for start, end in spans):
            found.update(range(sentence.start, sentence.end))
    return found


def misread(page: Page) -> list[str]:
    """The lines that are not what their label says; capitals say that they are read right, small letters that not."""
    document = a_document(page.title, page.body, lang=page.lang)
    found = apart(document, page)
    letters = [place for start, end in document.spans[document.title_tokens + 1 :] for place in range(start, end)]
    wrong = []
    for line in page.lines:
        own = [place for place in letters if line.start <= place < line.start + len(line.text)]
        right = all((place in found) == line.is_furniture(place) for place in own)
        if own and right != line.label.isupper():
            wrong.append(f"{line.label} {line.text}")
    return wrong


def figures(some: list[Page]) -> dict[str, float]:
    """Precision and recall of furniture by lines (what most of a line is) and by characters."""
    count: Counter[tuple[str, bool, bool]] = Counter()
    for page in some:
        document = a_document(page.title, page.body, lang=page.lang)
        found = apart(document, page)
        for line in page.lines:
            own = [
                place
                for start, end in document.spans[document.title_tokens + 1 :]
                for place in range(start, end)
                if line.start <= place < line.start + len(line.text)
            ]
            for place in own:
                count["characters", line.is_furniture(place), place in found] += 1
            most = sum(place in found for place in own) * 2 > len(own)
            count["lines", line.label in "Ff", most] += bool(own)
    made: dict[str, float] = {}
    for unit in ("lines", "characters"):
        right = count[unit, True, True]
        made[f"precision by {unit}"] = right / max(right + count[unit, False, True], 1)
        made[f"recall by {unit}"] = right / max(right + count[unit, True, False], 1)
    return made


def _main() -> None:
    every = pages()
    for half in ("first", "second"):
        own = [page for page in every if page.half == half]
        told = ", ".join(f"{name} {value:.3f}" for name, value in figures(own).items())
        print(f"{half} half, {len(own)} pages, {sum(len(page.lines) for page in own)} lines: {told}")
    for page in every:
        for line in misread(page):
            print(f"{page.name}: {line}")


if __name__ == "__main__":
    _main()
