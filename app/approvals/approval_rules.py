"""`approvals.toml` in the home: who decides about what, and how many of them (docs/approvals.md).

The first rule that fits counts. What it says is written into the approval's record when the approval is asked for: a later
change of the file changes nothing about what waits. Without a file, and for what no rule fits, DEFAULT counts.
"""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from shlex import quote
from typing import Annotated, Any, Self, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator
from typing_extensions import TypedDict

from app.clients.mail.addresses import is_address
from app.plain_words import what_is_wrong
from app.records.people import ROLES, Person, allowed
from nodes.money import parse, shown
from nodes.ports.approvals import Approval
from nodes.ports.clock import iso
from nodes.ports.clock import parse as parse_time
from nodes.ports.errors import MayNotDecide, NotConfigured

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
SIGN_IN = "Sign in with `switchboard login NAME`, or set SWITCHBOARD_TOKEN to a token of yours (`switchboard people token NAME`)."
ANY = "any"
MOST_VOICES = 20
UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
LONGEST = timedelta(days=3650)


class Terms(TypedDict):
    """What one approval asks for, as it stands in its record: plain JSON."""

    who: list[str]  # roles and names
    quorum: int
    requester_may: bool
    deadline_s: float | None  # None: the setting's
    remind_s: list[float]  # before the deadline
    escalate_to: str | None
    requester: str | None  # the person who started the thread, if it is known


DEFAULT = Terms(
    who=["approver", "admin"],
    quorum=1,
    requester_may=False,
    deadline_s=None,
    remind_s=[],
    escalate_to=None,
    requester=None,
)


class Rule(BaseModel):
    """One `[[approval]]`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)

    action: Text = ANY
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    above: str | None = None
    who: Annotated[list[Text], Field(min_length=1)] = DEFAULT["who"]
    quorum: int = Field(default=1, ge=1, le=MOST_VOICES, strict=True)
    requester_may: bool = Field(default=False, strict=True)
    deadline: timedelta | None = None
    remind: list[timedelta] = []
    escalate_to: Text | None = None

    @field_validator("above", mode="before")
    @classmethod
    def _as_written(cls, above: Any) -> Any:
        if isinstance(above, int | float):
            raise ValueError('write the amount in quotes, like "500.00"')
        return above

    @field_validator("deadline", mode="before")
    @classmethod
    def _deadline(cls, text: Any) -> timedelta:
        return _duration(text)

    @field_validator("remind", mode="before")
    @classmethod
    def _reminders(cls, texts: Any) -> list[timedelta]:
        if not isinstance(texts, list):
            raise ValueError('it has to be a list, like ["1h", "15m"]')
        return [_duration(text) for text in texts]

    @model_validator(mode="after")
    def _amount_in_a_currency(self) -> Self:
        if self.above is not None and self.currency is None:
            raise ValueError("`above` needs a `currency`: an amount means nothing without one")
        if self.above is not None and self.currency:
            parse(self.above, self.currency)
        return self

    @property
    def above_cents(self) -> int:
        """Amounts up to this one are for the rules below; -1: every amount fits."""
        return parse(self.above, self.currency or "") if self.above is not None else -1

    def fits(self, action: str, args: Mapping[str, Any]) -> bool:
        if self.action not in (ANY, action):
            return False
        if self.currency is None:
            return True
        amount = args.get("amount_cents")
        fitting = args.get("currency") == self.currency
        return fitting and (self.above is None or (isinstance(amount, int) and amount > self.above_cents))

    def covers(self, other: "Rule") -> bool:
        """Whether everything that the other rule fits is taken by this one first."""
        return (
            self.action in (ANY, other.action)
            and self.currency in (None, other.currency)
            and self.above_cents <= other.above_cents
        )

    def row(self) -> dict[str, Any]:
        """As it is read, for people and scripts."""
        return {
            "about": self.about,
            "action": self.action,
            "currency": self.currency,
            "above": self.above,
            "who": list(self.who),
            "quorum": self.quorum,
            "requester_may": self.requester_may,
            "deadline": _written(self.deadline) if self.deadline else None,
            "remind": [_written(one) for one in self.remind],
            "escalate_to": self.escalate_to,
        }

    @property
    def about(self) -> str:
        """What it fits, in words."""
        if self.currency is None:
            return self.action
        return (
            f"{self.action} above {shown(self.above_cents, self.currency)}"
            if self.above
            else f"{self.action} in {self.currency}"
        )

    def terms(self) -> Terms:
        return Terms(
            who=list(self.who),
            quorum=self.quorum,
            requester_may=self.requester_may,
            deadline_s=self.deadline.total_seconds() if self.deadline else None,
            remind_s=sorted((one.total_seconds() for one in self.remind), reverse=True),
            escalate_to=self.escalate_to,
            requester=None,
        )


DEFAULT_RULE = Rule()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)

    approval: list[Rule] = []


@dataclass(frozen=True)
class ApprovalRules:
    """The table, read anew each time something is asked for: a server need not be started again."""

    file: Path | None = None

    def rules(self) -> list[Rule]:
        """Raises NotConfigured for a file that cannot be used."""
        return read_rules(self.file) if self.file and self.file.exists() else []

    def terms(self, action: str, args: Mapping[str, Any]) -> Terms | None:
        """What the first rule that fits asks for; None when none fits. Raises NotConfigured."""
        return next((rule.terms() for rule in self.rules() if rule.fits(action, args)), None)


def read_rules(file: Path) -> list[Rule]:
    """Raises NotConfigured, with the rule and the name that are wrong."""
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NotConfigured(
            f"{file} is not TOML: {error}. Correct it; `switchboard approvals check` tells more."
        ) from error
    except OSError as error:
        raise NotConfigured(f"{file} cannot be read ({error.strerror}). Correct that, or remove it.") from error
    try:
        return _File.model_validate(written).approval
    except ValidationError as error:
        raise NotConfigured(f"{file}: {'; '.join(map(_problem, error.errors()))}. Correct it and try again.") from error


def problems(rules: Sequence[Rule], people: Collection[Person], actions: Collection[str]) -> list[str]:
    """What cannot work as it is written, in sentences."""
    found = []
    for number, rule in enumerate(rules, start=1):
        found += [f"Rule {number}: {problem}" for problem in _rule_problems(rule, people, actions)]
        if taken := next((n for n, before in enumerate(rules[: number - 1], start=1) if before.covers(rule)), None):
            found.append(f"Rule {number} is never used: rule {taken} fits first. Put it above rule {taken}.")
    return found


def terms_of(record: Approval) -> Terms:
    """What its decision asks for now: once it has been escalated, whom it was escalated to may decide too."""
    terms = cast("Terms", record.get("rule") or DEFAULT)
    above = terms["escalate_to"]
    return {**terms, "who": [*terms["who"], above]} if above and "escalated_at" in record else terms


def escalates_at(terms: Terms, requested_at: str, expires_at: str) -> str | None:
    """With the rule's last reminder, or when half the time is over. None: never."""
    if terms["escalate_to"] is None:
        return None
    asked, deadline = parse_time(requested_at), parse_time(expires_at)
    reminders = [at for one in terms["remind_s"] if (at := deadline - timedelta(seconds=one)) > asked]
    return iso(max(reminders, default=asked + (deadline - asked) / 2))


def able(person: Person | None, terms: Terms) -> Person:
    """The person, who may decide about this. None: nobody has signed in. Raises MayNotDecide."""
    if person is None:
        raise MayNotDecide(f"Nothing was decided: on this installation people decide under their own names. {SIGN_IN}")
    if why := refusal(person, terms):
        raise MayNotDecide(f"{why} `switchboard approvals check` shows the rules.")
    return person


def refusal(person: Person, terms: Terms) -> str | None:
    """Why this person may not decide about this; None when they may."""
    if not allowed(person.role, "decide"):
        return f"{person.name} is {_a(person.role)}, and may not decide: an approver or an admin may."
    if not _is_named(person, terms["who"]):
        return f"{person.name} may not decide about this: {_or(terms['who'])} may."
    if terms["requester"] == person.name and not terms["requester_may"]:
        return f"{person.name} has asked for this, and may not decide about it too: somebody else has to."
    return None


def _rule_problems(rule: Rule, people: Collection[Person], actions: Collection[str]) -> list[str]:
    found = []
    if rule.action not in (ANY, *actions):
        found.append(f"nothing is called {rule.action!r}; write {_or([ANY, *sorted(actions)])}.")
    found += _who_problems(rule.who, people)
    able = sum(_is_named(person, rule.who) and allowed(person.role, "decide") for person in people)
    if people and able < rule.quorum:
        found.append(f"it needs {rule.quorum} to approve, and only {able} of the people may.")
    if not people and rule.quorum > 1:
        found.append(
            f"it needs {rule.quorum} to approve, and nobody was added: `switchboard people add NAME --role approver`."
        )
    if rule.deadline and any(one >= rule.deadline for one in rule.remind):
        found.append("a reminder lies before the moment of asking: reminders count back from the deadline.")
    if rule.escalate_to:
        found += _escalation_problems(rule.escalate_to, people)
    return found


def _escalation_problems(above: str, people: Collection[Person]) -> list[str]:
    """An address that is not a person's name is told, and decides nothing."""
    is_name = above in ROLES or above.casefold() in {person.name.casefold() for person in people}
    if is_name:
        return _who_problems([above], people)
    if is_address(above):
        return []
    return [f"`escalate_to` has to be a role, the name of a person, or an e-mail address, and {above!r} is none."]


def _who_problems(who: Sequence[str], people: Collection[Person]) -> list[str]:
    found = []
    names = {person.name.casefold(): person for person in people}
    for one in who:
        if one in ROLES:
            if not allowed(one, "decide"):
                found.append(f"{one!r} is a role that may not decide; approver and admin may.")
        elif people and one.casefold() not in names:
            found.append(f"nobody is called {one!r}: `switchboard people add {quote(one)}`, or correct the name.")
        elif people and not allowed(names[one.casefold()].role, "decide"):
            found.append(f"{one} is {_a(names[one.casefold()].role)}, and may not decide.")
    return found


def _is_named(person: Person, who: Collection[str]) -> bool:
    return person.role in who or person.name.casefold() in {one.casefold() for one in who if one not in ROLES}


def _duration(text: Any) -> timedelta:
    found = re.fullmatch(r"(\d{1,6})\s*([dhms])", text.strip()) if isinstance(text, str) else None
    length = timedelta(**{UNITS[found[2]]: int(found[1])}) if found else timedelta(0)
    if not timedelta(0) < length <= LONGEST:
        raise ValueError(f"{str(text)[:40]!r} is not a time; write it like 2h, 30m or 1d")
    return length


def _written(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    size, unit = next(
        (size, unit) for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")) if seconds % size == 0
    )
    return f"{seconds // size}{unit}"


def _problem(error: Mapping[str, Any]) -> str:
    place = [part for part in error["loc"] if part != "approval"]
    number = next((f"rule {part + 1}" for part in place if isinstance(part, int)), "")
    name = next((f"`{part}`" for part in place if isinstance(part, str)), "")
    if error["type"] == "string_pattern_mismatch":
        return f"{number}, {name}: it has to be a currency like USD"
    return ": ".join(filter(None, [", ".join(filter(None, [number, name])), what_is_wrong(error).rstrip(".")]))


def _a(role: str) -> str:
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"


def _or(words: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
