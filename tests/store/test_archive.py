"""The archive: the same in a folder, in memory, on S3 and on any other file system of fsspec."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import fsspec
import pytest

from pipelines.errors import InputFailure, StoreFailure
from pipelines.home import Home, make_home
from pipelines.intake.reader import Reader
from pipelines.store import Archive, archive_of, build_edition
from pipelines.store.archive import copy_missing, mend
from pipelines.store.backup import backup, restore
from pipelines.store.purge import purge
from pipelines.store.rebuild import rebuild
from pipelines.store.verify import verify
from tests.store.conftest import places_of
from tests.store.s3 import Bucket, serving

NOTHING = hashlib.sha256(b"").hexdigest()


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    with serving() as found:
        yield found


@pytest.fixture(params=["folder", "memory", "file", "s3"])
def each_archive(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bucket: Bucket
) -> Iterator[None]:
    """Run a test with the archive in the home, in memory, in a folder of fsspec's, and on S3."""
    memory = fsspec.filesystem("memory")
    for name, value in {
        "AWS_ENDPOINT_URL": bucket.endpoint, "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    bucket.objects.clear()
    addresses = {
        "memory": f"memory://{tmp_path.name}", "file": f"file://{tmp_path}/shared",
        "s3": f"s3://leerstand/{tmp_path.name}",
    }  # fmt: skip
    if request.param in addresses:
        monkeypatch.setenv("LEERSTAND_ARCHIVE_URL", addresses[request.param])
    yield
    memory.store.clear()


@pytest.fixture
def archive(each_archive: None, tmp_path: Path) -> Archive:
    return archive_of(make_home(tmp_path / "home"))


def overwrite(archive: Archive, sha256: str, content: bytes) -> None:
    """Damage what is archived, past the archive."""
    address = getattr(archive, "url", None) or str(getattr(archive, "root", ""))
    system, root = fsspec.url_to_fs(address)
    system.rm_file(f"{root}/{sha256[:2]}/{sha256}")
    system.pipe_file(f"{root}/{sha256[:2]}/{sha256}", content)


def test_bytes_are_kept_once_and_come_back(archive: Archive, tmp_path: Path) -> None:
    source = tmp_path / "Erhebung.xlsx"
    source.write_bytes(b"same" * 99)
    digest = archive.keep_file(source)
    assert digest == archive.keep_bytes(b"same" * 99) == hashlib.sha256(b"same" * 99).hexdigest()
    assert list(archive.digests()) == [digest]
    assert archive.holds(digest)
    assert archive.is_whole(digest)
    assert archive.read(digest) == b"same" * 99
    with archive.at_hand(digest) as path:
        assert path.read_bytes() == b"same" * 99


def test_nothing_is_a_file_too(archive: Archive) -> None:
    assert archive.keep_bytes(b"") == NOTHING
    assert archive.read(NOTHING) == b""


def test_what_is_missing_is_said(archive: Archive, tmp_path: Path) -> None:
    assert not archive.holds(NOTHING)
    assert not archive.is_whole(NOTHING)
    with pytest.raises(StoreFailure, match="verify"):
        archive.read(NOTHING)
    with pytest.raises(InputFailure):
        archive.keep_file(tmp_path / "none.xlsx")
    archive.remove(NOTHING)


def test_what_was_removed_is_gone(archive: Archive) -> None:
    digest = archive.keep_bytes(b"one")
    archive.remove(digest)
    assert not archive.holds(digest)
    assert list(archive.digests()) == []


def test_damage_is_seen_and_mended(archive: Archive, tmp_path: Path) -> None:
    kept = archive_of(Home(make_home(tmp_path / "kept").root, is_scratch=True))
    digests = [archive.keep_bytes(b"one"), archive.keep_bytes(b"two")]
    assert copy_missing(archive, kept) == 2
    overwrite(archive, digests[0], b"One")
    archive.remove(digests[1])
    assert [archive.is_whole(one) for one in digests] == [False, False]
    assert mend(kept, archive) == 2
    assert [archive.read(one) for one in digests] == [b"one", b"two"]


def test_a_file_cut_short_is_sent_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEERSTAND_ARCHIVE_URL", f"file://{tmp_path}/shared")
    archive = archive_of(make_home(tmp_path / "home"))
    digest = archive.keep_bytes(b"whole")
    overwrite(archive, digest, b"who")
    archive.keep_bytes(b"whole")
    assert archive.read(digest) == b"whole"


def test_no_copy_stays_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEERSTAND_ARCHIVE_URL", f"file://{tmp_path}/shared")
    archive = archive_of(make_home(tmp_path / "home"))
    with archive.at_hand(archive.keep_bytes(b"one")) as path:
        assert path.exists()
    assert not path.exists()


def test_an_address_that_is_none_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEERSTAND_ARCHIVE_URL", "nonsense://bucket/archive")
    with pytest.raises(InputFailure, match="archive_url"):
        archive_of(make_home(tmp_path / "home")).holds(NOTHING)


def test_a_file_system_that_fails_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEERSTAND_ARCHIVE_URL", f"file://{tmp_path}/shared")
    archive = archive_of(make_home(tmp_path / "home"))

    def refused(*anything: object, **more: object) -> None:
        raise ConnectionResetError("gone")

    monkeypatch.setattr("fsspec.implementations.local.LocalFileSystem.pipe_file", refused)
    with pytest.raises(StoreFailure, match="nothing is lost"):
        archive.keep_bytes(b"one")


@pytest.fixture
def bochum_anywhere(each_archive: None, bochum_copy: Home) -> Home:
    """The examples as loaded, their originals where the settings say."""
    local = archive_of(Home(bochum_copy.root, is_scratch=True))
    if bochum_copy.settings().archive_url:
        mend(local, archive_of(bochum_copy))
        shutil.rmtree(bochum_copy.archive)
    return bochum_copy


@pytest.mark.parametrize("each_archive", ["folder", "s3"], indirect=True)
def test_upkeep_reaches_the_originals(
    bochum_anywhere: Home, reader: Reader, tmp_path: Path
) -> None:
    """Verify, backup, restore, purge and rebuild, wherever the originals lie."""
    home, places = bochum_anywhere, places_of(bochum_anywhere)
    assert verify(home, places) == []
    first = build_edition(home, places).id
    backup(home, tmp_path / "backup")
    archive = archive_of(home)
    for digest in list(archive.digests()):
        archive.remove(digest)
    assert {one.key for one in verify(home, places)} == {"bytes-missing"}
    restore(home, tmp_path / "backup")
    assert verify(home, places) == []
    gone = purge(home, places, date(2022, 6, 1), actor="Amt", reader=reader)
    assert len(gone) == 3
    assert not any(archive.holds(str(one.parameters["sha256"])) for one in gone)
    assert rebuild(home, reader).differing == ()
    assert build_edition(home, places).id == first
