"""The compiled form of watchlists: what the matcher looks for.

``watchlists.compile`` makes these values from the language; ``match`` builds its index from them. Everything that needs
a dictionary, a gazetteer or a concept library (inflections, completion, expansion) has happened by then: a surface form
here is found exactly as it stands.

Folded tokens: text is folded character by character (``prepare.fold``): case, diacritics, ligatures and width are gone,
every character that is neither letter nor digit separates tokens, and a character of a script without spaces (Han,
kana, Hangul, Thai …) is a token of its own.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from functools import cached_property

import msgspec


class Check(enum.IntEnum):
    """What must hold in the text as received once the folded tokens of a surface have been found."""

    NONE = 0
    CAPITALS = 1  # every letter is a capital (US, IT, WHO); in text that is all capitals the hit counts as weak
    CASE = 2  # the text stands exactly as written (=Apple)
    HYPHEN = 3  # the tokens are joined by hyphens, not by spaces (a joined word also finds cease-fire, not cease fire)
    LEFT_EDGE = 4  # no letter directly before it (Hangul: a particle may follow, a longer word may not begin earlier)
    PREFIX = 5  # of a phrase's word only: its last token is the beginning of a token (border*)


class Surface(msgspec.Struct, frozen=True):
    """One surface form: folded tokens, how it was written, and what the text must show besides."""

    tokens: tuple[str, ...]
    written: str
    check: Check = Check.NONE


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """A thing to be mentioned; ``ref`` is what evidence names (``north-korea``, ``set:countries/KP``)."""

    ref: str
    name: str
    type: str | None = None  # spaCy's label (GPE, PERSON, ORG …); None: any reading will do
    strong: tuple[Surface, ...]
    weak: tuple[Surface, ...] = ()
    since: float | None = None  # it is what the list says from that date of an article on (a leader in office) …
    until: float | None = None  # … to that date; seconds since the epoch


class PhraseKind(enum.Enum):
    """What a phrase proves: that the thing is named, or that it happens (a cue verb)."""

    KEYWORD = "keyword"
    CUE = "cue"


class Phrase(msgspec.Struct, frozen=True, kw_only=True):
    """A phrase of a keyword.

    ``words`` holds one tuple of alternatives for each content word (all its inflections; an alternative may be two
    tokens, as for *cease-fire*). Unordered phrases need all words in one sentence with at most ``between`` other words
    between the first and the last; ``ordered`` ones need exactly these tokens side by side.
    """

    written: str
    words: tuple[tuple[Surface, ...], ...]
    ordered: bool = False
    between: int = 12
    strength: float = 1.0  # 0..1: 1 as typed by the author, less for what a concept brought
    kind: PhraseKind = PhraseKind.KEYWORD
    origin: str = "typed"  # or concept:NAME
    regex: str | None = None  # RE2 syntax, looked for in each sentence as received; ``words`` is then empty


class Keyword(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A keyword of a list: any of its phrases, unless one of ``unless`` covers the same words."""

    ref: str  # the keyword's name in the list, or concept:NAME
    phrases: tuple[Phrase, ...]
    unless: tuple[Phrase, ...] = ()  # `not:` phrases and a concept's other senses
    concept: str | None = None
    tolerates: frozenset[str] = (
        frozenset()
    )  # guard kinds that are this concept's own business (plans, threats, denials)

    @cached_property
    def written(self) -> frozenset[tuple[str, ...]]:
        """The folded tokens of each typed phrase in the very form it was typed in."""
        return frozenset(
            tuple(token for alternatives in phrase.words for token in alternatives[0].tokens)
            for phrase in self.phrases
            if phrase.origin == "typed"
        )


class Within(msgspec.Struct, frozen=True):
    """How close entity and keyword must stand. ``unit`` is sentence | paragraph | article | words."""

    unit: str = "article"
    words: int = 0


class Mentions(msgspec.Struct, frozen=True, tag=True):
    """At least ``least`` of these entities (indices into ``Watchlist.entities``) are mentioned.

    ``spans`` are ranges of indices, ``[first, last)``: whole groups and sets. ``field`` is title | lead | body, None for
    anywhere.
    """

    entities: frozenset[int] = frozenset()
    least: int = 1
    spans: tuple[tuple[int, int], ...] = ()
    field: str | None = None


class Says(msgspec.Struct, frozen=True, tag=True):
    """At least ``least`` of these keywords (indices into ``Watchlist.keywords``) are found; ``field`` as in ``Mentions``."""

    keywords: frozenset[int]
    least: int = 1
    field: str | None = None


class AllOf(msgspec.Struct, frozen=True, tag=True):
    """Every part holds."""

    parts: tuple[Condition, ...]


class AnyOf(msgspec.Struct, frozen=True, tag=True):
    """At least one part holds."""

    parts: tuple[Condition, ...]


class Least(msgspec.Struct, frozen=True, tag=True):
    """At least ``count`` of the parts hold: ``2 OF (a, b, c)``."""

    count: int
    parts: tuple[Condition, ...]


class Near(msgspec.Struct, frozen=True, tag=True):
    """Both stand together: ``a NEAR/5 b``, ``a SENTENCE b``, ``a PARAGRAPH b``.

    Both sides are ``Mentions``, ``Says``, ``AnyOf`` of such, or ``Near``: things that stand somewhere. ``unit`` is words |
    sentence | paragraph; ``words`` is how many other words may stand between them.
    """

    left: Condition
    right: Condition
    unit: str
    words: int = 0


class Not(msgspec.Struct, frozen=True, tag=True):
    """The part does not hold."""

    part: Condition


class Everything(msgspec.Struct, frozen=True, tag=True):
    """Holds for every article: ``when: '*'``."""


Condition = Mentions | Says | AllOf | AnyOf | Least | Near | Not | Everything


class Severity(enum.IntEnum):
    """Ordered; the wire shows the lower-case name."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """The name on the wire."""
        return self.name.lower()


class Mode(enum.Enum):
    """What a rule's decisions lead to."""

    LIVE = "live"
    SHADOW = "shadow"  # decides and counts, sends nothing
    OFF = "off"


class GuardKind(enum.Enum):
    """What may speak against a match."""

    NEGATED = "negated"
    DENIED = "denied"
    HYPOTHETICAL = "hypothetical"
    HISTORICAL = "historical"
    OTHER_SENSE = "other_sense"
    OTHER_ROLE = "other_role"  # of rules with roles: somebody else does it, or has it done to them


class GuardAction(enum.Enum):
    """What a guard does to a match."""

    DROP = "drop"
    LOWER = "lower"
    KEEP = "keep"


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Conditions on the article, before any word is looked at. Empty tuples filter nothing."""

    lang: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    exclude_sources: tuple[str, ...] = ()
    max_age: float | None = None  # seconds
    drop_unknown: bool = False  # `unknown: drop`: `und` and undated articles do not pass


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A stored query. Indices refer to the watchlist it stands in."""

    name: str
    channels: tuple[str, ...]
    condition: Condition
    within: Within = Within()
    severity: Severity = Severity.MEDIUM
    threshold: float | None = None  # None: the default of scoring.yaml
    mode: Mode = Mode.LIVE
    filters: Filters = Filters()
    guards: tuple[tuple[GuardKind, GuardAction], ...] = ()  # all kinds, defaults filled in
    always_run: bool = False
    roles: tuple[tuple[str, Mentions], ...] = ()  # actor | target, and who must be it; read where there is a parser
    line: int = 0  # in the file it came from
    since: float = 0.0  # seconds since the epoch: entries that arrived before are not seen (backfill taken off)

    def guard(self, kind: GuardKind) -> GuardAction:
        """What this rule does about a guard of that kind."""
        return dict(self.guards).get(kind, GuardAction.LOWER)


class Watchlist(msgspec.Struct, frozen=True, kw_only=True):
    """One compiled watchlist. ``version`` is 0 where it was never applied (a file in a back-test)."""

    name: str
    version: int = 0
    content_hash: str = ""
    description: str = ""
    entities: Sequence[Entity] = ()  # ``model.roster.Entities``, or a few of them as they are
    keywords: tuple[Keyword, ...] = ()
    rules: tuple[Rule, ...] = ()
    applied_at: float = 0.0  # when each was applied: a rule does not see entries that arrived before


def rule_key(watchlist: Watchlist, rule: Rule) -> str:
    """Return the rule's name across watchlists, as stories remember it: ``LIST/RULE``."""
    return f"{watchlist.name}/{rule.name}"
