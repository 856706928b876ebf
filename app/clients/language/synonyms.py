"""How people ask, as data: words that carry no topic, words that mean the same, and phrases that are one word."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOP = _words(
    """
    a about above onto toward towards via per off anymore nobody until till whether anyhow please actually after
    again all also am an and any anybody anyone anything are as at be because been before being both but by can
    cannot could d did do does doing done else ever every exactly few for from get gets getting got had has have
    having he hello her here hey hi him his how i if in into is it its just kind kindly know let like ll m many
    may me might mine more most much my myself no not now of off on one only or other our out own please
    possible put question re s same see shall she should so some someone something sort still such t tell than
    thank thanks that the their them then there these they thing things this those through to too under up upon
    us use ve very want was way we well were what whatever when where whether which while who whom whose why
    will wish with within without would yes you your yours
    """
)
"""Never part of what a question is about."""

SOFT = _words(
    """
    personal existing charged
    mistake accident accidentally typed type types available amounts third parties party happy bad good great
    nice one two three four five six seven eight nine ten program programme coffee espresso able enter entering
    details detail send sent sending stop redeem receive received receiving allow allowed possible wait working
    use using used inside during offer provide issue value real kitchen present end again money thats able
    already always amount anyway ask asking bit boyfriend bought brother buy buying case chance come comes
    coming customer customers daughter day days different does dont explain father find first friend girlfriend
    give given giving go goes going happen happens hate help husband information item items last later long look
    looking lot love maybe mean month months mother mum mom need needed needs never new often okay old order
    ordered ordering orders partner people person policy policies previously process product products purchase
    purchased really recently right rule rules say shop shopping simply sister someone son soon standard store
    stuff supposed sure take takes taking then think time times today tomorrow trying understand usual usually
    wanted week weeks went wife wonder wondering work works year years yesterday yet let's far start stuff
    company business place placed anywhere nothing everything goods seem seems seemed another copy exactly okay
    model models aunt uncle grandmother christmas birthday small smaller scheme
    enter entered entering leave leaves leaving half came away instead bring brings brought hear heard try tries tried
    turn turned switch set puts putting certain general generally specific specifically particular current currently
    exact correct proper regular normal normally actual similar various simply easily directly completely fully partly
    somewhere sometimes perhaps probably definitely basically immediately afterwards besides except either neither whole
    entire question questions notice noticed realise realised realize realized decide decided choose chosen happened
    become becomes became become put towards anybody myself frequently angry street
    """
)
"""Help to find a passage, and are not missed in it."""

GROUPS: tuple[frozenset[str], ...] = tuple(
    map(
        _words,
        (
            "return returns returning returned returnable",
            "box packaging carton wrapping",
            "kg kilo kilos kilogram kilograms",
            "declined decline rejected reject refused denied",
            "keep keeps kept save saves saved hold holds",
            "loyalty reward rewards points",
            "approval approvals approve approved approver authorise authorize authorisation authorization",
            "drop dropped drops fall fell falls accidental accidentally knocked",
            "volt volts voltage mains plug plugs socket",
            "refund refunds refunded refunding reimburse reimbursed reimbursement refundable",
            "parcel parcels box package packages packet shipment shipments",
            "delivery deliver deliveries delivered delivering shipping ship ships shipped shipment postage courier arrive "
            "arrives arrival carrier dispatch dispatched",
            "express fast faster fastest quick quickest quickly rush urgent overnight expedited",
            "price prices cost costs fee fees charge charges charged expensive pricing rate rates",
            "pay pays paying payment payments paid",
            "card cards credit debit",
            "amex americanexpress",
            "answer answers reply replies respond response responses",
            "uk kingdom britain england",
            "broken broke breaks break work works working damaged damage defective defect faulty fault cracked smashed "
            "shattered malfunction dented scratched dead busted",
            "warranty warranties guarantee guaranteed",
            "abroad international internationally overseas foreign worldwide countries country",
            "contact reach",
            "phone telephone call ring",
            "email mail e-mail",
            "open opening opened",
            "close closing closed",
            "human agent representative colleague person someone staff",
            "account profile login signin",
            "register registered registers registering registration signup create",
            "forgot forgotten forget reset recover restore",
            "combine combined several multiple together stack stacked",
            "job jobs hiring hire career careers vacancy vacancies position positions",
            "complain complaint complaints complaining",
            "speak language languages",
            "colour color colours colors",
            "cheque cheques check checks",
            "password passcode",
            "delete deletion erase remove close",
            "data information privacy gdpr",
            "discount discounts coupon coupons promo promos promotion promotions voucher code codes rebate deal deals",
            "exchange swap exchanged exchanging replace replacement",
            "cancel cancels cancelled canceled cancelling canceling cancellation",
            "change changes changing modify edit update amend",
            "missing lost vanished disappeared stolen",
            "late delayed delay overdue",
            "free complimentary",
            "track tracking trace",
            "address addresses",
            "invoice invoices receipt receipts bill bills",
            "newsletter newsletters unsubscribe",
            "repair repairs repaired fix fixed fixing mend",
            "unboxed worn unpacked unpack",
            "weekend weekends saturday sunday",
            "tax taxes vat duty duties customs",
            "installment installments instalments klarna afterpay financing",
            "cryptocurrency crypto bitcoin ethereum",
            "safe secure security safely securely",
            "share sell shared sold sharing selling",
            "clean cleaning descale descaling limescale wash rinse rinsing",
            "reviews review rating",
            "store shop showroom",
            "student students university college",
            "bulk wholesale large larger big quantity quantities dozen dozens",
            "currency currencies dollar dollars euro euros usd eur pounds",
            "valid validity expire expires expired expiry",
            "pickup collect collection",
            "grinder grinders mill mills",
            "manual manuals instructions handbook booklet documents",
            "capsule capsules pod pods nespresso",
            "military soldier army navy apo fpo",
            "part parts spare spares seal seals gasket component components",
            "website site homepage online",
            "advertiser advertisers advertising",
            "neighbour neighbours neighbor neighbors",
            "sturdy solid strong",
            "wrap wrapped wrapping",
        ),
    )
)
"""Any word of a group stands for every other."""

PHRASES: tuple[tuple[str, str], ...] = (
    # (pattern over plain words, the words that stand for it)
    (r"\b(?:take|takes|taking|took|debit|debits|deduct|deducts) (?:the |my )?(?:money|amount|payment) (?:from|off)\b", "charge"),
    (r"\b(?:shipping|delivery|postage)(?: fees?| costs?| charges?)? back\b", "shipping costs refunded"),
    (r"\b(?:better|lower|cheaper|special|reduced) (?:price|prices|deal|deals|rate|rates)\b|\bmoney off\b", "discount"),
    (r"\btracking (?:code|id|no|reference)\b", "tracking number"),
    (r"\b(?:no ?body|no one|not) (?:was |is |were )?(?:at )?home\b", "not home delivery"),
    (r"\b(?:which|what) (?:company|firm|service) (?:delivers?|ships?)\b", "which carriers"),
    (r"\bsign(?:s|ed)? off\b", "approve"),
    (r"\bwho (?:covers|bears)\b", "who pays"),
    (r"\bgo(?:es)? back\b", "return"),
    (r"\binstead of the (?:one|item)\b", "exchange"),
    (r"\bexplain why\b|\bsay why\b", "reason"),
    (r"\bpass(?:es|ed|ing)?((?: \w+){1,4}?) on\b", r"share\1"),
    # what customers say in a roundabout way
    (r"\bdo not (?:have to |need to |want to )?pay (?:for )?(?:any )?(?:postage|shipping|delivery)\b", "free shipping"),
    (r"\b(?:split|spread)(?: \w+){0,2}? (?:cost|costs|payment|payments|price|bill)\b", "installments"),
    (r"\bover (?:a )?(?:few|several|couple of|some) months\b", "installments"),
    (r"\bin (?:pieces|bits)\b", "broken"),
    (r"\b(?:okay|ok) (?:it|this|that)\b|\bgive (?:the|an) (?:okay|ok|green light)\b", "approve"),
    (r"\bin person\b|\b(?:drop|come|stop|pop) by\b", "visit shop"),
    (r"\b(?:how|way) i (?:was|am|have been|got) treated\b|\btreated (?:badly|me badly|rudely)\b|\bwas rude\b", "complaint"),
    (r"\b(?:stored|saved|kept|know|have|hold) (?:on|about) me\b", "data about me"),
    (r"\b(?:promo|promotional|marketing|advertising|ad) (?:e ?)?mails?\b", "newsletter"),
    (r"\bmoved (?:house|home|flat|apartment)\b|\b(?:new|other) place instead\b", "change delivery address"),
    (r"\b(?:bought|ordered|purchased)(?: \w+){0,3}? by (?:mistake|accident)\b|\bcall (?:it|the order) off\b", "cancel order"),
    (r"\bsent me (?:a|an|the) (?:\w+ ){1,3}?but i (?:bought|ordered|wanted|asked for)\b", "wrong item"),
    (r"\bwhere (?:my|the|our) (?:\w+ )?(parcel|package|order|shipment|delivery) (?:is|has got to)\b", r"track \1"),
    (
        r"\b(?:says|say|said|claims|claim|marked|marks|shows|shown|showing)(?: \w+){0,4}? (?:delivered|dropped off|left)\b",
        "marked delivered",
    ),
    (r"\b(?:leaves?|leave|left|gone from|out of) (?:my|the|our) (?:bank|account)\b", "charge card"),
    (r"\b(?:is|are) (?:anybody|anyone|somebody|someone) (?:there|in|around|available|working)\b", "opening hours"),
    (
        r"\b(?:cheaper|less|lower)(?: \w+){0,3}? (?:on|at|from|in) (?:another|other|a different|some other)"
        r" (?:site|shop|store|website|place|seller)\b|\b(?:beat|match)(?: \w+){0,3}? prices?\b",
        "match prices other shops",
    ),
    (r"\bput (?:the|my) money\b", "refund"),
    (r"\b(?:threw|throw|thrown|toss|tossed|chucked)(?: \w+){0,3}? (?:away|out)\b", "without"),
    (r"\bavailable again\b|\bre ?stock(?:ed)?\b", "back stock"),
    (r"\b(?:left|remains|remaining) on (?:my|the|a)\b", "balance"),
    (r"\bcheck ?out as\b", "order as"),
    (r"\b(?:street|postal|office) address\b", "located"),
    (r"\b(warranty|guarantee|return) period\b", r"how long \1"),
    (r"\bpost (?:it |this |them )?to\b", "ship to"),
    (r"\b(?:pay|paid|paying) (?:monthly|later|by the month|over time)\b|\bmonthly payments?\b", "installments"),
    (r"\b(?:2 ?fa|mfa|(?:two|2) (?:factor|step)(?: authentication| verification| login)?)\b", "two factor authentication"),
    (r"\b(?:espresso|coffee) makers?\b", "espresso machine"),
    (r"\bamex\b", "american express"),
    (r"\b(?:a |one )?hundred\b", "100"),
    (r"\b(?:stay|keep|remain)s? (?:good|fresh)\b", "fresh best"),
    (r"\bruns? out\b", "expire"),
    (r"\b(?:data|information|details)((?: \w+){0,4}?) (?:store|stored|keep|hold|save)\b", r"data\1 collect"),
    (
        r"\b(?:get|got|getting|have|want|receive|see|give|take) (?:me )?(?:my |our |the |all )?money(?: back"
        r"| again)?\b",
        "refund",
    ),
    (r"\bunited states\b", "usa"),
    (r"\bcustomer (?:service|support|care)\b", "customer service contact"),
    (r"\bwhere (?:is|are) (?:you|your)\b", "where located"),
    (r"\bwork for you\b", "job"),
    (r"\b(?:not happy|unhappy|not satisfied|dissatisfied|disappointed|regret|unsatisfied)\b", "changed mind return"),
    (r"\b(?:clearance|outlet|on sale|sale items?)\b", "final sale"),
    (r"\b(?:deadline|time ?limit|time ?frame|cut ?off(?: time)?)\b", "how long"),
    (r"\bstop(?:s|ped)? working\b", "broken warranty"),
    (r"\b(?:not|has not|did not|have not) (?:\w+ )?(?:arrived|come|delivered|received) yet\b", "late delivery"),
    (r"\bcredit cards?\b", "credit card payment methods"),
    (r"\bwithout (?:registering|registration|an account|signing up)\b", "without account guest"),
    (r"\b(?:i|we) opened\b|\b(?:un|already )?opened (?:it|them)\b", "unpack"),
    (r"\blost (?:my|the|a) password\b", "forgot password"),
    (r"\b(?:free of charge|for free|at no cost)\b", "free"),
    (r"\byour (?:\w+ )?(email|phone)\b", r"contact \1"),
    (r"\b(?:shipping|delivery) times?\b", "how long delivery"),
    (r"\bmiss(?:ed)? (?:the|a|my) (?:delivery|parcel|courier)\b", "not home delivery"),
    (r"\bnon returnable\b", "cannot return"),
    (r"\bcollect (?:my|the|an|our) (?:order|parcel|package)\b", "pickup order"),
    (r"\bmoney back\b", "refund"),
    (
        r"\b(send|sending|sent|bring|bringing|take|taking|give|giving|ship|shipping|post"
        r"|mail)\b((?: \w+){0,4}?) back\b",
        r"return\2",
    ),
    (
        r"\b(?:(?:does|do|did|is|am|are) not|does not|is not|do not) work(?:ing)?\b|\bbreaks? down\b|\bgives? up\b",
        "broken",
    ),
    (
        r"\b(?:never|not|did not|does not|has not|has not|did not|does not) (?:\w+ ){0,2}?(?:arrived?|come|came"
        r"|shows? up|turns? up|turned up|showed up|delivered|received?)\b",
        "lost delivery",
    ),
    (r"\b(?:shows?|turns?) up\b", "arrive"),
    (r"\b(?:wrong|different|another) (item|thing|product|article|one|colou?r)\b", r"wrong \1"),
    (r"\bchanged? (?:my|your|our|their) minds?\b", "changed mind"),
    (r"\bdo not (?:like|want|need) (?:it|this|them)\b", "changed mind"),
    (r"\bgift (?:card|certificate|voucher)s?\b", "gift card"),
    (r"\b(?:sign|log|logg?ing|signing) (?:in|into|on)\b", "signin account"),
    (r"\b(?:sign|signing) up\b", "register account"),
    (r"\bget rid of\b", "delete"),
    (r"\bopt out\b", "unsubscribe"),
    (r"\bin (?:instal?lments|parts)\b", "installments"),
    (r"\bpick (?:it |them |my \w+ )?up\b", "pickup"),
    (r"\b(?:speak|talk|chat) (?:to|with)\b", "contact"),
    (r"\bget in touch\b", "contact"),
    (r"\bhow (?:quick|quickly|fast|soon)\b", "how long"),
    (r"\bhow old\b", "how long age"),
)  # fmt: skip

COUNTRIES = _words(
    """
    afghanistan africa argentina asia australia austria belgium brazil britain bulgaria canada chile china colombia
    croatia cyprus czechia denmark egypt england estonia europe finland france germany greece hungary iceland india
    indonesia ireland israel italy japan kenya korea latvia lithuania luxembourg malaysia malta mexico morocco
    netherlands holland nigeria norway pakistan peru philippines poland portugal romania russia scotland singapore
    slovakia slovenia spain sweden switzerland taiwan thailand turkey uk ukraine usa us vietnam wales zealand
    """
)
"""A question about one of them is also about countries in general."""

PRODUCTS = _words(
    "apron aprons beans carafe carafes filters grinder grinders kettle kettles machine machines mug mugs scale scales tray trays"
)
"""A question about one of them is also about items in general."""

PRICE = (
    r"\bhow (?:much|expensive)\b|\bwhat (?:\w+ ){0,6}?costs?\b|\bwhat (?:is|are) (?:\w+ ){0,4}?(?:price|prices|cost|costs|fee|fees)\b"
    r"|\b(?:price|cost) of\b"
)
ASKS_FOR_PRICE = _words("price prices cost costs fee fees expensive much")
"""Of a question for a price these words are the form, and no topic."""
TIME = (
    r"\bhow (?:long|soon|quickly|fast|late|old)\b|\bwhen\b|\bwhat time\b|\bhow many (?:\w+ )?(?:days|weeks|months|hours|years)\b"
    r"|\bhours\b|\bby what date\b|\bhow much time\b"
)
