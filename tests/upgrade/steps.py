"""THE LIST OF STEPS since the first schema of which there is a fixture: what each may do to rows that were there.

Whatever a step is not said to change must be the same after it, row by row: "table.column" is changed or gone on
purpose, "table" is rewritten as a whole. A step that only adds tables or columns says nothing. Why it may, its own file
says.
"""

STEPS: dict[str, tuple[str, ...]] = {
    "0005": ("visits", "marks", "verifications", "forms.checked_at", "rounds.year", "claims.year", "claim_files.year"),
    "0006": ("submission_states.compared", "submissions.form_version", "file_lists.settled", "file_lists.next_ask_at",
             "attachments.state", "attachments.problem", "attachments.etag"),
    "0007": (),
    "0008": (),
    "0009": (),
    "0010": (),
    "0011": (),
    "0012": (),
    "0013": (),
    "0014": (),
    "0015": (),
    "0016": (),
    "0017": (),
    "0018": (),
    "0019": (),
    "0020": (),
    "0021": (),
    "0022": (),
    "0023": (),
    "0024": (),
    "0025": (),
    "0026": (),
    "0027": (),
    "0028": (),
    "0029": (),
    "0030": ("indicator_results.beyond",),  # called findings, with what each says
    "0031": (),
    "0032": (),
    "0033": ("submission_states.changes",),  # of open parts: to be read again
    "0034": (),
    "0035": (),
    "0036": (),
    "0037": (),
    "0038": (),
    "0039": (),
    "0040": (),
    "0041": (),
    "0042": (),
    "0043": (),
    "0044": (),
    "0045": (),
    "0046": (),
    "0047": ("submission_states.changes", "visits.noted"),  # of open parts: to be read again
}  # fmt: skip
