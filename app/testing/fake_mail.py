"""Mail that is kept for the test."""

from app.testing.scripted_failures import Failing


class FakeMail(Failing):
    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, dict[str, str]] = {}

    async def send(self, *, key: str, to: str, subject: str, text: str) -> str:
        self.called("send")
        self.sent.setdefault(key, {"to": to, "subject": subject, "text": text})
        return f"<{key}>"

    def to(self, address: str) -> list[dict[str, str]]:
        return [mail for mail in self.sent.values() if mail["to"] == address]
