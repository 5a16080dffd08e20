from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from tests.support.program import MUG


def picture(text):
    image = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.EAN13).to_image(scale=3)
    out = BytesIO()
    Image.fromarray(image).convert("L").save(out, "PNG")
    return BytesIO(out.getvalue())


class TestDecoding:
    def decode(self, program, photo, **fields):
        return program.client.post("/api/v1/decode", data={"photo": (photo, "photo.png"), **fields}, headers=program.headers)

    def test_reads_a_photo_and_names_the_item(self, rosa):
        answer = self.decode(rosa, picture(MUG), task="PO-1001")
        assert answer.status_code == 200
        (seen,) = answer.json["readings"]
        assert (seen["text"], seen["symbology"], seen["item"]) == (MUG, "EAN-13", {"sku": "MUG-B", "name": "Mug, blue"})
        assert len(seen["corners"]) in (0, 4)

    def test_of_a_picture_without_a_barcode_reads_nothing(self, rosa):
        out = BytesIO()
        Image.new("L", (300, 200), 200).save(out, "PNG")
        assert self.decode(rosa, BytesIO(out.getvalue())).json == {"readings": []}

    @pytest.mark.parametrize("photo", [b"", b"no picture at all", b"\x89PNG\r\n\x1a\n", picture(MUG).getvalue()[:60]])
    def test_of_no_picture_is_400(self, rosa, photo):
        answer = self.decode(rosa, BytesIO(photo))
        assert answer.status_code == 400 and answer.json["error"]["field"] == "photo"

    def test_of_no_photo_is_400(self, rosa):
        assert rosa.client.post("/api/v1/decode", data={"task": "PO-1001"}, headers=rosa.headers).status_code == 400
        assert rosa.post("/decode", {"photo": "x"}).status_code == 400

    def test_of_more_than_15_mb_is_413(self, rosa):
        body, kind = bytes(16 * 1024 * 1024), "multipart/form-data; boundary=x"
        assert rosa.client.post("/api/v1/decode", data=body, content_type=kind, headers=rosa.headers).status_code == 413

    def test_for_a_task_that_cannot_be_still_reads(self, rosa):
        assert self.decode(rosa, picture(MUG), task="\x00").json["readings"][0]["text"] == MUG

    def test_is_for_the_floor(self, program):
        assert self.decode(program("Vera"), picture(MUG)).status_code == 403
