"""British and American spellings are one, by this table and nothing else."""

from __future__ import annotations

from functools import lru_cache

# Stems that differ wherever a word starts with them: colour, colours, coloured, colourful.
_STEMS = """
armour armor; behaviour behavior; colour color; demeanour demeanor; endeavour endeavor; favour favor; flavour flavor;
harbour harbor; honour honor; humour humor; labour labor; neighbour neighbor; odour odor; rancour rancor; rigour rigor;
rumour rumor; saviour savior; splendour splendor; tumour tumor; valour valor; vapour vapor; vigour vigor;
defence defense; offence offense; pretence pretense; licence license; paediatr pediatr;
haemorrhag hemorrhag; leukaem leukem; aluminium aluminum; jewellery jewelry; sceptic skeptic; plough plow;
aeroplane airplane; artefact artifact; grey gray; dialogue dialog; catalogue catalog; sulphur sulfur; enquir inquir;
acknowledgement acknowledgment; judgement judgment
"""
# Pairs of whole words. Where the American one is also another word (*check*, *story*), only British finds American.
_BOTH = """
programme program; programmes programs; fulfil fulfill; fulfils fulfills; enrol enroll; enrols enrolls;
instalment installment; instalments installments; skilful skillful; wilful willful; gaol jail; gaols jails;
analyse analyze; analysed analyzed; analyses analyzes; analysing analyzing; paralyse paralyze; paralysed paralyzed;
paralysing paralyzing; ageing aging; cosy cozy; mould mold; moulds molds; moustache mustache; manoeuvre maneuver;
manoeuvres maneuvers; manoeuvred maneuvered; manoeuvring maneuvering
"""
_ONE_WAY = "cheque check; cheques checks; tyre tire; tyres tires; storey story; storeys stories; kerb curb; kerbs curbs"
# Ends in -re or -er, with their own inflections.
_RE = "calibre centre fibre kilometre litre lustre metre millimetre centimetre sabre spectre theatre epicentre meagre sombre"
# Doubled before -ed, -ing, -er, -or in British spelling.
_DOUBLED = (
    "travel cancel label signal fuel model level channel counsel dial duel equal funnel jewel marshal panel pedal "
    "quarrel rival shovel shrivel snivel spiral total tunnel unravel kidnap worship libel enamel marvel initial"
)
# -ise and -ize with everything that follows.
_ISE = """
agon anatom antagon apolog author bapt brutal capital central character civil colon commercial computer critic
crystall custom decentral decriminal demobil demoral demilitar democrat destabil digital econom emphas equal
familiar fantas fertil final formal general global harmon hospital human hypothes ideal immun industrial
institutional international jeopard legal legitim liberal local marginal maxim memor militar minim mobil modern
monopol nation national natural neutral normal optim organ ostrac patron penal personal polar popular prior
privat public radical random ration rational real recogn regular reorgan revolution ritual sanit scandal
scrutin secular sensational social special stabil standard steril stigmat subsid summar symbol sympath synchron
terror traumat util vandal victim visual weapon
"""
_ISE_ENDS = ("", "e", "ed", "es", "er", "ers", "ing", "ation", "ations", "ational")


def _split(table: str) -> list[tuple[str, str]]:
    pairs = [tuple(pair.split()) for pair in table.split(";")]
    return [(british, american) for british, american in pairs]


def _build() -> dict[str, frozenset[str]]:
    pairs: list[tuple[str, str]] = []
    for word in _RE.split():
        american = word[:-2] + "er"
        pairs += [(word, american), (word + "s", american + "s")]
        pairs += [(word[:-1] + "ed", american + "ed"), (word[:-2] + "ring", american + "ing")]
    for word in _DOUBLED.split():
        pairs += [(word + word[-1] + end, word + end) for end in ("ed", "ing", "er", "ers", "or", "ors")]
    for stem in _ISE.split():
        pairs += [(f"{stem}is{end}", f"{stem}iz{end}") for end in _ISE_ENDS[1:]]
    pairs += _split(_BOTH)
    table: dict[str, set[str]] = {}
    for british, american in _split(_ONE_WAY):
        table.setdefault(british, set()).add(american)
    for british, american in pairs:
        table.setdefault(british, set()).add(american)
        table.setdefault(american, set()).add(british)
    return {word: frozenset(others) for word, others in table.items()}


_WORDS = _build()
_PAIRS = _split(_STEMS)
_STARTS = frozenset(stem[:4] for pair in _PAIRS for stem in pair)  # a look at these first: most names have no other


@lru_cache(maxsize=65_536)
def spellings(token: str) -> tuple[str, ...]:
    """Return the other spellings of a folded token, sorted; nothing where both sides spell it alike."""
    if token[:4] not in _STARTS and token not in _WORDS:
        return ()
    found = set(_WORDS.get(token, ()))
    for british, american in _PAIRS:
        if token.startswith(british):
            found.add(american + token[len(british) :])
        elif token.startswith(american):
            found.add(british + token[len(american) :])
    return tuple(sorted(found - {token}))


def varied(tokens: set[str]) -> set[str]:
    """Return those of many folded tokens that have another spelling."""
    may = _WORDS.keys() & tokens
    may.update([token for token in tokens if token[:4] in _STARTS])
    return {token for token in may if spellings(token)}
