"""Signs beside the intent: a person is asked for, or a refund that is already under way is asked about."""

WANTS_HUMAN: tuple[str, ...] = (
    (
        "(talk|talking|speak|speaking|chat|chatting|contact|contacting|reach|reaching|connect|transfer|put|get|call|"
        "calling|give|want|need|like|prefer|find|is there|have|send|pass|escalate|switch) ... (human|humans|agent|"
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
    "not ... (robot|bot|machine|chatbot)",
    "phone call",
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
    "not been (refunded|reimbursed)",
    "(wrong|problem|issue|happening|happened|happen|going on) ... (OWN) ... (REFUND)",
    "when (do|will|can|should) (i|we) ... (money|REFUND|paid back)",
)
