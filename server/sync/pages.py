"""The page of the sync certificate: is what stands here what stands at Central, and what is still awaited?"""

from flask import Blueprint

from server.db import snapshot
from server.disclosure.clearing import Clearance
from server.roles.table import Permission
from server.sync.certificates import latest_certificate, read_detail
from server.sync.not_received import not_received
from server.sync.shown import late, shown_certificate
from server.web.guard import WHOLE, needs
from server.web.showing import show
from server.web.site import chosen_words, site

blueprint = Blueprint("sync", __name__, template_folder="templates")


@blueprint.get("/sertifikat")
@needs(Permission.SEE_CERTIFICATE, WHOLE)
def certificate() -> str:
    """Show the newest certificate with its age, the files and visits awaited, and what cannot be known."""
    clear, project = Clearance(chosen_words()), site().settings.project
    with snapshot(site().engine) as session:
        found = latest_certificate(session, project)
        return show(
            "certificate.html", certificate=shown_certificate(found, read_detail(found), clear) if found else None,
            late=late(session, project, clear), awaited=not_received(session, project, chosen_words()),
        )  # fmt: skip
