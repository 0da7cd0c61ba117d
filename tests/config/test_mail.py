"""One address says how mail leaves."""

import pytest

from allmende.config.mail import CONSOLE, mail_settings


@pytest.mark.parametrize(
    ("address", "port", "tls", "ssl"),
    [
        ("smtp://mail.example.org", 25, False, False),
        ("smtp+tls://u:p%40ss@mail.example.org", 587, True, False),
        ("smtp+ssl://u:p@mail.example.org:8465", 8465, False, True),
    ],
)
def test_an_address_says_it_all(address, port, tls, ssl):
    told = mail_settings(address)
    assert (told["EMAIL_HOST"], told["EMAIL_PORT"]) == ("mail.example.org", port)
    assert (told["EMAIL_USE_TLS"], told["EMAIL_USE_SSL"]) == (tls, ssl)
    assert told["EMAIL_HOST_PASSWORD"] in ("", "p@ss", "p")


def test_without_one_mail_goes_to_the_log():
    assert mail_settings("") == {"EMAIL_BACKEND": CONSOLE}


@pytest.mark.parametrize("address", ["mail.example.org", "http://mail.example.org", "smtp://"])
def test_what_is_no_address_is_refused_without_repeating_it(address):
    with pytest.raises(ValueError, match="smtp"):
        mail_settings(address + "#geheim")
