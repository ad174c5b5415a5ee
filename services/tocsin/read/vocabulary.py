"""The closed lists that the guards read by: kinds of verbs and nouns, in all their inflections, in lower case."""

from __future__ import annotations

_IRREGULAR = {
    "agree": "agrees agreed agreeing",
    "die": "dies died dying",
    "free": "frees freed freeing",
    "go": "goes went gone going",
    "hurt": "hurts hurting",
    "pay": "pays paid paying",
    "say": "says said saying",
    "shoot": "shoots shot shooting",
    "undergo": "undergoes underwent undergone undergoing",
    "undertake": "undertakes undertook undertaken undertaking",
    "withstand": "withstands withstood withstanding",
    "be": "am is are was were been being",
    "begin": "begins began begun beginning",
    "break": "breaks broke broken breaking",
    "cancel": "cancels cancelled canceled cancelling canceling",
    "bring": "brings brought bringing",
    "come": "comes came coming",
    "do": "does did done doing",
    "fall": "falls fell fallen falling",
    "find": "finds found finding",
    "get": "gets got gotten getting",
    "give": "gives gave given giving",
    "have": "has had having",
    "hold": "holds held holding",
    "know": "knows knew known knowing",
    "lead": "leads led leading",
    "make": "makes made making",
    "see": "sees saw seen seeing",
    "seek": "seeks sought seeking",
    "strike": "strikes struck stricken striking",
    "swear": "swears swore sworn swearing",
    "take": "takes took taken taking",
    "tell": "tells told telling",
    "think": "thinks thought thinking",
}
_DOUBLING = frozenset({"kidnap", "compel", "expel", "plan", "stop", "commit", "refer", "plot", "prefer", "abhor"})


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


def verbs(words: str) -> frozenset[str]:
    """Return the verbs, given in the infinitive, in all their forms."""
    forms: set[str] = set()
    for word in words.split():
        forms.add(word)
        if word in _IRREGULAR:
            forms.update(_IRREGULAR[word].split())
            continue
        stem = word + word[-1] if word in _DOUBLING else word
        if word.endswith("y") and word[-2] not in "aeiou":
            forms.update({f"{word[:-1]}ies", f"{word[:-1]}ied", f"{word}ing"})
        elif word.endswith("e"):
            forms.update({f"{word}s", f"{word}d", f"{word[:-1]}ing"})
        else:
            plural = f"{word}es" if word.endswith(("s", "sh", "ch", "x", "z")) else f"{word}s"
            forms.update({plural, f"{stem}ed", f"{stem}ing"})
    return frozenset(forms)


def nouns(words: str) -> frozenset[str]:
    """Return the nouns, given in the singular, with their plurals."""
    forms: set[str] = set()
    for word in words.split():
        plural = f"{word[:-1]}ies" if word.endswith("y") and word[-2] not in "aeiou" else f"{word}s"
        forms.update({word, plural})
    return frozenset(forms)


# Verbs that say of their subject or object only that it happens: denying them denies the event that the noun names.
HAPPEN = verbs("occur happen take materialize materialise exist arise ensue start begin come follow erupt break")
CARRY_OUT = verbs(
    "carry commit launch make mount stage hold conduct sign reach conclude seal strike agree ratify enter perpetrate stage "
    "undertake plan order authorize authorise approve declare impose detect record report register observe find see "
    "witness suffer have do perform execute call confirm"
)
# What denying leaves standing: two negations make an assertion, and *not only* none at all.
IMPLIES_NOT = verbs(
    "fail refuse decline avoid prevent avert abandon cancel refrain abstain neglect omit forgo desist scrap postpone"
)
NOT_FOR_OBJECT = verbs("avoid prevent avert abandon cancel scrap postpone")  # their objects did not happen either
CALL_OFF = {"off": verbs("call"), "out": verbs("rule")}  # with their particles
DENY = verbs("deny refute dispute disavow repudiate")
DISMISS = DENY | verbs("dismiss reject discount rebuff")
DOUBLE = DISMISS | IMPLIES_NOT | verbs("rule exclude doubt hesitate stop hide conceal")
NEG_RAISING = verbs("believe think expect suppose consider see report find detect record observe")
REPORT_NOUNS = nouns("report claim rumour rumor allegation accusation suggestion assertion charge story statement")
EVIDENCE = nouns(
    "evidence sign proof indication report confirmation trace record word hint suggestion truth question case instance "
    "possibility danger risk threat"
)
UNTRUE = frozenset(
    {"false", "untrue", "unfounded", "baseless", "groundless", "fabricated", "wrong", "incorrect", "fake"}
)
NO_WORDS = frozenset({"no", "neither", "zero"})
NOBODY = frozenset({"nobody", "none", "nothing", "neither"})
NO_BUT_YES = _listed(
    "doubt wonder secret accident coincidence surprise matter fewer less more longer sooner later question mistake news"
)
TIMES_AND_WAYS = _listed("point time stage circumstances way case account")  # "at no point did they cross"
HAVE = verbs("have see give find show")  # only their object is denied: *had no warning*, *made no arrests*
ALLOW = verbs("authorize authorise approve confirm plan order")  # denying these leaves open what their object did
COMPEL = verbs("compel force oblige require design")
ABLE = _listed("able willing ready prepared allowed free")
TRUE = _listed("true correct accurate")
RANKS = _listed("first second third fourth fifth last only latest sole isolated")

MODALS = _listed("could would might may must should can will shall 'll 'd wo ca")
INTEND = verbs(
    "plan intend want threaten vow promise prepare consider urge hope seek aim propose pledge expect ask order warn wish "
    "mean need decide prefer call demand consider mull contemplate appeal schedule train swear plot request authorize"
)
INTEND_NOUNS = nouns(
    "plan plot threat intention bid call proposal risk possibility fear danger prospect warning appeal likelihood offer "
    "readiness demand preparation chance pretext scenario"
)
FEAR = verbs(
    "fear threaten urge plan propose demand contemplate expect predict foresee anticipate envisage consider simulate rehearse "
    "practise practice schedule await advocate plot"
)
REHEARSE = verbs("rehearse simulate practise practice")  # and what the rehearsed response is to
CALL_FOR = verbs("call appeal prepare plan brace hope wait press push warn")
POSSIBLE = _listed(
    "possible potential planned proposed threatened looming imminent would-be prospective future hypothetical mock "
    "simulated fictional feared expected upcoming forthcoming eventual likely impending scheduled"
)
TO_COME = _listed("likely set due poised ready about eager bound unlikely willing determined slated keen")  # to do it
CONDITIONS = _listed("if unless whether lest")

COMMEMORATE = verbs("commemorate mark remember recall honour honor mourn memorialize")
REMEMBRANCES = nouns("anniversary commemoration memorial remembrance reenactment centenary")
PAST_WARS = _listed("world cold korean vietnam gulf")  # before *war*: over, whenever the article was written
RECENT = _listed(
    "today yesterday tonight now currently monday tuesday wednesday thursday friday saturday sunday overnight latest"
)
SUPERLATIVES = _listed(
    "first worst deadliest biggest largest highest lowest bloodiest most heaviest greatest longest strongest fiercest third "
    "second fourth fifth"
)
_MONTHS = (
    "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|"
    "september sep sept|october oct|november nov|december dec"
)
MONTHS = {name: number for number, names in enumerate(_MONTHS.split("|"), 1) for name in names.split()}
WORKS = nouns(
    "film movie novel book album song series play game musical opera drama thriller show documentary episode track band "
    "painting exhibition comic sequel"
)
