"""The business database: one schema, SQLite or PostgreSQL. Alembic moves it from version to version (migrations/).

Amounts are integer minor units. Times are ISO-8601 UTC text of one width (nodes.ports.clock.iso): text order is time order.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

customers = Table(
    "customers",
    metadata,
    Column("customer_id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("email", String, nullable=False, unique=True),
)

orders = Table(
    "orders",
    metadata,
    Column("order_id", String, primary_key=True),
    Column("customer_id", ForeignKey("customers.customer_id"), nullable=False, index=True),
    Column("status", String, nullable=False),
    Column("total_cents", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("final_sale", Boolean, nullable=False, default=False),
    Column("placed_at", String, nullable=False),
    Column("shipped_at", String),
    Column("delivered_at", String),
    Column("expected_at", String),
    Column("card", String, nullable=False),
    Column("address", Text, nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    CheckConstraint("total_cents >= 0", name="total"),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order_id", ForeignKey("orders.order_id"), primary_key=True),
    Column("line_no", Integer, primary_key=True),
    Column("sku", ForeignKey("stock.sku"), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("price_cents", Integer, nullable=False),
)

payments = Table(
    "payments",
    metadata,
    Column("receipt_id", String, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("order_id", ForeignKey("orders.order_id"), nullable=False, index=True),
    Column("amount_cents", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("at", String, nullable=False),
    CheckConstraint("amount_cents > 0", name="amount"),
)

refunds = Table(
    "refunds",
    metadata,
    Column("receipt_id", String, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("order_id", ForeignKey("orders.order_id"), nullable=False, index=True),
    Column("amount_cents", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("approval_id", String),  # the approval that covers it; none: the rules alone allowed it
    Column("at", String, nullable=False),
    CheckConstraint("amount_cents > 0", name="amount"),
)

provider_refunds = Table(  # at a payment provider such as Stripe
    "provider_refunds",
    metadata,
    Column("key", String, primary_key=True),
    Column("order_id", String, nullable=False, index=True),
    Column("payment", String, nullable=False),  # what the provider calls the payment
    Column("amount_cents", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("reason", Text, nullable=False),
    Column("approval_id", String),
    Column("at", String, nullable=False),
    Column("claimed_until", String, nullable=False),  # until then no other refund of the order is asked for
    Column("refund_id", String),  # the provider's; none: it is not known yet whether the refund was made
    Column("status", String),
    Column("failure", Text),
    Column("look_at", String, index=True),  # when the provider is asked again; none: not any more
    Column("reported_at", String),  # when people were told that it failed
    Column("ticket_id", String),  # which asks people to pay it another way
    Column("thread_id", String, index=True),  # of that ticket
    CheckConstraint("amount_cents > 0", name="amount"),
)

gateway_attempts = Table(  # calls that the demo gateway left unanswered (shop.Card.GATEWAY_DOWN_ONCE)
    "gateway_attempts",
    metadata,
    Column("key", String, primary_key=True),
    Column("at", String, nullable=False),
)

stock = Table(
    "stock",
    metadata,
    Column("sku", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("on_hand", Integer, nullable=False),
    CheckConstraint("on_hand >= 0", name="on_hand"),
)

reservations = Table(
    "reservations",
    metadata,
    Column("key", String, primary_key=True),
    Column("order_id", ForeignKey("orders.order_id"), nullable=False, index=True),
    Column("sku", ForeignKey("stock.sku"), primary_key=True),
    Column("quantity", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("at", String, nullable=False),
    CheckConstraint("quantity > 0", name="quantity"),
)

shipments = Table(
    "shipments",
    metadata,
    Column("shipment_id", String, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("order_id", ForeignKey("orders.order_id"), nullable=False, index=True),
    Column("carrier", String, nullable=False),
    Column("tracking_number", String, nullable=False),
    Column("status", String, nullable=False),
    Column("at", String, nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("ticket_id", String, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("thread_id", String, nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("transcript", JSON, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("status", String, nullable=False),
    Column("assigned_to", String),
    Column("opened_at", String, nullable=False),
)

deliveries = Table(  # what a webhook is told
    "deliveries",
    metadata,
    Column("delivery_id", String, primary_key=True),
    Column("body", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try_at", String, index=True),  # none: it was told, or is not tried any more
    Column("sent_at", String),
    Column("error", Text),
)

webhooks = Table(  # who is told of events
    "webhooks",
    metadata,
    Column("webhook_id", String, primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("added_at", String, nullable=False),
)

outgoing = Table(  # one event for one receiver: a webhook, or the people behind SWITCHBOARD_NOTIFY
    "outgoing",
    metadata,
    Column("event_id", String, primary_key=True),
    Column("target", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try_at", String, index=True),  # none: it was told, or is not tried any more
    Column("sent_at", String),
    Column("error", Text),
    Column("claimed_by", String),
    Column("claimed_until", String),
)

servers = Table(  # processes that keep things going
    "servers",
    metadata,
    Column("owner", String, primary_key=True),
    Column("seen_at", String, nullable=False),
)

handovers = Table(  # decisions that a command leaves to a server
    "handovers",
    metadata,
    Column("handover_id", String, primary_key=True),
    Column("thread_id", String, nullable=False),
    Column("at", String, nullable=False),
    Column("request", Text, nullable=False),
    Column("claimed_by", String),  # the server that carries it out
    Column("result", Text),
)

cursors = Table(  # how far a reader of the journal has come
    "cursors",
    metadata,
    Column("name", String, primary_key=True),
    Column("entry_id", Integer().with_variant(BigInteger, "postgresql"), nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("key", String, primary_key=True),
    Column("message_id", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("sent_at", String),
    Column("state", String, nullable=False, server_default="pending"),  # pending, sent, failed
    Column("text", Text),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_try_at", String),
    Column("claimed_by", String),
    Column("claimed_until", String),
    Column("error", Text),
    Column("ticket_id", String),  # of the person who was told that it failed
)

approvals = Table(
    "approvals",
    metadata,
    Column("approval_id", String, primary_key=True),
    Column("thread_id", String, nullable=False, index=True),
    Column("action", String, nullable=False),
    Column("args", JSON, nullable=False),
    Column("args_digest", String, nullable=False),
    Column("requested_at", String, nullable=False),
    Column("expires_at", String, nullable=False),
    Column("status", String, nullable=False),
    Column("approved_cents", Integer),  # of version 0.1.0, which knew refunds alone
    Column("granted", JSON),
    Column("decision_id", String),
    Column("decided_by", String),
    Column("decided_at", String),
    Column("reason", Text),
    Column("rule", JSON),  # of the table of approvals, as it stood when this was asked; none: the default
    Column("decided_as", String),  # the person whose token or login it was, or the operating-system user
    Column("said_by", String),  # the name that was given with `--by`
    Index("ix_approvals_waiting", "status", "expires_at"),
)

approval_voices = Table(
    "approval_voices",
    metadata,
    Column("approval_id", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("verdict", String, nullable=False),
    Column("granted", JSON),
    Column("decision_id", String, nullable=False),
    Column("said_by", String),
    Column("reason", Text, nullable=False),
    Column("at", String, nullable=False),
)

approval_questions = Table(
    "approval_questions",
    metadata,
    Column("question_id", String, primary_key=True),
    Column("approval_id", String, nullable=False, index=True),
    Column("thread_id", String, nullable=False, index=True),
    Column("put_to", String, nullable=False),  # an address, or "ticket"
    Column("text", Text, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("asked_at", String, nullable=False),
    Column("ticket_id", String),
    Column("answer", Text),
    Column("answered_by", String),
    Column("answered_at", String),
)

people = Table(
    "people",
    metadata,
    Column("name", String, primary_key=True),
    Column("name_key", String, nullable=False, unique=True),  # the name without its case
    Column("role", String, nullable=False),
    Column("password", String),  # argon2's hash; none: tokens alone
    Column("added_at", String, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("digest", String, primary_key=True),  # SHA-256 of the token, which is shown once
    Column("name", ForeignKey("people.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("made_at", String, nullable=False),
    Column("expires_at", String),
)

threads = Table(
    "threads",
    metadata,
    Column("thread_id", String, primary_key=True),
    Column("name", String),
    Column("graph", String, nullable=False),
    Column("status", String, nullable=False),
    Column("outcome", String),
    Column("order_id", String),
    Column("customer", String),  # the e-mail address, in lower case
    Column("engine", String, nullable=False, server_default="langgraph"),
    Column("origin", String),  # the thread that this one is a fork of
    Column("opened_by", String),  # the person who started it first: it is theirs; none: it is not known
    Column("started_by", String),  # the person whose token or login started it first; none: it is not known
    Column("created_at", String, nullable=False),
    Column("updated_at", String, nullable=False),
    Column("lease_owner", String),
    Column("lease_until", String),
    Column("recoveries", Integer, nullable=False, server_default="0"),  # how often a server has gone on with a dead run
    Column("recover_at", String),  # not before
    Index("ix_threads_recent", "updated_at"),
    Index("ix_threads_order_id", "order_id", "updated_at"),
    Index("ix_threads_customer", "customer", "updated_at"),
    Index("ix_threads_graph", "graph", "updated_at"),
    Index("ix_threads_outcome", "outcome", "updated_at"),
    Index("ix_threads_status", "status", "updated_at"),
)

installation = Table(  # facts about this database, written once
    "installation",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

repeated_requests = Table(  # requests of programs that carry an Idempotency-Key
    "repeated_requests",
    metadata,
    Column("key", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("digest", String, nullable=False),  # of method, path and body
    Column("owner", String, nullable=False),  # the process that answers it
    Column("thread_id", String, index=True),
    Column("status", Integer),  # none: it is not answered yet
    Column("body", Text),
    Column("at", String, nullable=False, index=True),
)

held_messages = Table(
    "held_messages",
    metadata,
    Column("held_id", Integer().with_variant(BigInteger, "postgresql"), primary_key=True, autoincrement=True),
    Column("thread_id", ForeignKey("threads.thread_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("at", String, nullable=False),
)

journal = Table(
    "journal",
    metadata,
    Column("entry_id", Integer().with_variant(BigInteger, "postgresql"), primary_key=True, autoincrement=True),
    Column("thread_id", String, nullable=False, index=True),
    Column("run_id", String, nullable=False),
    Column("graph", String, nullable=False),
    Column("event", String, nullable=False),
    Column("node", String),
    Column("label", String),
    Column("step", Integer),
    Column("attempt", Integer),
    Column("duration_ms", Integer),
    Column("input_bytes", Integer),
    Column("output_bytes", Integer),
    Column("input_digest", String),
    Column("output_digest", String),
    Column("error", Text),
    Column("at", String, nullable=False),
    Column("link", String),  # made from the thread's entry before; none: of an older home
)

journal_heads = Table(  # the last link of each thread's journal
    "journal_heads",
    metadata,
    Column("thread_id", String, primary_key=True),
    Column("link", String, nullable=False),
)

audit = Table(  # the chain of app.clients.database.audit_chain
    "audit",
    metadata,
    Column("seq", Integer().with_variant(BigInteger, "postgresql"), primary_key=True, autoincrement=True),
    Column("kind", String, nullable=False),
    Column("ref", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("link", String, nullable=False),
    Column("at", String, nullable=False),
)

texts = Table(
    "texts",
    metadata,
    Column("digest", String, primary_key=True),  # of the text: equal texts are kept once
    Column("text", Text, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("thread_id", String, primary_key=True),
    Column("lead", String, primary_key=True),  # digest of the folder and the address it was asked for under
    Column("address", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("digest", ForeignKey("texts.digest"), nullable=False, index=True),
    Column("characters", Integer, nullable=False),
    Column("at", String, nullable=False),
)
