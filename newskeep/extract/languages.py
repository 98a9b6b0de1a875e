"""The language a text is written in, told by its script and its commonest words.

Asked only where a page declares none, or declares English, which many templates do over text of any language. It knows
the languages below and no others; of a text too short, or in another one, it says nothing.
"""

from __future__ import annotations

import re

from newskeep.text import word_set, words

_FEWEST_HITS = 5
_CLEAR_LEAD = 1.15
_MOST_CHARACTERS = 4000
_LEAST_OF_SCRIPT = 0.3

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]"), 0.1),
    ("ko", re.compile(r"[\uac00-\ud7af]"), _LEAST_OF_SCRIPT),
    ("zh", re.compile(r"[\u4e00-\u9fff]"), _LEAST_OF_SCRIPT),
    ("th", re.compile(r"[\u0e00-\u0e7f]"), _LEAST_OF_SCRIPT),
    ("he", re.compile(r"[\u0590-\u05ff]"), _LEAST_OF_SCRIPT),
    ("el", re.compile(r"[\u0370-\u03ff]"), _LEAST_OF_SCRIPT),
    ("ka", re.compile(r"[\u10a0-\u10ff]"), _LEAST_OF_SCRIPT),
    ("hy", re.compile(r"[\u0530-\u058f]"), _LEAST_OF_SCRIPT),
    ("bn", re.compile(r"[\u0980-\u09ff]"), _LEAST_OF_SCRIPT),
    ("ta", re.compile(r"[\u0b80-\u0bff]"), _LEAST_OF_SCRIPT),
    ("te", re.compile(r"[\u0c00-\u0c7f]"), _LEAST_OF_SCRIPT),
)
_LETTER = re.compile(r"[^\W\d_]")
_COMMON_WORDS = {
    "en": word_set("the of and to in that is was for on with as it by are from this at have has he she not but were"),
    "de": word_set("der die und das den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden"),
    "fr": word_set("de la le et les des en un une du dans que pour qui est sur au par pas plus ce il sont avec elle"),
    "es": word_set("de la que el en y los del se las por un para con una su al es lo como más pero sus ha fue este"),
    "it": word_set("di e il la che in un per è una del con non si della dei al le da sono gli nel alla come anche ha"),
    "pt": word_set("de a o que e do da em um para com não uma os no se na por mais as dos como mas foi ao ele das à"),
    "nl": word_set("de van het een en in is dat op te voor met zijn niet aan er die om door naar ook bij uit wordt"),
    "sv": word_set("och att det i en på är som för av med till den har de inte ett om men var från kan sig efter"),
    "da": word_set("og i at det er en til på af for den som med der har de ikke et om han fra var men vil blev ved"),
    "no": word_set("og i det er på en som til å av for at med har den de ikke et om han fra var men vil ble seg etter"),
    "fi": word_set("ja on että ei oli se hän ovat mutta myös kun kuin sen joka niin hänen mukaan ole tai jos vuoden"),
    "pl": word_set("w i na z się do nie że to jest o jak po przez za dla od ale oraz są być tym który tego jego już"),
    "cs": word_set("a se v na je že s z do o to i k za ve pro by jsem ale jako který si podle už při jeho byl jsou po"),
    "hu": word_set("a az és hogy nem is egy ez volt meg már csak de ki mint el azt még ha van között után lesz pedig"),
    "ro": word_set("de și în a la cu pe care nu din că o un mai este pentru au fost sunt dar prin ca al lui fi după"),
    "tr": word_set("ve bir bu da de için ile olarak çok daha olan ne kadar gibi sonra ancak var olduğu her göre ya en"),
    "id": word_set("yang dan di untuk dengan dari ini pada dalam tidak itu akan ke juga oleh telah adalah bisa kata"),
    "sw": word_set("ya na wa kwa ni katika la za cha hiyo kuwa huo hii ambao huyo wake yake bila baada kama alisema"),
    "zu": word_set("ukuthi futhi uma kodwa ngoba lapho nje kanye wakhe yakhe ngesikhathi uthi umuntu abantu lokhu"),
    "af": word_set("die en van in is het nie dat wat vir om te met op hy sy was by sal aan ook word deur maar kan"),
    "vi": word_set("và của là có được cho không với các một những trong này khi đã để người về từ ra đến ông tại"),
    "ru": word_set("и в не на что с по как это он к из за от его но для так же у был она о до при их также года"),
    "uk": word_set("і в не на що з та у до за від як це про його для але він було також після під час які є ще вже"),
    "bg": word_set("и на в за да се от че с е по не като са това при до след която той беше са но има бъде още към"),
    "ar": word_set("في من على إلى أن التي عن مع هذا الذي هذه كان بعد ما لا بين قال خلال كما وقد لم ذلك أو حول"),
    "fa": word_set("و در به از که این را با است برای آن شد یک خود تا کرد بر هم نیز می شده بود اما وی گفت"),
    "ur": word_set("کے کی میں ہے اور سے کا کو نے پر کہ یہ ہیں بھی نہیں اس ان تھا گیا کیا جو ہو کر تھے"),
    "hi": word_set("के में की है और को से का ने पर कि यह हैं भी नहीं इस एक लिए ही तो गया कर जो था"),
}


def detect_language(text: str) -> str | None:
    """The language of a text as a BCP 47 tag without region; None where it cannot be told."""
    text = text[:_MOST_CHARACTERS]
    letters = len(_LETTER.findall(text))
    if not letters:
        return None
    for language, pattern, share in _SCRIPTS:
        if len(pattern.findall(text)) > share * letters:
            return language
    found = words(text)
    ranked = sorted(((_hits(found, common), language) for language, common in _COMMON_WORDS.items()), reverse=True)
    (most, language), (next_most, _) = ranked[0], ranked[1]
    return language if most >= _FEWEST_HITS and most > next_most * _CLEAR_LEAD else None


def is_surely_english(text: str) -> bool:
    """Is one word in eight of a text among the commonest of English?"""
    found = words(text[:_MOST_CHARACTERS])
    return bool(found) and _hits(found, _COMMON_WORDS["en"]) * 8 >= len(found)


def _hits(found: list[str], common: frozenset[str]) -> int:
    return sum(map(common.__contains__, found))
