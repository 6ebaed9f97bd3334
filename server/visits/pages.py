"""The photographs of a visit, as they may leave."""

import io

from flask import Blueprint, Response, abort
from PIL import Image, ImageOps, UnidentifiedImageError

from server.db import snapshot
from server.store import Store
from server.visits.photographs import shown_photograph
from server.web.site import site

blueprint = Blueprint("photographs", __name__)
PHOTO_PIXELS = 1000


@blueprint.get("/foto/<int:number>.jpg")
def photo(number: int) -> Response:
    """Show a photograph, drawn anew: without place, device and moment, and smaller."""
    with snapshot(site().engine) as session:
        digest = shown_photograph(session, site().settings.project, number) or abort(404)
    path = Store(site().settings.store).path(digest)
    try:
        return Response(without_exif(path.read_bytes()), mimetype="image/jpeg")
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
