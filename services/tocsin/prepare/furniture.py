"""Page furniture in plain text: what a scraper took along that is not the story.

Menus, links to other stories, comment forms, share and subscribe lines, credits and bylines prove nothing: a tempting
headline among them must not raise an alert. What could be either is taken for the story: a wire brief is one short line,
and losing a lead is worse than reading a menu.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence

from tocsin import folding

Span = tuple[int, int]


class Kind(enum.Enum):
    """What a paragraph is."""

    STORY = "story"
    HEADING = "heading"  # a heading, or the title again: part of the story, but not its lead's first paragraph
    FURNITURE = "furniture"


LONG = 400  # characters: furniture is shorter than that
_CREDIT = 120  # characters: a credit or byline is shorter than that
PROSE_WORDS = 6  # words of the shortest paragraph that counts as prose, if it ends as a sentence does
RUN_ON_WORDS = 25  # words from which it is prose however it ends
_HEADING_WORDS = 5  # words of the longest heading over links
_MENU_WORDS = 4  # words of the longest menu entry
_MENU_RUN = 4  # menu entries that make a menu
_LINK_RUN = 3  # headlines in a row after the story that make a list of links

# Opens a line, or a sentence, that is furniture whatever follows.
_OPENS = re.compile(
    r"""see\ also\b | also\ read\b | read\ also\b | read\ (?:more|next|the\ full|full)\b | click\ here\b
    | related\s*(?::|$|(?:articles?|stories|story|posts?|coverage|news|topics|content|links?|reading)\s*(?::|$))
    | recommended(?:\ (?:for\ you|stories|reading))?\s*(?::|$) | you\ (?:may|might)\ (?:also\ )?(?:like|be\ interested)
    | more\ (?:from|on\ this|stories|news|coverage|like\ this|in\ this\ section)\b(?=[^.!?]{0,60}$) | more\s*:
    | don['\u2019]?t\ miss\s*: | what\ to\ (?:read|watch|know)\ next | up\ next\b | (?:watch|listen|video|gallery|photos)\s*:
    | (?:watch|listen)\ (?:now|live|again)\b | trending(?:\ now)?\s*(?::|$) | editor['\u2019]?s['\u2019]?\ (?:picks?|choice)
    | (?:most|latest|top|recent|popular|breaking|other|related)\ (?:popular|read|viewed|shared|recent|commented|news|stories|headlines
      |articles|posts|comments|videos)\s*:?\s*$ | previous\ (?:article|post|story)\b | next\ (?:article|post|story)\b
    | advertisements?\s*(?:$|[-\u2013\u2014:]) | sponsored(?:\ content|\ by|\s*:|\s*$)
    | story\ continues\ below | article\ continues\ (?:below|after) | paid\ (?:content|post|partner)
    | (?:please\ )?enter\ your\ (?:comment|name|email) | leave\ a\ (?:comment|reply) | post\ (?:a\ )?comment | add\ a?\ ?comment
    | (?:\d[\d,.]*\s+)?(?:comments?|replies|shares?|views|likes)\s*(?:\(\d+\))?\s*$ | join\ the\ (?:conversation|discussion)
    | save\ my\ name | notify\ me\ of | your\ email\ address | cancel\ reply | (?:log|sign)\ ?in\ (?:to|or|with)\b | (?:log|sign)\ ?(?:in|up)\s*$
    | sign\ up\ (?:for|to)\b | subscribe\b(?=.{0,120}$) | get\ (?:the\ latest|our|all\ the|breaking)\b.{0,80}(?:inbox|app|email|newsletter)
    | share\ (?:this|on|via|article|story|your)\b | share\s*:?\s*$ | follow\ (?:us|@|.{0,40}\ on\ (?:twitter|x|facebook|instagram|telegram)\b)
    | (?:like|find|join)\ us\ on\b | tweet\s*$ | (?:facebook|twitter|whatsapp|pinterest|linkedin|telegram|reddit|e-?mail|print)(?:\s+(?:facebook
      |twitter|whatsapp|pinterest|linkedin|telegram|reddit|e-?mail|print|copy\ link|x))*\s*$ | copy\ link\b | print\ this\b | e-?mail\ this\b
    | skip\ to\b | (?:back\ to\ )?top\s*$ | menu\s*$ | search\s*$ | home\s*(?:$|[|\u00bb>/\u203a]) | toggle\ navigation | jump\ to\b
    | tags?\s*: | filed\ under\b | topics?\s*: | categor(?:y|ies)\s*: | copyright\s*(?:\u00a9|\(c\)|\d|:|by\b|notice) | \u00a9 | c\)\ (?:19|20)\d\d | all\ rights\ reserved
    | this\ (?:material|article|story|site|website|page)\ (?:may\ not|uses\ cookies|is\ protected|was\ (?:originally|first)\ published|originally\ appeared)
    | we\ use\ cookies | (?:accept|manage|reject)\ (?:all\ )?cookies | (?:privacy|cookie)\ policy | terms\ (?:of|and)\ (?:use|service|conditions)
    | (?:about|contact)\ us\s*$ | download\ (?:our|the)\ .{0,30}app | support\ (?:our|independent)\ journalism | do\ you\ have\ a\ (?:tip|story)
    | (?:additional\ )?(?:reporting|writing|editing|compiled|edited|written|translated)\ (?:and\ (?:writing|editing)\ )?by\b(?!\ the\b)
    | (?:first\ |last\ )?(?:published|updated|posted|modified)\s*(?:on|at|:)?\s*(?:(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul
      |aug|sep|oct|nov|dec)[a-z]*[.,]?\s+)*\d.{0,60}$
    | \d+\s*min(?:ute)?s?\s+read\b | load\ more | show\ (?:more|comments) | view\ (?:all|more|comments) | loading\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_OPENING_WORDS = frozenset(
    """see also read click related recommended you more don don\u2019t what up watch listen video gallery photos trending editor
    most latest top recent popular breaking other previous next advertisement advertisements sponsored story article paid
    please enter leave post add comment comments reply replies share shares view views like likes join save notify your
    cancel log login sign signup subscribe get follow find tweet facebook twitter whatsapp pinterest linkedin telegram
    reddit e email print copy skip back menu search home toggle jump tag tags filed topic topics category categories
    copyright c all this we accept manage reject privacy cookie terms about contact download support do additional
    reporting writing editing compiled edited written translated published updated posted first last modified load
    loading show""".split()
)
FIRST_WORDS = _OPENING_WORDS | {"your"}  # of a form, too
_FORM = re.compile(
    r"(?:please\ )?enter\ your\ (?:comment|name)|leave\ a\ (?:comment|reply)|post\ (?:a\ )?comment|your\ email\ address"
    r"|save\ my\ name|recent\ comments",
    re.IGNORECASE | re.VERBOSE,
)
ANYWHERE = ("all rights reserved", "we use cookies", "enable javascript", "email address will not be published")
_OPENING_WORD = 20  # characters: enough to see that a word is none of those
_GLUED_HOME = re.compile(r"Home(?:[A-Z]|\s*[|\u00bb>/\u203a])")
_GLUED = re.compile(r"[a-z][A-Z]")
_SEPARATORS = re.compile(r"\s[|\u00bb>/\u203a\u00b7\u2022]\s?|\s?[|\u00bb\u203a]\s")
# One of these is in every credit: to look for them is a tenth of the search.
_CREDIT_SIGNS = ("/", "(", ":", "via", "photo", "image", "stock")
_CREDITS = re.compile(
    r"(?:getty images|shutterstock|istock|ap photo|file photo"
    r"|(?:/|\bvia|\(|:|\bphotos?|\bimages?)\s*(?:associated press|ap|anadolu|afp|reuters|epa|xinhua|yonhap|tass|handout))"
    r"(?:\s+via\s+\w+(?:\s\w+)?)?[)\].]?$"
    r"|^(?:photo|photograph|image|picture|credit|source|caption)(?:\s+(?:credit|source|by|courtesy))?\s*:|^\(?ap photo",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:By|BY)\s+[A-Z][\w.'\u2019-]*(?:[\s,|]+(?:and|[A-Z][\w.'\u2019@-]*))*(?:\s*[|,\u2022\u00b7-]\s*.{0,60})?$"
)
_BULLETS = "-*\u2022\u2013\u2014\u25aa\u25cf0123456789"  # begin the entries of a list that may be the story's own
_FIRST_WORD = re.compile(r"[^\w\u00a9]*([\w\u2019]+|\u00a9)")
STOPS = ".!?\u2026\u3002\uff01\uff1f"
CLOSERS = "\"'\u201d\u2019)\\]\u00bb\u300d\u300f"
LAST = 12  # characters of a line that are looked at for a stop
_STORY, _FURNITURE = Kind.STORY, Kind.FURNITURE  # looked up once: an enum's members are slow to reach
_ENDS = re.compile(rf"[{STOPS}][{CLOSERS}]*$")
_STOPS = tuple(STOPS)


def find(title: str, told: str, text: str, blocks: Sequence[Sequence[int]]) -> list[Kind]:
    """Say what each paragraph is.

    Args:
        title: of the article: the line that repeats it is a heading.
        told: the title folded.
        text: the body as received.
        blocks: of each paragraph the start, the end, and 0 where it is known to be story and not the title.
    """
    count = len(blocks)
    lines, prose, kinds = [""] * count, [True] * count, [_STORY] * count
    for number, (start, end, look) in enumerate(blocks):
        if not look:
            continue
        if end - start > LONG:
            lines[number] = text[start : start + LONG].strip()
            continue
        lines[number] = line = text[start:end].strip()
        prose[number] = is_text = is_prose(line)
        if _is_furniture(line, prose=is_text):
            kinds[number] = _FURNITURE
    again = _titles(title, told, lines)
    if False in prose or _FURNITURE in kinds:
        _sections(lines, prose, again, kinds)
        _menus(lines, prose, kinds)
        _tail(lines, prose, kinds)
    _headings(lines, prose, again, kinds)
    return kinds


def is_prose(line: str) -> bool:
    """Whether a line reads as prose: long enough, or ending as a sentence does. CJK text has no words to count."""
    words = line.count(" ") + 1
    return words >= RUN_ON_WORDS or ((words >= PROSE_WORDS or not line.isascii()) and _comes_to_a_stop(line))


def _comes_to_a_stop(line: str) -> bool:
    return line.endswith(_STOPS) or _ENDS.search(line[-LAST:]) is not None


def may_open(text: str, start: int) -> bool:
    """Whether furniture or a form could begin here: False for all but a few first words, and cheap."""
    word = text[start : start + _OPENING_WORD].partition(" ")[0]
    return not word.isalpha() or word.lower() in FIRST_WORDS


def opens(text: str, start: int, end: int) -> bool:
    """Whether what begins at ``start`` opens as furniture does (a line, or a sentence in text that lost its lines)."""
    word = _FIRST_WORD.match(text, start, end)
    if word is None or (word[1].lower() not in _OPENING_WORDS and word[1] != "\u00a9" and not word[1].isdecimal()):
        return False
    return _OPENS.match(text, word.start(1), end) is not None


def opens_form(text: str, start: int, end: int) -> bool:
    """Whether a comment form begins here: what follows it is not the story."""
    return _FORM.match(text, start, end) is not None


def _is_furniture(line: str, *, prose: bool) -> bool:
    if (may_open(line, 0) and opens(line, 0, len(line))) or (
        line.startswith("Home") and _GLUED_HOME.match(line) is not None
    ):
        return True
    lower = line.lower()
    for words in ANYWHERE:  # no generator: this is asked of every line
        if words in lower:
            return True
    if prose:
        return False
    if len(line) <= _CREDIT and (_is_credit(line, lower) or _BYLINE.match(line) is not None):
        return True
    return len(_GLUED.findall(line)) >= 3 or len(_SEPARATORS.findall(line)) >= 2


def _is_credit(line: str, lower: str) -> bool:
    for sign in _CREDIT_SIGNS:
        if sign in lower:
            return _CREDITS.search(line) is not None
    return False


def _titles(title: str, told: str, lines: list[str]) -> set[int]:
    """Which lines are the title again."""
    reach = 2 * len(title) + 8 if len(told) > 1 else 0
    return {number for number, line in enumerate(lines) if 0 < len(line) < reach and _folds_to(line, told)}


def _folds_to(line: str, told: str) -> bool:
    first = line[:1]
    if first.isascii() and first.isalnum() and first.lower() != told[1]:
        return False  # most lines, without folding them
    return folding.fold(line) == told


def _sections(lines: list[str], prose: list[bool], again: set[int], kinds: list[Kind]) -> None:
    """The headlines under a heading such as *Most Popular*, down to the next prose."""
    inside = False
    for number, line in enumerate(lines):
        if prose[number] or number in again:
            inside = False
        elif kinds[number] is _FURNITURE:
            inside = inside or (line.count(" ") < _HEADING_WORDS and opens(line, 0, len(line)))
        elif inside:
            kinds[number] = _FURNITURE


def _headings(lines: list[str], prose: list[bool], again: set[int], kinds: list[Kind]) -> None:
    """The title again, and what stands before the first prose without coming to a stop, are headings."""
    first = next((number for number, is_text in enumerate(prose) if is_text and kinds[number] is _STORY), 0)
    for number in again.union(range(first)):
        if kinds[number] is _STORY and (number in again or not _comes_to_a_stop(lines[number])):
            kinds[number] = Kind.HEADING


def _menus(lines: list[str], prose: list[bool], kinds: list[Kind]) -> None:
    """Many short lines in a row are a menu."""
    run: list[int] = []
    for number, line in enumerate([*lines, ""]):
        entry = number < len(lines) and not prose[number] and line.count(" ") < _MENU_WORDS and line[-1:] not in ".!?"
        if entry:
            run.append(number)
            continue
        if len(run) >= _MENU_RUN:
            for member in run:
                kinds[member] = _FURNITURE
        run = []


def _tail(lines: list[str], prose: list[bool], kinds: list[Kind]) -> None:
    """What follows a comment form, and the links after the story."""
    last_prose = -1
    for number, line in enumerate(lines):
        if kinds[number] is _FURNITURE and last_prose >= 0 and opens_form(line, 0, len(line)):
            kinds[number:] = [_FURNITURE] * (len(kinds) - number)
            break
        if prose[number] and kinds[number] is _STORY:
            last_prose = number
    if last_prose < 0:
        return
    tail = range(last_prose + 1, len(lines))
    first = next((number for number in tail if kinds[number] is _FURNITURE), None)
    if first is None and len(tail) >= _LINK_RUN and not any(lines[number][:1] in _BULLETS for number in tail):
        first = tail[0]
    if first is not None:
        kinds[first:] = [_FURNITURE] * (len(kinds) - first)
