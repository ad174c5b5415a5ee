"""Measure the guards against TimeBank's labels: ``python tools/timebank.py FOLDER``, which holds ``dev.jsonl``.

One line an article: ``text`` and ``events``, each with ``start``, ``end``, ``cls``, ``polarity`` (POS, NEG) and
``modality`` (NONE, or the modal verb). The label is the event mention's own, so is ours: a guard counts for a mention if
a token of the mention is in its scope.

    negated: TimeBank says polarity NEG    we say negated (or denied)
    modal:   TimeBank names a modality     we say hypothetical

TimeBank labels grammar: NEG is what a negating word governs (not *failed to …*, nor what is denied), a modality what a
modal verb governs (not *plans to …*, *if …*, *will …*). Our guards are wider by intent. So there are two counts: by cue,
where only guards count whose cue is such a word, which measures scope; and all guards of the kind, which also holds
against us whatever TimeBank does not label.

The baseline says yes to every mention. ``--errors`` prints the mentions that we get wrong by cue.
"""
# ruff: noqa: INP001, T201 - a command, which prints; it is run from its own folder

from __future__ import annotations

import argparse
import bisect
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tocsin.model.article import Article
from tocsin.model.document import Document
from tocsin.model.reading import Reading
from tocsin.prepare.fold import fold_article
from tocsin.prepare.structure import structure
from tocsin.read.reader import Reader

NEGATING = frozenset(
    "not n't nt never no none nobody noone nothing nowhere neither nor without yet cannot don doesn didn isn aren wasn weren "
    "wo won hasn haven hadn wouldn couldn shouldn ain t".split()
)
MODAL = frozenset("would could can may might must should 'd ca ought".split())
OURS = {
    "negated, by cue": ({"negated"}, NEGATING, "negated"),
    "modal, by cue": ({"hypothetical"}, MODAL, "modal"),
    "negated, all guards": ({"negated", "denied"}, None, "negated"),
    "modal, all guards": ({"hypothetical"}, None, "modal"),
}
Guards = dict[int, set[str]]
AROUND = 110  # characters shown on each side of a wrong mention


def read_articles(folder: Path) -> Iterator[tuple[dict[str, Any], Document, Reading]]:
    """Yield each article with its structured view and its reading, all sentences read."""
    reader = Reader(deadline_s=600.0)
    for line in (folder / "dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        article = Article(id=row["id"], source="timebank", title="", body=row["text"], lang="en")
        document = structure(fold_article(article))
        reading = reader.read([(document, frozenset(range(len(document.sentences))))])[0]
        yield row, document, reading


def label_of(event: dict[str, Any]) -> set[str]:
    """What TimeBank says of a mention."""
    return {name for name, holds in (("negated", event["polarity"] == "NEG"), ("modal", has_modality(event))) if holds}


def has_modality(event: dict[str, Any]) -> bool:
    """Whether a modality is named."""
    return (event["modality"] or "NONE").upper() != "NONE"


def found_of(event: dict[str, Any], document: Document, guards: Guards) -> set[str]:
    """The counts in which the guards say yes to a mention."""
    at = bisect.bisect_right(document.spans, (event["start"], 1 << 60)) - 1
    found: set[str] = set()
    for number in range(max(at, 0), len(document.spans)):
        start, end = document.spans[number]
        if start >= event["end"]:
            break
        if end > event["start"]:
            found |= guards.get(number, set())
    return found


def guards_by_token(reading: Reading) -> Guards:
    """The counts that say yes to each token."""
    found: Guards = {}
    for guard in reading.guards:
        cue = set(guard.cue.text.lower().split())
        says = {
            name for name, (kinds, cues, _) in OURS.items() if guard.kind.value in kinds and (not cues or cue & cues)
        }
        for token in guard.tokens:
            found.setdefault(token, set()).update(says)
    return found


def rates(right: int, given: int, asked: int) -> tuple[float, float, float]:
    """Precision, recall and F1 in percent."""
    precision, recall = right / max(given, 1), right / max(asked, 1)
    return 100 * precision, 100 * recall, 200 * precision * recall / max(precision + recall, 1e-9)


def main() -> None:
    """Read the folder and print a line for each class."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("folder", type=Path)
    options.add_argument("--errors", action="store_true")
    chosen = options.parse_args()
    count: Counter[tuple[str, str]] = Counter()
    for row, document, reading in read_articles(chosen.folder):
        guards = guards_by_token(reading)
        for event in row["events"]:
            count["all", ""] += 1
            gold, ours = label_of(event), found_of(event, document, guards)
            for name, (_, cues, label) in OURS.items():
                count[name, "right"] += label in gold and name in ours
                count[name, "given"] += name in ours
                count[name, "asked"] += label in gold
                if chosen.errors and cues and (label in gold) != (name in ours):
                    show(row, event, f"{name} {'missed' if label in gold else 'wrong'}")
    mentions = count["all", ""]
    print(f"{mentions} mentions")
    for name in OURS:
        right, given, asked = (count[name, part] for part in ("right", "given", "asked"))
        precision, recall, f1 = rates(right, given, asked)
        always = rates(asked, mentions, asked)[2]
        print(f"{name:20} P {precision:5.1f}  R {recall:5.1f}  F1 {f1:5.1f}   always yes: F1 {always:4.1f}   ({asked})")


def show(row: dict[str, Any], event: dict[str, Any], what: str) -> None:
    """Print a mention in its surroundings."""
    text, start, end = row["text"], event["start"], event["end"]
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    print(
        f"{what} [{event['cls']} {event.get('pos')} {event['modality']}]: {before}[{event['text']}]{after}".replace(
            "\n", " "
        )
    )


if __name__ == "__main__":
    main()
