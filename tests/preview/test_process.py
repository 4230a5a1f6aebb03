"""The preview as a process: how it begins and ends, and whatever happens to the files that it shows."""

import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing

import pytest

from tests.commands.desk import ROOT, git
from tests.preview.running import PRICES, change, folder

SECONDS = 60


def run_once(desk, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, str(ROOT / "cli.py"), "preview", *arguments]
    return subprocess.run(command, cwd=desk, capture_output=True, text=True, timeout=SECONDS, check=False)


# ------------------------------------------------------------------------------------------------------------ begin and end


@pytest.mark.parametrize(("number", "code", "said"), [(signal.SIGINT, 130, "stopped\n"), (signal.SIGTERM, 143, "")])
def test_a_signal_ends_it_at_once_though_a_page_listens(place, number, code, said, begin):
    own = begin(place)
    with closing(socket.create_connection(("127.0.0.1", own.port))) as page:
        page.sendall(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{own.port}\r\n\r\n".encode())
        assert b"event: hello" in page.recv(65536) + page.recv(65536)
        begun = time.monotonic()
        own.process.send_signal(number)
        out, err = own.process.communicate(timeout=SECONDS)
        heard = b"".join(iter(lambda: page.recv(65536), b""))
    assert (own.process.returncode, out, err) == (code, "", said)
    assert b"event: ended" in heard and time.monotonic() - begun < 10


def test_a_port_in_use_is_said_where_it_was_asked_for(place):
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        ran = run_once(place, "koodrive", "--port", str(port))
    assert (ran.returncode, ran.stdout) == (3, "")
    assert f"error[Y812]: the port {port} cannot be used: another program answers there" in ran.stderr and "= help: name another port" in ran.stderr


@pytest.mark.whole
def test_two_previews_of_one_machine_are_at_two_ports(place):
    """Where no port is asked for, one that is free is taken."""
    command = [sys.executable, str(ROOT / "cli.py"), "preview", "koodrive"]
    both = [subprocess.Popen(command, cwd=place, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        ports = [re.search(r"http://127\.0\.0\.1:(\d+)/", each.stderr.readline())[1] for each in both]
    finally:
        for each in both:
            each.terminate()
            each.communicate(timeout=SECONDS)
    assert len(set(ports)) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("koodrvie",), "error[Y801]: there is no book `koodrvie`"), (("koodrive", "--port", "70000"), "70000 is not in the range"),
        (("koodrive", "--locale", "fr"), "there is no page in `fr`"), (("koodrive", "--editor", "ed"), "'ed' is not one of"),
    ],
)  # fmt: skip
def test_what_cannot_be_begun_is_said(place, arguments, said):
    ran = run_once(place, *arguments)
    assert (ran.returncode, said in ran.stderr) == (2, True), ran.stderr


# ---------------------------------------------------------------------------------------------------------------- the files


def test_text_that_is_no_yaml_keeps_the_last_good_sheet(place, own):
    good = own.ask("/sheet?date=2026-03-01")[2]
    change(place, "{up_to: 100, unit_price: 2.40}", "{up_to: 100, unit_price: 2.40")
    own.wait_for(lambda said: "data-stale" in said)
    state = own.ask("/state")[2].decode()
    assert "Error Y104" in state and "Last good sheet" in state and "2026-01-01.yaml, line 19" in state
    assert own.ask("/sheet?date=2026-03-01")[2] == good
    assert "From the last good book." in own.ask("/calculate", b"", method="POST")[2].decode()
    change(place, "unit_price: 2.40", "unit_price: 2.40}")
    own.wait_for(lambda said: "data-stale" not in said and "Nothing found in 8 files." in said)


@pytest.mark.whole
def test_ten_saves_a_second_end_with_the_last(place, own):
    path = place / PRICES
    text = path.read_text(encoding="utf-8")
    for number in range(30):
        path.write_text(text.replace("89.00", f"{90 + number}.00" if number % 3 else "9O.00"), encoding="utf-8")
        time.sleep(1 / 10)
    own.wait_for(lambda said: "119.00" in said)
    state = own.ask("/state")[2].decode()
    assert "data-stale" not in state and "Nothing found" in state
    assert b"119.00" in own.ask("/sheet")[2]


@pytest.mark.whole
def test_a_file_that_is_deleted_and_comes_back(place, own):
    path = place / "rules" / "koodrive" / "items.yaml"
    content = path.read_bytes()
    path.unlink()
    own.wait_for(lambda said: "data-stale" in said and "the book has no" in said)
    path.write_bytes(content)
    own.wait_for(lambda said: "data-stale" not in said)


@pytest.mark.whole
def test_a_folder_that_is_renamed_and_comes_back(place, own):
    book = place / "rules" / "koodrive"
    book.rename(place / "rules" / "other")
    own.wait_for(lambda said: "data-stale" in said and "is not there" in said)
    assert own.ask("/sheet")[0] == 200
    assert own.data("/api/quote", {})[0] == 409
    (place / "rules" / "other").rename(book)
    own.wait_for(lambda said: "data-stale" not in said)
    change(place, "89.00", "95.00")
    own.wait_for(lambda said: "95.00" in said)


@pytest.mark.whole
def test_another_folder_of_the_name_is_watched(place, own):
    book = place / "rules" / "koodrive"
    shutil.copytree(book, place / "copy")
    shutil.rmtree(book)
    own.wait_for(lambda said: "data-stale" in said)
    (place / "copy").rename(book)
    own.wait_for(lambda said: "data-stale" not in said)
    change(place, "89.00", "95.00")
    own.wait_for(lambda said: "95.00" in said)


@pytest.mark.whole
def test_a_book_that_does_not_read_at_first_appears_when_it_does(place, begin):
    change(place, "89.00", "89.0O")
    own = begin(place)
    assert b"No sheet yet" in own.ask("/sheet")[2]
    page = own.ask("/")[2].decode()
    assert "no order can be priced" in page and "f-term" not in page
    change(place, "89.0O", "89.00")
    own.wait_for(lambda said: "data-stale" not in said)
    assert "f-term" in own.ask("/calculate", b"shape=", method="POST")[2].decode()


# ---------------------------------------------------------------------------------------------------------------- the changes


@pytest.mark.whole
def test_a_commit_is_seen(place, own):
    change(place, "89.00", "95.00")
    own.wait_for(lambda said: "1 change since the last commit" in said)
    git(place, "commit", "-am", "A new price")
    own.wait_for(lambda said: "0 changes since the last commit" in said)


@pytest.mark.whole
def test_a_folder_without_git_is_said(tmp_path, begin):
    own = begin(folder(tmp_path, commit=False))
    state = own.ask("/state")[2].decode()
    assert "is in no git repository: name a folder with --against." in state and "changes since" not in state
    assert b"On the last commit" not in own.ask("/")[2]


@pytest.mark.whole
def test_another_book_to_compare_with_is_named(place, begin):
    shutil.copytree(place / "rules" / "koodrive", place / "older")
    change(place, "89.00", "80.00", "older/prices/2026-01-01.yaml")
    own = begin(place, "koodrive", "--against", "older")
    assert "1 change since older" in own.ask("/state")[2].decode()
    assert "On older" in own.ask("/")[2].decode()


def test_the_edit_of_a_finding_changes_that_word_and_no_other_byte(place, own):
    path = place / PRICES
    before = path.read_bytes()
    change(place, "89.00", "\uff18" + "9.00")
    own.wait_for(lambda said: "Write <code>8</code>" in said)
    number = str(own.number())
    stale = f"number={int(number) - 1}&finding=0".encode()
    assert [own.ask("/fix", sent, method="POST")[0] for sent in (stale, f"number={number}&finding=9".encode(), b"", b"finding=\xff")] == [409] * 4
    assert own.ask("/fix", f"number={number}&finding=0".encode(), method="POST")[0] == 204
    assert path.read_bytes() == before
    own.wait_for(lambda said: "data-stale" not in said)


def test_the_calculator_answers_whatever_is_sent(own):
    hostile = [
        b"mode=nothing", b"date=2026-13-01", b"date=", b"item:basic-edition=%00", b"item:x:y=1", b"for=1e999", b"term=9999999999 years", b"coupons=" + b"x," * 400,
        b"later=change&then-date=0001-01-01&then-item:basic-edition=100-users-1-tb", b"later=renew&then-date=2027-01-01&then-renew=x",
        b"later=switch&then-date=x", b"later=unsubscribe&then-date=2026-03-02", b"attribute:segment=%E2%80%AE", b"item:user-expansion-package=" + b"9" * 4000,
        b"&".join(b"a%d=1" % number for number in range(5000)), b"currency=<script>", b"\xff\xfe", b"shape=" + b"<" * 100, b"count:basic-edition=1:2:3",
    ]  # fmt: skip
    for sent in hostile:
        status, _, body = own.ask("/calculate?locale=%3Cscript%3E", sent, method="POST")
        assert status in (200, 422), sent
        assert b"<script>" not in body
