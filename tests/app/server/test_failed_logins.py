"""After some failures a name has to wait, for the address that tried it, and not for ever."""

from datetime import timedelta

from app.server.web.failed_logins import MOST_FAILURES, MOST_KEPT, PAUSE, FailedLogins
from app.testing import NOON


def test_the_pause_is_for_one_name_and_one_address_and_ends() -> None:
    failed = FailedLogins()
    for _ in range(MOST_FAILURES):
        assert not failed.must_wait("mia", "10.0.0.1", NOON)
        failed.note("mia", "10.0.0.1", NOON)
    assert failed.must_wait("mia", "10.0.0.1", NOON)
    assert not failed.must_wait("mia", "10.0.0.2", NOON)
    assert not failed.must_wait("tom", "10.0.0.1", NOON)
    assert not failed.must_wait("mia", "10.0.0.1", NOON + PAUSE)
    failed.forget("mia", "10.0.0.1")
    assert not failed.must_wait("mia", "10.0.0.1", NOON)


def test_names_that_are_made_up_do_not_fill_the_memory() -> None:
    failed = FailedLogins()
    for number in range(MOST_KEPT + 10):
        failed.note(f"name {number}", "10.0.0.1", NOON + timedelta(seconds=1))
    assert len(failed._failures) == MOST_KEPT
