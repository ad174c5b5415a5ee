"""Rules to stored queries: names resolved, defaults filled in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tocsin.concepts.placed import Path
from tocsin.model import rule as model
from tocsin.model.rule import Condition, GuardAction, GuardKind, Mentions, Says, Severity
from tocsin.watchlists import expressions, language, naming
from tocsin.watchlists.conditions import all_of, any_of, indexable, positive, union
from tocsin.watchlists.drafting import Compiling, seconds, slug
from tocsin.watchlists.naming import Undefined

# Where nothing else is said. A concept that is about plans or denials tolerates them itself.
GUARDS = {
    GuardKind.NEGATED: GuardAction.DROP,
    GuardKind.DENIED: GuardAction.LOWER,
    GuardKind.HYPOTHETICAL: GuardAction.LOWER,
    GuardKind.HISTORICAL: GuardAction.LOWER,
    GuardKind.OTHER_SENSE: GuardAction.DROP,
    GuardKind.OTHER_ROLE: GuardAction.DROP,
}
Resolve = Callable[[Compiling, str, Path], Mentions | Says]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a rule asks for: its condition, and who must play which role."""

    condition: Condition
    roles: tuple[tuple[str, Mentions], ...] = ()


def compile_rules(work: Compiling) -> list[model.Rule]:
    """Compile the rules as written; where there are none, one for each keyword together with any of the entities."""
    if work.document.rules is not None:
        return [made for place, rule in enumerate(work.document.rules) if (made := _rule(work, rule, ("rules", place)))]
    if work.refused:
        return []
    return _short(work)


def _short(work: Compiling) -> list[model.Rule]:
    named = union([Mentions(frozenset(range(len(work.entities)))), *work.entity_names.values()])
    everyone = named if named.entities or named.spans else None
    rules = work.keyword_rules or [
        (keyword.ref, index, work.keyword_paths[index]) for index, keyword in enumerate(work.keywords)
    ]
    if not rules and everyone is None:
        work.error((), "the watchlist looks for nothing.", "Add `entities:`, `keywords:`, or both.")
        return []
    if not rules:
        assert everyone is not None
        return [_finished(work, work.document.watchlist, _Asked(everyone), work.source.placed.line(("entities",)))]
    made = []
    for name, index, path in rules:
        says = Says(frozenset([index]))
        asked = _Asked(all_of([everyone, says]) if everyone else says)
        name = slug(name) or name  # noqa: PLW2901 - a name may hold what a rule's may not
        if _runs(work, name, asked.condition, path, always=False):
            made.append(_finished(work, name, asked, work.source.placed.line(path)))
    return made


def _finished(work: Compiling, name: str, asked: _Asked, line: int, rule: language.Rule | None = None) -> model.Rule:
    document = work.document
    guards = rule.guards if rule else None
    actions = {kind: getattr(guards, kind.value, None) for kind in GUARDS}
    return model.Rule(
        name=name,
        channels=tuple(dict.fromkeys((rule.channels if rule else None) or document.channels or [document.watchlist])),
        condition=asked.condition,
        within=_within(rule),
        severity=Severity[(rule.severity if rule and rule.severity else "medium").upper()],
        threshold=None if rule is None or rule.threshold is None else float(rule.threshold),
        mode=model.Mode(rule.mode if rule and rule.mode else "live"),
        filters=_filters(document.filters, rule.filters if rule else None),
        guards=tuple(
            (kind, GuardAction(actions[kind]) if actions[kind] else default) for kind, default in GUARDS.items()
        ),
        always_run=bool(rule and rule.always_run),
        roles=asked.roles,
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
    errors = work.errors
    parts = _chosen(work, rule, path) if rule.when is None else _when(work, rule, path)
    roles = _roles(work, rule, path)
    if work.errors > errors:
        return None
    parts += [mentions for _, mentions in roles]
    if not parts:
        work.error(path, f"the rule {rule.rule!r} looks for nothing.", "Add `when:`, `entities:` or `keywords:`.")
        return None
    asked = _Asked(all_of(parts), roles)
    if not _runs(work, rule.rule, asked.condition, path, always=bool(rule.always_run)):
        return None
    return _finished(work, rule.rule, asked, work.source.placed.line((*path, "rule")), rule)


def _when(work: Compiling, rule: language.Rule, path: Path) -> list[Condition]:
    assert rule.when is not None
    if rule.entities or rule.keywords:
        beside = "entities" if rule.entities else "keywords"
        work.error((*path, "when"), f"`when:` stands beside `{beside}:` in {rule.rule!r}.",
                   "Say all of it in `when:`, or delete one of the two.")  # fmt: skip
        return []
    made = expressions.condition(work, rule.when, (*path, "when"), rule.rule)
    return [] if made is None else [made]


def _runs(work: Compiling, name: str, condition: Condition, path: Path, *, always: bool) -> bool:
    """Whether something tells which articles to run the rule on; where nothing does, and that is not meant, say why."""
    if always or indexable(condition, work.loose):
        return True
    regex = next((why for test in positive(condition) if (why := _loose(work, test))), None)
    remedy = "Add `always_run: true` if that is meant."
    if isinstance(condition, model.Everything):
        work.error((*path, "when"), "`when: '*'` runs on every article.", remedy)
    elif not any(True for _ in positive(condition)):
        work.error(path, f"the rule {name!r} says only what must not be found.",
                   "Add what must be found, by & in `when:`, or by any or all; or `always_run: true`.")  # fmt: skip
    elif regex is not None:
        work.error(path, f"the rule {name!r} would run on every article: {regex}, which no index holds.",
                   f"Join a word, a phrase or an entity to it by &. {remedy}")  # fmt: skip
    else:
        work.error(path, f"the rule {name!r} also holds where nothing that it names is found: beside | or in N OF stands a !.",
                   f"Write & ! for what must not be there. {remedy}")  # fmt: skip
    return False


def _loose(work: Compiling, test: Mentions | Says) -> str | None:
    """The regular expression by which a test may hold."""
    for number in sorted(test.keywords & work.loose) if isinstance(test, Says) else ():
        keyword = work.keywords[number]
        written = next(phrase.written for phrase in keyword.phrases if phrase.regex is not None)
        where = "" if keyword.ref == written else f" (of {keyword.ref})"
        return f"{written}{where} is a regular expression"
    return None


def _roles(work: Compiling, rule: language.Rule, path: Path) -> tuple[tuple[str, Mentions], ...]:
    if rule.roles is None:
        return ()
    found = []
    for role, names in (("actor", rule.roles.actor), ("target", rule.roles.target)):
        if names:
            at = (*path, "roles", role)
            members = [_resolved(work, name, (*at, place), _entity) for place, name in enumerate(names)]
            found.append((role, union([one for one in members if isinstance(one, Mentions)])))
    if not found:
        work.error((*path, "roles"), "`roles` is empty.", "Write actor: [a], target: [b], or both; or delete the key.")
    return tuple(found)


def _chosen(work: Compiling, rule: language.Rule, path: Path) -> list[Condition]:
    """What the two sides of a structured rule ask for, then what they ban."""
    sides = [
        _side(work, rule.entities, (*path, "entities"), _entity),
        _side(work, rule.keywords, (*path, "keywords"), _keyword),
    ]
    return [part for asked, _ in sides for part in asked] + [part for _, banned in sides for part in banned]


def _side(
    work: Compiling, value: list[str] | language.Choice | None, path: Path, resolve: Resolve
) -> tuple[list[Condition], list[Condition]]:
    """Return what one side of a rule asks for and what it bans. A set in `all:` is one name: any of it will do."""
    if value is None:
        return [], []
    listed = isinstance(value, list)
    choice = language.Choice(any=value) if isinstance(value, list) else value

    def found(part: str, names: list[str] | None) -> list[Condition]:
        base = path if listed else (*path, part)
        resolved = [_resolved(work, name, (*base, place), resolve) for place, name in enumerate(names or ())]
        return [one for one in resolved if one is not None]

    some, every, none = found("any", choice.any), found("all", choice.all), found("none", choice.none)
    return ([any_of(some)] if some else []) + every, [model.Not(any_of(none))] if none else []


def _resolved(work: Compiling, name: str, path: Path, resolve: Resolve) -> Mentions | Says | None:
    try:
        return resolve(work, name, path)
    except Undefined as error:
        work.error(path, error.message, error.remedy)
        return None


def _entity(work: Compiling, name: str, path: Path) -> Mentions:
    del path
    return naming.entities(work, name)


def _keyword(work: Compiling, name: str, path: Path) -> Says:
    return naming.keywords(work, name, path)
