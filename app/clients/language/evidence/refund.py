"""Evidence that money is wanted back, or is on its way back."""

PHRASES: dict[int, tuple[str, ...]] = {
    10: (
        "(according to|as per|per|based on|despite) your ... policy",
        "(refund|reimburse) (me|my money|us) (now|please|asap|immediately)",
        "(want|demand|need|give me|get me|send me) (my|our) (money|cash) back",
    ),
    9: (
        "(charged|billed|debited|charge|took) ... (\\d times|\\dx|thrice|four times|five times|again and again)",
        "reverse (the|my|this|that|a|your) (SUM|charge|payment|[\\d.]+)",
        "where (is|are) the (SUM)",
        "(SUM) (you|they) (promised|owe|said|took|kept|stole)",
        "(pay|paid|paying) (me|us) ... back",
        "(cost|costs|fee|fees|deposit|payment|charges?|postage) ... (back|refunded|returned|reimbursed)",
        "(returned|return|sent back) ~ (pay me|no money|the money|my money|cash)",
        "(seen|got|received|see|have) no (money|cash|payment)",
        # asks for it
        "(i|we) ... (WANT) ... (REFUND)",
        (
            "(want|need|give|issue|process|arrange|request|requesting|require|demand|initiate|start|file|"
            "submit|raise|receive) (a|an|the|my|for a)? (full|partial|complete|total|immediate)? (REFUND)"
        ),
        "(refund|reimburse|compensate|repay) (me|us|my|it|the|this|order)",
        "(be|been|get|getting|got|being) (refunded|reimbursed|compensated|repaid)",
        "(WANT) ... (compensation|compensated|credited back)",
        "(want|like|prefer|rather have|just|only) the (money|cash)",
        "(SUM|penny|cent|dime) back",
        "(paid|pay) back",
        "(give|send|pay|get|return|transfer) (me|us)? back (my|our|the|all|what) ... (SUM|payment|paid|spent|owe)",
        "(account|card|balance) ... not ... credited",
        "(credit|refund) ... not ... (posted|shown|showed|showing|arrived|appeared|cleared|come)",
        "no (credit|refund|money) (on|in|to|yet|back)",
        "(waiting|wait|waited) ... (my|our) (money|cash|funds)",
        "(returned|sent) ~ (got|received|heard|get|seen|had) (nothing|no money)",
        "(when|where|how) ... (money|cash|funds) ... back",
        "(kept|keep|keeping|holding|stole|took|stealing) (my|our) (money|cash)",
        "(money|cash|funds|payment) ... (sent|paid|given|returned|credited|refunded) back",
        "(got|get|getting|received|want|wanted|owed|receive) ... \\d[\\d.,]* back",
        "(SUM) ... want it back",
        "(want|expect|need|like|have) (every|all) ... (penny|cent|dollar)",
        (
            "(get|give|send|pay|put|want|have|return|returned|refund) ... (money|cash|payment|funds|what|"
            "everything) ... (back|returned|refunded)"
        ),
        (
            "(get|give|send|pay|put|claim|receive|take) back (my|our|the|what|all|everything) ... (SUM|payment|"
            "paid|spent|owe)"
        ),
        "what (i|we) (paid|spent) ... (back|returned)",
        "back ... what (i|we) (paid|spent)",
        "(return|returning) (my|our|the|me the|me my) (money|cash|funds|payment)",
        "(OWN) (money|cash|funds|payment) (back|returned|refunded|now)",
        "pay (me|us|it|that) back",
        "(give|get|have|want|refund|pay) ... back ... (difference|deposit|rest|remainder|fee|fees)",
        "(difference|deposit|fee|fees) back",
        "(owe|owes|owed) (me|us)",
        "(put|credit|pay|reverse|return) ... back (to|on|onto|into|in) (my|our|the) (card|account|bank|paypal)",
        "(credit|credited) (me|back|my account|my card|to my)",
        # asks how it is getting on
        "how much ... (i|we|me|you) ... (get|got|gotten|receive|received|had|have|paid|pay|given|give|sent|send) ... back",
        "(OWN) ... (REFUND)",
        (
            "(REFUND) (status|progress|yet|still|not|never|was|did|for my|for order|for the|for this|on my|on "
            "order|on this|to my|please|now|today|soon)"
        ),
        (
            "(track|tracking|status|progress|update|news|where|when|waiting|wait|anything new|chasing|check "
            "on) ... (REFUND)"
        ),
        "where (is|are|has) ... (my|our|the) (money|cash|funds)",
        (
            "when (do|will|can|should|would|am) (i|we) ... (get|see|receive|have|expect|getting) ... (my|the|"
            "our|any) (money|cash|funds) (\\?|\\.|back|returned)"
        ),
        "how long (until|till|before|for) ... (my|the|our) money",
        "(OWN) (money|cash|funds) ~ (not|never|still) ... (COME|come|back|here|returned|appeared|shown up|on my)",
        "when (do|will|can|should|would) (i|we) ... (my|the|our) (money|cash|funds)",
        "(sent|returned|shipped|mailed) ... back ... (money|bank|statement|credited)",
        # disputes a charge
        "(dispute|disputing|contest|contesting) ... (charge|charges|payment|transaction|debit)",
        "(reverse|reversed|undo) ... (charge|charges)",
        "(charge|charges|payment|transaction|fee|it|this|that|be) ... (reversed|disputed)",
        (
            "(charged|billed|paid|debited|deducted|took|taken|charge|take) ... (twice|double|two times|2 times|"
            "2x|multiple times|three times|several times|more than once)"
        ),
        "(charge|charges|transaction|payment) ... (twice|multiple times|two times|several times|more than once)",
        (
            "(double|duplicate|duplicated|repeat|repeated) (charge|charges|charged|payment|payments|billing|"
            "billed|transactions?|debits?)"
        ),
        "(two|2|multiple|more than one|both|several) ... (charges|debits|same charge|identical)",
        "(same|one|single) ... (charge|payment|transaction|item|purchase) ... (twice|again|multiple|two times)",
        "(double charged|double billed|overcharged)",
    ),
    7: (
        "(out|down|short) (SUM)",
        "pay me",
        "claim (for|on|back) ...",
        "(REFUND|refundable)",
        "(compensation|compensate|compensated)",
        "get ... (money|cash) back",
        "give (it|them|that) back",
        "(reverse|reversed) (it|this|that|the payment)",
        (
            "(returned|return|sent|send|shipped) ~ (statement|my account|on my card|my bank|credited|cleared|"
            "my balance|original payment|original form)"
        ),
        "(after|for|from|of|on|with) (OWN) returns?",
        "(you|they|company|shop|store) (have|has|just)? (took|taken|take) ... (SUM)",
        "(SUM) ... (took|taken|charged|stole)",
        "(paid|charged|billed) ~ (too much|extra)",
        "(back|amount) ... (original payment|original card|payment method)",
        "take (it|this|that|them|these) back ... (money|cash)",
        "i (sent|returned|shipped|mailed) ... back",
    ),
    4: (
        (
            "(want|need|like|have|trying|try|going) to (return|send back|bring back) ... (it|this|that|them|"
            "these|my|the|an?|some|one|order)?"
        ),
        "(return|send back) (it|this|that|them|these|my)",
        "to send back (the|an?|my)",
        "(get|have) (it|that|those|them) back",
        "(charged|billed|debited) ~ (but|never|not|only|instead)",
        "(paid|charged|billed) ~ more than",
        (
            "(arrived|came|delivered|turned up|is|was|are|were|it|item|product|sent me|got|received|a|an) ... "
            "(broken|damaged|defective|faulty|smashed|shattered|cracked|torn|fake|counterfeit)"
        ),
        "(wrong|different|incorrect) (item|size|color|colour|product|order|one|thing|model)",
        "not (fit|as described|what i ordered|as advertised|match)",
        (
            "(was|been|got|were|am|you) (charged|billed) ... (wrong|extra|too much|incorrect|more than|higher|"
            "full price|without|even though)"
        ),
        "(not|never) (order|ordered|buy|bought|agree|authorize|authorized|authorise) ... (charge|charged|payment)",
    ),
    3: ("(my|our) (money|cash)",),
}
