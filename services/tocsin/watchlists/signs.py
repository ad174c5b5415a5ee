"""The signs and words of a ``when:`` expression, and a remedy for each that other query languages have and this has not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from lark import Token

MAX_CHARACTERS = 200_000
MAX_TERMS = 10_000
MAX_WORDS = 999  # of NEAR/N: what `within:` allows too
FIELDS = ("title", "lead", "body")
TERMS = frozenset({"NAME", "PHRASE"})

_EXACT = r'"[^"]*"(?:\s*~\s*[^\s&|!(),"\']*)?'
_CASED = r'=(?:"[^"]*"|[^\s&|!(),\'"=*]+)'
_REGEX = r"/(?:[^/\\\n]|\\.)+/"
_PREFIX = r"[^\W_][\w.-]*\*"
BARE = re.compile(f"{_EXACT}|{_CASED}|{_REGEX}|{_PREFIX}")  # phrases that need no single quotes
_APOSTROPHE = r"(?<=\w)['’](?=\w)"
_NEXT = re.compile(
    rf"""
    (?P<SPACE>\s+) | (?P<_LPAR>\() | (?P<_RPAR>\)) | (?P<_COMMA>,)
    | (?P<DOUBLE>&&+|\|\|+|!=(?=\s|$)) | (?P<_AND>&) | (?P<_OR>\|) | (?P<NOT>!)
    | (?P<TYPOGRAPHIC>[“”„«»]|(?<!\w)[‘’‚]|[‘’‚](?!\w))
    | (?P<EXACT>{_EXACT}) | (?P<QUOTED>'(?:[^']|(?<=\w)'(?=\w))*') | (?P<UNCLOSED>["'])
    | (?P<CASED>{_CASED}) | (?P<REGEX>{_REGEX}) | (?P<SIGNED>[-+](?=[^\s&|),])) | (?P<BRACKET>[\[\]{{}}])
    | (?P<COUNT>[0-9]+\s+(?i:of)(?=\s*\(|\s|$))
    | (?P<RUN>(?:[^\s&|!(),'"“”„«»‘’‚\[\]{{}}]|{_APOSTROPHE})+)
    | (?P<ODD>.)
    """,
    re.VERBOSE,
)
_FIELD = re.compile(r"(title|lead|body):")
_COLON = re.compile(r"([^\W\d_][\w-]*):(.*)", re.DOTALL)
_NEAR = re.compile(r"NEAR/([0-9]+)")
_LIKE_NEAR = re.compile(r"(?:near|onear|within|w|n|adj|pre|next)/([0-9]+)|near[:~]?([0-9]+)", re.IGNORECASE)
_OPERATORS = {"and": "&", "or": "|", "not": "!"}
_PLACES = {"headline": "title", "heading": "title", "subject": "title", "intro": "lead", "summary": "lead",
           "abstract": "lead", "text": "body", "content": "body"}  # fmt: skip


class WhenError(ValueError):
    """An expression that cannot be meant.

    Attributes:
        message, remedy: what is wrong, and what to write instead.
        at: where, in characters from 0; the length of the expression where something lacks at its end.
        text: the expression.
    """

    def __init__(self, message: str, remedy: str, *, at: int, text: str) -> None:
        super().__init__(f"character {at + 1}: {message} {remedy}")
        self.message, self.remedy, self.at, self.text = message, remedy, at, text

    @property
    def place(self) -> str:
        """Where, in words: ``character 17, at `) | b```."""
        here = " ".join(self.text[self.at : self.at + 60].split())
        shown = here if len(here) <= 24 else f"{here[:24]} …"
        return f"character {self.at + 1}, at `{shown}`" if shown else "at its end"


def tokens(text: str) -> list[Token]:
    """Take an expression apart; parentheses are balanced.

    Raises:
        WhenError: something stands in it that the language does not have, or it is too long.
    """
    if len(text) > MAX_CHARACTERS:
        raise WhenError(f"the expression has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read.",
                        "Make keywords of its parts, or several rules.", at=MAX_CHARACTERS, text=text)  # fmt: skip
    found: list[Token] = []
    opened: list[int] = []
    terms = 0
    for token in _each(text):
        found.append(token)
        at = token.start_pos or 0
        if token.type == "_LPAR":
            opened.append(at)
        elif token.type == "_RPAR" and not opened:
            raise WhenError("this parenthesis was never opened.", "Delete it, or write ( before.", at=at, text=text)
        elif token.type == "_RPAR":
            opened.pop()
        terms += token.type in TERMS
        if terms > MAX_TERMS:
            raise WhenError(f"the expression has more than {MAX_TERMS:,} terms.",
                            "Put names in a file (`from:`), phrases under `keywords:`.", at=at, text=text)  # fmt: skip
    if opened:
        raise WhenError("this parenthesis is not closed.", "Write ) where it ends.", at=opened[-1], text=text)
    return found


def _each(text: str) -> Iterator[Token]:
    place = 0
    while place < len(text):
        match = _NEXT.match(text, place)
        assert match is not None  # white space or any other character
        kind = str(match.lastgroup)
        token = None if kind == "SPACE" else _token(kind, match[kind], place, text)
        if token is not None:
            yield token
        place = match.end() if token is None else token.end_pos or match.end()


def _token(kind: str, found: str, at: int, text: str) -> Token:
    if kind == "RUN":
        return _run(found, at, text)
    if kind in {"EXACT", "CASED", "REGEX"}:
        written = re.sub(r'"\s*~\s*', '"~', found) if kind == "EXACT" else found
        return _made("PHRASE", written, at, len(found))
    if kind == "QUOTED":
        return _made("PHRASE", found[1:-1].strip(), at, len(found))
    if kind == "COUNT":
        number, word = found.split()
        if word != "OF":
            raise WhenError(f"{word!r} is written in capitals here.", f"Write {number} OF (a, b, c).", at=at, text=text)
        return _made(kind, number, at, len(found))
    if kind in {"_LPAR", "_RPAR", "_COMMA", "_AND", "_OR", "NOT"}:
        return _made(kind, found, at, len(found))
    raise WhenError(*_mistaken(kind, found, text, at), at=at, text=text)


def _made(kind: str, value: str, at: int, length: int) -> Token:
    return Token(kind, value, start_pos=at, end_pos=at + length)


def _mistaken(kind: str, found: str, text: str, at: int) -> tuple[str, str]:
    """Signs of other languages."""
    if kind == "DOUBLE":
        return f"`{found}` is not an operator here.", f"Write {'!' if found == '!=' else found[0]} alone."
    if kind == "TYPOGRAPHIC":
        return (
            f"the quote {found} is a typographic one.",
            """Write "…" for exactly these words, '…' for any inflection.""",
        )
    if kind == "UNCLOSED":
        return f"the quote {found} is not closed.", f"Write {found} at the end of the phrase."
    if kind == "SIGNED":
        word = (re.match(r"[^\s&|!(),]+", text[at + 1 :]) or ["a"])[0]
        if found == "-":
            return "`-` does not exclude here.", f"Write & !{word}"
        return "`+` does not require here.", f"Write & between terms, and {word} without it."
    if kind == "BRACKET":
        return f"`{found}` has no meaning here.", "Group with ( and )."
    return f"the sign {found!r} has no meaning here.", "Words with signs in them stand in single quotes: 'R&D'."


def _run(found: str, at: int, text: str) -> Token:
    """A run of characters that are no signs: a field before a term, an operator in letters, a prefix, or a name."""
    if field := _FIELD.match(found):
        return _made("FIELD", field[1], at, field.end())
    if near := _NEAR.fullmatch(found):
        if len(near[1]) > 3:
            raise WhenError(f"{found} is farther than {MAX_WORDS} words.", "Write & for anywhere.", at=at, text=text)
        return _made("NEAR", near[1], at, len(found))
    if found in {"SENTENCE", "PARAGRAPH"}:
        return _made("TOGETHER", found, at, len(found))
    if "*" in found:
        return _prefix(found, at, text)
    prefix, _, rest = found.partition(":")
    is_name = _is_name(rest) if prefix in {"concept", "set"} and ":" in found else _is_name(found)
    wrong = _not_a_name(found) or (None if is_name else _odd(found))
    if wrong:
        raise WhenError(*wrong, at=at, text=text)
    return _made("NAME", found, at, len(found))


def _prefix(found: str, at: int, text: str) -> Token:
    if found == "*":
        raise WhenError("a star alone means every article.", "Write when: '*' and nothing beside it.", at=at, text=text)
    if not found.endswith("*") or "*" in found[:-1] or not _is_name(found[:-1]):
        raise WhenError("a star stands at the end of a word only.", "Write border*, at least three letters before it.",
                        at=at, text=text)  # fmt: skip
    return _made("PHRASE", found, at, len(found))


def _not_a_name(found: str) -> tuple[str, str] | None:
    """Words that mean an operator in another language, or in this one when written otherwise."""
    word = found.lower()
    if word in _OPERATORS:
        return f"`{found}` is not an operator here, nor a name.", f"Write {_OPERATORS[word]}"
    if near := _LIKE_NEAR.fullmatch(found):
        return f"`{found}` is not an operator here.", f"Write NEAR/{near[1] or near[2]}"
    if word in {"near", "near/"}:
        return f"`{found}` has no number.", "Write NEAR/5: at most five words between."
    if word.startswith("near/"):
        return f"`{found}` is no distance.", "Write NEAR/ and a whole number of words: NEAR/5."
    if word in {"sentence", "paragraph"}:
        return f"`{found}` is written in capitals.", f"Write {found.upper()}"
    if word == "of":
        return f"`{found}` has no number before it.", "Write 2 OF (a, b, c); for any of them a | b, for all a & b."
    return None


def _odd(found: str) -> tuple[str, str]:
    if colon := _COLON.fullmatch(found):
        return _colon(colon[1], colon[2])
    if "~" in found:
        return (
            "`~` stands only after words in double quotes.",
            """Write "two words"~5; inflections are found anyway.""",
        )
    if found.endswith("/") and _is_name(found[:-1]):
        return f"after {found!r} an id must follow.", f"Write {found}ID, or {found[:-1]} for all of it."
    if "^" in found:
        return "`^` does not weigh a term here.", "Delete it; severity and threshold are the rule's."
    plain = unicodedata.normalize("NFKC", found)
    if plain != found and plain[0] in "&|!()*":
        return f"{found!r} is a sign of another width.", f"Write {plain[0]}"
    if found[0] == "#":
        return "a comment cannot stand in an expression.", "Write it on a line of its own, above `when:`."
    if not any(map(str.isalnum, found)):
        return f"the sign {found!r} has no meaning here.", "Write &, | or ! there, or delete it."
    bare = found.strip("=/<>;?")
    if len(found) > 40:
        return f"{found[:40]!r} … is no name.", "Words with signs in them stand in single quotes."
    return f"{found!r} is no name.", f"Words with signs in them stand in single quotes: '{bare or 'word'}'."


def _colon(before: str, after: str) -> tuple[str, str]:
    near = before.lower() if before.lower() in {*FIELDS, "concept", "set"} else _PLACES.get(before.lower())
    if before in {"concept", "set"}:
        return f"after `{before}:` a name must follow.", f"Write {before}:{'countries' if before == 'set' else 'coup'}."
    if near:
        return f"there is no field `{before}:`.", f"Write {near}:{after}"
    return f"there is no field `{before}:`.", f"There are {', '.join(f'{field}:' for field in FIELDS)} …"


def _is_name(text: str) -> bool:
    """Letters and digits of any script, the marks that go with them, and ``. _ - /`` inside."""
    return bool(text) and text[0].isalnum() and text[-1] != "/" and all(
        letter.isalnum() or letter in "._-/\u200c\u200d" or unicodedata.category(letter)[0] == "M" for letter in text
    )  # fmt: skip
