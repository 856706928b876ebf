"""Evidence of what no workflow does: actions for a colleague, complaints, things that do not work."""

PHRASES: dict[int, tuple[str, ...]] = {
    10: (
        "not (want|need|asking for|looking for|after|interested in) (a|an|the|my|any|your)? (REFUND)",
        "(instead of|rather than) (a|an|the)? (REFUND)",
    ),
    6: (
        "(answer|listen to|talk to|reply to) (me|us)",
        (
            "(update|updating) (my|the|our|some|personal) ... (address|name|surname|email|phone|number|details|"
            "information|data|profile|payment method|card|password|size)"
        ),
        "update (my|the) order (to|with|and|so|before|\\.|>)",
        "(frozen|froze|freeze|hold|restricted|restriction|restrictions) ... account",
        "account ... (freeze|froze|on hold|a hold|restricted|suspended|stopping|stopped)",
        "(push|move|bring|delay|rearrange|change) ... delivery (to|back|forward|date|until)",
        # cancel, change
        (
            "(cancel|cancelling|canceling|cancellation|cancellations|stop|undo|call off|retract) ... (order|"
            "orders|purchase|purchases|it|subscription|items?|delivery|shipment|transfer|payment|transaction|"
            "booking|reservation|membership|card|plan|contract|this|that|service|\\.|\\?)"
        ),
        "(order|purchase|subscription|transfer|payment) (be|is)? (cancelled|canceled|cancellation|cancellations)",
        "(want|need|get|have) ... (cancelled|canceled)",
        "(not|no longer) (want|need|want to pay for|require) (the|my|this|that) ... (order|purchase)",
        "(change|modify|edit|swap|switch|remove|alter|amend|correct) ~ (order|orders|address|card)",
        "change (it|this|that|them) (to|for|into)",
        "not (ship|send|deliver|dispatch) (order|it|my|the|that|this)",
        "on hold",
        (
            "(reschedule|rescheduling|redirect|reroute|postpone|hold my|hold the) ... (delivery|order|package|"
            "parcel|shipment)"
        ),
        "(register|enrol|enroll|subscribe|add|sign) (me|us) ...",
        (
            "(change|changing|edit|editing|modify|modifying|correct|correcting|amend|alter|altering|switch|"
            "switching|swap|fix|remove|removing|adjust|set up|setting up|replace|set|setting|enter|changes to|"
            "change of) ... (DETAILS)"
        ),
        "(corrected|changed|updated|modified|amended|edited) (on|in|before|to)",
        "(DETAILS) (change|changes|update|modification|correction|swap)",
        "(add|adding|put|include) ... (to|in|on) (my|the|an|this) (order|cart|basket|purchase)",
        "(add|adding|include) (an?|some|several|more|another|one|few) (items?|products?|something)",
        "(forgot|forgotten) to (include|add|put|apply|use|enter)",
        "problem with (adding|removing|changing)",
        "(add|adding|enter|save|new|different|another|secondary|second) ... (shipping|delivery|billing)? address",
        "address ... (wrong|invalid|valid|incorrect|mistake|changed|correct it|moved)",
        "(wrong|incorrect|new|old) (shipping|delivery|billing)? address",
        "(moved|moving) house",
        "(order|purchase) ... (add|remove|change|swap) (something|some|a|an|one|few|several)",
        "could i add something",
        # account, card
        (
            "(delete|deleting|deletion|deletions|close|closing|remove|removing|terminate|terminating|"
            "deactivate|deactivating|cancel|cancelling|canceling|erase|shut|discontinue|get rid of|end) ... "
            "(ACCOUNT)"
        ),
        "(ACCOUNT) (deletion|deletions|closure|removal|termination|cancellation|closed|deleted|removed|terminated)",
        "not (want|need) ... account",
        (
            "(block|blocking|freeze|freezing|unfreeze|unblock|unblocking|unlock|unlocking|lock|disable|"
            "deactivate|reactivate|suspend|cut off) ... (card|account|pin|phone|app|it)"
        ),
        "(pin|card|account|app|i am|me) ... (blocked|locked|locked out|frozen|suspended)",
        "(blocked|locked) (pin|card|account|out)",
        "(pin|card|account) ... (unblocked|unlocked|unfrozen|reactivated)",
        "(lost|stolen|stole|misplaced|left|missing|can not find) ... (OWN|the) ... (card|phone|wallet|purse)",
        (
            "(card|phone|wallet|purse) (is|was|has|has been|got|been|have been|just|may have been)? (been)? "
            "(lost|stolen|stole|missing|nicked|compromised|cloned|hacked|gone|snatched|taken|fell out)"
        ),
        "(lost|stolen) (card|phone|wallet|purse)",
        "(report|reporting) ... (lost|stolen|fraud)",
        "mugged",
        "(not|never) (recognize|recognise|authorize|authorise|authorized|purchased|mine)",
        "(not|never) (make|made|do) (this|that|these|the|any)",
        "gained access",
        "took my card (info|information|details)",
        (
            "(atm|machine|cashpoint) ... (swallowed|swallow|swallows|ate|eat|eats|took|kept|keep|keeps|"
            "retained|stuck|has|have|not give|not return)"
        ),
        "card ... (out of|in|stuck|inside|back from|by) ... (atm|machine|cashpoint)",
        "(swallowed|ate|eaten) ... card",
        "(hacked|fraud|fraudulent|fraudster|unauthorized|unauthorised|suspicious|scammed|identity theft)",
        "without my (permission|authorization|knowledge|consent)",
        (
            "(somebody|someone|thief|stranger|anybody|else) ... (using|used|use|uses|utilizing|took|stole|got|"
            "has|accessed) my"
        ),
        "(strange|unknown|weird|odd) (transactions?|activity|charges)",
        "(switch|switching|change|changing|use|using) ... (another|other|different|new|second|user) ... (ACCOUNT)",
        "switch user",
        "(sign|signing) (me|us) up",
        "(open|create|opening|creating|make|set up|register) ... account for (me|us)",
        "(i|we|would) (want|like|need) to (open|create|sign up|register|join|enrol|enroll)",
        "(create|open|make) (me|an account please)",
        # complains, reports, reviews
        "(complaint|complaints|complain|complaining|reclamation|reclamations|grievance)",
        "(file|lodge|make|submit|register|open|filing|lodging|making) ... (claim|claims)",
        "(consumer|customer) claims?",
        "(him|her|them|it|driver|guy|staff|employee|this) reported",
        "(hung up|yelled|shouted|swore|threw|lied|ignored) ...",
        "report (him|her|them|your|the|an?) ...",
        "(report|notify|inform|reporting|notifying|informing) ... (problem|problems|error|errors|issue|issues)",
        (
            "(leave|submit|write|post|give|leaving|submitting|send|sending|share) ... (reviews?|feedback|"
            "opinion|comments?|testimonial)"
        ),
        # papers, letters, shopping
        "(newsletter|newsletters|mailing list|unsubscribe|unsubscribing)",
        "(stop|quit) (sending|emailing|spamming|calling|texting)",
        (
            "(get|see|send|sending|find|finding|download|need|want|receive|view|check|checking|show|have|"
            "resend|copy|print|locate|provide|look at|email|issue|access) ... (invoice|invoices|receipt|"
            "receipts|bill|bills)"
        ),
        "(invoice|invoices|bill|bills) (from|for|of|number|copy)",
        (
            "(buy|buying|purchase|purchasing|acquire|ordering|order) (some|several|one|two|three|another|few|"
            "more|something) ... (items?|products?|articles?|something)?"
        ),
        "(place|placing|make|making) (an?|another|new) (new)? order",
        "(want|like|need|try|trying|going) to (buy|order|purchase)",
        "(exchange|exchanging|swap|swapping|replace|replacing) (it|this|that|them|these|my|the) ... ",
        (
            "(want|need|like|send|get|request) (a|an|the|me a) (replacement|exchange|new one|different size|"
            "bigger size|smaller size)"
        ),
        "(different|bigger|smaller|larger|another) (size|colour|color) instead",
        (
            "(registration|register|registering|sign up|signing up|signup) ... (problems?|errors?|issues?|"
            "fails|failed|trouble)"
        ),
        (
            "(problems?|errors?|issues?|trouble) ... (registration|register|registering|sign up|signing up|"
            "signup|log in|logging in|login|paying|payments?|checkout|app|website|site)"
        ),
        "(payment|payments) (problem|problems|error|errors|issue|issues|failure)",
    ),
    5: (
        "card ... (cracked|snapped|snaps|bent|melted|scratched|torn)",
        "not letting me (in|into|log|pay|use|access)",
        "(cracked|snapped|bent|melted) ... card",
        (
            "(CARD) ... (declined|decline|rejected|refused|failed|fail|failing|reverted|not work|not working|"
            "not go through|not function|not accepted|denied|stopped working|not recognise|not recognize|"
            "broken|damaged|not let)"
        ),
        (
            "(declined|decline|rejected|failed|failure|fail|refuse|refused|deny|rejecting|rejections|"
            "rejection) ... (CARD|message|cash|transfer|payment)"
        ),
        "(was|got|been|being|keeps|kept) (declined|rejected|refused|denied)",
        (
            "(app|website|site|page|link|checkout|code|coupon|cart|login) ... (not|keeps|crash|crashes|"
            "crashing|broken|down|error|errors|freezing|freezes|slow)"
        ),
        (
            "(can not|unable to|not able to|could not|not let me|will not let me|trouble|having problems) ... "
            "(get in|get into|log|login|sign|access|pay|register|checkout|check out|connect|transfer|withdraw|"
            "open|use|top up|activate|verify|load|get cash|withdrawal|transaction|try)"
        ),
        (
            "(can not|could not|will not|would not|not able to|unable to|did not|not let) ... (withdraw|"
            "withdrawal|withdrawing|cash|atm|use my|use this|use the|pin)"
        ),
        "declined",
        "(broken|damaged|cracked|bent|snapped) (card|atm)",
        "(cash|money) ... out of ... (atm|machine)",
        "(card|pin|app) to work",
        "(is|am) my card (actually|even|still)? working",
        "(error|bug|glitch|crash|crashed|crashing|malfunction|troubleshoot)",
        "(something|anything|what) (is|went|wrong) wrong with my card",
    ),
    4: (
        (
            "(why|how come) ... (can not|could not|will not|would not|did not|is not|not|declined|fail|failed|"
            "wrong) ... (CARD|cash|money)"
        ),
        "(tried|trying|attempted|try) to ... (but|and|not|did not|keeps|could not) ... ",
        "went wrong",
        "not (work|working)",
        "(wrong|typo|mistake|incorrect) ... (account|transfer|payment|recipient)",
        (
            "(worst|terrible|horrible|awful|disgusting|disgusted|ridiculous|unacceptable|pathetic|useless|rude|"
            "disappointed|appalling|shame|disgrace|incompetent|liars?|crooks|sue|lawyer|never again|never shop|"
            "never buy|furious|angry|joke|fed up|sick of)"
        ),
    ),
    3: ("(cancel|cancelled|delete|block|unblock|agent|supervisor|hacked|complain)",),
}
