"""An account as a person reads it: the sentences with everything marked in place, then what moved the score.

The marks are brackets, so that a pipe shows as much as a terminal; a terminal has colours besides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from tocsin.apps.explain_account import Account
from tocsin.apps.explain_sentences import Shown, Spot
from tocsin.apps.present import KIND_STYLE, plain
from tocsin.model.alert import READER_MARKS
from tocsin.score.odds import log_odds
from tocsin.score.offsets import shifted

LEGEND = "[entity]  ⟦keyword⟧  {guard: its cue}  ‹actor: who does it›  ‹target: to whom›"
_BRACKETS = {"entity": "[]", "keyword": "⟦⟧", "cue": "⟦⟧", "guard": "{}", "actor": "‹›", "target": "‹›"}
_STYLE = KIND_STYLE | {"guard": "bold red", "actor": "green", "target": "yellow"}
_BIG, _SMALL = 8, 0.1  # signals that are told one by one; those that move fewer log-odds are not
_QUIET = 110  # characters in a row without a mark, of which only the ends are shown


def lines_of(account: Account) -> Iterator[Text]:
    """Yield the lines of an account."""
    yield Text(f"  {account.rule}: {_verdict(account)}", style="bold")
    for lack in account.lacks:
        yield Text(f"    {lack}")
    if account.score is None or account.note:
        return
    for sentence in account.sentences:
        yield _marked(sentence)
    yield from _found(account.sentences)
    if account.guards:
        cues = "; ".join(f"{guard.kind} (“{_one_line(guard.span.text)}”)" for guard in account.guards)
        yield Text(f"    against it: {cues}")
    if account.nearest is not None and not account.nearest.own:
        yield Text(f"    another kind of event: nearest to the concept {account.nearest.concept}")
    yield from _worth(account)
    yield from _changes(account)
    if account.marks:
        yield Text(f"    marks: {', '.join(account.marks)}")


def _verdict(account: Account) -> str:
    note = f" ({account.note})" if account.note else ""
    if account.score is None:
        return account.verdict + note
    verdict = f"{account.verdict}: {account.reason}" if account.verdict == "held back" else account.verdict
    if account.verdict == "passes" and account.reason:
        verdict = f"passes, but only {account.reason}s"
    return f"{verdict}, score {account.score:.2f}, threshold {account.threshold:.2f}{note}"


def _marked(shown: Shown) -> Text:
    """The sentence on one line, its spots in brackets; what crosses another's end is cut there."""
    line, at, opened = Text(), shown.start, list[tuple[Spot, int]]()
    for spot in _distinct(shown.spots):
        while opened and opened[-1][1] <= spot.start:
            at = _close(line, shown, at, opened)
        line.append(_between(shown, at, spot.start))
        at = spot.start
        line.append(_BRACKETS[spot.kind][0] + _label(spot), style=_STYLE[spot.kind])
        opened.append((spot, min([spot.end, *(end for _, end in opened[-1:])])))
    while opened:
        at = _close(line, shown, at, opened)
    line.append(_between(shown, at, shown.end))
    note = "" if shown.read else "  (not read)"
    where = "title │ " if shown.field == "title" else "│ "
    return Text(f"    {where}").append_text(line).append(note, style="dim")


def _close(line: Text, shown: Shown, at: int, opened: list[tuple[Spot, int]]) -> int:
    spot, end = opened.pop()
    style = _STYLE[spot.kind]
    line.append(_between(shown, at, end), style=style)
    line.append(_BRACKETS[spot.kind][1], style=style)
    return end


def _distinct(spots: Iterable[Spot]) -> list[Spot]:
    """One for each kind and place: two phrases that share a word mark it once."""
    seen: dict[tuple[str, int], Spot] = {}
    for spot in spots:
        key = ("keyword" if spot.kind == "cue" else spot.kind, spot.start)
        seen.setdefault(key, spot)
    order = {"guard": 0, "actor": 1, "target": 1, "entity": 2}
    return sorted(seen.values(), key=lambda spot: (spot.start, -spot.end, order.get(spot.kind, 3)))


def _label(spot: Spot) -> str:
    if spot.kind == "guard":
        return f"{spot.ref}: "
    return f"{spot.kind}: " if spot.kind in {"actor", "target", "cue"} else ""


def _between(shown: Shown, start: int, end: int) -> str:
    text = plain(shown.text[start - shown.start : end - shown.start])
    text = " ".join(text.split(" ")) if not text.strip() else _squeezed(text)
    if len(text) <= _QUIET:
        return text
    half = _QUIET // 2
    head = "" if start == shown.start else text[:half].rsplit(" ", 1)[0] + " "
    tail = "" if end == shown.end else " " + text[-half:].split(" ", 1)[-1]
    return f"{head}…{tail}"


def _squeezed(text: str) -> str:
    left = " " if text[0] == " " else ""
    right = " " if text[-1] == " " else ""
    return left + " ".join(text.split()) + right


def _found(sentences: Sequence[Shown]) -> Iterator[Text]:
    """By which phrases the keywords were found, those of concepts by name."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for spot in (spot for one in sentences for spot in one.spots if spot.phrase):
        found.setdefault((spot.ref, spot.origin), {})[spot.phrase] = None
    for (ref, origin), phrases in found.items():
        whose = "as the list has it" if origin == "typed" else f"from {origin}"
        names = ", ".join(f"“{phrase}”" for phrase in phrases)
        yield Text(f"    found {ref}, {whose}: {_one_line(names)}")


def _worth(account: Account) -> Iterator[Text]:
    assert account.score is not None
    yield Text(
        f"    log-odds {log_odds(account.score):+.2f}, that is {account.score:.2f}: the sum of weight × (value - neutral)",
        style="dim",
    )
    big = [one for one in account.signals[:_BIG] if one.value is not None and abs(one.part) >= _SMALL]
    for one in big:
        sum_of = f"{one.weight:.2f} × ({one.value:.2f} - {one.neutral:.2f})"
        yield Text(f"      {one.part:+.2f}  {one.signal:17s} {sum_of}  {one.means}")
    if small := account.signals[len(big) :]:
        yield Text(f"      {sum(one.part for one in small):+.2f}  {len(small)} others", style="dim")
    yield Text(f"      {account.base:+.2f}  where every score starts", style="dim")
    if account.offset:
        without = shifted(account.score, -account.offset)
        yield Text(f"      {READER_MARKS} {account.offset:.2f} log-odds from marks by readers; {without:.2f} without")


def _changes(account: Account) -> Iterator[Text]:
    if not account.changes:
        return
    passing = account.verdict == "passes"
    other = "held back" if passing else "passes"
    yield Text("    what would have changed it:")
    for change in account.changes:
        then = other if change.passes is not passing else f"still {account.verdict}"
        yield Text(f"      {change.score:.2f}, {then}: {_one_line(change.what)}")


def _one_line(text: str) -> str:
    return " ".join(plain(text).split())
