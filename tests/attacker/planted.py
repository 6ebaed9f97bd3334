"""What is planted, each word in one place where people or phones write, and where it may be found again.

To try another, add it here and put it somewhere in `scene.py`. Names of villages and coordinates count as found however
they are written; `SHOWN` is the table "what is shown to whom" of docs/data.md, as far as it names what is planted.
"""

from tests.support.claiming import ROUND
from tests.support.workbooks import DISTRICT

PLANTED = {
    # of a home that is claimed, and was visited
    "home_name": "Kuncimelati", "home_registry": "KUNCI7REG", "home_village": "Kuncikantil",
    "home_village_code": "99.01.01.2077", "home_lat": "5.0043", "home_lon": "110.0039",
    "fix_at_home": "5.0041", "home_photograph": "Kuncipotret", "decision_on_home": "Kuncitanya",
    # of a shelter that was claimed before no indicator listed it
    "shelter_name": "Kunciseruni", "fix_at_shelter": "5.0077", "name_typed_at_shelter": "Kuncianyelir",
    # of places of a kind that nobody knows any more
    "stranger_name": "Kuncidahlia",
    # in a claim form
    "surname_in_file": "Kunciwijaya", "answer_in_words": "Kuncijawaban", "children": "48613",
    "document_number": "KUNCI-12", "document_title": "Kuncijudul", "shelter_document": "Kunciteratai",
    # in the names of documents that were handed in; of one somebody said that it shows a child
    "document_file": "Kunciberkas", "marked_file": "Kuncianak",
    "misplaced_word": "Kuncisalah", "refused_village": "99.02.01.2001",
    "refused_lat": "17.4321", "refused_name": "Kuncicempaka",
    # in what phones send
    "kind_in_words": "Kuncijenis", "arrival_in_words": "Kuncitiba", "seen_in_words": "Kuncilihat",
    "name_typed": "Kuncipapan", "registry_typed": "KUNCI4NPSN", "remarks": "Kuncicerita",
    "earlier_remarks": "Kuncidahulu", "late_file": "Kunciterlambat",
    "comment_at_central": "Kuncikomentar",
    # about people with accounts, and in what they give as their reasons
    "person_name": "Kuncipegawai", "person_email": "kuncisurel", "team_name": "Kuncitim", "tie_why": "Kuncikerabat",
    "round_why": "Kunciberita",
    # behind closed doors: a letter's number, what a shelter's papers say, what a service counted
    "letter": "KUNCI-77", "shelter_capacity": "41239", "service_total": "41237",
    # in the register of incidents
    "incident_wish": "Kuncikehendak", "incident_decision": "Kunciputusan", "incident_number": "0811 4820 77",
    "incident_place": "3f9c48ba",
}  # fmt: skip

# by the beginning of an output's name: what may be found there
_HOMES = {"home_name", "home_village"}
_TEAM = ("team", "verifier", "lead", "supervisor")
_TYPED = {"remarks", "earlier_remarks", "name_typed", "registry_typed", "seen_in_words"}
_PEOPLE = {"person_name", "person_email", "tie_why", "team_name"}
SHOWN = {
    # to the safeguarding officer alone: no deputy acts here
    "page safeguarding 200 /register/": {"incident_wish", "incident_decision", "incident_number", "incident_place"},
    **{f"page {viewer} 200 {path}": _PEOPLE for viewer in ("others", "secretariat") for path in ("/orang", "/tim")},
    **{
        f"page {viewer} {status}": _HOMES  # by name for who verifies there and who protects; a shelter for nobody
        for viewer in ("team", "verifier", "lead", "supervisor", "safeguarding", "deputy")
        for status in (200, 400)
    },
    **{  # who is in the team, to who plans visits, and to who reads what was sent
        f"page {viewer} 200 /wilayah/{ROUND}/{DISTRICT}/": {"person_name", "team_name"}
        for viewer in (*_TEAM, "others", "secretariat", "assessor", "independent", "inspectorate")
    },
    # what was typed on a phone waits for a person to read it, and that is the team
    **{f"page {viewer} {asked}": _TYPED for viewer in _TEAM for asked in ("200 /kiriman/", "400 post visit_")},
    **{
        f"page {viewer} 200 /wilayah/{ROUND}/{DISTRICT}/{path}/": _TYPED
        for viewer in _TEAM
        for path in ("baris", "kunjungan")
    },
    # why the part was closed and opened again, to who may do so
    **{
        f"page {viewer} 200 /wilayah/{ROUND}/{DISTRICT}/penutupan": {"round_why"}
        for viewer in ("others", "secretariat", "team", "supervisor")
    },
    **{  # who can be sent to a shelter, and by which letter, to whoever sends them
        f"page {viewer} 200 {path}": {"person_name", "team_name", "letter"}
        for viewer in ("safeguarding", "deputy")
        for path in ("/tersegel", f"/wilayah/{ROUND}/{DISTRICT}/tersegel")
    },
    **{  # exact totals, on their own page
        f"page {viewer} 200 /wilayah/{ROUND}/{DISTRICT}/rekap-layanan/lengkap": {"service_total"}
        for viewer in ("others", "assessor", "safeguarding", "deputy")
    },
    **{  # the form itself, and names of documents, to who hands these in
        f"page {viewer} 200 /wilayah/{ROUND}/{DISTRICT}/{path}": names
        for viewer in ("others", "secretariat", "district")
        for path, names in (
            ("klaim/formulir.xlsx", {"home_village", "home_village_code", "refused_village"}),
            ("dokumen", {"document_file"}),
        )
    },
    **{  # phones of teams, to whoever tends them
        f"page {viewer} 200 {path}": {"team_name", "person_name"}
        for viewer in ("others", "secretariat", "team", "lead", "supervisor")
        for path in ("/ponsel", "/tim/1/ponsel")
    },
    # the names of all villages of a district: where a home lies none of them says
    "central of all villages": {"home_village", "home_village_code", "refused_village"},
    "phones areas": {"home_village", "home_village_code", "refused_village"},
    "file claim form": {"home_village", "home_village_code", "refused_village"},  # the list of all villages
    "terminal homes": _HOMES,  # the team's printed list
    **{
        f"page {viewer} 200 /jejak-audit {language}": {"person_name"}  # who was invited, to who may read what was done
        for viewer in ("others", "secretariat", "inspectorate")
        for language in ("id", "en")
    },
    "central": {"home_photograph", "late_file"},  # what Central itself calls the file that is asked for
}
