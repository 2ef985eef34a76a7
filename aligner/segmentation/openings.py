"""The English words that tell whether a sentence begins.

In small letters, but for the names of bodies.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Pronouns, determiners and question words.
_PRONOUNS = _words(
    """
    he she it they we you i this that these those there here the a an his her its their our my
    your who what when where why how which whose whom someone somebody everyone everybody nobody
    nothing something everything anyone neither either each every some many several few other
    others another such all both any no none not half much
    """
)
# Conjunctions, prepositions, adverbs and numbers that open sentences.
_CONNECTIVES = _words(
    """
    and but or nor yet so if as because although though while whereas since unless until whether
    once before after during in on at by for from with without within to of under over about
    above across against along amid among around behind below beneath beside besides between
    beyond despite except following including inside into like near off onto out outside through
    throughout toward towards upon via given according asked speaking citing responding
    referring based compared however moreover furthermore meanwhile therefore thus hence
    nevertheless nonetheless still also then now today yesterday tomorrow later earlier soon
    sometimes often never always again perhaps maybe finally eventually recently previously
    currently instead otherwise indeed likewise two three four five six seven eight nine ten
    eleven twelve twenty additionally similarly consequently subsequently separately overall
    even just only yes please thanks well first second third last next
    """
)
# Verbs that open questions and requests.
_AUXILIARIES = _words(
    """
    did do does is are was were has have had can could should would let
    """
)
# Plural nouns that a sentence of news opens with; within one they have small letters.
_PLURALS = _words(
    """
    officials police investigators analysts experts authorities critics lawmakers reporters
    prosecutors soldiers troops scientists researchers thousands hundreds dozens millions
    billions people protesters protestors demonstrators residents witnesses rescuers
    firefighters doctors economists observers diplomats negotiators talks relations tensions
    sources supporters opponents workers students voters families women men children shares
    stocks prices negotiations sanctions travelers travellers passengers details results polls
    opposition others rebels militants aides
    """
)
STARTERS = _PRONOUNS | _CONNECTIVES | _AUXILIARIES | _PLURALS

# Starters that a name may follow an acronym with: U.S. First Lady, U.N. Under Secretary.
AFTER_ACRONYM = _words("first second third last next under over all well still just and of")
NOUNS_AFTER_ACRONYM = _words("women men children people police results relations")
# Starters that are also family names: George W. An.
NAMES_TOO = _words("an do so no will may in a such")
# What the name of a country or union may stand before: the U.S. Senate was.
BODIES = _words(
    """
    Army Navy Marines Marine Congress Senate House Treasury Embassy Consulate Command
    Constitution Capitol President Secretary Ambassador Attorney Government Administration State
    States Open Steel Court Forces Dollar Mission Envoy Guard Airways Bank Bancorp Bureau Agency
    Customs Census Commission Committee Council Charter Assembly Secretariat Department Justice
    Defense Commerce Energy Labor Labour Education Interior Transportation Agriculture
    Representative Representatives Delegation Delegate Rep Sen Soccer Olympics Figure Cellular
    Pentagon Special Security General Habitat Women Parliament Supreme Federal Fed Circuit
    District Ministry Minister Office Officials Conservative Republicans Democrats Republican
    Democrat Muslims Catholics Christians Jews Asian Asians English French German Chinese Korean
    Japanese Russian American Americans British Independence Geological Geodetic Postal Coast
    Air Space National Foreign Trade Chamber Food Oil Peace Population Refugee Children
    Environment Development Emergency Mayor Police Attorneys Marshals Marshal Grains
    """
)
# What a time of day follows when it opens a sentence: At 5 p.m. Kim spoke.
FRONTED = _words("at by around about before after from until till since shortly between")
# Second halves of addresses that are no word after a missing space: Booking.Com.
DOMAINS = _words("com net org gov edu info biz co uk us eu io tv kr jp js py ai ca")
