"""The closed lists that roles are read by: people, nouns that name events, and verbs that share out their roles."""

from __future__ import annotations

from tocsin.read.vocabulary import nouns, verbs

_MEN = frozenset(
    "man men woman women child children people police personnel militia troops staff crew clergy family couple public "
    "youth youths military army navy government regime junta cabinet parliament opposition gang mob crowd sect cult tribe "
    "duo trio team squad force forces unit units battalion brigade infantry coastguard authorities thousands hundreds "
    "dozens scores others survivors".split()
)
PEOPLE = _MEN | nouns(
    "soldier rebel guerrilla gunman militant terrorist extremist insurgent separatist fighter combatant civilian villager "
    "protester protestor demonstrator student teacher priest bishop pastor nun monk imam officer policeman patrolman guard "
    "sentry official minister president premier king queen prince mayor governor senator lawmaker deputy judge prosecutor "
    "lawyer envoy ambassador diplomat general colonel captain major sergeant lieutenant admiral commander marine sailor "
    "pilot commando paratrooper mercenary sniper bomber attacker assailant assassin killer murderer kidnapper abductor "
    "hijacker pirate bandit robber thief burglar smuggler trafficker criminal gangster suspect prisoner inmate detainee "
    "hostage captive victim survivor refugee migrant resident citizen national foreigner tourist worker labourer laborer "
    "employee striker miner farmer peasant herder fisherman driver passenger engineer doctor nurse journalist reporter "
    "editor activist leader chief chairman member supporter follower opponent settler pilgrim worshipper neighbour neighbor "
    "boy girl baby mother father brother sister son daughter wife husband widow cousin friend person adult teenager "
    "shopkeeper trader merchant banker businessman clerk cook baker rival ally enemy intruder raider invader occupier "
    "looter rioter partisan dissident politician candidate voter delegate agent spy informant witness aide bodyguard "
    "jihadist islamist warlord chieftain elder nomad native observer peacekeeper inspector investigator detective ranger"
)
_GROUPS_END = ("men", "women", "ists")

# A noun of these names something that happens; so does any with one of the endings.
_EVENTS = nouns(
    "attack assault raid strike ambush offensive war battle clash fight skirmish siege blockade coup revolt riot protest "
    "march rally uprising rebellion mutiny blast explosion crash fire murder homicide massacre rape arrest kidnap seizure "
    "capture rescue release escape theft robbery heist threat ban embargo boycott pact treaty deal accord truce ceasefire "
    "cease-fire armistice alliance visit trip talk meeting summit vote election test launch drill exercise manoeuvre "
    "maneuver patrol incursion sanction withdrawal retreat advance trial verdict sentence appeal takeover merger buyout "
    "recall layoff quake earthquake flood storm outbreak epidemic leak spill accident collapse purge crackdown sweep search "
    "hunt chase shootout standoff sabotage espionage hack breach attempt plot bid campaign operation mission airstrike "
    "air-strike bombardment violence unrest aggression genocide pogrom lynching arson tariff aid loan grant "
    "announcement warning demand call request offer speech charge conviction acquittal pardon expulsion deportation"
)
_EVENT_ENDINGS = ("tion", "sion", "tions", "sions", "ment", "ments", "ing", "ings", "cide")
_NO_EVENTS = nouns("government department ministry element document building station nation section position region")

# What happens to whom: with these, a name that owns the noun or stands before it suffers it (*the editor's arrest*).
SUFFERED = nouns(
    "assassination murder killing death execution arrest detention kidnapping abduction capture release rescue conviction "
    "sentencing trial expulsion deportation ouster overthrow impeachment removal wounding shooting hanging beheading "
    "disappearance imprisonment poisoning torture genocide"
)
DONE_BY = nouns(
    "resignation arrival departure death disappearance visit retreat escape suicide speech surrender"
)  # of: by
MUTUAL = nouns(
    "pact treaty deal agreement accord talk war clash battle fight ceasefire truce armistice alliance meeting summit "
    "dispute conflict negotiation skirmish merger exchange"
)
DIRECTED = nouns("threat damage blow danger aid warning harm support")  # to whom

# Verbs that say of a noun only that somebody does it, or has it done to them.
LIGHT = verbs(
    "carry commit launch make mount stage hold conduct sign reach conclude seal agree ratify perpetrate undertake impose "
    "declare wage open perform execute do stage begin start lead organise organize unleash deliver pay give"
)
UNDERGO = verbs("suffer face endure undergo sustain survive withstand receive repel")
DIE = verbs("die perish drown starve suffocate succumb disappear vanish")  # their subject suffers it
UNDER = verbs("come be go fall remain get stay live")  # under attack
PROMISE = verbs("promise vow threaten pledge swear offer agree")  # their subject acts, whoever is told
BLAME = verbs("blame accuse suspect convict charge condemn")
SAY = verbs(
    "say tell report claim state announce add allege declare confirm note admit acknowledge explain insist argue warn "
    "assert maintain reveal disclose testify indicate believe"
)
# Verbs that cannot do without an object: without one, in a headline, their subject is it (*Two killed in ambush*).
NEED_OBJECT = verbs(
    "kill kidnap abduct arrest wound injure murder assassinate capture seize detain jail hijack bomb ambush "
    "loot behead rescue evacuate expel oust sentence raid torch besiege blockade shoot hurt free shell"
)

NUMBERS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty".split(),
        1,
    )
} | {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12,
    "dozens": 24, "scores": 40, "hundred": 100, "hundreds": 200, "thousand": 1000, "thousands": 2000,
}  # fmt: skip


def is_people(word: str) -> bool:
    """Whether a word in lower case names people."""
    return word in PEOPLE or (len(word) > 5 and word.endswith(_GROUPS_END))


def names_event(word: str) -> bool:
    """Whether a noun in lower case names something that happens."""
    return word in _EVENTS or word in SUFFERED or (word.endswith(_EVENT_ENDINGS) and word not in _NO_EVENTS)
