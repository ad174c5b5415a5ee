"""Rules to stored queries: names resolved, defaults filled in."""

from __future__ import annotations

import difflib
from collections.abc import Callable

from tocsin.concepts.placed import Path
from tocsin.model import rule as model
from tocsin.model.rule import Condition, GuardAction, GuardKind, Severity
from tocsin.watchlists import language
from tocsin.watchlists.drafting import CONCEPT, COUNTRIES, Compiling, add_concept, add_countries, seconds, slug

# Where nothing else is said. A concept that is about plans or denials tolerates them itself.
GUARDS = {
    GuardKind.NEGATED: GuardAction.DROP,
    GuardKind.DENIED: GuardAction.LOWER,
    GuardKind.HYPOTHETICAL: GuardAction.LOWER,
    GuardKind.HISTORICAL: GuardAction.LOWER,
    GuardKind.OTHER_SENSE: GuardAction.DROP,
}
Resolve = Callable[[Compiling, str, Path], tuple[int, ...]]
Test = type[model.Mentions] | type[model.Says]


def compile_rules(work: Compiling) -> list[model.Rule]:
    """Compile the rules as written; where there are none, one for each keyword together with any of the entities."""
    if work.document.rules is not None:
        return [made for place, rule in enumerate(work.document.rules) if (made := _rule(work, rule, ("rules", place)))]
    if work.refused:
        return []
    return _short(work)


def _short(work: Compiling) -> list[model.Rule]:
    everyone = model.Mentions(frozenset(range(len(work.entities)))) if work.entities else None
    rules = work.keyword_rules or [
        (keyword.ref, index, work.keyword_paths[index]) for index, keyword in enumerate(work.keywords)
    ]
    if not rules and everyone is None:
        work.error((), "the watchlist looks for nothing.", "Add `entities:`, `keywords:`, or both.")
        return []
    if not rules:
        assert everyone is not None
        return [_finished(work, work.document.watchlist, everyone, work.source.placed.line(("entities",)))]
    made = []
    for name, index, path in rules:
        says = model.Says(frozenset([index]))
        condition: Condition = model.AllOf((everyone, says)) if everyone else says
        made.append(_finished(work, slug(name) or name, condition, work.source.placed.line(path)))
    return made


def _finished(
    work: Compiling, name: str, condition: Condition, line: int, rule: language.Rule | None = None
) -> model.Rule:
    document = work.document
    guards = rule.guards if rule else None
    actions = {kind: getattr(guards, kind.value, None) for kind in GUARDS}
    return model.Rule(
        name=name,
        channels=tuple(dict.fromkeys((rule.channels if rule else None) or document.channels or [document.watchlist])),
        condition=condition,
        within=_within(rule),
        severity=Severity[(rule.severity if rule and rule.severity else "medium").upper()],
        threshold=None if rule is None or rule.threshold is None else float(rule.threshold),
        mode=model.Mode(rule.mode if rule and rule.mode else "live"),
        filters=_filters(document.filters, rule.filters if rule else None),
        guards=tuple(
            (kind, GuardAction(actions[kind]) if actions[kind] else default) for kind, default in GUARDS.items()
        ),
        always_run=bool(rule and rule.always_run),
        line=line,
    )


def _within(rule: language.Rule | None) -> model.Within:
    if rule is None or rule.within is None:
        return model.Within()
    number, _, unit = rule.within.rpartition(" ")
    return model.Within(unit, int(number or 0))


def _filters(of_list: language.Filters | None, of_rule: language.Filters | None) -> model.Filters:
    """A rule's own filters replace the list's, key by key."""
    given = (of_list.model_dump(exclude_none=True) if of_list else {}) | (
        of_rule.model_dump(exclude_none=True) if of_rule else {}
    )
    sources = given.get("sources", {})
    return model.Filters(
        lang=tuple(given.get("lang", ())),
        sources=tuple(sources.get("include", ())),
        exclude_sources=tuple(sources.get("exclude", ())),
        max_age=seconds(given["max_age"]) if "max_age" in given else None,
        drop_unknown=given.get("unknown") == "drop",
    )


def _rule(work: Compiling, rule: language.Rule, path: Path) -> model.Rule | None:
    line = work.source.placed.line((*path, "rule"))
    if rule.when is not None:
        return _everything(work, rule, path, line)
    errors = work.errors
    positive: list[Condition] = []
    negative: list[Condition] = []
    for value, at, resolve, test in (
        (rule.entities, (*path, "entities"), _entity, model.Mentions),
        (rule.keywords, (*path, "keywords"), _keyword, model.Says),
    ):
        asked, banned = _choices(work, value, at, resolve=resolve, test=test)
        positive += asked
        negative += banned
    if work.errors > errors:
        return None
    if not positive:
        only = "says only what must not be found" if negative else "looks for nothing"
        work.error(path, f"the rule {rule.rule!r} {only}.", "Add `any:` or `all:` to its entities or keywords.")
        return None
    parts = (*positive, *(model.Not(part) for part in negative))
    return _finished(work, rule.rule, parts[0] if len(parts) == 1 else model.AllOf(parts), line, rule)


def _everything(work: Compiling, rule: language.Rule, path: Path, line: int) -> model.Rule | None:
    if not rule.always_run:
        work.error((*path, "when"), "`when: '*'` runs on every article.", "Add `always_run: true` if that is meant.")
        return None
    if rule.entities or rule.keywords:
        work.error((*path, "when"), "`when: '*'` stands beside entities or keywords.", "Delete one of the two.")
        return None
    return _finished(work, rule.rule, model.Everything(), line, rule)


def _choices(
    work: Compiling, value: list[str] | language.Choice | None, path: Path, *, resolve: Resolve, test: Test
) -> tuple[list[Condition], list[Condition]]:
    """Return what one side of a rule asks for and what it bans. A set in `all:` is one name: any of it will do."""
    if value is None:
        return [], []
    listed = isinstance(value, list)
    choice = language.Choice(any=value) if isinstance(value, list) else value

    def found(part: str, names: list[str] | None) -> list[frozenset[int]]:
        base = path if listed else (*path, part)
        return [frozenset(resolve(work, name, (*base, place))) for place, name in enumerate(names or ())]

    some, every, none = found("any", choice.any), found("all", choice.all), found("none", choice.none)
    asked: list[Condition] = [test(frozenset().union(*some))] if some else []
    asked += [test(members) for members in every]
    return asked, [test(frozenset().union(*none))] if none else []


def _entity(work: Compiling, name: str, path: Path) -> tuple[int, ...]:
    if name == COUNTRIES:
        return add_countries(work, path)
    if name.startswith("set:"):
        work.error(path, f"there is no set {name!r} in this version.", f"There is {COUNTRIES}.")
        return ()
    found = work.entity_names.get(name, work.entity_names.get(slug(name)))
    if found is None:
        _undefined(work, "entity", name, path, list(work.entity_names))
    return found or ()


def _keyword(work: Compiling, name: str, path: Path) -> tuple[int, ...]:
    if name.startswith(CONCEPT):
        return add_concept(work, name.removeprefix(CONCEPT), path)
    found = work.keyword_names.get(name, work.keyword_names.get(slug(name)))
    if found is None:
        _undefined(work, "keyword", name, path, list(work.keyword_names))
    return found or ()


def _undefined(work: Compiling, kind: str, name: str, path: Path, known: list[str]) -> None:
    plural = "entities" if kind == "entity" else "keywords"
    near = next(iter(difflib.get_close_matches(name, known, 1)), None)
    other = work.keyword_names if kind == "entity" else work.entity_names
    if near:
        remedy = f"Did you mean {near}?"
    elif name in other:
        remedy = f"It is a name under `{'keywords' if kind == 'entity' else 'entities'}:`."
    else:
        remedy = f"Define it under `{plural}:` of this list."
    work.error(path, f"the {kind} {name!r} is not defined.", remedy)
