"""Regular expressions that an author may write: RE2, whose time is linear in the text, and none that finds nothing."""

from __future__ import annotations

import re

import re2

_PROBES = ("", "a", "a b", ".", "1")  # where an expression that can match between characters does so
_SAID = (
    (r"invalid escape sequence: \\[1-9]", "refers back to a group, which takes more than linear time",
     "Write the words themselves, or two phrases."),
    (r"invalid perl operator: \(\?[<=!]", "looks ahead or behind, which takes more than linear time",
     "Put what must not be there under `not:`."),
    (r"missing \)", "has a ( that is not closed", "Write ) where the group ends, or \\( for the sign."),
    (r"unexpected \)", "has a ) that was never opened", "Delete it, or write \\) for the sign."),
    (r"missing \]", "has a [ that is not closed", "Write ] where the characters end, or \\[ for the sign."),
    (r"invalid character class range", "has a range of characters that runs backwards", "Write the smaller one first: [a-z]."),
    (r"(bad|no argument for) repetition operator|missing argument to repetition", "repeats nothing",
     "A character or group must stand before * + ? {2,3}."),
    (r"(invalid|bad) repetition size|repetition.*size", "repeats too often", "At most {1000}."),
    (r"invalid escape sequence|trailing", "has a backslash before what needs none", "Delete it."),
    (r"pattern too large", "is too large", "Write a shorter one, or several phrases."),
)  # fmt: skip


def complaint(pattern: str) -> tuple[str, str] | None:
    """Return what is wrong with an expression and what to write instead; None where it can be looked for."""
    try:
        compiled = re2.compile(pattern, _options())
    except re2.error as error:
        said = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error.args[0])
        what, remedy = next(
            ((what, remedy) for sign, what, remedy in _SAID if re.match(sign, said)),
            (f"cannot be read ({said})", "Write the words themselves."),
        )
        return f"the regular expression /{pattern}/ {what}.", remedy
    except UnicodeEncodeError:
        return f"the regular expression {pattern!a} holds half a character.", "Delete it."
    if any((found := compiled.search(probe)) and found.end() == found.start() for probe in _PROBES):
        return (
            f"the regular expression /{pattern}/ finds nothing at all, everywhere.",
            "Name a character that must stand: + instead of *, {1,3} instead of {0,3}.",
        )
    return None


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    return options
