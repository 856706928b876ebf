"""What customers read from the answer section, beside the quotations."""

from nodes.ports.wording import Sentence

UNKNOWN = Sentence(
    "answer.unknown",
    "I don't know: our pages do not answer that question. Shall a colleague answer it? "
    'Say "get me a human" and I pass it on.',
)
WELCOME = Sentence("answer.welcome", "You are welcome. Ask a question, and I look for the answer in our pages.")
