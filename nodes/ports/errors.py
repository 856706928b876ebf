"""Every error Switchboard raises, arranged by what the caller does next.

    SwitchboardError
    ├── Retryable            try the same call again: nothing is known to be wrong with it
    │   ├── PaymentsUnavailable     the gateway did not answer, and moved nothing
    │   │   └── RefundedMeanwhile   another refund of the order came first: judge again
    │   ├── PaymentTimedOut         the gateway did not answer in time: the money may have moved
    │   ├── CarrierUnavailable      the carrier did not answer, and made no label
    │   ├── CarrierTimedOut         the carrier did not answer in time: the label may have been made
    │   ├── MailUnavailable         the mail server could not be reached or is busy
    │   ├── SearchUnavailable       a search provider did not answer
    │   ├── SourceUnavailable       a page did not answer, or is busy
    │   ├── LanguageUnavailable     the model did not answer
    │   └── MalformedAnswer         the model answered, twice, with something unusable
    ├── Final                another try would fail the same way
    │   ├── PaymentDeclined         the card issuer said no
    │   ├── RefundTooLarge          more than what was captured would be paid back
    │   ├── IdempotencyConflict     the key was used before, for something else
    │   ├── OutOfStock              there is less on hand than the order needs
    │   ├── AddressRefused          the carrier does not deliver there
    │   ├── AttemptClosed           the goods or the label under this key were given back, or have left
    │   ├── SourceUnreadable        a page is not there, is forbidden, or has no text
    │   ├── OrderUnreadable         the shop's record of an order is not clear: a person has to look
    │   ├── MailRefused             the address or the message was refused
    │   └── GateRefused             an approval does not cover what is about to be done
    ├── Refused              a person asked for something that cannot be done now (exit code 4)
    │   ├── UnknownTicket, UnknownThread, AmbiguousThread, ThreadBusy, ThreadUnfinished, NothingToResume
    │   ├── NothingPending, AlreadyDecided, ApprovalExpired, EditRefused, MayNotDecide
    │   ├── UnknownPerson, PersonRefused, UnknownWebhook
    │   └── PaidAlready
    ├── InvalidInput         what was typed does not make sense (exit code 2)
    └── NotConfigured        a setting is missing or a dependency is down (exit code 5)
        └── DependencyDown

A message is one plain sentence for a person: what was expected, what came, what to do next.
"""


class SwitchboardError(Exception):
    """The root: catch it to handle everything that Switchboard itself reports."""


class Retryable(SwitchboardError):
    """The same call may work in a moment; policies decide how often it is tried."""


class PaymentsUnavailable(Retryable):
    """The payment gateway could not be reached; nothing was paid."""


class RefundedMeanwhile(PaymentsUnavailable):
    """The order was refunded after this refund had been judged; nothing was paid. Judge it again."""


class PaymentTimedOut(Retryable):
    """The gateway did not answer in time: the money may or may not have moved. Repeat with the same key."""


class CarrierUnavailable(Retryable):
    """The carrier could not be reached; no label was made."""


class CarrierTimedOut(Retryable):
    """The carrier did not answer in time: the label may or may not have been made. Repeat with the same key."""


class MailUnavailable(Retryable):
    """The mail server could not be reached, or asked to try later."""


class SearchUnavailable(Retryable):
    """A search provider did not answer, or asked to try later."""


class SourceUnavailable(Retryable):
    """A source did not answer, or asked to try later."""


class LanguageUnavailable(Retryable):
    """The language model did not answer."""


class MalformedAnswer(Retryable):
    """The language model answered with something that does not fit, also when asked again."""


class Final(SwitchboardError):
    """The same call would fail again; the graph takes its failure path."""


class PaymentDeclined(Final):
    """The card issuer refused."""


class RefundTooLarge(Final):
    """The refunds of this order would exceed what was captured."""


class IdempotencyConflict(Final):
    """The idempotency key was used before with other arguments."""


class OutOfStock(Final):
    """Less is on hand than the order needs; nothing was reserved."""


class AddressRefused(Final):
    """The carrier does not deliver to this address."""


class AttemptClosed(Final):
    """The goods or the label under this key were given back, or are shipped; a new attempt needs a new key."""


class SourceUnreadable(Final):
    """A source cannot be read: it is gone, forbidden, too large, or has no text."""


class OrderUnreadable(Final):
    """What the shop keeps about an order is not clear, and is never guessed."""


class MailRefused(Final):
    """The mail cannot be sent as it is: a bad address, a forbidden header, a refused recipient."""


class GateRefused(Final):
    """The recorded approval does not cover the effect that was about to happen."""


class Refused(SwitchboardError):
    """What was asked cannot be done now; nothing was changed."""


class UnknownThread(Refused):
    """No thread has this id or name."""


class UnknownTicket(Refused):
    """No ticket has this number."""


class UnknownWebhook(Refused):
    """No webhook, or no event for one, has this id."""


class AmbiguousThread(Refused):
    """A prefix fits several threads."""


class OtherEngine(Refused):
    """Another engine runs the thread, and keeps its state. `engine`: which one, as far as it is known."""

    def __init__(self, sentence: str = "", engine: str | None = None) -> None:
        super().__init__(sentence)
        self.engine = engine


class ThreadBusy(Refused):
    """Another process holds the thread's lease."""


class ThreadUnfinished(Refused):
    """The thread stopped half way and has to be resumed before it takes new input."""


class NothingToResume(Refused):
    """The thread is complete, or waits for a decision."""


class NothingPending(Refused):
    """The thread does not wait for an approval."""


class AlreadyDecided(Refused):
    """It was decided before."""


class ApprovalExpired(Refused):
    """The deadline of the approval has passed."""


class EditRefused(Refused):
    """An approver may lower the amount, and change nothing else."""


class MayNotDecide(Refused):
    """This person may not decide about this, or has not signed in."""


class UnknownPerson(Refused):
    """Nobody has this name, this password or this token."""


class PersonRefused(Refused):
    """The person cannot be added, removed or given this role."""


class PaidAlready(Refused):
    """The same refund was paid a moment ago, or the idempotency key stands for another one."""

    def __init__(self, fact: str = "", hint: str = "") -> None:
        """`hint`: what to do about it on the command line."""
        super().__init__(f"{fact} {hint}".strip())
        self.fact = fact


class InvalidInput(SwitchboardError):
    """A value that a person typed cannot be used."""


class NotConfigured(SwitchboardError):
    """A setting is missing or wrong."""


class DependencyDown(NotConfigured):
    """Something Switchboard needs (a database, a server, an extra) is not there."""
