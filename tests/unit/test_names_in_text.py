"""Names as texts write them: which forms of an alias are found, in any script, and exactly where."""

from __future__ import annotations

import json

import pytest

from builders import an_article, document_of
from tocsin.match.index import build
from tocsin.prepare.fold import fold_article
from tocsin.watchlists import compile_text


def found(text, *aliases, weak=()):
    """The pieces of the text that are mentions of an entity with these aliases."""
    name, *more = aliases
    fields = {"name": name} | ({"aliases": more} if more else {}) | ({"weak": list(weak)} if weak else {})
    one = json.dumps(fields, ensure_ascii=False)
    lines = f"watchlist: w\nentities: {{one: {one}}}\nrules: [{{rule: r, entities: {{any: [one]}}}}]\n"
    index = build(compile_text(lines).watchlists)
    article = an_article(body=text, lang="en")
    document = document_of(article)
    percolated = index.percolate(document, index.scan(fold_article(article)))
    slow = index.percolate(document, None, prefilter=False)
    pieces = [
        text[document.spans[mention.first][0] : document.spans[mention.last - 1][1]]
        for candidate in percolated.candidates
        for mention in candidate.mentions
    ]
    assert len(slow.candidates) == len(percolated.candidates), "the prefilter changed the result"
    return pieces


SCRIPTS = [
    ("Москва", "Вчера Москва заявила", ["Москва"]),
    ("Киев", "КИЕВ ответил", ["КИЕВ"]),
    ("دمشق", "أعلنت دمشق اليوم", ["دمشق"]),
    ("بغداد", "في بَغْدَاد اليوم", ["بَغْدَاد"]),  # vowel marks
    ("תל אביב", "אתמול, תל־אביב הודיעה", ["תל־אביב"]),  # a maqaf is a hyphen
    ("Αθήνα", "Η ΑΘΗΝΑ απάντησε", ["ΑΘΗΝΑ"]),
    ("Θεσσαλονίκης", "ΤΗΣ ΘΕΣΣΑΛΟΝΊΚΗΣ", ["ΘΕΣΣΑΛΟΝΊΚΗΣ"]),  # a final sigma is a sigma
    ("दिल्ली", "नई दिल्ली में", ["दिल्ली"]),
    ("กรุงเทพ", "ที่กรุงเทพวันนี้", ["กรุงเทพ"]),
    ("北京", "今天北京宣布", ["北京"]),
    ("北朝鮮", "米国は北朝鮮に警告した", ["北朝鮮"]),
    ("トヨタ", "今日トヨタが発表", ["トヨタ"]),
    ("トヨタ", "今日ﾄﾖﾀが発表", ["ﾄﾖﾀ"]),  # half-width
    ("서울", "어제 서울에서 발표", ["서울"]),  # a particle follows
    ("삼성전자", "삼성전자는 밝혔다", ["삼성전자"]),
    ("თბილისი", "გუშინ თბილისი", ["თბილისი"]),
    ("Երևան", "Երևան այսօր", ["Երևան"]),
    ("አዲስ አበባ", "ዛሬ አዲስ አበባ", ["አዲስ አበባ"]),
]


@pytest.mark.parametrize(("alias", "text", "pieces"), SCRIPTS)
def test_any_script(alias, text, pieces):
    """A name is found in the script it is written in, whatever marks, width or case the text has."""
    assert found(text, alias) == pieces


WIRE = "A spokesman said on Monday that the army of North{}Korea had fired at them.\n"  # cut into lines, as wires do
FORMS = [
    # possessives
    ("North Korea", "North Korea's army", ["North Korea"]),
    ("North Korea", "North Korea’s army", ["North Korea"]),
    ("Reuters", "Reuters' report", ["Reuters"]),
    ("Reuters", "Reuters’ report", ["Reuters"]),
    ("Xi Jinping", "XI JINPING'S VISIT", ["XI JINPING"]),
    # hyphen, space, joined
    ("Al-Qaeda", "Al Qaeda, al-Qaeda and Alqaeda", ["Al Qaeda", "al-Qaeda", "Alqaeda"]),
    ("Kim Jong Un", "Kim Jong-un", ["Kim Jong-un"]),
    ("Kim Jong-un", "Kim Jong‑un and Kim Jong–un", ["Kim Jong‑un", "Kim Jong–un"]),
    ("Rolls-Royce", "Rolls Royce; Rolls-Royce-powered", ["Rolls Royce", "Rolls-Royce"]),
    # diacritics, ligatures, width
    ("Erdogan", "Erdoğan", ["Erdoğan"]),
    ("Erdoğan", "Erdogan", ["Erdogan"]),
    ("São Tomé", "Sao Tome\u0301", ["Sao Tome\u0301"]),
    ("Łódź", "LODZ", ["LODZ"]),
    ("Gießen", "GIESSEN", ["GIESSEN"]),
    ("Pfizer", "P\ufb01zer", ["P\ufb01zer"]),
    ("Office", "O\ufb03ce", ["O\ufb03ce"]),
    ("Ægir", "Aegir", ["Aegir"]),
    ("NATO", "ＮＡＴＯ", ["ＮＡＴＯ"]),
    ("North Korea", "Ｎｏｒｔｈ　Ｋｏｒｅａ", ["Ｎｏｒｔｈ　Ｋｏｒｅａ"]),
    # dotted abbreviations
    ("US", "the U.S. Navy", ["U.S"]),
    ("UN", "a U.N. envoy", ["U.N"]),
    ("N. Korea", "N. Korea fires, N Korea says", ["N. Korea", "N Korea"]),
    ("DPRK", "the D.P.R.K. said", ["D.P.R.K"]),
    ("J. R. R. Tolkien", "J.R.R. Tolkien", []),  # initials written apart are three tokens, together one
    ("J.R.R. Tolkien", "J.R.R. Tolkien", ["J.R.R. Tolkien"]),
    # invisible characters and line breaks
    ("North Korea", "North Ko\u00adrea", ["North Ko\u00adrea"]),
    ("North Korea", "North\u200d Korea\u200e", ["North\u200d Korea\u200e"]),
    ("North Korea", WIRE.format("\n"), ["North\nKorea"]),
    ("North Korea", WIRE.format("\r\n   "), ["North\r\n   Korea"]),
    ("North Korea", "North\u00a0Korea", ["North\u00a0Korea"]),
    # whole words only
    ("Iran", "Iranian, Tirana, Miran and Iranoff", []),
    ("Oman", "a woman, Omani and Romanov", []),
    ("Москва", "Москвавтотранс", []),
    ("北京", "北海", []),
    ("서울", "새서울", []),  # a longer word begins before it
    # capitals
    ("North Korea", "NORTH KOREA FIRES", ["NORTH KOREA"]),
    ("north korea", "North Korea", ["North Korea"]),
    ("=Apple", "Apple fell; the apple fell", ["Apple"]),
    ("=Apple", "apples and APPLE are not", []),
    ("US", "give us a hand", []),
    ("IT", "it works, It works", []),
    ("IT", "the IT staff", ["IT"]),
    ("WHO", "Who? the WHO. who?", ["WHO"]),
    ("US", "The US, us and Us", ["US"]),
    # sentences
    ("North Korea", "It went North. Korea stayed.", []),
]


@pytest.mark.parametrize(("alias", "text", "pieces"), FORMS)
def test_forms_of_a_name(alias, text, pieces):
    """What a text may write for an alias, what it may not, and the exact piece of the text as received."""
    assert found(text, alias) == pieces


@pytest.mark.parametrize(
    ("alias", "text"),
    [("US", "TELL US THE TRUTH"), ("WHO", "THEY ASKED WHO IT WAS"), ("IT", "NOBODY SAID WHAT IT WAS")],
)
def test_capitals_prove_nothing_where_all_is_capitals(alias, text):
    """In text that is all capitals a short name is no mention by itself."""
    assert found(text, alias) == []


def test_a_weak_alias_needs_a_strong_one():
    """*the North* counts where North Korea stands besides, and not alone."""
    assert found("In the North it rained", "North Korea", weak=["the North"]) == []
    assert found("North Korea: in the North it rained", "North Korea", weak=["the North"]) == [
        "North Korea",
        "the North",
    ]


def test_pieces_stand_where_they_are_said_to_stand():
    """Spans lead into the text as received whatever came before: characters of any width, kind and number."""
    before = "\ufeff½ ﬁ 𝕏 👩‍👩‍👧 İstanbul ﷺ a\u0301\u0302 北 "
    assert found(f"{before}North Korea’s", "North Korea") == ["North Korea"]
