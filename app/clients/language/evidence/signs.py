"""Signs beside the intent: a person is asked for, or a refund that is already under way is asked about."""

WANTS_HUMAN: tuple[str, ...] = (
    (
        "(talk|talking|speak|speaking|chat|chatting|contact|contacting|reach|reaching|connect|transfer|put|get|call|"
        "calling|give|want|need|like|prefer|find|is there|have|send|pass|escalate|switch) ... (human|humans|colleagues?|agent|"
        "agents|representative|representatives|manager|supervisor|somebody|someone|operator|advisor|adviser|"
        "specialist|real person|actual person|live person|person|staff|team member|member of staff|customer service|"
        "customer support|customer care|customer assistance|support team|live chat|employee|your boss|in charge|"
        "higher up|consultant|team leader)"
    ),
    "(human|agent|representative|operator|manager|supervisor|person) (please|now|needed|right now|soon|\\.)",
    "^ (human|agent|representative|operator|manager|supervisor) >",
    "(real|actual|live|human) (person|human|agent|being|operator|representative|people|support|chat|assistance)",
    "(call|phone|ring) (me|us)",
    "(call|phone|ring) ... back",
    "not (a|an|with a|to a)? (robot|bot|machine|chatbot)",
    "(talk|talking|speak|speaking|chat|deal) ... (robot|bot|machine|chatbot)",
    "phone call",
    "(pass|hand|forward) (it|this|that|me|my case) (on|over|to)",
    "^ (a|your|the)? colleague (please|then|now|\\.|>)",
    "(free phone|phone|telephone|customer service|customer support) number",
)

WANTS_HUMAN_NOT: tuple[str, ...] = (
    "(someone|somebody|person|manager) ... (stole|stolen|used|using|else)",
    "(what|which) (time|times|hours|days)",
    "(hours|available|availability|opening)",
    (
        "(can|could|will|would) (someone|somebody|anyone) (please)? (tell|help|explain|check|look|track|find|send|"
        "refund|let|update|give|advise)"
    ),
)

_END = "(\\.|\\?|>)"
SMALL_TALK: tuple[str, ...] = (
    f"^ (sorry|my bad|my mistake|oops) {_END}",
    f"^ (no|not a) (problem|problems|worries|prob|bother) {_END}",
    f"^ (i see|i understand|makes sense|fair enough|good to know|noted|all good|well done|good job) {_END}",
    f"^ (test|testing|this is a test|just testing|ping|anyone there|anybody there|is anyone there|are you there|you there) {_END}",
    f"^ how (are|is) (you|it|things|everything|life) (going|doing|today|all)? (today)? {_END}",
    f"^ (who|what) are you {_END}",
    f"^ are you (a|an)? (real|actual|live|human)? (bot|robot|human|person|machine|ai|computer|real|chatbot|alive|program|agent) {_END}",
    "^ (is this|am i talking to|am i speaking to|am i speaking with|am i chatting with|am i talking with) "
    f"(a|an)? (real|actual|live|human)? (bot|robot|human|person|machine|ai|computer|chatbot) {_END}",
    f"^ what (can|do) you do (for me|here)? {_END}",
    f"^ how (can|could|do) you help (me)? {_END}",
    f"^ (help|help me|please help|i need help|can you help me|can you help|need help) {_END}",
    f"^ what is your name {_END}",
)
"""The whole of a message that asks for nothing that a workflow does."""

ASKS_PROGRESS: tuple[str, ...] = (
    (
        "(where|when|status|track|tracking|progress|update|updates|news|waiting|wait|how long|how much longer|"
        "anything new|check on|checking on|follow up|following up|chasing|state of) ... (REFUND|money)"
    ),
    "(REFUND|money) (status|progress|update|yet)",
    "how much ... (did|have|has|was|were) ... (back|refunded|reimbursed)",
    (
        "(REFUND|money) ... (not|never|still) ... (gone through|come through|arrived|received|shown|showing|show|"
        "appeared|hit|credited|processed|posted|reached|come|here|back|been|got|get|see|seen|pending)"
    ),
    (
        "(has|have|did|is|was|will) ... (REFUND) ... (gone through|go through|come through|processed|issued|sent|"
        "approved|arrived|completed|done|been|posted|arrive|on its way|confirmed)"
    ),
    "(not|never|still) ... (received|got|seen|see|get|had|waiting|credited|no) ... (REFUND)",
    "not been (refunded|reimbursed|credited|repaid)",
    "(missing|miss|awaiting|await) ... (REFUND|money)",
    "how long ... (my|our|the) (REFUND|money)",
    "(return|returned) ~ not ... (account|card|statement|here|there|cleared|credited)",
    "(REFUND|money) ... (from the return|i was promised)",
    "(REFUND|money) ... missing",
    "(REFUND|money) ... (take|takes|taking|took) ... long",
    "(REFUND|money) ... not ... fast",
    "(taking|takes|take) ... long ... (REFUND)",
    "(what happened|what became|hold up|holdup|going on|happening|any word|anything|chasing|following up) ... (REFUND|money)",
    "(REFUND) ... (not|never|no) ... (statement|account|card|bank|balance)",
    "(statement|account|card|bank) ... (not|never|no) ... (REFUND)",
    "(account|card|balance) ... not ... credited",
    "(credit|refund) ... not ... (posted|shown|showed|showing|arrived|appeared|cleared|come)",
    "(returned|sent|return) ~ (nothing|no money|where is|statement)",
    "(when|where|how) ... (money|cash|funds) ... back",
    "(due|owed|supposed to) ... (REFUND)",
    "(REFUND|money) (sent|on its way|gone out|eta)",
    "(wrong|problem|issue|happening|happened|happen|going on) ... (OWN) ... (REFUND)",
    "when (do|will|can|should) (i|we) ... (money|REFUND|paid back)",
)
