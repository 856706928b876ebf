"""What customers read: sentences with a name and a built-in text, and the shop's own words in their place."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

ALWAYS = frozenset({"shop_name"})
"""Fields that every sentence has."""


Tone = Literal["friendly", "neutral", "brief"]


@dataclass(frozen=True)
class Sentence:
    """`text`: a Jinja2 template. Every figure in what it becomes is a field: the words around it can be another shop's."""

    name: str
    text: str

    @property
    def fields(self) -> frozenset[str]:
        return fields_of(self.text) | ALWAYS

    def built_in(self, fields: Mapping[str, Any]) -> str:
        return str(_template(self.text).render(fields))


class Wording(Protocol):
    """The shop's words."""

    @property
    def shop_name(self) -> str: ...

    @property
    def tone(self) -> Tone: ...

    @property
    def signature(self) -> str:
        """The end of replies and of mails to customers; "" for none."""

    @property
    def reply_language(self) -> str:
        """ISO 639-1, of every reply that a model words; "": the customer's."""

    @property
    def style(self) -> str:
        """How a model that words a reply is to write, in the shop's words."""

    def say(self, sentence: Sentence, fields: Mapping[str, Any]) -> str: ...


@dataclass(frozen=True)
class BuiltInWording:
    """Implements Wording."""

    shop_name: str = ""
    tone: Tone = "neutral"
    signature: str = ""
    reply_language: str = ""
    style: str = ""

    def say(self, sentence: Sentence, fields: Mapping[str, Any]) -> str:
        return sentence.built_in({**fields, "shop_name": self.shop_name})


BUILT_IN = BuiltInWording()


@cache
def environment() -> "SandboxedEnvironment":
    """Plain text: nothing is escaped. A template reaches its fields and no attribute that is not data."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    # Mail and chat, no HTML. Not optimized: what a template would compute is not computed to look at it.
    return ImmutableSandboxedEnvironment(autoescape=False, undefined=StrictUndefined, optimized=False)


@cache
def fields_of(text: str) -> frozenset[str]:
    """The fields that a template names. Raises jinja2.TemplateSyntaxError."""
    from jinja2 import meta

    return frozenset(meta.find_undeclared_variables(environment().parse(text)))


@cache
def _template(text: str) -> Any:
    return environment().from_string(text)
