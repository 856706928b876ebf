"""The suite of language on the built-in rules. A model passes it too, but not the small one of these tests."""

import pytest

from app.clients.language.rules import RulesLanguage
from app.testing.contracts import LanguageContract


class TestContract(LanguageContract):
    @pytest.fixture
    def language(self) -> RulesLanguage:
        return RulesLanguage()
