"""What speaks for which intent: phrases with a rank, one module per intent. The strongest phrase in a message decides.

    10  says so in as many words, and overrides everything below ("i do not want a refund", "in what cases can i ...")
     9  wants this money back, or asks about the refund under way
     8  asks for a rule by name: a policy, a fee for cancelling, a guarantee
     7  mentions money back in any other way; asks a question that names an action ("how do i change my pin")
     6  asks for an action that only a colleague can do, or complains
     5  asks where something is or when it comes; reports that something of theirs does not work
     4  asks how the business works; says that a thing is broken
     3  hints
     2  the shape of a question about the business, and nothing more

The order is the policy: money back outranks a late parcel ("it never came, i want my money back"), an action outranks
the parcel it is about ("cancel the order that has not come"), a rule outranks the thing it is a rule for.
"""

from collections.abc import Mapping

from app.clients.language.evidence import general_question, order_status, other, refund
from nodes.ports.language import Intent

EVIDENCE: Mapping[Intent, Mapping[int, tuple[str, ...]]] = {
    "refund": refund.PHRASES,
    "order_status": order_status.PHRASES,
    "general_question": general_question.PHRASES,
    "other": other.PHRASES,
}
