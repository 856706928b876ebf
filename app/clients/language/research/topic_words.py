"""How topics are asked about in general, as data: words that tell little, words that mean the same, and signs of kinds."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTION = _words(
    """
    a about above across after against all along also although am among an and another any anybody anyone anything are
    aren't around as at away be because been before behind being below beneath beside besides between beyond both but by
    can cannot can't could did didn't do does doesn't doing done don't down due during each either else ever every for
    from get gets getting got had has hasn't have having he hence her here hers herself him himself his how however i if
    in into is isn't it its itself just let like many may me might mine more most much must my myself nor not
    of off on once one only onto or other others otherwise our ours out over own per please quite rather really same
    shall she should since so some somebody someone something such than that the their theirs them themselves then there
    thereby these they thing things this those though through throughout thus till to too toward towards under unless
    until up upon us very via was wasn't we were weren't what whatever when where whereas whether which while who whom
    whose why will with within without would yet you your yours tell explain describe give show find please
    """
)
"""Never part of what a topic is about."""

GENERIC = _words(
    """
    able according actually allow allowed amount answer area aspect became become basic based began begin being big
    brought call called came case cause caused certain change city come common commonly considered contain containing
    country create created current currently date day days describe described different effect end entire even event
    example exist fact far first following form found function general generally give given go goes group happen
    happened hold important include included includes including individual item itself keep kind kinds known large
    largest last late later lead led left letter level likely list little live lives located long made main major make
    makes making mean means meaning member members method modern month month most move name named names national
    necessary need needed new next number numbers occur occurred old order original originally overview part particular
    parts people percent percentage period person place place places played point possible present primary primarily
    process provide provided purpose reason reasons refer referred region related relation relationship result role said
    second see seen serve served set several show side similar simply single size small specific specifically start
    started state status still stop success summary system take taken takes term terms third three time times today
    together took total turn two type types typical typically use used uses using usually various version want way
    ways week well went within word words work worked world would year years introduction background history
    """
)
"""Help to find a sentence, and are hardly missed in it."""

GROUPS: tuple[frozenset[str], ...] = tuple(
    map(
        _words,
        (
            "begin began begun start starts started beginning commence commenced launch launched",
            "end ended ends finish finished conclude concluded cease ceased",
            "die died dies dead death deaths killed deceased",
            "born birth birthplace birthday",
            "write wrote written writes writer author authored authors writing",
            "found founded founder founders establish established establishes establishment create created creator set",
            "invent invented inventor invention discover discovered discoverer discovery devised developed develop",
            "win won wins winner winners victory victorious champion champions defeat defeated beat",
            "lose lost loses loss",
            "fight fought fights battle battles war wars",
            "lead led leads leader leaders leadership headed head commanded commander",
            "rule ruled ruler reign reigned king queen emperor monarch",
            "build built builds building construct constructed construction erected",
            "make made makes maker produce produced producer produces manufacture manufactured",
            "buy bought buys purchase purchased acquire acquired acquisition",
            "sell sold sells sale sales",
            "teach taught teacher teaches",
            "think thought thinks believe believed believes",
            "say said says state stated states claim claimed claims",
            "give gave given gives grant granted award awarded",
            "take took taken takes",
            "go went gone goes travel travelled traveled",
            "come came comes arrive arrived arrives arrival",
            "become became becomes",
            "leave left leaves depart departed",
            "hold held holds",
            "grow grew grown grows growth increase increased increases rise rose risen",
            "fall fell fallen decline declined decrease decreased drop dropped reduce reduced reduction",
            "choose chose chosen select selected elect elected choice",
            "speak spoke spoken speaks language",
            "sing sang sung singer singers song songs vocalist vocals",
            "run ran runs",
            "see saw seen sees view viewed",
            "know knew known",
            "name named called known nickname nicknamed titled title",
            "meet met meets meeting",
            "pay paid pays payment cost costs price fee",
            "send sent sends",
            "spend spent",
            "draw drew drawn",
            "wear wore worn",
            "break broke broken",
            "steal stole stolen",
            "population populous inhabitants residents people populated",
            "location located situated lies lie",
            "wife husband spouse spouses married marry marries marriage",
            "father dad parent son daughter child children mother parents",
            "movie movies film films",
            "act acted actor actress actors starred star stars starring portrayed portray played play role",
            "direct directed director directs",
            "large largest big biggest great greatest huge",
            "small smallest little tiny",
            "tall tallest height high highest elevation",
            "long longest length",
            "old oldest age aged",
            "fast fastest quick speed",
            "near nearby close adjacent",
            "car cars automobile automobiles vehicle vehicles",
            "doctor doctors physician physicians",
            "job occupation profession work worked career",
            "help helped helps aid aided assist assisted assistance",
            "use used uses using utilize utilized usage employ employed",
            "show shown shows demonstrate demonstrated indicate indicated",
            "stop stopped stops prevent prevented prevents halt",
            "cause caused causes reason reasons result resulted",
            "need needs needed require required requires requirement requirements",
            "change changed changes modify modified alter altered",
            "delete deleted remove removed removes removal uninstall",
            "enable enabled enables activate activated switch turn",
            "disable disabled disables deactivate",
            "configure configured configuration configuring configurations setting settings set",
            "install installed installing installation installs deploy",
            "error errors failure fails failed problem problems issue issues",
            "allow allowed allows permit permitted permits enable enables",
            "contain contained contains include included includes including consist consists comprise composed",
            "part parts component components section element elements",
            "kill killed kills murder murdered assassinated assassination",
            "government administration",
            "attack attacked attacks invade invaded invasion",
            "first initial earliest original originally",
            "money funds funding fund financed",
            "school university college attended studied educated graduated education",
            "illness disease diseases sick sickness disorder",
            "company firm corporation business",
            "owner owned owns own",
            "capital capitals",
            "currency currencies",
            "usa america american",
            "uk britain british england english",
            "france french",
            "germany german germans",
            "italy italian italians",
            "spain spanish",
            "china chinese",
            "japan japanese",
            "russia russian russians soviet",
            "scotland scottish scots",
            "ireland irish",
            "netherlands dutch holland",
            "poland polish",
            "greece greek greeks",
            "norway norwegian norse",
            "europe european",
        ),
    )
)
"""A word of a group stands for the others, a little less than for itself."""

NUMBERS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    "nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half|"
    "third|quarter|once|twice|both|single|several|majority|none|zero|trillion"
)
MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
