"""What a channel's settings may be: TLS unless it is this machine itself, no password in an address."""

import pytest
from pydantic import ValidationError

from server.settings import Settings

GOOD = {
    "smtp_url": ["smtps://surat.contoh.test", "smtps://surat.contoh.test:465", "smtp://a%40contoh.test@surat.contoh.test:587",
                 "smtp://localhost:25", "smtp://127.0.0.1:1", "smtp://[::1]:25", "smtp://x:59999/"],
    "mail_from": ["tilik@contoh.test", "tilik+a@kemen.contoh.test"],
    "tell_url": ["https://gerbang.contoh.test", "https://gerbang.contoh.test:8443/a/b?c=d", "http://127.0.0.1:9000/kirim",
                 "http://localhost/", "http://[::1]:80/x"],
    "quiet_hours": ["20-6", "0-0", "22-05", "12-13"],
}  # fmt: skip
BAD = {
    "smtp_url": ["surat.contoh.test", "http://surat.contoh.test", "smtp://", "smtp://user:rahasia@surat.contoh.test",
                 "smtp://a@b@surat.contoh.test", "smtp://surat.contoh.test:99999", "smtp://surat\r\n.test", "smtp://x:0"],
    "mail_from": ["tilik", "Tilik <tilik@contoh.test>", "a@b, c@d", "tilik@contoh.test\nBcc: x@y.test",
                  "a b@contoh.test"],
    "tell_url": ["http://gerbang.contoh.test", "https://user:rahasia@gerbang.contoh.test", "ftp://gerbang.contoh.test",
                 "http://127.0.0.1.contoh.test/", "http://localhost.contoh.test/", "https://x/a b", "https://x/\r\ny",
                 "https://gerbang.contoh.test:99999"],
    "quiet_hours": ["24-6", "20", "20-6-7", "malam", "20:00-06:00"],
}  # fmt: skip


@pytest.mark.parametrize("name, value", [(name, value) for name, values in GOOD.items() for value in values])
def test_what_is_taken(name: str, value: str) -> None:
    assert getattr(Settings.model_validate({name: value}), name) == value


@pytest.mark.parametrize("name, value", [(name, value) for name, values in BAD.items() for value in values])
def test_what_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({name: value})
    assert [error["loc"] for error in refused.value.errors()] == [(name,)]


def test_no_secret_of_a_channel_is_in_what_settings_show_of_themselves() -> None:
    shown = repr(Settings.model_validate({"smtp_password": "rahasia-satu", "tell_secret": "rahasia-dua"}))
    assert "smtp_password" in shown and "rahasia" not in shown
