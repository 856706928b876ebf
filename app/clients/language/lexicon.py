"""The words customers use, as data: how they shorten and misspell them, and the families the evidence speaks of."""

SHORTHAND: dict[str, str] = {
    # contractions, with and without the apostrophe
    "i'm": "i am", "im": "i am", "i've": "i have", "ive": "i have", "i'd": "i would", "i'll": "i will",
    "you're": "you are", "youre": "you are", "you've": "you have", "you'll": "you will", "you'd": "you would",
    "it's": "it is", "it'll": "it will", "itll": "it will", "that's": "that is", "thats": "that is",
    "there's": "there is", "theres": "there is", "what's": "what is", "whats": "what is", "where's": "where is",
    "wheres": "where is", "when's": "when is", "whens": "when is", "who's": "who is", "whos": "who is",
    "how's": "how is", "hows": "how is", "why's": "why is", "here's": "here is", "let's": "let us",
    "they're": "they are", "they've": "they have", "they'll": "they will", "we're": "we are", "we've": "we have",
    "we'd": "we would", "we'll": "we will", "he's": "he is", "she's": "she is",
    "can't": "can not", "cant": "can not", "cannot": "can not", "won't": "will not", "wont": "will not",
    "don't": "do not", "dont": "do not", "doesn't": "does not", "doesnt": "does not", "didn't": "did not",
    "didnt": "did not", "isn't": "is not", "isnt": "is not", "aren't": "are not", "arent": "are not",
    "wasn't": "was not", "wasnt": "was not", "weren't": "were not", "werent": "were not", "hasn't": "has not",
    "hasnt": "has not", "haven't": "have not", "havent": "have not", "havnt": "have not", "hadn't": "had not",
    "hadnt": "had not", "shouldn't": "should not", "shouldnt": "should not", "couldn't": "could not",
    "couldnt": "could not", "wouldn't": "would not", "wouldnt": "would not", "ain't": "is not", "aint": "is not",
    "should've": "should have", "shoulda": "should have",
    # chat and text-message spelling
    "u": "you", "ya": "you", "yall": "you", "y'all": "you", "r": "are", "ur": "your", "yr": "your", "urs": "yours",
    "gimme": "give me", "lemme": "let me", "wanna": "want to", "wana": "want to", "gonna": "going to",
    "gotta": "have to", "gotten": "got", "tryna": "trying to", "dunno": "do not know", "kinda": "kind of",
    "plz": "please", "pls": "please", "plss": "please", "thx": "thanks", "thnx": "thanks", "tnx": "thanks",
    "ty": "thanks", "tysm": "thanks", "wat": "what", "wut": "what", "wen": "when", "wer": "where", "wher": "where",
    "hav": "have", "hv": "have", "bn": "been", "da": "the", "teh": "the", "abt": "about", "bc": "because",
    "cuz": "because", "coz": "because", "cos": "because", "b4": "before", "2day": "today", "b": "be", "2moro": "tomorrow",
    "2morrow": "tomorrow", "tmrw": "tomorrow", "rn": "right now", "asap": "soon", "w/": "with", "w": "with",
    "smth": "something", "sumthing": "something", "n": "and", "nd": "and", "tho": "though", "rly": "really",
    "gud": "good", "msg": "message", "num": "number", "hrs": "hours", "wk": "week", "wks": "weeks", "yest": "yesterday",
    "pkg": "package", "pckg": "package", "pkge": "package", "parcle": "parcel", "acct": "account", "acc": "account",
    "addy": "address", "addr": "address", "pwd": "password", "pw": "password", "passwd": "password", "cc": "card",
    "ppl": "people", "smbdy": "somebody", "sum1": "someone", "some1": "someone", "any1": "anyone", "rep": "representative",
    "reps": "representatives", "del": "delivery", "delivry": "delivery", "ord": "order", "ordr": "order", "odr": "order",
    "amt": "amount", "recd": "received", "rcvd": "received", "rcv": "receive", "shiping": "shipping", "e-mail": "email",
    "£££": "money", "$$$": "money", "$$": "money", "topup": "top up", "top-up": "top up", "top-ups": "top ups",
    "moneyback": "money back", "repayed": "repaid", "reimbursementof": "reimbursement of", "refundof": "refund of",
    "rebateof": "rebate of", "restitutionof": "restitution of", "compensationof": "compensation of", "mony": "money",
    "moeny": "money", "monney": "money", "refudn": "refund", "refund/return": "refund", "refud": "refund", "refunf": "refund",
    "refnd": "refund",
    "pymt": "payment", "pmt": "payment", "custserv": "customer service", "hows it": "how is it", "info": "information",
    "lost/stolen": "lost stolen", "sign-up": "sign up", "signup": "sign up", "signing-up": "signing up",
}  # fmt: skip


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOCABULARY = _words(
    """
    account accounts address addresses agent agents amount arrive arrived arrives arriving available balance billed
    broken cancel cancelled canceled cancelling canceling cancellation charge charged charges cheque claim clothes
    colour company compensate compensation complain complaint complaints contact countries country courier
    currency currencies customer customers damaged defective deliver delivered delivering delivers delivery deliveries
    department discount dispatch dispatched dollars dispute email exchange expect expected expected faulty feedback
    forgot forgotten guarantee human information international invoice invoices item items lost manager method methods
    missing modify money newsletter notify number online operator options order ordered ordering orders package packages
    parcel parcels password payment payments penalty penalties period person personal policies policy
    problem problems product products profile purchase purchased purchases question receive received receiving
    recover rebate rebates refund refunded refunding refunds register registration reimburse reimbursed reimbursement repayment
    replace restitution replacement representative reset retrieve return returned returning returns review sent service shipment shipments
    shipped shipping speak status store submit subscribe subscription supervisor support terminate track tracking
    transaction transfer unsubscribe update usually verify warranty website withdrawal yesterday delayed estimate
    estimated accept accepted anything arrival assistance available different minimum membership
    """
)

REAL_WORDS = _words(
    """
    abroad access across action active actual adult after again airport alive almost already always amazon another
    answer anyone anywhere apple application apply article artist asking assist august average badly bank banking
    based basic because before being believe below best better between birthday black blue border bought brand bring
    broke brother building business button called caller camera cancer candle cash change changed changes changing
    cheap check checked checking child chicken clean clear clearly clerk click clothe coach coffee coins cold colors
    come coming common compare competent complete completed confirm confirmation connect connection consider content
    contract control cook cooking correct corrected cost could couldn country county couple course court cover cream
    create created credit current currently daily date daughter days debit decide decided default degree department
    deposit depart dessert detail details did different difference direct dirty disappointed discuss dispatch display
    doing dollar done door double download drink driver during early easy edit eight either else empty enough
    error even evening event ever every exact exactly example excited expense expensive experience expert expire
    explain extra faced fact failed family fare father favorite fault feature feel feeling field fifteen fifty
    figure file final finally find first fixed flight flower follow food foreign form forward found free friday friend
    from front full game gave gets getting gift give given giving glad good great green guess guide half happen
    happened hard have head hear heard heart hello help helped high hold holiday home hope hotel hour hours house
    however idea identity immediately important improve inform instead interest internet issue issues items
    january jacket join joke july june just keep kept kind kitchen know known large last later latest laptop leave
    left letter level life light like limit limits line link list little live living load local locate located
    location login logged long longer look looked looking lose losing loss lots loud love luck lunch machine made mail
    maintain make making many march master matter maybe mean means meet meeting member mention merchant message minute
    mistake mobile moment monday month months more morning most mother move movie moving much music must name near
    need needed needs never news next night nine nobody none north note nothing notice november object october offer
    offered office often older once only open opened opening option other others outside over owner page paid paper
    part party pass passport past paying people perfect perhaps phone photo physical pick picture piece place placed
    plan plane play please plenty point police polite possible post postal posted prefer present pretty price prices
    print printer private prize problem process processed processing produce profit program promise promised proof
    proper protect provide pull purpose push quality question quick quickly quite quote rate rates rather reach read
    ready real really reason receipt recipe recent recently record reduce refer refuse refused regard regular related
    remain remember remind remove repair repeat reply report request requested require required reserve resolve
    respond response rest restaurant result retail retain retire reverse right room round rude safe salary sale same
    saturday save saying scam scan school screen search seat second section security seem seen select sell send
    sender sending sense separate september serious set seven several shall shape share shift ship shirt shoes shop
    shopped shopping short should show showed showing shown sick side sign signed silly similar simple simply since
    single site sitting size sleep slip slow small smart soccer sold some someone something sometimes somewhere
    soon sorry sort sound source speaking spend spent spoke spoken sport spread spring staff stage stamp stand
    standard star start started state stated statement states stating station stats stay steal step still stolen stop
    stopped stored story strange street strong stuck student stuff style subject success such sudden summer sunday
    supply suppose supposed sure surname sweater switch system table take taken takes taking talk tax taxi team tell
    temperature term terms terrible test text than thank thanks that their them then there these they thing things
    think third this those though thought three through thursday ticket time times today together told tomorrow
    tonight top total touch toward town trace traced trade train trading travel trick tried trip truck true trust try
    trying tuesday turn twice type under understand unit united until unable unused upset urgent useful user using usual
    value various version very view virtual visa visit voice wait waited waiting walk wallet want wanted wants warehouse
    warm warning wash waste watch water weather wednesday week weeks well went were what when where whether which while
    white whole whom whose wife will winter wish with within without woman wonder word words work worked working works
    world worse worst worth would write writing written wrong year years yellow yes your yours yourself agenda ages
    agency adress hunan receiver reviews revert reverted reservation reserved resend resent rent rental repaid statue
    stature orders sort store stare starts metal mental moneys monkey honey clam closet persons peron tracks tractor
    crack packet packed pocket pocked policeman politics prevision provision received deceive relieve believe deliver
    sister mister master monster minister counter counted customs costume custom discounts miscount account amounts
    mount dispatches parole parrot person's personnel product's support's remand refined refuse defund rebound
    """
)

PLEASANTRIES = _words(
    """
    hi hello hey hiya yo greetings good morning afternoon evening day night thanks thank you so very much a lot again
    for your the help helping ok okay k cool great perfect awesome nice wonderful excellent brilliant lovely bye goodbye
    cheers that is all have one see later take care welcome yes yep no nope sure alright fine got it appreciate there
    team sir madam everyone right nothing else more and i now really quick was helpful support today done amazing super
    ta cya ciao kind kindly sounds will be are too my everything how things going doing mate answers answer lol lmao
    haha hahaha ha hmm wow rock best legend ever been have this made love loved friend guys folks happy pleased fantastic fab perfectly
    splendid yay hooray understood we
    """
)
GREETINGS = _words(
    """
    hi hello hey hiya yo greetings morning afternoon evening thanks thank ok okay k cool great perfect awesome nice bye
    goodbye cheers ta appreciate alright later ciao cya wonderful excellent brilliant lovely yes no yep nope sure welcome
    day fine lol lmao haha hahaha ha hmm wow rock legend fantastic yay understood hooray
    """
)

FOREIGN = {
    "de": _words("danke erstattung rückerstattung erstatten geld bestellung rechnung hallo guten"),
    "pt": _words("olá obrigado obrigada encomenda estorno quero dinheiro"),
    "es": _words("hola gracias reembolso devolución dinero pedido buenos buenas quiero"),
    "fr": _words("bonjour bonsoir salut merci remboursement rembourser rembourse argent commande svp"),
    "it": _words("buongiorno grazie rimborso rimborsare ordine soldi vorrei"),
    "nl": _words("bedankt terugbetaling bestelling hoi goedemorgen"),
    "pl": _words("dziękuję zwrot pieniędzy zamówienie proszę cześć"),
    "tr": _words("merhaba teşekkürler iade sipariş siparişim"),
}
"""Words that tell a language in messages too short for the detector. A word of two languages stands with the first."""

NUMBER_WORDS: dict[str, int] = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
SCALE_WORDS: dict[str, int] = {"hundred": 100, "thousand": 1000, "grand": 1000}

NOT_ORDER_PREFIXES = _words(
    """
    sku inv rma usd eur gbp rtx gtx iso ios apt ups fedex dhl trk tn utc gmt in
    jan feb mar apr may jun jul aug sep oct nov dec
    """
)
NOT_MAILBOXES = _words(
    "it look is me us them this that here there see bought ordered shop purchased one was account order with ends on in"
)
