"""Photos of returned goods: what is taken in, how it is kept, and what is refused in which words."""

from __future__ import annotations

import zlib
from io import BytesIO
from struct import pack
from uuid import UUID, uuid4

import pytest
from PIL import Image

from scanner.errors import BadRequest, Conflict, NotAllowed, NotFound
from scanner.returns import page as returns_page
from scanner.scans.evidence import service as evidence
from scanner.scans.evidence.service import Kept, Shrunk
from scanner.workflows import WORKFLOWS
from tests.support.warehouse import LAMP, MUG, NOW, Warehouse

SMALL = Shrunk(b"photo", b"thumbnail")


def photo(size: tuple[int, int] = (3000, 2000), kind: str = "JPEG", mode: str = "RGB", **more: object) -> bytes:
    file = BytesIO()
    Image.new(mode, size, "firebrick" if mode == "RGB" else 0).save(file, kind, **more)
    return file.getvalue()


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(BytesIO(jpeg))


def huge_png(side: int) -> bytes:
    """A small file whose header promises `side` times `side` pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


class TestShrinking:
    def test_a_photo_is_kept_at_1600_pixels_and_240(self):
        shrunk = evidence.shrink(photo())
        assert (opened(shrunk.photo).size, opened(shrunk.thumbnail).size) == ((1600, 1067), (240, 160))
        assert opened(shrunk.photo).format == opened(shrunk.thumbnail).format == "JPEG"

    def test_a_small_one_is_not_blown_up(self):
        assert opened(evidence.shrink(photo((100, 50))).photo).size == (100, 50)

    def test_it_is_turned_upright_and_says_nothing_of_the_camera(self):
        exif = Image.Exif()
        exif[0x0112], exif[0x0110] = 6, "Phone of Theo"  # held upright; the model
        kept = opened(evidence.shrink(photo((400, 200), exif=exif)).photo)
        assert kept.size == (200, 400)
        assert not kept.getexif()

    def test_what_is_transparent_lies_on_white_paper(self):
        kept = opened(evidence.shrink(photo((50, 50), "PNG", "RGBA")).photo)
        assert kept.getpixel((25, 25)) == (255, 255, 255)

    @pytest.mark.parametrize(
        ("kind", "mode"), [("PNG", "P"), ("PNG", "L"), ("WEBP", "RGB"), ("GIF", "P"), ("JPEG", "CMYK"), ("PNG", "I;16")]
    )
    def test_every_format_of_phones_and_browsers_is_taken(self, kind, mode):
        assert opened(evidence.shrink(photo((60, 40), kind, mode)).photo).size == (60, 40)

    @pytest.mark.parametrize(
        ("file", "words"),
        [
            (b"", "got nothing"),
            (b"no photo at all", "got a file that is none"),
            (photo()[:2000], "damaged one"),
            (b"\xff\xd8\xff\xe0" + b"\0" * 50, "got a file that is none"),
            (huge_png(13_000), "at most 51 megapixels"),
        ],
        ids=["nothing", "text", "half a photo", "a header alone", "too many pixels"],
    )
    def test_what_is_no_photo_is_refused_in_words(self, file, words):
        with pytest.raises(BadRequest, match=words) as refused:
            evidence.shrink(file)
        assert refused.value.field == "photo"


class TestKeeping:
    @pytest.fixture
    def grade(self, warehouse: Warehouse) -> UUID:
        """The id of a grade's scan."""
        warehouse.add_return("RMA-1", [("LAMP", 1)])
        warehouse.scan(LAMP, by="Theo", task="RMA-1")
        return warehouse.scan("CMD-DAMAGED-DOA", by="Theo", task="RMA-1").id

    def keep(self, warehouse: Warehouse, photo_id: UUID, scan_id: UUID) -> Kept:
        return warehouse.database.transact(
            evidence.keep, photo_id, scan_id, SMALL, operator=warehouse.operators["Theo"], now=NOW, workflows=WORKFLOWS
        )

    def test_a_photo_is_kept_with_its_scan_and_shown_with_its_line(self, warehouse, grade):
        one, other = uuid4(), uuid4()
        kept = self.keep(warehouse, one, grade)
        self.keep(warehouse, other, grade)
        assert (kept.task, kept.replayed) == ("RMA-1", False)
        with warehouse.database.read() as session:
            assert evidence.of_scan(session, kept.scan_seq) == [str(one), str(other)]
            (line,) = returns_page.return_page(session, "RMA-1", 1, "bench").lines
            assert line.photos == [str(one), str(other)]
            theo = warehouse.operators["Theo"]
            assert evidence.picture(session, one, theo, WORKFLOWS, thumbnail=False) == ("image/jpeg", b"photo")
            assert evidence.picture(session, one, theo, WORKFLOWS, thumbnail=True) == ("image/jpeg", b"thumbnail")
            with pytest.raises(NotAllowed):
                evidence.picture(session, one, warehouse.operators["Carla"], WORKFLOWS, thumbnail=False)

    def test_sent_twice_it_is_one(self, warehouse, grade):
        one = uuid4()
        assert [self.keep(warehouse, one, grade).replayed for _ in range(2)] == [False, True]
        with warehouse.database.read() as session:
            assert len(evidence.of_scan(session, self.keep(warehouse, one, grade).scan_seq)) == 1

    def test_the_same_id_for_another_scan_is_refused(self, warehouse, grade):
        one = uuid4()
        self.keep(warehouse, one, grade)
        other = warehouse.scan("CMD-SCRAP", by="Theo", task="RMA-1").id
        with pytest.raises(Conflict):
            self.keep(warehouse, one, other)

    def test_a_scan_that_is_not_here_yet_is_waited_for(self, warehouse, grade):
        with pytest.raises(NotFound, match="not recorded yet"):
            self.keep(warehouse, uuid4(), uuid4())

    def test_photos_are_of_returns_alone(self, warehouse):
        received = warehouse.scan(MUG).id
        with pytest.raises(BadRequest, match="PO-1001"):
            self.keep(warehouse, uuid4(), received)

    def test_a_photo_of_a_grade_that_was_replaced_stays_with_the_goods(self, warehouse, grade):
        self.keep(warehouse, uuid4(), grade)
        warehouse.scan("CMD-SCRAP", by="Theo", task="RMA-1")
        with warehouse.database.read() as session:
            (line,) = returns_page.return_page(session, "RMA-1", 1, "bench").lines
        assert len(line.photos) == 1
