"""What the months, the halves of the day and the time zones are called in some thirty languages.

Names are given as `newskeep.text.fold_marks` leaves them: lower case, without accents. Forms that a date uses
(genitives, usual abbreviations) stand beside the plain name. Where one form means different months in two languages
(`listopad`), `NATIONAL_MONTHS` decides by the page's language.
"""

from __future__ import annotations

from newskeep.text import fold_marks, word_set

# One line a month; the order of languages within it is: Germanic, Romance, Slavic (Latin), Slavic (Cyrillic), Baltic,
# Finnic and Hungarian, Greek, Turkish and Azeri, Semitic, Indic, South-East Asian, African.
_MONTH_FORMS = (
    """january jan januar janner janv januari janúar jän jaenner janvier enero ene janeiro gennaio gen gener
    ianuarie ian leden ledna stycznia styczen sty januara sijecnja sijecanj január января январь янв
    януари ян јануар јануара січня січень січ студзеня sausio sausis janvaris janvara jaanuar tammikuu tammikuuta
    ιανουαριου ιανουαριος ιαν ocak oca yanvar يناير كانون-الثاني جانفي ינואר בינואר जनवरी জানুয়ারি มกราคม ม.ค.
    جنوری ژانویه januarie""",
    """february feb februar feber febr februari febrúar fevrier fevr fev febrero fevereiro febbraio febrer februarie
    unor unora lutego luty lut februara veljace veljaca február февраля февраль фев февр февруари фебруар лютого лютий
    лютага vasario vasaris februaris februara veebruar helmikuu helmikuuta φεβρουαριου φεβρουαριος φεβ subat sub
    fevral فبراير شباط فيفري פברואר בפברואר फरवरी फ़रवरी ফেব্রুয়ারি กุมภาพันธ์ ก.พ. فروری فوریه februarie""",
    """march mar marz maerz mrz maart mrt marts mars marzo março marc martie brezen brezna marca marzec marec ozujka
    ozujak marcius марта март мар березня березень бер сакавика kovo kovas martā marta marts maaliskuu
    maaliskuuta μαρτιου μαρτιος μαρ mart مارس آذار اذار מרץ במרץ मार्च মার্চ มีนาคม มี.ค. مارچ machi mac maret""",
    """april apr avril avr abril abr aprile aprilie duben dubna kwietnia kwiecien kwi travnja travanj aprilis апреля
    апрель апр април квітня квітень квит красавика balandzio balandis aprili huhtikuu huhtikuuta απριλιου απριλιος απρ
    nisan nis aprel أبريل ابريل إبريل نيسان أفريل אפריל באפריל अप्रैल এপ্রিল เมษายน เม.ย. اپریل آوریل""",
    """may mai mei maj mayo maio maggio mag maig kveten kvetna maja svibnja svibanj majus мая май травня травень трав
    мај маја geguzes geguze maijs maija toukokuu toukokuuta μαιου μαιος μαϊ μαι mayis مايو أيار ايار ماي מאי במאי मई
    মে พฤษภาคม พ.ค. مئی maí""",
    """june jun juni junij junija juin junio junho giugno giu juny iunie iun cerven cervna czerwca czerwiec cze
    lipnja lipanj junius июня июнь июн юни јун јуна червня червень черв birzelio birzelis junijs juuni kesakuu
    kesakuuta ιουνιου ιουνιος ιουν haziran haz iyun يونيو حزيران جوان יוני ביוני जून জুন มิถุนายน มิ.ย. ژوئن juna
    júní""",
    """july jul juli julij julija juillet juil julio julho luglio lug juliol iulie iul cervenec cervence lipca lipiec
    lip srpnja srpanj julius июля июль июл юли јул јула липня липень лип liepos liepa julijs juuli heinakuu heinakuuta
    ιουλιου ιουλιος ιουλ temmuz tem iyul يوليو تموز جويلية יולי ביולי जुलाई জুলাই กรกฎาคม ก.ค. جولائی ژوئیه julai jula
    júlí""",
    """august aug augustus aout agosto ago ag agost srpen srpna sierpnia sierpien sie kolovoza kolovoz augusztus
    августа август авг серпня серпень серп rugpjucio rugpjutis augusts augusta elokuu elokuuta αυγουστου αυγουστος αυγ
    agustos avgust avg أغسطس اغسطس آب اب أوت אוגוסט באוגוסט अगस्त আগস্ট สิงหาคม ส.ค. اگست اوت agosti ogos agustus agt
    ágúst""",
    """september sep sept septembre septiembre setiembre setembro set settembre setembre septembrie zari wrzesnia
    wrzesien wrz rujna rujan szeptember szept сентября сентябрь сен сент септември септ септембар септембра вересня
    вересень вер rugsejo rugsejis septembris septembri syyskuu syyskuuta σεπτεμβριου σεπτεμβριος σεπ σεπτ eylul eyl
    sentyabr سبتمبر أيلول ايلول שבטמבר ספטמבר בספטמבר सितंबर सितम्बर সেপ্টেম্বর กันยายน ก.ย. ستمبر سپتامبر septemba
    septembra""",
    """october oct oktober okt oktobar oktobra octobre octubre outubro out ottobre ott octombrie rijen rijna
    pazdziernika pazdziernik paz oktobris oktobri октября октябрь окт октомври октобар октобра жовтня
    жовтень жовт spalio spalis lokakuu lokakuuta οκτωβριου οκτωβριος οκτ ekim eki oktyabr أكتوبر اكتوبر تشرين-الأول
    אוקטובר באוקטובר अक्टूबर अक्तूबर অক্টোবর ตุลาคม ต.ค. اکتوبر اکتبر oktoba oktoober""",
    """november nov novembre noviembre novembro noiembrie noi listopadu listopada listopad lis novembra studenoga
    studenog studeni ноября ноябрь ноя ноември новембар новембра листопада листопад лист lapkricio lapkritis novembris
    novembri marraskuu marraskuuta νοεμβριου νοεμβριος νοε kasim kas noyabr نوفمبر تشرين-الثاني נובמבר בנובמבר नवंबर
    नवम्बर নভেম্বর พฤศจิกายน พ.ย. نومبر نوامبر novemba nóvember""",
    """december dec dezember dez decembre decembrie diciembre dic dezembro dicembre desember des desembre prosinec
    prosince prosinca grudnia grudzien gru decembra декабря декабрь дек декември децембар децембра грудня грудень груд
    gruodzio gruodis decembris decembri detsember joulukuu joulukuuta δεκεμβριου δεκεμβριος δεκ aralik ara dekabr
    ديسمبر كانون-الأول דצמבר בדצמבר दिसंबर दिसम्बर ডিসেম্বর ธันวาคม ธ.ค. دسمبر دسامبر desemba disember""",
)

MONTHS: dict[str, int] = {
    fold_marks(form).replace(".", "").replace("-", " "): number
    for number, line in enumerate(_MONTH_FORMS, start=1)
    for form in line.split()
}
"""Folded month name or abbreviation, without full stops -> 1 to 12. Some Arabic names are two words."""

NATIONAL_MONTHS: dict[str, dict[str, int]] = {
    "hr": {"listopad": 10, "listopada": 10, "lis": 10, "lip": 6, "svi": 5, "srp": 7, "kol": 8, "stu": 11, "sij": 1},
    "bs": {"listopad": 10, "listopada": 10},
    "cs": {"srp": 8, "kve": 5, "cvn": 6, "cvc": 7, "rij": 10, "pro": 12, "led": 1, "uno": 2, "bre": 3, "dub": 4},
    "mk": {"мај": 5},
    "sw": {"mei": 5},
}
"""Language (two letters) -> the forms that mean another month there, or are too short to be known elsewhere."""

AFTERNOON_WORDS = frozenset(map(fold_marks, word_set("pm 오후 午後 下午 晚上 μμ مساء م")))
"""Folded words that move an hour below twelve to the second half of the day."""

MORNING_WORDS = frozenset(map(fold_marks, word_set("am 오전 午前 上午 πμ صباحا ص")))
"""Folded words that make twelve the hour after midnight."""

# Minutes east of UTC. An abbreviation that several zones share stands for the one that news pages print most.
ZONE_MINUTES: dict[str, int] = {
    name: minutes
    for names, minutes in (
        ("z utc gmt ut wet", 0),
        ("cet mez bst west wat met", 60),
        ("cest mesz eet sast cat", 120),
        ("eest oesz msk trt eat ast-sa", 180),
        ("gst samt", 240),
        ("pkt uzt", 300),
        ("ist", 330),
        ("npt", 345),
        ("wib ict", 420),
        ("sgt hkt wita awst myt pht", 480),
        ("jst kst wit", 540),
        ("acst", 570),
        ("aest", 600),
        ("acdt", 630),
        ("aedt", 660),
        ("nzst", 720),
        ("nzdt", 780),
        ("brt art clst uyt", -180),
        ("adt", -180),
        ("edt ast clt", -240),
        ("est cdt cot pet", -300),
        ("cst mdt", -360),
        ("mst pdt", -420),
        ("pst akdt", -480),
        ("akst", -540),
        ("hst", -600),
    )
    for name in names.split()
}

ZONE_PLACES: dict[str, str] = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}
"""Abbreviations that leave summer time to the date -> IANA zone."""
