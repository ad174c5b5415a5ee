"""How page furniture opens, in the words of several languages.

``opens`` asks about any line or sentence, so its words must be the furniture's own. ``is_short`` asks only about lines that
are no prose: there a word or two is enough to tell.
"""

from __future__ import annotations

import re

# Opens a line, or a sentence, that is furniture whatever follows. The first word of each stands in _OPENING_WORDS, too.
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
    | sign\ up\ (?:for|to)\b | subscribe\b(?=.{0,120}$) | get\ (?:the\ (?:latest|best)|our|all\ the|breaking)\b.{0,80}(?:inbox|app|email|newsletter)
    | share\ (?:this|on|via|article|story|your)\b | share\s*:?\s*$ | follow\ (?:us|@|.{0,40}\ on\ (?:twitter|x|facebook|instagram|telegram
      |whatsapp|youtube|tiktok|google\ news)\b)
    | (?:like|find|join)\ us\ on\b | tweet\s*$ | (?:facebook|twitter|whatsapp|pinterest|linkedin|telegram|reddit|e-?mail|print)(?:\s+(?:facebook
      |twitter|whatsapp|pinterest|linkedin|telegram|reddit|e-?mail|print|copy\ link|x))*\s*$ | copy\ link\b | print\ this\b | e-?mail\ this\b
    | skip\ to\b | (?:back\ to\ )?top\s*$ | menu\s*$ | search\s*$ | home\s*(?:$|[|\u00bb>/\u203a]) | toggle\ navigation | jump\ to\b
    | tags?\s*: | filed\ under\b | topics?\s*: | categor(?:y|ies)\s*: | copyright\s*(?:\u00a9|\(c\)|\d|:|by\b|notice) | \u00a9 | c\)\ (?:19|20)\d\d | all\ rights\ reserved
    | this\ (?:material|article|story|site|website|page|report)\ (?:may\ not|uses\ cookies|is\ protected|was\ (?:originally|first)\ published
      |originally\ appeared|has\ not\ been\ edited|(?:has\ been|was)\ (?:updated|corrected|amended|published\ from)|is\ (?:auto-?generated|syndicated
      |published\ from|part\ of\ (?:a|our)\ series))
    | this\ (?:content|article|story)\ is\ (?:only\ )?(?:for|available\ to|reserved\ for)\ (?:\w+\ )?(?:subscribers|members) | this\ field\ is\ (?:for|required|hidden)
    | we(?:\ and\ our\ (?:\d+\ )?(?:partners|vendors))?\ use\ (?:\w+\ ){0,3}cookies | (?:accept|manage|reject)\ (?:all\ )?cookies | (?:privacy|cookie)\ policy | terms\ (?:of|and)\ (?:use|service|conditions)
    | you\ (?:have\ (?:\d+|one|two|three|four|five|no|reached|read)\b.{0,40}\b(?:articles?|stories|limit)\b | can\ unsubscribe | must\ be\ (?:logged|signed)\ in)
    | already\ (?:a|have)\ (?:an\ )?(?:paid\ )?(?:subscriber|subscription|member|account) | thank\ you\ for\ (?:signing\ up|subscribing|registering)
    | correction\s*: | clarification\s*: | corrections?\ (?:and|&)\ clarifications | editor['\u2019]?s['\u2019]?\ note\s*:
    | (?:about|contact)\ us\s*$ | download\ (?:our|the)\ .{0,30}app | support\ (?:our|independent)\ journalism | do\ you\ have\ a\ (?:tip|story)
    | (?:additional\ )?(?:reporting|writing|editing|compiled|edited|written|translated)\ (?:and\ (?:writing|editing)\ )?by\b(?!\ the\b)
    | our\ standards\s*: | file\ (?:photo|picture|image)s?\b\s*(?:[:.-]|$)
    | (?:photo|image|picture|media|video)\ (?:caption|source|credit|courtesy)\b | handout\ (?:photo|image|picture)\b
    | (?:first\ |last\ )?(?:published|updated|posted|modified|uploaded)\s*(?:on|at|:)?\s*(?:(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul
      |aug|sep|oct|nov|dec)[a-z]*[.,]?\s+)*\d.{0,60}$
    | \d+\s*min(?:ute)?s?\s+read\b | load\ more | show\ (?:more|comments) | view\ (?:all|more|comments) | loading\b
    | stay\ (?:tuned|with)\b.{0,60}\b(?:updates|more)\b | article\ r\u00e9serv\u00e9 | empfohlener\ redaktioneller | externen\ inhalt
    | lesen\ sie\ (?:auch|dazu|mehr|hier|weiter) | (?:mehr|weitere\ \w+)\ zum\ thema | melden\ sie\ sich\b.{0,60}\ an\b | abonnieren\ sie
    | jetzt\ (?:abonnieren|anmelden|registrieren|testen|weiterlesen)
    | lire\ (?:aussi|\u00e9galement|la\ suite|plus)\b | voir\ aussi\b | abonnez-vous | inscrivez-vous | recevez\ (?:notre|nos|chaque)\b | suivez-nous
    | lea\ (?:tambi\u00e9n|m\u00e1s)\b | leer\ (?:m\u00e1s|tambi\u00e9n)\b | usamos\ cookies | utilizamos\ cookies | siga(?:nos)?\ en\b
    | leia\ (?:tamb\u00e9m|mais)\b | veja\ (?:tamb\u00e9m|mais)\b | assine\ (?:a\ |nossa\ |o\ ) | leggi\ (?:anche|di\ pi\u00f9)\b | vedi\ anche\b
    | riproduzione\ riservata | iscriviti\ alla | lees\ (?:ook|meer|verder)\b | meld\ je\ aan\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
# ASCII, as the kernel knows no others; don't in both spellings.
_OPENING_WORDS = frozenset(
    """see also read click related recommended you more don don\u2019t what up watch listen video gallery photos trending editor
    most latest top recent popular breaking other previous next advertisement advertisements sponsored story article paid
    please enter leave post add comment comments reply replies share shares view views like likes join save notify your
    cancel log login sign signup subscribe get follow find tweet facebook twitter whatsapp pinterest linkedin telegram
    reddit e email print copy skip back menu search home toggle jump tag tags filed topic topics category categories
    copyright c all this we accept manage reject privacy cookie terms already thank correction corrections clarification
    about contact download support do additional reporting writing editing compiled edited written translated our
    file photo image picture media handout published updated posted first last modified load loading show
    stay uploaded empfohlener externen lesen mehr weitere melden abonnieren jetzt lire voir abonnez inscrivez recevez suivez     lea leer usamos utilizamos siga siganos leia veja assine leggi vedi     riproduzione iscriviti lees meld""".split()
)
FIRST_WORDS = _OPENING_WORDS | {"your"}  # of a form, too
_FORM = re.compile(
    r"(?:please\ )?enter\ your\ (?:comment|name)|leave\ a\ (?:comment|reply)|post\ (?:a\ )?comment|your\ email\ address"
    r"|save\ my\ name|recent\ comments",
    re.IGNORECASE | re.VERBOSE,
)
_OPENING_WORD = 20  # characters: enough to see that a word is none of those
_FIRST_WORD = re.compile(r"[^\w\u00a9]*([\w\u2019]+|\u00a9)")

# What a line says that says nothing else, in small letters, without the signs around it.
_LINES = frozenset(
    line.strip()
    for line in """accept all, reject all, accept, decline, manage preferences, manage settings, cookie settings, more options, got it, close,
    newest, oldest, most voted, latest comment, latest comments, reply, report, like, follow, following, sign out, log out, my account, register, subscribe now,
    continue reading, read full story, read story, keep reading, listen, play, pause, mute, live, breaking, opens in new window,
    image source, getty images, reuters, associated press, supplied, handout, staff writer, staff reporter, web desk, news desk, newsroom,
    more, more news, more stories, related, explore more, latest, trending, popular, featured, editorial, newsletters, newsletter, rss,
    careers, jobs, advertise, advertise with us, site map, sitemap, accessibility, faq, help, e-paper, epaper, archive, archives, weather,
    obituaries, horoscopes, classifieds, like loading, opens in a new tab, end of article, end of story, ends, ad, ads, adchoices, promoted,
    anzeige, werbung, teilen, drucken, merken, kommentare, kommentieren, kommentar schreiben, startseite, anmelden, abmelden, registrieren, impressum,
    datenschutz, datenschutzerkl\u00e4rung, agb, kontakt, mehr zum thema, auch interessant, meistgelesen, zur startseite, nach oben, men\u00fc, suche,
    abo, abonnieren, alle akzeptieren, ablehnen, einstellungen, empfehlungen der redaktion, mediathek, wetter, vorlesen, artikel teilen,
    accueil, se connecter, s'abonner, s\u2019abonner, publicit\u00e9, partager, partager cet article, imprimer, mentions l\u00e9gales, commentaires, r\u00e9agir,
    \u00e0 lire aussi, \u00e0 lire, sur le m\u00eame sujet, les plus lus, les plus lues, derni\u00e8res actualit\u00e9s, en direct, tout accepter, tout refuser, param\u00e9trer, rechercher,
    ajouter un commentaire, aller au contenu, mon compte, contenus sponsoris\u00e9s, la r\u00e9daction, r\u00e9serv\u00e9 aux abonn\u00e9s, \u00e9couter, haut de page, donn\u00e9es personnelles, plan du site, contact,
    inicio, portada, iniciar sesi\u00f3n, reg\u00edstrate, suscr\u00edbete, publicidad, compartir, imprimir, comentarios, aviso legal, pol\u00edtica de privacidad,
    pol\u00edtica de cookies, te puede interesar, lo m\u00e1s le\u00eddo, lo m\u00e1s visto, m\u00e1s noticias, \u00faltimas noticias, noticias relacionadas, relacionado, relacionados,
    saltar al contenido, edici\u00f3n impresa, redacci\u00f3n / agencias, aceptar, aceptar todo, rechazar, configurar, buscar, men\u00fa, contacto, temas, etiquetas, m\u00e1s informaci\u00f3n, redacci\u00f3n,
    publicidade, compartilhar, compartilhe, coment\u00e1rios, assine, entrar, mais lidas, veja tamb\u00e9m, leia tamb\u00e9m, not\u00edcias relacionadas,
    pubblicit\u00e0, condividi, abbonati, accedi, commenti, leggi anche, pi\u00f9 letti, advertentie, deel dit artikel, inloggen, abonneren, lees ook,
    \u0440\u0435\u043a\u043b\u0430\u043c\u0430, \u0447\u0438\u0442\u0430\u0439\u0442\u0435 \u0442\u0430\u043a\u0436\u0435, \u043f\u043e\u0434\u0435\u043b\u0438\u0442\u044c\u0441\u044f, \u043f\u043e\u0434\u043f\u0438\u0441\u0430\u0442\u044c\u0441\u044f, \u0447\u0438\u0442\u0430\u0439\u0442\u0435 \u0442\u0430\u043a\u043e\u0436, \u043f\u043e\u0434\u0456\u043b\u0438\u0442\u0438\u0441\u044f""".replace(
        "\n", " "
    ).split(",")
)
_AROUND = (
    " \t\xa0:|\u00bb\u203a>\u00ab\u2022\u00b7-\u2013\u2014\u2026.!*[](){}+\u00d7\u2192\u25b6\u25ba\u2193\u2191_\u2190"
)
# The first word (or one of several) of such a line, in small letters, and what follows it.
_FOLLOWS = r"""
image images media video: \ (?:source|caption|credit)
click tap: \ (?:here|for\ |to\ (?:share|e-?mail|print|enlarge|view|play|copy|subscribe|read))
swipe scroll: \ (?:left|right|to|down)
log sign: \ (?:in|up)
logged: \ in\ as
tags etiquetas: \s|$
subscribe: \ (?:now|today|to|here)
unlock: \ (?:this|the|unlimited|all)
start: \ your\ (?:\w+\ )?trial
become: \ an?\ (?:\w+\ )?(?:member|subscriber)
want need: \ (?:more|to\ read)
don't don’t: \ (?:have\ an\ account|miss\b)
forgot: \ (?:your\ )?password
available: \ (?:on|for)\ (?:ios|android|google|the\ app)
get download: \ (?:it\ )?(?:on\ (?:google|the\ app|ios)|our\b|the\ app)
open: \ in\ (?:app|new)
reading: \ time
estimated time: \ (?:to\ )?read
more: \ (?:on|about|in|videos?|headlines|from)\b[^.!?]{0,40}$
read: \ (?:it|this|our|the|about|here|story|more|next|also|full)
in related: \ ?(?:related\ )?(?:news|video|topics?)\b[^.!?]{0,20}$
latest: \ (?:in|from|on|videos?)\b[^.!?]{0,40}$
today's today’s: \ (?:top|front|paper|e-?paper|headlines)
follow: \ (?:our|the|all|this)\b.{0,50}\b(?:channel|page|on|story|topic)
join: \ (?:our|the\ conversation|us)
reach contact: \ (?:the\ )?(?:reporter|writer|author|newsroom)
author writer the: \ ?(?:(?:author|writer)\ )?can\ be\ reached
send: \ (?:us\ )?(?:a\ )?(?:tips?|feedback)
lesezeit lesedauer bildquelle bildrechte quelle quellen foto fotos bild bilder stand aktualisiert veröffentlicht fotografía imagen imagem créditos crédito fuente fonte фото légende tempo: \s*:|\ (?:am|vom|\d|di\ lettura|de\ leitura)
zuletzt: \ aktualisiert
mehr: \ (?:aus|über|von|zu|zum)\b[^.!?]{0,40}$
zum zur: \ (?:inhalt|startseite|navigation|hauptmenü|artikel|themenseite)
neuer: \ abschnitt
anzeige newsletter advertentie: \b[^.!?]{0,30}$
kommentar kommentare comentarios commentaires: \s*\(?\d
auch: \ (?:interessant|lesen)
hier: \ (?:klicken|geht)
über: \ uns$
à: \ lire
publié publiée mis mise modifié modifiée actualisé: \ (?:le|à)\ (?:jour|\d)
temps: \ de\ lecture
lecture: \ ?:?\ ?\d
crédits photo photos: \s*:|\ (?:photo|by|courtesy|credit)
partager: \b[^.!?]{0,30}$
with: \ (?:assistance|(?:additional\ )?reporting)\ (?:from|by)\b
das: \ könnte\ (?:sie|dich)\ (?:auch\ )?interessieren
mit: \ (?:material|informationen)\ (?:von|der)\b
alle: \ recht(?:e|en)\ vorbeh
diese: \ (?:website|webseite|seite)\ (?:verwendet|nutzt)
wir: \ (?:verwenden|nutzen)\ cookies
tous todos tutti: \ (?:droits|los\ derechos|os\ direitos|i\ diritti)\b
ce este: \ (?:site|sitio)\b.{0,20}\b(?:utilise|usa|utiliza)
nous: \ utilisons\ des\ cookies
cet: \ article\ (?:est\ réservé|vous\ a)
il: \ vous\ reste\b.{0,60}\ (?:à\ lire|de\ cet\ article)
lee: \ (?:también|más)\b
te le: \ (?:puede|podría)\ interesar
ver: \ también\b
suscríbete: \ a
avec: \ (?:l['’])?(?:afp|reuters|ap|agences?)$
la: \ rédaction\b[^.!?]{0,30}$
plus: \ d['’]infos
retrouvez: \b
droits: \ de\ reproduction
publicado publicada actualizado actualizada creado modificado atualizado atualizada pubblicato aggiornato bijgewerkt gepubliceerd: \ ?(?:el|em|a|il|op|hace|alle|:|\d)
tiempo: \ de\ lectura
sigue síguenos suscríbete suscríbase compártelo compartir: \b[^.!?]{0,60}$
más: \ (?:sobre|noticias|información|en)\b[^.!?]{0,40}$
archivado: \ en
vídeos videos: :
читайте: \ та(?:кже|кож)
подписывайтесь: \ на
"""
_SHORT = {
    word: re.compile(rest.strip())
    for words, _, rest in (line.partition(":") for line in _FOLLOWS.strip().splitlines())
    for word in words.split()
}
# The letters that begin them: a line that begins otherwise is none, unless it holds one of the signs.
LONE_WORDS = frozenset(word[0] for word in map(re.compile(r"[^\W_]+").match, (*_LINES, *_SHORT)) if word is not None)
LONE_SIGNS = "@#"
_THINGS = "popular read viewed shared recent commented news stories headlines articles posts comments videos"
_DONE = "published updated posted modified uploaded"
# Much of the story begins with these words, too: with what one of them is followed by where it opens furniture.
_PAIRS = {
    "this": "material article story site website page report content field", "we": "and use", "what": "to",
    "you": "may might have can must", "all": "rights", "about": "us", "also": "read", "our": "standards", "your": "email",
    "terms": "of and", "first": _DONE, "last": _DONE, "most": _THINGS, "other": _THINGS,
    "the": "author writer can", "in": "related news video topic topics", "with": "assistance additional reporting",
    "la": "", "le": "puede", "il": "vous", "wir": "verwenden nutzen", "mit": "material informationen", "alle": "rechte rechten",
}  # fmt: skip
_NUMBERED = "comment comments replies share shares views likes min mins minute minutes"
COMMON = frozenset(_PAIRS)
SECONDS = frozenset(
    word
    for words in (
        *_PAIRS.values(),
        _NUMBERED,
        *(rest for first, _, rest in (line.partition(" ") for line in _LINES) if first in COMMON),
    )
    for word in words.split()
)
_ADDRESS = re.compile(r"\S@\w[\w-]*\.\w")
_TAGS = re.compile(r"#\w+(?:[\s,]+#\w+)*$")
_FIRST = re.compile(r"[\w'\u2019]+")
_SHORT_LINE = 200  # characters: what is longer is not told by its opening


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


def is_short(line: str) -> bool:
    """Whether a line that is no prose says what buttons, headings of links and stamps say."""
    if len(line) > _SHORT_LINE:
        return False
    bare = line.strip(_AROUND).lower()
    if bare in _LINES or ("@" in bare and _ADDRESS.search(bare) is not None):
        return True
    first = _FIRST.match(bare)
    if first is None:
        return bare.startswith("#") and _TAGS.match(bare) is not None
    rest = _SHORT.get(first[0])
    return rest is not None and rest.match(bare, first.end()) is not None
