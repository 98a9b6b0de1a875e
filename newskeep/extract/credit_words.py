"""The words newsrooms of many languages put before or into a picture's credit: words for photo, agencies, signs.

General language alone: no publisher and no photographer. What is done with them stands in `credits`.
"""

from __future__ import annotations

import re

LABELS = (
    r"(?:symbol|archiv|titel|vorschau|sujet|pr-?|handout-?|pool-?|agentur|screen)?"
    r"(?:fotos?|bild(?:er|rechte|quelle|nachweis|credit|material)?)(?: und (?:text|grafik))?"
    r"|\w{1,20}(?:foto|bild|photo|bilde|kuva)s?"
    r"|fotograf(?:[íi]as?|ie|en|in|e|ía de|)|foto(?:ğraf(?:lar)?|montage|credit|grafija|gr[aā]fs?)|fot[oóò]s?"
    r"|photo(?:s|graph(?:er|y|s|ie)?|graphe|shop|illustration)?|pictures?|pics?|images?|graphics?|grafik|zdj[ęe]ci[ea]"
    r"|(?:image|photo|picture|video|graphic|illustration|cover|banner|(?:featured|main|lead|header) image)"
    r"s?[ -]?(?:credits?|source|courtesy|courtesy of|by)"
    r"|illustra(?:tions?|tör|tie|zione|sjon|tor)|ilustraci[óo]n|ilustração"
    r"|quelle|sources?|fuentes?|fonte|bron|kilde|källa|kuva(?:t|aja)?|lähde|kép(?:ek)?|forrás|zdroj|źródło|fot|obr|vir"
    r"|izvor|nuotr(?:auka)?|allikas|sumber|nguồn|πηγή|φωτο(?:γραφία)?|εικόνα"
    r"|фото(?:граф(?:ия|ії)?)?|коллаж|источник|джерело|снимка|фотографија|скриншот|сурет"
    r"|crédit(?:s|os)?(?: photos?)?|kredit|credits?|cr[ée]ditos?|imagen|im[áa]genes|imagem|immagine|captura|capture"
    r"|isithombe|picha|gambar|ảnh|görsel|copyright|courtesy|cortes[íi]a|avec l'aimable autorisation|handout|rights"
    r"|video ?still|screenshots?|montage|collage|kollázs"
    r"|写真(?:提供)?|撮影|画像|提供|사진(?:\s?(?:출처|제공))?|출처|图|图片|图源|圖|來源|照片|صورة|صور|تصوير|תמונה|צילום|קרדיט"
)
"""Words that stand before a credit with a colon between, as a pattern without groups that capture."""

BEFORE_NAMES = (
    r"(?:(?:photo(?:graph(?:y|ed)?)?|picture|image|illustration|video|graphic|collage|composite)s?"
    r" (?:courtesy of|by|credit|courtesy)"
    r"|courtesy of|(?:foto|fotografía|fotografia|photographie|photo|imagen|imagem|illustration|bild|zdjęcie|снимок)"
    r" (?:von|door|de|di|par|av|af|do|da|vom)|(?<=[.(\[|–—/»”] )foto|(?<=[(\[.|])foto|fot\.|foto\."
    r"|(?<=[.(\[|–—/»”] )credit(?:\.\.\.|…)?|(?<=[.!?…”])credit(?:\.\.\.|…)"
    r"|(?:(?<=[.(\[|–—»”!?] )|(?<=[(\[.|!?])|^)(?:foto|photo|bild|pic|image|фото)s? ?[/|–-] ?)"
)
"""Words that stand before a credit with no sign between; a capital letter follows."""

_AGENCIES = (
    r"getty(?: images)?|images|reuters|associated press|ansa|keystone|press|shutterstock|istock(?:photo)?|unsplash"
    r"|pexels|pixabay|alamy|imago|depositphotos|adobe stock|dreamstime|corbis|supplied|handout|archiv|archives?|archivo"
    r"|wikimedia(?: commons)?|flickr|belga|ritzau|lehtikuva|tass|xinhua|tanjug|antara|bernama|ajans[ıi]|agency|agence"
    r"|agencia|agência|agenzia|agentur|stock|photos?|pictures|media|news|shimbun|zeitung|screenshot|youtube|instagram"
    r"|facebook|twitter|tiktok|canva|midjourney|picture alliance|europa press|zuma(?: press)?|redes sociales"
)
_SHORT_AGENCIES = "AFP|AP|AP Photo|EPA|EPA-EFE|dpa|EFE|APA|ANP|NTB|TT|PA|PAP|MTI|HINA|Hina|STA|BTA|PTI|ANI|DHA|İHA|AA"

OF_AGENCY = re.compile(
    r"/|\bvia\b|\b(?:images?|press|photos?|pictures?|media|news|agency|archiv[eo]?|file|provided|contributed|submitted"
    rf"|{_AGENCIES}|{_SHORT_AGENCIES})\b|ロイター|共同|時事|新華社|연합뉴스|뉴시스|뉴스1|^(?-i:[A-ZÄÖÜ .&+-]{{3,40}})$",
    re.IGNORECASE,
)
"""Found in what reads as an agency's credit, wherever it stands in it."""

WHOLE_AGENCY = re.compile(
    rf"(?:(?:[A-ZÀ-ÝА-ЯİŞ][\w.'’&@-]*|via|for|of|de|van|von|(?i:{_AGENCIES})|dpa)[ /|,]+){{0,7}}"
    rf"(?:(?i:{_AGENCIES})|{_SHORT_AGENCIES})\.?"
    r"|[A-ZÄÖÜ]{2,5}(?:[ /-][A-ZÄÖÜ]{2,5})?|ロイター|共同(?:通信(?:社)?)?|時事(?:通信)?",
)
"""A text that is nothing but an agency, with or without people's names before it."""

NO_CREDIT = re.compile(
    r"(?:[lrm]\.?|li(?:nks)?|re(?:chts)?|mitte|left|right|cent(?:er|re)|top|bottom|archiv(?:bild|foto"
    r"|aufnahme)?|symbol(?:bild|foto)"
    r"|file (?:photo|picture|image)|from left|v\.? ?l\.?|gauche|droite|izq|der)\.?$|\d|(?-i:[a-zß-ÿ])",
    re.IGNORECASE,
)
"""What stands in brackets at the end of a caption and is part of it."""

TAKEN_BY = re.compile(r"\s*(?:氏)?(?:撮影|提供|写真|촬영|제공|攝|摄)$")
"""Written behind the name in East Asia: taken by, provided by."""
