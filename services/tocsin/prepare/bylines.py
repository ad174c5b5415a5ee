"""Who made it and when: credits, captions, bylines, signatures of agencies, stamps of date and time."""

from __future__ import annotations

import re

_CREDIT = 120  # characters: a credit or byline is shorter than that
_SIGNED = 90  # characters at the end of a caption in which its credit stands
# One of these is in every credit: to look for them is a tenth of the search.
SIGNS = "/([:"
SIGN_WORDS = ("via", "photo", "image", "stock")
_CREDIT_SIGNS = (*SIGNS, *SIGN_WORDS)
_CREDITS = re.compile(
    r"(?:getty images|shutterstock|istock|ap photo|file photo"
    r"|(?:/|\bvia|\(|:|\bphotos?|\bimages?)\s*(?:associated press|ap|anadolu|afp|reuters|epa|xinhua|yonhap|tass|handout|dpa|efe|ansa|pti|ani))"
    r"(?:\s+via\s+\w+(?:\s\w+)?)?[)\].]?$"
    r"|^[(\[]?(?:photo|photograph|image|picture|credit|source|caption|file|fotos?|bild|cr\u00e9dits?)(?:\s+(?:credit|source|by|courtesy|photo))?\s*:"
    r"|^[(\[]?(?:photos?|pictures?|images?|videos?|photographs?|photography|text|illustrations?)\s+(?:by|courtesy|credit)\b|^\((?:additional\s+)?(?:reporting|writing|editing|compiled)\b|^\(?ap photo|(?:/|\b)(?:file|handout) (?:photo|image|picture)[)\].]?$",
    re.IGNORECASE,
)
SIGNED = ("photo",)  # is in every caption that is known as such, though it be prose
_SHORT_SIGNED = (*SIGNED, "getty images", "image:", "[file", "credit:")
_SIGNATURE = re.compile(
    r"[(\[](?:[^()\[\]]{0,60}\b)?(?:photo|photos|image|images|picture|credit|file|courtesy|getty)\b[^()\[\]]{0,80}[)\]]\.?$"
    r"|\b(?:photo|image|picture)(?:\s+credit)?\s*:\s*[^.:]{2,60}$|/\s*getty images\.?$|\bvia (?:getty images|ap|afp|reuters)\.?$",
    re.IGNORECASE,
)
_NAME = r"[A-Z\u00c0-\u00d6\u00d8-\u00de\u0100-\u017d][\w.'\u2019@-]*"
# A name and an agency, alone or behind a stop: *… on November 4. Ann Bell/Tidewire*
_BOTH = re.compile(
    rf"(?:^|[.)\]]\s){_NAME}(?:\s{_NAME}){{0,2}}\s?/\s?{_NAME}(?:\s{_NAME}){{0,2}}(?:/[\w ]{{2,20}})?\.?$"
)
_SHOWN = re.compile(
    r"^in\ (?:this\ (?:[\w-]+\ ){0,3}|an?\ (?:[\w-]+\ ){0,2}(?:pool|handout|file|undated)\ )(?:photo|photograph|image|picture)\b",
    re.IGNORECASE | re.VERBOSE,
)
_SEEN = re.compile(
    r"\b(?:is|are)\ (?:seen|pictured|shown)\b|\bpictured\b|\b(?:looks?|walks?|stands?|speaks?|poses?|shakes?|gestures?"
    r"|arrives?|attends?|waves?)\b.{0,120}\b(?:on|in)\ (?:\w+day,?\ )?(?:\w{3,9}\.?\ \d{1,2}|\d{1,2}\ \w{3,9})",
    re.IGNORECASE | re.VERBOSE,
)
_BY = (
    "By",
    "BY",
    "Von",
    "VON",
    "Par",
    "PAR",
    "Por",
    "POR",
    "Door",
    "Di",
    "Ein",
    "Text",
    "Photo",
    "PHOTO",
    "Foto",
    "Story",
    "Words",
    "Reported",
    "Written",
)
FIRST_WORDS = frozenset(word.lower() for word in (*_BY, "Photos", "Fotos"))  # of bylines
_BYLINE = re.compile(
    rf"(?:By|BY|Von|VON|Par|PAR|Por|POR|Door|Text|Photos?|PHOTOS?|Fotos?|Di(?=\s\S+\s[A-Z])|Ein\ \w+\ von|Story\ by|Words\ by|Reported\ by|Written\ by)\s*:?\s+{_NAME}(?:[\s,|&/]+(?:and|und|et|y|e|en|de|del|von|van|der|{_NAME}))*"
    r"(?:\s*[|,\u2022\u00b7-]\s*.{0,60}|\s+(?:in|for|at|f\u00fcr|pour|para)\s.{0,40})?$"
)
ROLES = (
    "correspondent",
    "writer",
    "reporter",
    "editor",
    "chief",
    "korrespondent",
    "korrespondentin",
    "correspondante",
    "corresponsal",
    "especial",
    "cial",
    "ciale",
)
_ROLE = re.compile(
    r"(?:[\w.&'\u2019-]+[\s,|]+){0,5}(?:correspondent|staff\ (?:writer|reporter)|(?:political|foreign|diplomatic|business|defen[cs]e|world|night|managing|senior|chief)\ (?:editor|reporter|writer)"
    r"|bureau\ chief|korrespondent(?:in)?|correspondante?|corresponsal|enviad[oa]\ especial|envoy\u00e9e?\ sp\u00e9ciale?)$",
    re.IGNORECASE | re.VERBOSE,
)
_SIGNED_OFF = 24  # characters: initials that end a report are shorter than that
_INITIALS = re.compile(
    r"[a-z]{2,4}(?:[/-][a-z]{2,4}){1,4}$|[A-Z]{2,4}(?:/[A-Z]{2,4}){1,4}$|-?\s?(?:30|ends)\s?-$|[_*\u2014\u2013=-]{2,}$"
)
STAMP_WORDS = frozenset(
    """mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday jan january feb february mar
    march apr april may jun june jul july aug august sep sept september oct october nov november dec december am pm a m p et est edt
    gmt utc bst ist cet cest pst pdt kst at on ago hour hours hr hrs minute minutes min mins day days week weeks month months year years
    updated published posted last st nd rd th of and uhr vor stunden tagen januar februar m\u00e4rz mai juni juli oktober dezember montag
    dienstag mittwoch donnerstag freitag samstag sonntag le \u00e0 h il y a janvier f\u00e9vrier mars avril juin juillet ao\u00fbt septembre octobre
    novembre d\u00e9cembre lundi mardi mercredi jeudi vendredi samedi dimanche el de del hace horas d\u00edas enero febrero marzo abril mayo junio
    julio agosto septiembre octubre noviembre diciembre há às atualizado modifica il alle gennaio febbraio marzo aprile maggio giugno
    luglio settembre ottobre dicembre janeiro fevereiro março maio junho julho setembro outubro dezembro lunes martes mi\u00e9rcoles jueves viernes s\u00e1bado domingo""".split()
)
_STAMP = 80  # characters: a stamp is shorter than that
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")


def is_credit(line: str, lower: str) -> bool:
    """Whether a line that is no prose is a credit, a byline, a signature or a stamp; ``lower``: it in small letters."""
    if len(line) > _CREDIT:
        return False
    return (
        is_photo(line, lower)
        or (line.startswith(_BY) and _BYLINE.match(line) is not None)
        or (len(line) <= _SIGNED_OFF and _INITIALS.match(line) is not None)
        or (lower.endswith(ROLES) and _ROLE.match(line) is not None)
        or (_DIGIT.search(lower) is not None and _is_stamp(lower))
    )


def is_photo(line: str, lower: str) -> bool:
    """Whether a line names who took a photograph, or which agency brought it."""
    for sign in _CREDIT_SIGNS:
        if sign in lower:
            return _CREDITS.search(line) is not None
    return False


def _is_stamp(lower: str) -> bool:
    """Whether a line says a date or a time and nothing else."""
    if len(lower) > _STAMP:
        return False
    return STAMP_WORDS.issuperset(_WORD.findall(lower))


def is_caption(line: str, lower: str, *, prose: bool) -> bool:
    """Whether a line is a caption: it ends with its credit, or says that it is a photograph's."""
    for sign in SIGNED if prose else _SHORT_SIGNED:
        if sign in lower:
            return _SIGNATURE.search(line, max(0, len(line) - _SIGNED)) is not None or _SHOWN.match(line) is not None
    return not prose and "/" in line and _BOTH.search(line) is not None


def is_seen(paragraph: str) -> bool:
    """Whether a paragraph says what is seen: before a credit it is a caption."""
    return _SEEN.search(paragraph) is not None
