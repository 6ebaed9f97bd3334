"""The page of the sync certificate: is what stands here what stands at Central, and what is still awaited?"""

from flask import Blueprint, render_template

from server.db import now, snapshot
from server.moments import from_central
from server.submissions.files import late_files
from server.sync.certificates import latest_certificate, read_detail
from server.sync.not_received import not_received
from server.sync.text import compared_text
from server.web.site import chosen_words, site

blueprint = Blueprint("sync", __name__, template_folder="templates")


@blueprint.get("/sertifikat")
def certificate() -> str:
    """Show the newest certificate with its age, the files and visits awaited, and what cannot be known."""
    words, project = chosen_words(), site().settings.project
    with snapshot(site().engine) as session:
        found = latest_certificate(session, project)
        detail = read_detail(found) if found else None
        return render_template(
            "certificate.html", certificate=found, detail=detail,
            compared=compared_text(detail, words) if detail else (),
            as_of=from_central(found.as_of) if found else None,
            ago=words.ago(now() - found.made_at) if found else None,
            late=late_files(session, project), awaited=not_received(session, project, words),
        )  # fmt: skip
