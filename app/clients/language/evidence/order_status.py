"""Evidence that something is on its way, and the customer asks where it is or when it comes."""

PHRASES: dict[int, tuple[str, ...]] = {
    7: (
        "(update|updates|updated) (me)? ... (on|about|regarding|status) ... (OWN|the) ... (PARCEL)",
        # "lost" is what a customer fears, before it is what they report
        "(is|has|was|might|could|did) (my|the|our) (new)? (card|package|parcel|order|item) ... lost",
        "(card|it) ... lost in (the)? (mail|post|transit|delivery)",
        "(get|waiting|receive|arrive|delivered) ... (card|it) ... lost",
    ),
    5: (
        "(where|when|track|status) ... (ID)",
        (
            "(no|not|never|any|without) ... (shipping|dispatch|tracking|shipment|delivery) (notification|"
            "notice|email|confirmation|info|information|number|message)"
        ),
        (
            "how (long|many days|soon|many weeks) ~ (OWN|new|replacement) ... (cards?|order|package|parcel|"
            "shipment|delivery|item|items)"
        ),
        "when (i|we) (can|will|could|should|might|may) ... (expect|receive|get|have)",
        "when to expect",
        "(has|have|did|is|was) not (my|the|our|this) ... (COME|delivered|shipped|received|here)",
        "(PARCEL) ~ (tracked|tracking)",
        "(number|way|link|how) to track",
        "in the (post|mail)",
        "(PARCEL) ... still ... (processing|pending|preparing|open|unfulfilled|packing)",
        "(expected|estimated|supposed|scheduled|due|meant|promised) to (COME)",
        # where
        "where (is|are) (order|orders|parcel|package)",
        "where (is|are|was|has|the|in|could|might|can|would|did) ... (MY) ... (PARCEL)",
        (
            "where (the hell|on earth|the heck|in the world|exactly|the fuck)? (is|are|might|could|has|have) "
            "(it|they|everything)"
        ),
        "where ... (MY) ... (PARCEL) (is|are|has|went|got|might|could)",
        "where (it|they|he|she) (is|are|has|have|might|could|went|got)",
        "where (PARCEL)",
        "(locate|find|find out|look up|trace|tracing|located|locating|look into|looking for) ... (OWN) ... (PARCEL)",
        "(track|tracking|tracked|trace) ... (PARCEL|it)",
        "tracking (number|info|information|link|code|id|page|says|shows|status|has|is|update|updates|details|still)",
        "(PARCEL) tracking",
        "(location|whereabouts|eta) of",
        # how is it getting on
        (
            "(status|progress|update|updates|updated|news|whereabouts|location|eta|happened|happening|going on|"
            "word|follow up|following up|checking up|checking in|check up|check on|checking on|getting on|far "
            "along|hold up|delay|problem) ... (SHIPMENT)"
        ),
        "(status|update|updates|news|whereabouts|location) ... (OWN) ... (PARCEL)",
        "(SHIPMENT) (status|eta|whereabouts|progress|location|update|updates|tracking)",
        "(SHIPMENT) ... (getting on|coming along|on schedule|on time|on track|so long|taking long|taking forever)",
        "status (update|check|report|please)",
        "(what|check|know|see|view|show) (is|the|my|me)? ... status",
        "eta",
        "(hold up|holdup|hold up with)",
        "(got|gone|go|get|ended up) to (\\?|\\.|now)",
        "become of",
        # when
        (
            "when (will|is|are|can|do|does|should|would|did|may|might) ... (PARCEL) ... (COME|delivered|"
            "deliver|ship|shipped|ships|sent|expected|due|dispatched|ready|supposed|out|released)"
        ),
        (
            "when (can|will|should|do|would|could|might|may|am|are) (i|we) ... (get|receive|expect|expecting|"
            "have|see|getting|receiving) ... (PARCEL|it|them)"
        ),
        (
            "when (will|is|are|does|do|should|would) (it|they|that|this|everything|the rest) ... (COME|"
            "delivered|ship|shipped|sent|due|going to)"
        ),
        "when ... (PARCEL) ... (COME|ships?|shipped|delivered|get here|lands?|be here)",
        "when ... be delivered",
        "when ~ (i|we) ... (get|have|receive|expect|see) (OWN)",
        "(here|arrive|come|delivered|make it|there|be|get) ... (by|before|in time for) ... (DAY)",
        "(preparing|packed|processing|processed|pending|ready) (for|to) (dispatch|shipment|shipping|ship|since)",
        "how (far|close) ... (driver|courier|PARCEL)",
        "when (is|are|will) (OWN) ... (COME|due|ready|delivered|sent)",
        (
            "(how soon|how quickly|how fast|what day|what date|what time|which day|how many more days|how much "
            "longer|what is the earliest) ... (get|receive|expect|have|see|wait|COME|delivered|delivery|"
            "deliver)"
        ),
        "how (long|many days|many weeks) (until|till|before|for|will it be) ... (PARCEL|it|them)",
        "how (long|many days) ... (i|we) ... (wait|expect|get|receive) ... (MY) ... (PARCEL)",
        "how (long|soon|quick|quickly|fast|many days) ... (OWN) ... (PARCEL)",
        "how much longer",
        (
            "(COME|delivered|delivery) (by|before|in time|today|tomorrow|tonight|on time|this morning|this "
            "afternoon|this week|soon)"
        ),
        (
            "(expected|estimated|supposed|scheduled|due|meant|promised|suppose|told|said) ... (be here|have "
            "arrived|arrive|come|get here|be delivered|delivery|arrival)"
        ),
        (
            "(delivery|arrival|shipping|estimated|expected|delivered|dispatch) (date|estimate|time|day|window|"
            "update|status|arrival|delivery) ... (for|of|on) ... (PARCEL)"
        ),
        # not here
        (
            "(PARCEL) ... (not|never|yet to|still not) ... (COME|received|delivered|shipped|here|moved|"
            "dispatched|sent|moving|updated)"
        ),
        (
            "(not|never|nothing|yet to|without|have yet) (been|be|even|yet|actually|still|ever|have|having|"
            "seen)? (received|receive|get|got|seen|had|getting|receiving|delivered) ... (PARCEL|it|them|"
            "anything)"
        ),
        (
            "(not|never) (yet|even|actually|still)? (received|COME|delivered|here|shipped|been shipped|been "
            "delivered|been sent|moved)"
        ),
        (
            "why (has|have|is|did|does|had) (it|my|our|the|they|this) ... not ... (COME|been delivered|been "
            "shipped|dispatched)"
        ),
        "(has|have) (it|they|my|our|the) ... (COME|shipped) yet",
        "not (have|got|seen) (OWN|it|them) ... (PARCEL|yet|after|in)",
        "(expedite|expedited|expediting|speed up) ... (PARCEL)",
        "(PARCEL) ... expedited",
        "(wait time|lead time|leadtime|length of time|time frame|timeframe) ... (receive|receiving|PARCEL|COME)",
        "how (long|many days) ... (OWN|new|replacement) (new|replacement|debit|credit|bank)? (cards?)",
        "when did you (send|ship|post|mail|dispatch)",
        "how many days to deliver",
        "(delivery|tracking) (of|for) (OWN|the|that) ...",
        "(hoping|thought|expected|expecting|hoped|supposed|should|meant) ~ (PARCEL) ~ (by now|at my door|here|be)",
        "(been|was|am|were|are) (expecting|awaiting|anticipating) ...",
        "(PARCEL) ... never ... (made it|made|materialised|materialized|appeared|landed|found)",
        "looking for (an|the|my) order",
        "(said|quoted|promised|told) ... (business days|working days|days)",
        "on day \\d+",
        "without (my|the) (delivery|order|package|parcel)",
        "(thought|expected|expecting|hoped|should) ... (received|got|had|have|arrived) ... (PARCEL|it|by now)",
        "(nothing|none|no one|nobody) (has|have|ever)? (COME|been delivered|been sent|delivered|rung)",
        "no (sign|trace|sight|delivery|package|parcel|tracking|movement)",
        "any sign",
        "(waiting|wait|waited) (for|on) ... (PARCEL|it|them|delivery)",
        "(still|been|patiently) waiting",
        "still (no|not here|nothing) (PARCEL|yet|here|sign)?",
        (
            "(is|was|has|have|are|did) ... (SHIPMENT|it|they|them|you|card) ... (shipped|ship|dispatched|"
            "dispatch|been sent|sent out|out for delivery|on its way|on the way|in transit|mailed|posted|been "
            "delivered|arrived)"
        ),
        "(SHIPMENT|card) ... (late|delayed|overdue|missing|stuck|disappeared|vanished|behind|lost in)",
        "(SHIPMENT) ... (lost|gone|left)",
        "(is|has|was) ... (PARCEL) ... lost ... (delivery|mail|post|transit)",
        "(late|delayed|lost|missing|overdue|undelivered|stuck) (order|package|parcel|delivery|shipment|item|mail)",
        "lost in (the)? (mail|post|transit|delivery)",
        (
            "(stuck|sat|sitting|held|held up|been) (at|in) (the|a|your|customs)? (depot|warehouse|customs|"
            "facility|hub|post office|transit)"
        ),
        (
            "(says|marked|shows|showing|say|said|shown|listed|claims) ... (delivered|shipped|in transit|out "
            "for delivery|processing|label created)"
        ),
        (
            "(driver|courier|postman|mailman|carrier|ups|fedex|usps|dhl) ... (never|not|no one|late|where|lost|"
            "came|supposed|says|said)"
        ),
        "(it|they|SHIPMENT|card) ... (on its way|on the way|on their way)",
        "(in transit|out for delivery)",
        (
            "(need|want|give|give me|send|send me|get) ... (OWN) (new|debit|credit|bank|replacement)? (card|"
            "order|package|parcel) ... (soon|now|immediately|quickly|fast|right away|today|quick|urgently)"
        ),
        "(have|get) it by ... (date|time|tomorrow|friday|monday)",
        "(card|package|parcel|order|mail) arrival",
        "(issued|sent|mailed|posted|ordered) ... (card|order) ... (ago|last week|yet)",
        "dispatch of",
    ),
    3: (
        "^ (ordered|bought|purchased) (an?|some|my|this|the|two|three|from|it) ...",
        "(PARCEL) ~ (still|yet|supposed|waiting|last night|yesterday|ago|weeks|days|already|late)",
        "(still|yet|supposed|waiting|weeks|days|already|late) ~ (SHIPMENT)",
        "(ordered|bought|purchased) ~ (still|yet|ago|on the|weeks|days|since)",
        "(OWN) (last|recent|latest|online|whole|entire)? (order|package|parcel|delivery|shipment)",
        "order (number|no|id)? (is|was)? (ID)",
        "(on|about|regarding|for) (ID)",
        "(i|we) (ordered|bought|placed|purchased|paid for)",
        "(shipped|dispatched|delivered|transit|courier)",
        "(arrive|arrived|arriving|arrival)",
        "(it|they) (come|coming)",
        "(been|has been|have been|over|already|for|after) ... (days|weeks|month|months) ... (since|now|and|already)",
        "what gives",
        "(ID)",
        "been ... (days|weeks?|months?|ages|forever|long)",
        "(you|they) (sent|shipped|posted|mailed) ... (OWN)",
    ),
}
