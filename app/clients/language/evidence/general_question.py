"""Evidence of a question about how the business works: one page answers it for everybody."""

PHRASES: dict[int, tuple[str, ...]] = {
    10: (
        (
            "(what|which) (cases?|situations?|circumstances|conditions|terms|instances|scenarios|requirements) "
            "... (REFUND|return|returns|money|ask|reimburse)"
        ),
        "(under|in) (what|which) (cases?|situations?|circumstances|conditions)",
        (
            "(REFUND|return|returns|exchange|cancellation|shipping|privacy|money back) (policy|policies|"
            "guarantee|guarantees|terms|conditions|rules)"
        ),
        (
            "(policy|policies|rules|terms) (on|for|about|regarding|around) ... (REFUND|returns?|returning|"
            "sending|exchanges?|exchanging|cancelling)"
        ),
        (
            "how long (do|does|will|would|can) (a|an|your|the)? (refunds?|refund process|return|returns) "
            "(usually|normally|typically|generally)? take"
        ),
        "how long (refunds?) (usually|normally|typically|generally)? (take|takes)",
        (
            "how long (it|does it) (usually|normally|typically|generally)? (take|takes) (to|for) (a|process|"
            "issue|give|the)? (REFUND)"
        ),
        (
            "(do|does) (you|your store|your shop|the store|your company|customers|people) (guys|also|ever|"
            "usually|even)? (offer|give|do|issue|provide|allow|have|get|accept) ... (REFUND|returns)"
        ),
        "(is|are) ... (refundable|returnable)",
        (
            "(is|are|do) (refunds|returns) ... (issued|processed|given|made|sent|paid|always|only|go|come|"
            "credited|possible|allowed|accepted)"
        ),
        (
            "(REFUND|return|returns) (on|for|of) (sale|final sale|clearance|discounted|digital|gift|opened|"
            "worn|used|custom|personalised|personalized)"
        ),
        "how (do|does) (a|the|your)? (REFUND|returns?) (process)? work",
        "(charge|deduct|withhold|subtract|keep|take off) ... (fee|fees|shipping|postage|delivery|charges) ... (REFUND|returns?)",
        "(fee|fees|charge|charges|cost) (for|on|of|to) (a|the|my|get|getting)? (REFUND|returns?|returning|sending)",
    ),
    8: (
        "(policy|policies)",
        "(restocking|return|returns|returning|handling|processing|refund) (fee|fees|charges|costs)",
        "how much ... (cost|costs|pay|charge|is it) ... (return|send back)",
        "what ... (cost|costs) ... (return|send back)",
        "terms (and|of) (conditions|service|use)",
        "(guarantee|guarantees)",
        (
            "(cancellation|cancelation|termination|withdrawal|exit|cancelling|canceling|cancel|leaving|leave) "
            "... (fee|fees|charges?|penalty|penalties|costs?)"
        ),
        (
            "(fee|fees|charge|charges|penalty|penalties|costs?) ... (cancellation|cancel|cancelling|terminate|"
            "termination|withdraw|exit|early)"
        ),
        "(early) (exit|termination|withdrawal|cancellation)",
        "how (long|many days) (do|does|would|will) (i|we|you|customers) (have|get) to (return|send)",
        "(time frame|timeframe|deadline|window|period|time limit) (for|to|on) (returning|return|returns|exchanges?)",
    ),
    7: (
        "do (i|we) (need|have) (an? account|to have|to be|to create|to register|to sign)",
        (
            "(how|where|way|steps|need to do|process|possible|can i|could i) ... (set|change|changing|reset|"
            "get|create|make|choose|update) ... (password|passcode|pin)"
        ),
        (
            "(can|could|may|is it possible|is there|are|am i able|how can|how do|what) ... (open|create|have|"
            "make|get|set up) ... accounts? ... (child|children|kids?|son|daughter|teenager|teenage|minor|"
            "nephew|niece)"
        ),
        "(account|accounts) (for|to) ... (child|children|kids|kid|teenager|minors?)",
        "(child|children|kids?|son|daughter|teenager) ... (have|get|own|open|use) ... (account|card)",
        "(can|could|how|where|way|is it possible) ... (collect|pick up|pickup|click and collect)",
        (
            "(can|could|is it possible|may) ... (something|it|items?|orders?|things|one) (be)? (delivered|"
            "shipped|sent|posted) to"
        ),
        "(is|are) (it|returns|shipping|delivery) free",
        "(order|buy|shop) (from|with) (you|here|abroad)",
        "free to (return|send|ship|exchange|post|cancel)",
        "(when|how long|do|does|will) ~ expire",
        "what (days|times|hours) (do|are|does) (you|your|the|customer|customer service)",
        "^ (who|do|will|are|is there|what) ~ (customs|duties|duty|import|vat)",
        (
            "(will|do|am|would|does|are) (i|it|there|we|customers) (be|get|have to|being|going to be|gonna be|"
            "cost)? (charged|charge|pay|charges|extra|any fees?|fees?|money)"
        ),
    ),
    6: (
        "(possible|can i|can you|could you|able|how do i|do you) ... (ship|deliver|send) ... (to|from)",
        "where do you (ship|deliver|send|sell|operate)",
        "^ (how|where) ~ (apply|redeem|enter|use) ... (code|codes|coupon|voucher|gift card|points|discount)",
        "^ when (does|do|is|are|will) (the|your) (sale|store|shop|offer|promotion|office)",
        "(can|could|may|do) (i|we) (also)? pay (when|on|with|by|in|later|after|using|via|through|half|part)",
        (
            "(delivery|shipping|shipment|deliveries) (option|options|method|methods|choices|alternatives|"
            "types?|costs?|fees?|rates?|charges?|prices?|zones?|areas?|times|speed|speeds|countries|partners?|"
            "destinations|services?)"
        ),
        (
            "(option|options|choices|costs?|fees?|price|ways|methods|types) (for|of|to) (delivery|shipping|"
            "ship|deliver|shipment)"
        ),
        (
            "(payment|payments|paying|pay) (method|methods|option|options|modality|modalities|mode|modes|"
            "types?|ways?|plans?)"
        ),
        (
            "(method|methods|option|options|ways?|forms?|types?|modalities|means) (of|to|for) (payment|"
            "payments|pay|paying)"
        ),
        (
            "(do|does|can|could|will|would|are) (you|your company|your store|they) (also|guys|only|ever|even|"
            "still|able to)? (ship|deliver|send|post|mail) (to|in|internationally|abroad|overseas|worldwide|"
            "outside|on|at|globally|during|international|items|goods)"
        ),
        "(minimum|legal|right|what|required|appropriate|certain|youngest|whose) age",
        "how old (do|must|should|to|does|can|need) ...",
        "age (limits?|requirements?|restrictions?|range)",
        "(age|youngest|old enough|older|limit) ... (account|accounts|join|open|use|service|age)",
        "where (can|could|is|may|do|are|will) ... (used?|pay|accepted|works?|spend|withdraw)",
        "(use|used|accepted|works?) ... (anywhere|everywhere|all over|abroad|overseas)",
        "accepted (by|in|at|where)",
        "(under|over|below) (18|16|21|eighteen|sixteen)",
        (
            "(transfer|transfers|deposit|withdrawal|top up|payment|money) ... (usually|normally|typically) ... "
            "(take|takes)"
        ),
        (
            "(how long|how many days|how fast|how quickly|how soon|wait time|time period|time frame|what time) "
            "... (transfer|transfers|deposit|withdrawal|top up|sepa|swift|funds)"
        ),
    ),
    4: (
        (
            "^ (do|does) (you|your store|the shop) (have|do|make|carry|sell|offer|stock) (an?|any|the|your|"
            "next|same|free|gift|size|sizes|more|vegan|PARCEL)"
        ),
        (
            "(accept|accepted|take|takes|support|supported|allow|honor|use) ... (cards?|credit|debit|visa|"
            "mastercard|paypal|cash|cheques?|checks?|crypto|bitcoin|klarna|apple|google|amex|american express|"
            "payments?|currency|currencies|coupons?|gift|vouchers?|afterpay|installments|cod)"
        ),
        (
            "(pay|paying|paid|checkout|payment|top up|topping up|add money) ... (with|by|using|via|in|through|"
            "from) ... (cards?|credit|debit|visa|mastercard|paypal|cash|cheque|checks?|crypto|bitcoin|klarna|"
            "apple|google|amex|american express|installments|instalments|afterpay|transfer)"
        ),
        "(ship|shipping|deliver|delivery) (to|internationally|abroad|overseas|worldwide|outside|within)",
        (
            "(international|free|express|overnight|next day|same day|expedited|standard|two day|weekend|"
            "worldwide|saturday|sunday) (shipping|delivery|deliveries)"
        ),
        (
            "how (long|fast|quickly|many days) (do|does|is|are|will|would|it) ... (shipping|delivery|"
            "deliveries|deliver|ship|standard|express|take|takes)"
        ),
        "(delivery|shipping) ... (usually|normally|typically|generally|take|takes|cost|costs)",
        "how much ... (TOPIC|ship|cost|costs|it|return|send|sign up|join)",
        (
            "what (is|are) (the|your) ... (fees?|costs?|charges?|rates?|prices?|limits?|hours|rules|"
            "requirements|maximum|minimum)"
        ),
        (
            "(is|are) there ... (fees?|charges?|costs?|limits?|minimum|maximum|restrictions?|discounts?|age|"
            "penalty|ways?)"
        ),
        (
            "(limits?|limitations?|maximum|max|highest|how often|how many) ... (top ups?|topping up|cards?|"
            "transactions?|transfers?|day|month|withdraw|amount|items|use)"
        ),
        "(top ups?|transactions?|cards?|transfers?) ... (limits?|limitations?|maximum)",
        (
            "(which|what|how many|any|many|the|multiple|other|all) (countries|country|currencies|currency|"
            "cards|states|places|locations|areas|regions|cities|stores|brands|sizes|banks|documents|atms)"
        ),
        (
            "(supported|available|offered|operate|operating|live|living|based|reside|outside) (in|of|the) ... "
            "(uk|us|eu|europe|usa|countries|country|states|canada)"
        ),
        "(not|am|from|in|outside) (in)? (the)? (uk|us|eu|usa|europe|abroad)",
        "(exchange|interest|conversion) rates?",
        (
            "(exchange|exchanging|convert|converting|hold|holding) ... (currency|currencies|money|gbp|usd|eur|"
            "aud|euros?|dollars)"
        ),
        "(opening|business|working|store|office|operating|service|support|open) (hours|times)",
        "(what|which) (time|hours|times|days) ... (open|close|available|contact|call|closed|reach|service)",
        "(are|is) ... (open|closed) (on|at|today|tomorrow|sundays?|saturdays?|weekends|late|\\?)",
        (
            "(where|when) (are|is|do) (you|your|the) ... (located|location|stores?|shops?|office|offices|based|"
            "open|close|headquarters|branch|nearest|atm|atms)"
        ),
        (
            "(reset|resetting|recover|recovering|forgot|forgotten|forget|retrieve|retrieving|recovery|lost|"
            "restore|remember) ... (password|passcode|pin|code|key|pass|username|access)"
        ),
        "(password|passcode|pin|pin code) (reset|recovery|forgotten|forgot|retrieval)",
        (
            "(how|where|can|could|may|what) ... (create|open|register|sign up|set up|join|enrol|enroll|become|"
            "apply|opening|creating|registering) ... (accounts?|member|membership|user|online|registration|"
            "loyalty|program|rewards|\\?)"
        ),
        (
            "(gift cards?|gift vouchers?|vouchers?|coupons?|promo|promo codes?|promotions?|discounts?|student|"
            "loyalty|rewards|membership|points|price match|sale|sales|black friday|referral|warranty) ... \\?"
        ),
        (
            "(do|does|can|will|are) (you|your) (guys|also|ever|currently|still|even)? (offer|sell|stock|carry|"
            "provide|support|charge|price match|match|gift wrap|restock|allow|operate|require|repair|accept|"
            "convert|issue)"
        ),
        (
            "(who|am i|are students|is anyone|can anyone|can anybody|can non|can someone|can people) ... "
            "(eligible|qualify|join|allowed|account|sign up|apply|entitled|card|support)"
        ),
        (
            "(can|could|may|am i able to|how can|how do|is it possible to) (i|we|you)? (get|have|order|use|"
            "open|request|apply for|own) (an?|another|one of your|more|both|second|extra|your|the) ... (cards?|"
            "account|accounts|visa|mastercard)"
        ),
        "(auto|automatic|automatically) ... (top|topping|add|money|balance|reload)",
        (
            "(return|returns|returning) (window|period|process|label|instructions|deadline|address|fee|fees|"
            "costs?|work|accepted|free)"
        ),
        (
            "(how|where|can|could|do|what|may) (do|can|could|should|to|i|we|is|many|long) ... (return|send "
            "back|returned|returning)"
        ),
        "(how|what|where) ~ (returning|exchanging) (an?|something|items?|gifts?|things)",
        "how ~ return (an?|something|items?|gifts?|things)",
        "(forms?|types?|kinds?|sorts?) of (id|identification|payment|cards?|documents?)",
        "how (do|does|will|would) ... (TOPIC) ... work",
        (
            "(why|must|do|need|should|what|how|skip|used|have to|want) ... (verify|verified|verification|"
            "verifying|identity|identification|identify|id)"
        ),
        "(identity|identify|id) (check|checks|verification|details|proof)",
        "(what|how) ... (TOPIC) ... (mean|means|required|requirements|needed|necessary|documents|difference|benefits)",
        "(what|difference) ... (required|requirements|documents|difference|benefits) ... (TOPIC|standard|between)",
        (
            "(is|are|can|do|does) ... (TOPIC) ... (available|possible|allowed|supported|included|required|safe|"
            "secure|covered|expire|accepted)"
        ),
        "(do|does|will) ... (vouchers?|cards?|points|coupons?|codes?) expire",
        "(tell me|know|learn|explain|information|details|read|understand|see|check) ... your ... (TOPIC)",
        "(visa|mastercard) (or|and) ... (visa|mastercard)",
        "(choose|choice|prefer|rather|given) ... (visa|mastercard)",
        "(contact|customer service|support) (hours|details|number|email)",
        "(couriers?|carriers?) (do you|you) use",
        "(minimum|min) (spend|order|purchase)",
        "what happens (if|when)",
        "^ (what|how) ~ (procedure|process|steps|turnaround)",
        "(what if|if something|if anything|if an item|if a product|if my item|when something) ...",
    ),
    2: (
        "^ (how|what|which|who|do|does|can|could|is|are|will|may|where|when|why|would|am|any|whose) ~ (TOPIC)",
        "(how|what|which|who|if|whether|where) (do|does|can|i|you|your|is|are|to|the|there|will) ~ (TOPIC)",
        "^ (do|does|can|are) (you|your) ~ (PARCEL|gift|gifts|restock|wrap|wrapping|catalog|catalogue|stock)",
        "how (does|do|would) one",
        "how do (i|you|we) go about",
        (
            "(tell|know|information|explain|details|interested|learn|wondering|curious|what if|any chance|"
            "possible|explain|find out|question|process|steps|way|ways) ~ (TOPIC)"
        ),
        (
            "(i|we) (want|need|would like|prefer|wish|have) ... (visa|mastercard|american express|currency|gbp|"
            "usd|aud|eur|cheque|transfer|transferring|funds|top up|disposable|identity|credit card)"
        ),
        "(topping up|top up|exchange rate|disposable|currency|currencies|visa|mastercard|swift|sepa)",
    ),
}
