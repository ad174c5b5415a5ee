"""What may stand in a watchlist: the document model, in short and full form, and its JSON Schema.

The model accepts exactly what the schema describes; ``validation`` says its complaints in an analyst's words. What
stands in a ``when:`` is a language of its own: ``when``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, StrictBool, StrictInt, StrictStr, Tag

from tocsin.watchlists.signs import MAX_CHARACTERS

Text = Annotated[StrictStr, Field(min_length=1, max_length=300)]
Texts = Annotated[list[Text], Field(min_length=1)]
ChannelName = Annotated[StrictStr, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
RuleName = Annotated[StrictStr, Field(pattern=r"^[^\W_][\w.-]{0,99}$")]
Duration = Annotated[StrictStr, Field(pattern=r"^[1-9][0-9]{0,5}(s|m|h|d|w)$", examples=["48h"])]
Action = Literal["drop", "lower", "keep"]
EntityType = Literal[
    "PERSON", "NORP", "FAC", "ORG", "GPE", "LOC", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE"
]  # fmt: skip


class Part(BaseModel):
    """A mapping in which every key is known."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class Entity(Part):
    """A thing to be mentioned."""

    name: Text = Field(description="The usual name; a strong alias too.")
    aliases: Texts | None = Field(None, description="Strong aliases: enough alone.")
    weak: Texts | None = Field(None, description="Aliases that count only where a strong one stands in the article.")
    type: EntityType | None = Field(None, description="What it is, in spaCy's labels: GPE, PERSON, ORG …")
    complete: StrictBool | None = Field(None, description="Add what the shipped gazetteer knows of the name.")


class Group(Part):
    """Many entities from a file beside the list; a rule names all of them by the group's name, one as ``NAME/ID``."""

    from_: Text = Field(alias="from", description="CSV or JSONL with id, name, aliases, weak, type; .gz too.")
    type: EntityType | None = Field(None, description="What they are, where a row does not say.")
    description: Text | None = None
    bad_rows: Literal["refuse", "skip"] | None = Field(None, description="A row that cannot be read; default: refuse.")


class Keyword(Part):
    """Phrases that mean one thing."""

    any: Texts = Field(description="Phrases, or concept:NAME; one of them is enough.")
    not_: Texts | None = Field(None, alias="not", description="Where one of these covers the words, they do not count.")
    expand: StrictBool | None = Field(None, description="Add the concepts that the phrases name.")


class NamedKeyword(Part):
    """An entry of a list of keywords that is more than a phrase."""

    name: Text = Field(description="The keyword; the only phrase where `any` is missing.")
    any: Texts | None = None
    not_: Texts | None = Field(None, alias="not")
    expand: StrictBool | None = None


class Sources(Part):
    """Which sources pass."""

    include: Texts | None = None
    exclude: Texts | None = None


class Filters(Part):
    """Conditions on the article, before any word is looked at."""

    lang: Annotated[list[Annotated[StrictStr, Field(pattern="^[a-z]{2,3}$")]], Field(min_length=1)] | None = None
    sources: Sources | None = None
    max_age: Duration | None = Field(None, description="How old an article may be: 30m, 48h, 7d.")
    unknown: Literal["pass", "drop"] | None = Field(None, description="Articles of unknown language or date.")


class Choice(Part):
    """Names that must, or must not, be found."""

    any: Texts | None = None
    all: Texts | None = None
    none: Texts | None = None


class Roles(Part):
    """Who does it to whom; each must at least be mentioned."""

    actor: Texts | None = Field(None, description="Names of entities: one of them does it.")
    target: Texts | None = Field(None, description="Names of entities: it is done to one of them.")


class Guards(Part):
    """What is done where something speaks against a match."""

    negated: Action | None = None
    denied: Action | None = None
    hypothetical: Action | None = None
    historical: Action | None = None
    other_sense: Action | None = None
    other_role: Action | None = None


def _form(value: Any) -> str:
    """Which form of a union a value is meant to be: errors then speak of one form only."""
    if isinstance(value, dict):
        return "mapping"
    return "list" if isinstance(value, list) else "text"


def _model_form(value: Any) -> str:
    return "mapping" if isinstance(value, BaseModel) else _form(value)


def _group_form(value: Any) -> str:
    if isinstance(value, Group) or (isinstance(value, dict) and "from" in value):
        return "group"
    return _model_form(value)


_by_form = Discriminator(_model_form)
EntityEntry = Annotated[Annotated[Text, Tag("text")] | Annotated[Entity, Tag("mapping")], _by_form]
NamedEntity = Annotated[
    Annotated[Text, Tag("text")] | Annotated[Entity, Tag("mapping")] | Annotated[Group, Tag("group")],
    Discriminator(_group_form),
]
KeywordEntry = Annotated[Annotated[Text, Tag("text")] | Annotated[NamedKeyword, Tag("mapping")], _by_form]
KeywordValue = Annotated[
    Annotated[Text, Tag("text")] | Annotated[Texts, Tag("list")] | Annotated[Keyword, Tag("mapping")], _by_form
]
ChoiceValue = Annotated[Annotated[Texts, Tag("list")] | Annotated[Choice, Tag("mapping")], _by_form]
EntityList = Annotated[list[EntityEntry], Field(min_length=1)]
EntityMapping = Annotated[dict[Text, NamedEntity], Field(min_length=1)]
KeywordList = Annotated[list[KeywordEntry], Field(min_length=1)]
KeywordMapping = Annotated[dict[Text, KeywordValue], Field(min_length=1)]


class Rule(Part):
    """A stored query."""

    rule: RuleName = Field(description="Its name, shown in alerts.")
    description: Text | None = None
    entities: ChoiceValue | None = Field(None, description="Names of entities and groups of this list, or set:NAME.")
    keywords: ChoiceValue | None = Field(None, description="Names of keywords of this list, or concept:NAME.")
    within: Annotated[StrictStr, Field(pattern=r"^(sentence|paragraph|article|[1-9][0-9]{0,2} words)$")] | None = None
    when: Annotated[StrictStr, Field(min_length=1, max_length=MAX_CHARACTERS)] | None = Field(
        None, description="An expression instead of entities and keywords; '*': every article.", examples=["a & b"]
    )
    roles: Roles | None = Field(None, description="Who does it to whom.")
    severity: Literal["info", "low", "medium", "high", "critical"] | None = None
    threshold: Annotated[float, Field(ge=0, le=1, strict=True)] | Annotated[StrictInt, Field(ge=0, le=1)] | None = None
    channels: Annotated[list[ChannelName], Field(min_length=1)] | None = None
    filters: Filters | None = None
    guards: Guards | None = None
    # YAML reads a bare off as false: it is meant as the word.
    mode: Annotated[
        Literal["live", "shadow", "off"] | None, BeforeValidator(lambda mode: "off" if mode is False else mode)
    ] = None
    always_run: StrictBool | None = Field(None, description="Run it on every article: it has no word to be found by.")


class Document(Part):
    """A watchlist as written."""

    watchlist: ChannelName = Field(description="Its name, and the channel of its rules where none is named.")
    description: Text | None = None
    channels: Annotated[list[ChannelName], Field(min_length=1)] | None = None
    filters: Filters | None = None
    complete: StrictBool | None = Field(None, description="Complete names from the gazetteer; short form: true.")
    expand: StrictBool | None = Field(None, description="Expand keywords by concepts; short form: true.")
    entities: (
        Annotated[Annotated[EntityList, Tag("list")] | Annotated[EntityMapping, Tag("mapping")], _by_form] | None
    ) = None
    keywords: (
        Annotated[Annotated[KeywordList, Tag("list")] | Annotated[KeywordMapping, Tag("mapping")], _by_form] | None
    ) = None
    rules: Annotated[list[Rule], Field(min_length=1)] | None = None

    @property
    def short(self) -> bool:
        """Whether this is the short form: lists, and no rules of its own."""
        return self.rules is None and not isinstance(self.entities, dict) and not isinstance(self.keywords, dict)
