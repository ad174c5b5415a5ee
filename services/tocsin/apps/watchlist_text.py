"""A compiled watchlist as a person reads it: what was typed, what was added, and what each rule asks for."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from tocsin.apps.conditions import described, together
from tocsin.model import rule as model
from tocsin.model.roster import Entities, Part
from tocsin.model.rule import Check, Entity, Keyword, Phrase, Surface, Watchlist
from tocsin.watchlists.source import Source

_EXAMPLES = 3  # members of a set or group that are shown
_CHECKS = {Check.CAPITALS: "in capitals", Check.CASE: "exactly so"}


def render(source: Source, watchlist: Watchlist, out: Console) -> None:
    """Print one watchlist. Additions are marked ``+``."""
    typed = _typed_names(source)
    place = f"{source.placed.file}:{source.placed.line(('watchlist',))}"
    _line(out, f"watchlist {watchlist.name}", f"  ({place}, content {watchlist.content_hash[:12]})", style="bold")
    if watchlist.description:
        _line(out, f"  {watchlist.description}")
    parts = Entities.of(watchlist.entities).parts
    if parts:
        _line(out, "entities", style="bold")
    for part in parts:
        for entity in part.roster if not part.group else ():
            _entity(out, entity, typed)
    for group in dict.fromkeys(part.group for part in parts if part.group):
        _group(out, group, [part for part in parts if part.group == group])
    if watchlist.keywords:
        _line(out, "keywords", style="bold")
    for keyword in watchlist.keywords:
        _keyword(out, keyword)
    _line(out, "rules", style="bold")
    for rule in watchlist.rules:
        _rule(out, rule, watchlist)
    out.print()


def _line(out: Console, text: str, more: str = "", *, style: str = "") -> None:
    line = Text(text, style=style)
    line.append(more, style="dim")
    out.print(line, soft_wrap=True)


def _typed_names(source: Source) -> set[str]:
    """Every text of the entities part, as typed."""
    found: set[str] = set()

    def walk(value: object) -> None:
        if isinstance(value, str):
            found.add(value.strip().removeprefix("=").strip('"'))
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(part)

    walk(source.placed.data.get("entities"))
    return found


def _entity(out: Console, entity: Entity, typed: set[str]) -> None:
    kind = f"  {entity.type}" if entity.type else ""
    _line(out, f"  {entity.ref}", f"  {entity.name}{kind}")
    for word, surfaces in (("strong", entity.strong), ("weak", entity.weak)):
        if surfaces:
            _line(out, f"    {word:8}{_written(surfaces, typed)}")


def _group(out: Console, name: str, parts: list[Part]) -> None:
    """A set or group in one line: it may have a million."""
    count = sum(len(part.roster) - (0 if part.struck is None else int(part.struck.sum())) for part in parts)
    shown = [part.roster.head(number).name for part in parts for number in range(min(_EXAMPLES, len(part.roster)))]
    _line(out, f"  {name}", f"  {count:,} entities: {', '.join(shown[:_EXAMPLES])}{' …' if count > _EXAMPLES else ''}")


def _written(surfaces: tuple[Surface, ...], typed: set[str]) -> str:
    """The aliases as written, once each; the variants of one (hyphens, spellings) are counted with it."""
    shown: dict[str, None] = {}
    for surface in surfaces:
        added = "" if surface.written in typed else "+"
        check = f" ({_CHECKS[surface.check]})" if surface.check in _CHECKS else ""
        shown[f"{added}{surface.written}{check}"] = None
    return ", ".join(shown)


def _keyword(out: Console, keyword: Keyword) -> None:
    _line(out, f"  {keyword.ref}")
    origins: dict[str, list[Phrase]] = {}
    for phrase in keyword.phrases:
        origins.setdefault(phrase.origin, []).append(phrase)
    for origin, phrases in origins.items():
        added = "" if origin == "typed" else "+"
        strengths = sorted({phrase.strength for phrase in phrases}, reverse=True)
        for strength in strengths:
            words = ", ".join(phrase.written for phrase in phrases if phrase.strength == strength)
            _line(out, f"    {added}{origin} {strength:g}  {words}")
    if keyword.unless:
        _line(out, f"    not      {', '.join(phrase.written for phrase in keyword.unless)}")
    if keyword.tolerates:
        _line(out, f"    tolerates {', '.join(sorted(keyword.tolerates))}")


def _rule(out: Console, rule: model.Rule, watchlist: Watchlist) -> None:
    _line(out, f"  {rule.name}", f"  → {', '.join(rule.channels)}  {rule.severity.word}  {rule.mode.value}")
    _line(out, f"    {described(rule.condition, watchlist)}{_within(rule.within)}")
    extras = []
    if rule.threshold is not None:
        extras.append(f"threshold {rule.threshold:g}")
    extras += _filters(rule.filters)
    extras += [f"{kind.value}: {action.value}" for kind, action in rule.guards]
    _line(out, "", f"    {'; '.join(extras)}")


def _within(within: model.Within) -> str:
    if within.unit == "article":
        return ""
    return f", within {together(within.unit, within.words)}"


def _filters(filters: model.Filters) -> list[str]:
    said = []
    if filters.lang:
        said.append(f"language {', '.join(filters.lang)}")
    if filters.sources:
        said.append(f"only from {', '.join(filters.sources)}")
    if filters.exclude_sources:
        said.append(f"not from {', '.join(filters.exclude_sources)}")
    if filters.max_age is not None:
        said.append(f"at most {filters.max_age / 3600:g} h old")
    if filters.drop_unknown:
        said.append("unknown language or date does not pass")
    return said
