"""What is planted, each word in one place where people or phones write, and where it may be found again.

To try another, add it here and put it somewhere in `scene.py`. Names of villages and coordinates count as found however
they are written; `SHOWN` is the table "what is shown to whom" of docs/data.md, as far as it names what is planted.
"""

PLANTED = {
    # of a home that is claimed, and was visited
    "home_name": "Kuncimelati", "home_registry": "KUNCI7REG", "home_village": "Kuncikantil",
    "home_village_code": "99.01.01.2001", "home_lat": "5.0043", "home_lon": "110.0039",
    "fix_at_home": "5.0041", "home_photograph": "Kuncipotret", "decision_on_home": "Kuncitanya",
    # of a shelter that was claimed before no indicator listed it
    "shelter_name": "Kunciseruni", "fix_at_shelter": "5.0077", "name_typed_at_shelter": "Kuncianyelir",
    # of places of a kind that nobody knows any more
    "stranger_name": "Kuncidahlia",
    # in a claim form
    "surname_in_file": "Kunciwijaya", "answer_in_words": "Kuncijawaban", "children": "48613",
    "document_number": "KUNCI-12", "document_title": "Kuncijudul", "shelter_document": "Kunciteratai",
    "misplaced_word": "Kuncisalah", "refused_village": "99.02.01.2001",
    "refused_lat": "17.4321", "refused_name": "Kuncicempaka",
    # in what phones send
    "kind_in_words": "Kuncijenis", "arrival_in_words": "Kuncitiba", "seen_in_words": "Kuncilihat",
    "name_typed": "Kuncipapan", "registry_typed": "KUNCI4NPSN", "remarks": "Kuncicerita",
    "earlier_remarks": "Kuncidahulu", "late_file": "Kunciterlambat",
    "comment_at_central": "Kuncikomentar",
}  # fmt: skip

# by the beginning of an output's name: what may be found there
SHOWN = {
    "file claim form": {"home_village", "home_village_code", "refused_village"},  # the list of all villages
    "terminal homes": {"home_name", "home_village"},  # the team's printed list
    "central": {"home_photograph", "late_file"},  # what Central itself calls the file that is asked for
}
