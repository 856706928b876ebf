"""Whether an address stands in a text: this very one, and not as a part of another."""

import pytest

from app.clients.mail.addresses import names


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.com",
        "Ada <ADA@Example.com>",
        "write to ada@example.com.",
        "is it ada@example.com?\nada@example.community is another",
        "mailto:ada@example.com,grace@example.com",
        "https://shop.example/?email=ada@example.com&x=1",
        "'ada@example.com' _ada@example.com_",
        "请联系ada@example.com谢谢",
        "Lovelace--\tada@example.com--",
    ],
)
def test_an_address_stands_in_a_text(text: str) -> None:
    assert names(text, "ada@example.com")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "grace.ada@example.com, x+ada@example.com, o'ada@example.com, x-ada@example.com, x_ada@example.com",
        "nada@example.com 1ada@example.com éada@example.com яada@example.com",
        "ada@example.com.au ada@example.community ada@example.com-shop.example",
        "ada@exampleXcom",
    ],
)
def test_a_part_of_another_address_is_not_the_address(text: str) -> None:
    assert not names(text, "ada@example.com")
