"""An alert as a person reads it: severity, score, rule, title, the evidence marked in its sentence, why it was sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

import msgspec
from rich.console import Console
from rich.text import Text

from tocsin.model.alert import Alert, Evidence, Guard

_SEVERITY_STYLE = {
    "info": "dim",
    "low": "cyan",
    "medium": "yellow",
    "high": "bold red",
    "critical": "bold white on red",
}
KIND_STYLE = {"entity": "bold blue", "keyword": "bold magenta", "cue": "bold magenta"}
_WHY = {
    "first": "the first that this channel hears of it",
    "new_rule": "a further rule passes in a story already told",
    "new_source": "new independent sources",
    "new_fact": "a new fact",
    "escalated": "the severity rose",
    "repeat_due": "a repeat was due",
    "corrected": "the source changed what was alerted",
    "withdrawn": "the source withdrew the article",
    "flood": "too many alerts of one rule",
}


_UNSEEN = dict.fromkeys((*range(32), *range(127, 160), *range(8234, 8239), *range(8294, 8298)), "�")
_UNSEEN |= {ord(white): " " for white in "\t\n\v\f\r"}


def plain(text: str) -> str:
    """Return text from outside as a terminal may show it: each control or direction character is one visible one.

    The length stays, so that spans still name what they name.
    """
    return text.translate(_UNSEEN)


def decode(raw: bytes) -> Alert:
    """Return an alert from the log."""
    return msgspec.json.decode(raw, type=Alert)


def show_alert(console: Console, alert: Alert, *, sentences: int = 4, ages: bool = False) -> None:
    """Print one alert; the text from outside is printed as text, whatever it holds.

    Args:
        console: where to.
        alert: the document.
        sentences: how many evidence sentences at the most.
        ages: say how old the article was when it was decided on, not when it was published.
    """
    head = Text()
    head.append(f" {alert.severity.upper()} ", style=_SEVERITY_STYLE.get(alert.severity, ""))
    head.append(f" {alert.score:.2f}  ", style="bold")
    head.append(f"{alert.channel} · {alert.rule}", style="bold")
    if alert.kind != "new":
        head.append(f"  [{alert.kind}]", style="bold green")
    console.print(head)
    if alert.article is not None:
        console.print(
            Text("  " + _one_line(alert.article.title or alert.article.url or alert.article.id), style="bold")
        )
        console.print(Text(f"  {_source_line(alert, ages=ages)}", style="dim"))
    for line in _sentences(alert.evidence, sentences):
        console.print(line)
    for change in alert.changes:
        was, now = (_one_line(value) if value is not None else "–" for value in (change.was, change.now))
        console.print(Text(f"  changed {change.what}: {was} → {now}", style="green"))
    for guard in _distinct(alert.guards):
        console.print(Text(f"  against it: {guard.kind} (“{_one_line(guard.span.text)}”)", style="dim"))
    why = f"  sent because: {_WHY.get(alert.reason, alert.reason)}"
    if len(alert.rules) > 1:
        why += f"; rules: {', '.join(rule.rule for rule in alert.rules)}"
    if alert.marks:
        why += f"; marks: {', '.join(alert.marks)}"
    console.print(Text(why, style="dim"))
    console.print()


def _source_line(alert: Alert, *, ages: bool) -> str:
    assert alert.article is not None
    published = alert.article.published_at
    when = "undated" if published is None else _age(published, alert.created_at) if ages else published
    parts = [_one_line(alert.article.source) or "unknown source", when]
    if alert.story is not None and alert.story.articles > 1:
        parts.append(f"story of {alert.story.articles} articles from {alert.story.sources} sources")
    return " · ".join(parts)


def _age(published: str, decided: str) -> str:
    minutes = int((datetime.fromisoformat(decided) - datetime.fromisoformat(published)).total_seconds() // 60)
    hours, minutes = divmod(max(0, minutes), 60)
    return f"{hours} h {minutes:02d} min old" if hours else f"{minutes} min old"


def _sentences(evidence: tuple[Evidence, ...], most: int) -> list[Text]:
    """One line a sentence, those with the most different evidence first, in text order; evidence marked."""
    of_sentence: defaultdict[tuple[str, int, int], list[Evidence]] = defaultdict(list)
    for one in evidence:
        of_sentence[(one.field, one.sentence.start, one.sentence.end)].append(one)
    ranked = sorted(of_sentence, key=lambda key: (-_weight(of_sentence[key]), key[0] == "body", key[1]))[:most]
    lines = []
    for key in sorted(ranked, key=lambda key: (key[0] == "body", key[1])):
        pieces = of_sentence[key]
        line = Text("  │ ")
        text = Text(plain(pieces[0].sentence.text))
        for one in pieces:
            text.stylize(KIND_STYLE[one.kind], one.start - key[1], one.end - key[1])
        marked = Text()
        at = 0
        for start, end in _merged((one.start - key[1], one.end - key[1]) for one in pieces):
            marked += text[at:start] + Text("⟦") + text[start:end] + Text("⟧")
            at = end
        lines.append(line + Text(" ").join(word for word in (marked + text[at:]).split(" ") if word.plain))
    return lines


def _weight(pieces: list[Evidence]) -> int:
    return 2 * len({one.ref for one in pieces if one.kind != "entity"}) + len(
        {one.ref for one in pieces if one.kind == "entity"}
    )


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _distinct(guards: tuple[Guard, ...]) -> list[Guard]:
    return list({(guard.kind, guard.span.field, guard.span.start): guard for guard in guards}.values())


def _one_line(text: str) -> str:
    return " ".join(plain(text).split())
