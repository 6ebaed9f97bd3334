"""The photographs of a visit, as they may leave."""

import io

from flask import Blueprint, Response, abort, send_file
from PIL import Image, ImageOps, UnidentifiedImageError

from server.db import snapshot
from server.store import Store
from server.submissions.files import STORED
from server.submissions.tables import Attachment
from server.visits.places import visited_place
from server.web.site import site

blueprint = Blueprint("photographs", __name__)
PHOTO_PIXELS = 1000


@blueprint.get("/foto/<int:number>.jpg")
def photo(number: int) -> Response:
    """Show a photograph, drawn anew: without place, device and moment, and smaller."""
    with snapshot(site().engine) as session:
        attachment = session.get(Attachment, number)
        if attachment is None or attachment.state != STORED or attachment.digest is None:
            abort(404)
        if visited_place(session, attachment.form_pk, attachment.instance_id).is_home:
            abort(404)
        path = Store(site().settings.store).path(attachment.digest)
    try:
        return send_file(io.BytesIO(without_exif(path.read_bytes())), mimetype="image/jpeg")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        abort(404)


def without_exif(content: bytes) -> bytes:
    """Draw a photograph anew, turned upright: pixels only, nothing of what the camera wrote beside them."""
    with Image.open(io.BytesIO(content)) as original:
        upright = ImageOps.exif_transpose(original).convert("RGB")
    upright.thumbnail((PHOTO_PIXELS, PHOTO_PIXELS))
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    file = io.BytesIO()
    bare.save(file, "JPEG", quality=80)
    return file.getvalue()
