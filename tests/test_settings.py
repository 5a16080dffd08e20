"""Every setting is understood or refused in one sentence that names it, what is expected and what came."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from scanner.settings import MOST, SETTINGS, load_settings, unknown_settings
from tests.packaging.test_operate import TABLE

ROOT = Path(__file__).parents[1]
YES_NO = ("SCANNER_HTTPS", "SCANNER_PROXY", "SCANNER_ACCESS_LOG", "SCANNER_METRICS")
ON_UNLESS = ("SCANNER_PACKING",)
NUMBERS = tuple(MOST)
NO_NUMBERS = ("²", "٣", "-1", "0", "nan", "inf", "1e3", "1.5", "1_000", "0x10", "ten", "9" * 5_000, "99999999999")
BAD: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(YES_NO + ON_UNLESS, ("2", "yess", "y e s", "-1", "enabled", "¹")),
    **dict.fromkeys(NUMBERS, NO_NUMBERS),
    "SCANNER_BACKUP_AT": ("24:00", "3:60", "³:00", "03:0²", "noon", "-1", "03:00:00", "3:", "", " "),
    "SCANNER_LOG": ("xml", "json,text"),
    "SCANNER_METRICS_TOKEN": ("1234", "sixteen characters", "ä" * 20, "sixteen-\ncharacters"),
    "SCANNER_SENTRY_DSN": (
        *("foo", "https://", "https://host/1", "https://key@/1", "https://key@host", "https://key@host/name"),
        *("ftp://key@host/1", "https://key@host:port/1", "https://key@[host/1", "https://key@host/²"),
    ),
    "SCANNER_ASK_AGAIN_ABOVE": ("-1", "1e3", "100.001", "much", "1,000.00", "²", "٣"),
    "SCANNER_HOUSE_NAME": ("x" * 61, "two\nlines"),
    "SCANNER_CURRENCY": ("€", "EURO", "E1R", "EU"),
    "SCANNER_GS_CHARACTER": ("0", "G", "ä", "what the scanner types"),
    "SCANNER_SMTP": (
        *("host", "http://host", "smtp://", "smtp://host:0", "smtp://host:port", "smtp://host/path", "smtp://key@host"),
        *("smtps://user:key@", "smtp://user:key@host?starttls=no", "smtp://[host", "smtp://user:key@host\nhost"),
        *("smtp://user:käy@host", "smtp://user:k%C3%A4y@host", "smtp://üser:key@host", "smtp://user:key%0A@host"),
        *("smtp://mail..example", "smtp://.example", "smtp://user:key@mail..example", f"smtp://{'m' * 64}.example"),
    ),
    "SCANNER_MAIL_FROM": ("sam", "sam@", "@host", "Sam <sam@host>", "a@b\nBcc: c@d", "a@b, c@d", "sam@host.", "s@m@host"),
    "SCANNER_DIGEST_TO": ("sam", "a@b,", "a@b; c@d", "a@b\r\nBcc: c@d", ",", "ä@b", ",".join(["a@b"] * 21)),
    "SCANNER_DIGEST_AT": ("24:00", "noon", "", " "),
    "SCANNER_DATA": ("~nobody-of-that-name/data",),
    "SCANNER_BACKUPS": ("~nobody-of-that-name/backups",),
    "SCANNER_SECRET_KEY": (" ", "\t\n"),
    "SCANNER_DATABASE": (),  # where the database is opened: `test_trouble_at_start`
}
GOOD = [
    *((name, word, True) for name in YES_NO for word in ("1", "yes", "on", "true", "TRUE", "Yes", " 1 ")),
    *((name, word, False) for name in YES_NO for word in ("0", "no", "off", "false", "OFF", "", " ")),
    *((name, word, True) for name in ON_UNLESS for word in ("1", "yes", "", " ")),
    *((name, word, False) for name in ON_UNLESS for word in ("0", "no", "off", "false")),
    *((name, " 7 ", 7) for name in NUMBERS),
    *((name, str(MOST[name]), MOST[name]) for name in NUMBERS),
    *((name, "", int(TABLE[name])) for name in NUMBERS),
    ("SCANNER_BACKUP_AT", "3", "3"),
    ("SCANNER_BACKUP_AT", " 23:59 ", "23:59"),
    ("SCANNER_BACKUP_AT", "Off", "Off"),
    ("SCANNER_ASK_AGAIN_ABOVE", "", Decimal("100.00")),
    ("SCANNER_ASK_AGAIN_ABOVE", " 0 ", Decimal("0.00")),
    ("SCANNER_ASK_AGAIN_ABOVE", "12,5", Decimal("12.50")),
    ("SCANNER_LOG", "JSON", "json"),
    ("SCANNER_LOG", "", "text"),
    ("SCANNER_GS_CHARACTER", "\x1d", "\x1d"),
    ("SCANNER_GS_CHARACTER", "{GS}", "{GS}"),
    ("SCANNER_GS_CHARACTER", " ", " "),
    ("SCANNER_SENTRY_DSN", "https://key@host/1", "https://key@host/1"),
    ("SCANNER_SENTRY_DSN", "http://key:secret@host:9000/path/12", "http://key:secret@host:9000/path/12"),
    ("SCANNER_METRICS_TOKEN", "0123456789abcdef", "0123456789abcdef"),
    ("SCANNER_HOUSE_NAME", " Acme, Leeds ", "Acme, Leeds"),
    ("SCANNER_HOUSE_NAME", " ", ""),
    ("SCANNER_CURRENCY", " eur ", "EUR"),
    ("SCANNER_CURRENCY", "", ""),
    ("SCANNER_BACKUPS", " ", None),
    ("SCANNER_SMTP", " smtp://user:pass%40word@host:587 ", "smtp://user:pass%40word@host:587"),
    ("SCANNER_SMTP", "smtps://[::1]", "smtps://[::1]"),
    ("SCANNER_SMTP", "smtp://häuser.example", "smtp://häuser.example"),
    ("SCANNER_SMTP", "", ""),
    ("SCANNER_MAIL_FROM", " scanner@shop.example ", "scanner@shop.example"),
    ("SCANNER_DIGEST_TO", "sam@shop.example ,olga+x@localhost", "sam@shop.example, olga+x@localhost"),
    ("SCANNER_DIGEST_TO", "", ""),
    ("SCANNER_DIGEST_AT", "6:30", "6:30"),
    ("SCANNER_DIGEST_AT", "off", "off"),
]


def test_every_setting_of_the_table_is_tried_here():
    assert set(BAD) == set(TABLE) == set(SETTINGS)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_a_bad_value_is_refused_in_a_sentence(name, value, tmp_path):
    with pytest.raises(ValueError, match=f"^{name}: expected ") as refused:
        load_settings({"SCANNER_DATA": str(tmp_path), name: value})
    said = str(refused.value)
    assert "got" in said and "\n" not in said and len(said) < 200
    assert "key@" not in said and (name == "SCANNER_METRICS_TOKEN") <= (value not in said)


@pytest.mark.parametrize(("name", "value", "meant"), GOOD)
def test_a_good_value_is_understood(name, value, meant, tmp_path):
    settings = load_settings({"SCANNER_DATA": str(tmp_path), name: value})
    found = settings.backup_folder if name == "SCANNER_BACKUPS" else getattr(settings, name.removeprefix("SCANNER_").lower())
    assert found == meant


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SCANNER_HTPS", "SCANNER_HTTPS may be meant"),
        ("SCANNER_DATABASE_URL", "SCANNER_DATABASE may be meant"),
        ("scanner_https", "SCANNER_HTTPS may be meant"),
        ("SCANNER_XYZZY", "there is no such setting"),
    ],
)
def test_a_name_that_is_no_setting_is_said(name, words):
    (said,) = unknown_settings({name: "1", "PATH": "/bin", "SCANNER_HTTPS": "1", "SCANNER_LONG": "1"})
    assert said.startswith(f"{name}: ") and words in said


def test_every_setting_is_known():
    assert unknown_settings(dict.fromkeys(TABLE, "1")) == []


@pytest.mark.slow
@pytest.mark.parametrize("command", [["serve", "--port", "1"], ["demo", "--port", "1"], ["verify"], ["export", "items"]])
def test_a_command_ends_with_the_sentence(command, tmp_path):
    environment = os.environ | {"SCANNER_DATA": str(tmp_path), "SCANNER_HTTPS": "perhaps", "SCANNER_HTPS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from scanner.cli import main; sys.exit(main(sys.argv[1:]))", *command],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "SCANNER_HTPS: there is no such setting, so it is left alone; SCANNER_HTTPS may be meant.",
        "SCANNER_HTTPS: expected 1 (or yes, on, true) or 0 (or no, off, false), got 'perhaps'.",
    ]
