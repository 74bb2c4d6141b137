"""What nobody should send: hostile files, bodies without end. The page goes on answering."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from raw.examples import FOLDER
from tests.intake.damage import corpus
from tests.intake.test_reader import CONTENTS, HOSTILE, corner
from tests.portal.running import Running, run, wait_for

GOOD = "Wattenscheid_2019.xlsx"
SPOILT = 20
GIGABYTE = 1 << 30


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A page whose reader may use little, so that hostile files end soon."""
    for found in run(tmp_path_factory.mktemp("hostile") / "home"):
        settings = "reader_memory_mb = 512\nreader_seconds = 20\nunpacked_mb = 64\n"
        (found.home.root / "leerstand.toml").write_text(settings, encoding="utf-8")
        yield found


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The hostile files of the reader's own tests, and good ones spoilt."""
    folder = tmp_path_factory.mktemp("files")
    found = {name: content for name, (content, _) in CONTENTS.items() if content}
    for name, make in [(case, make) for case, (make, _) in HOSTILE.items()] + [("ecke", corner)]:
        path = folder / f"{name}.xlsx"
        make(path)
        found[path.name] = path.read_bytes()
    good = {GOOD: (FOLDER / GOOD).read_bytes()}
    return found | dict(corpus(good, SPOILT, seed=7))


def test_every_hostile_file_gets_a_verdict(running: Running, files: dict[str, bytes]) -> None:
    took: list[float] = []
    is_over = threading.Event()
    asking = threading.Thread(target=_ask_meanwhile, args=(running, took, is_over))
    asking.start()
    try:
        with running.client("A") as client:
            sent = {}
            for name, content in files.items():
                answer = client.post("/uploads", params={"file": name}, content=content)
                assert answer.status_code == 202, name
                sent[name] = answer.json()["id"]
            found = {name: wait_for(client, one, "ready", "failed", seconds=300)
                     for name, one in sent.items()}  # fmt: skip
    finally:
        is_over.set()
        asking.join()
    for name, entry in found.items():
        assert entry["state"] == "ready", (name, entry["failure"])
        assert entry["verdict"]["status"] in {"accepted", "partial", "rejected", "unreadable"}
    took.sort()
    assert took[int(len(took) * 0.95)] < 1.0, took[-5:]


def _ask_meanwhile(running: Running, took: list[float], is_over: threading.Event) -> None:
    """What another team waits for its start page."""
    with closing(running.signed_in("B")) as browser:
        while not is_over.is_set():
            began = time.monotonic()
            assert browser.get("/").status_code == 200
            took.append(time.monotonic() - began)
            time.sleep(0.05)


def test_a_good_file_after_them_is_read(running: Running) -> None:
    with running.client("B") as client:
        content = (FOLDER / GOOD).read_bytes()
        sent = client.post("/uploads", params={"file": GOOD}, content=content).json()
        assert wait_for(client, sent["id"], "ready")["verdict"]["status"] == "accepted"


@pytest.mark.parametrize("is_announced", [True, False], ids=["announced", "chunked"])
@pytest.mark.parametrize("path", ["/api/v1/uploads?file=a.xlsx", "/hochladen"])
def test_two_gigabytes_fill_neither_memory_nor_disk(
    path: str, is_announced: bool, running: Running
) -> None:
    memory, disk = _peak(running.process.pid), _size(running.home.root)
    taken, answer = _pour(running, path, 2 * GIGABYTE, is_announced=is_announced)
    assert b" 413 " in answer.split(b"\r\n")[0]
    assert taken < GIGABYTE, "it was refused long before its end"
    assert _peak(running.process.pid) - memory < 64 << 20
    assert _size(running.home.root) - disk < 1 << 20


def _pour(running: Running, path: str, most: int, *, is_announced: bool) -> tuple[int, bytes]:
    """Send a body without looking at the answer; how much was taken, and the answer."""
    address = urlsplit(running.address)
    multipart = path == "/hochladen"
    kind = "multipart/form-data; boundary=b" if multipart else "application/octet-stream"
    length = f"Content-Length: {most}" if is_announced else "Transfer-Encoding: chunked"
    with closing(running.signed_in("A")) as browser:
        cookie = f"leerstand={browser.cookies['leerstand']}"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: {kind}\r\n{length}\r\n"
        f"Cookie: {cookie}\r\nAuthorization: Bearer {running.tokens['A']}\r\n\r\n"
    )
    part = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.xlsx"\r\n\r\n'
    block = bytes(1 << 20)
    taken, answer = 0, b""
    with socket.create_connection((str(address.hostname), int(address.port or 0))) as wire:
        wire.settimeout(60)
        wire.sendall(head.encode())
        with suppress(ConnectionError):
            if multipart:
                wire.sendall(part if is_announced else b"%x\r\n%s\r\n" % (len(part), part))
            while taken < most:
                wire.sendall(block if is_announced else b"%x\r\n%s\r\n" % (len(block), block))
                taken += len(block)
        with suppress(ConnectionError):
            answer = wire.recv(4096)
    return taken, answer


def _peak(pid: int) -> int:
    """The most memory that a process has used, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM"))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
