"""The words newsrooms of many languages put before or into a picture's credit: words for photo, agencies, signs.

General language alone: no publisher and no photographer. What is done with them stands in `credits`.
"""

from __future__ import annotations

import re

LABELS = (
    r"(?:symbol|archiv|titel|vorschau|sujet|pr-?|handout-?|pool-?|agentur|screen)?"
    r"(?:fotos?|bild(?:er|rechte|quelle|nachweis|credit|material)?)(?: und (?:text|grafik))?"
    r"|\w{1,20}(?:foto|bild|photo|bilde|kuva)s?"
    r"|(?:file|stock|archive|press|handout|courtesy|submitted|supplied|undated) (?:photo(?:graph)?|picture|image)s?"
    r"|surs[aă](?: foto)?"
    r"|fotograf(?:[íi]as?|ie|en|in|e|ía de|)|foto(?:ğraf(?:lar)?|montage|credit|grafija|gr[aā]fs?)|fot[oóò]s?"
    r"|photo(?:s|graph(?:er|y|s|ie)?|graphe|shop|illustration)?|pictures?|pics?|images?|graphics?|grafik|zdj[ęe]ci[ea]"
    r"|(?:image|photo|picture|video|graphic|illustration|cover|banner|(?:featured|main|lead|header|hero|title) image)"
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
    r"(?:(?:hero |cover |header )?(?:photo(?:graph(?:y|ed)?)?|picture|image|illustration|video|graphic|collage"
    r"|composite)s? (?:courtesy of|by|credit|courtesy)"
    r"|courtesy of|φωτ\."
    r"|(?:foto|fotografía|fotografia|photographie|photo|imagen|imagem|illustration|bild|zdjęcie|снимок)"
    r" (?:von|door|de|di|par|av|af|do|da|vom)|(?<=[.(\[|–—/»”-] )foto|(?<=[(\[.|])foto|fot\.|foto\."
    r"|(?<=[.(\[|–—/»”] )credit(?:\.\.\.|…)?|(?<=[.!?…”])credit(?:\.\.\.|…)"
    r"|(?:(?<=[.(\[|–—»”!?] )|(?<=[(\[.|!?])|^)(?:foto|photo|bild|pic|image|фото|图|圖|写真|사진)s? ?[/|–-] ?)"
)
"""Words that stand before a credit with no sign between; a capital letter follows."""

_AGENCIES = (
    r"getty(?: images)?|images|reuters|associated press|ansa|keystone|press|shutterstock|istock(?:photo)?|unsplash"
    r"|pexels|pixabay|alamy|imago|depositphotos|adobe stock|dreamstime|corbis|supplied|handout|archiv|archives?|archivo"
    r"|wikimedia(?: commons)?|flickr|belga|ritzau|lehtikuva|tass|xinhua|tanjug|antara|bernama|ajans[ıi]|agency|agence"
    r"|agencia|agência|agenzia|agentur|stock|photos?|pictures|media|news|shimbun|zeitung|screenshot|youtube|instagram"
    r"|facebook|twitter|tiktok|canva|midjourney|picture alliance|europa press|zuma(?: press)?|redes sociales"
    r"|afp|dpa|epa|efe|divulgação|reprodução|arquivo(?: pessoal)?|cedida|cortes[íi]a|scanpix(?: \w+)?|afro"
    r"|sipa|bestimage|abaca|maxppp"
)
_OTHER_SCRIPTS = (
    r"ロイター|共同|時事|新華社|アフロ|연합뉴스|뉴시스|뉴스1|新华社|路透|法新社|视觉中国|中新社"
    r"|رويترز|فرانس برس|الأناضول|\b(?:ТАСС|РИА|Укринформ|Интерфакс|ΑΠΕ)\b"
)
_SHORT_AGENCIES = "AFP|AP|AP Photo|EPA|EPA-EFE|dpa|EFE|APA|ANP|NTB|TT|PA|PAP|MTI|HINA|Hina|STA|BTA|PTI|ANI|DHA|İHA|AA"

OF_AGENCY = re.compile(
    r"/|\bvia\b|\b(?:images?|press|photos?|pictures?|media|news|agency|archiv[eo]?|file|provided|contributed|submitted"
    rf"|{_AGENCIES}|{_SHORT_AGENCIES})\b|{_OTHER_SCRIPTS}|^(?-i:[A-ZÄÖÜ .&+-]{{3,40}})$",
    re.IGNORECASE,
)
"""Found in what reads as an agency's credit, wherever it stands in it."""

WHOLE_AGENCY = re.compile(
    rf"(?:(?:[A-ZÀ-ÝА-ЯİŞ][\w.'’&@-]*|via|for|of|de|van|von|(?i:{_AGENCIES})|dpa)[ /|,]+){{0,7}}"
    rf"(?:(?i:{_AGENCIES})|{_SHORT_AGENCIES})\.?"
    r"|[A-ZÄÖÜ]{2,5}(?:[ /-][A-ZÄÖÜ]{2,5})?|ロイター|共同(?:通信(?:社)?)?|時事(?:通信)?",
)
"""A text that is nothing but an agency, with or without people's names before it."""

KNOWN = re.compile(rf"(?:{_AGENCIES}|{_SHORT_AGENCIES})(?: photo)?", re.IGNORECASE)
"""An agency's name and nothing else, however it is written."""

_NAME = r"[A-ZÀ-ÝА-Я][\w'’.-]*"
_AGENCY = rf"(?:(?i:{_AGENCIES})|{_SHORT_AGENCIES})"
SLASHED = re.compile(
    rf"(?:^|(?<=[^\w\s/]) ?|\s)(?P<credit>(?:{_NAME} ){{0,1}}{_NAME} ?/ ?{_AGENCY}(?: {_NAME}){{0,2}}"
    rf"|{_AGENCY}(?: (?i:foto|photo))? ?/ ?(?:{_NAME}(?: {_NAME}){{0,2}}|アフロ)(?:/\w{{2,6}}\.)?)$"
)
"""A name and an agency with a stroke between at the end of a caption, with or without a full stop before."""

BUTTONS = (
    r"(?:toggle|hide|show|view|read|open|close|expand)(?: full| image| photo)? (?:captions?|credits?|gallery)"
    r"|(?:click (?:here )?to |tap to )?(?:enlarge|expand)(?: (?:this )?(?:image|photo|picture))?"
    r"|view (?:image|photo|gallery|full ?size|fullscreen)"
    r"|(?:press enter or )?click to view image in full size"
    r"|(?:open|view) (?:image )?in (?:full ?screen|fullsize|gallery|lightbox)"
    r"|image \d+ of \d+|(?:bild|foto) vergrößern|vergrößern|(?:zoom|agrandir)(?: l'image)?|afficher la légende"
    r"|ampliar(?: (?:imagen|foto))?|ver (?:imagen|foto)s?|ingrandisci|powiększ|visa mer|사진 확대|拡大(?:する|画像)?"
    r"|(?:purchase|buy) (?:licensing rights|this (?:photo|image)|prints?)|,? ?opens (?:in )?(?:a )?new (?:tab|window)"
    r"|featured image|share|oops! something went wrong.*"
)
"""What a button beside a picture says, as a pattern without groups that capture."""

NO_CREDIT = re.compile(
    r"(?:[lrm]\.?|li(?:nks)?|re(?:chts)?|mitte|left|right|cent(?:er|re)|top|bottom|archiv(?:bild|foto"
    r"|aufnahme)?|symbol(?:bild|foto)"
    r"|file (?:photo|picture|image)|from left|v\.? ?l\.?|gauche|droite|izq|der)\.?$|\d|(?-i:[a-zß-ÿ])",
    re.IGNORECASE,
)
"""What stands in brackets at the end of a caption and is part of it."""

TAKEN_BY = re.compile(r"\s*(?:氏)?(?:撮影|提供|写真|촬영|제공|攝|摄)$")
"""Written behind the name in East Asia: taken by, provided by."""

TAKEN_AT_END = re.compile(
    r"(?:[、。＝=\u3000]|[.!?]\s)(?P<credit>[^、。＝=.!?]{1,16}(?:撮影|写す|提供|촬영|제공|기자|攝|摄))$"
)
"""The same at the end of a caption."""
