"""At a release: what forms go out with is added to the record, and a submission of each new version kept for good.

    .venv/bin/python -m tests.xlsforms.keep

A submission is everything answered at once, by Collect's own engine; all in it is made up. What is kept is never made
anew: today's forms would write what those of that release did not.
"""

from pathlib import Path

from xlsforms.build import BuiltForm, as_designed, build_all
from xlsforms.fill import FormFiller
from xlsforms.published import note
from xlsforms.scenarios import every_answer, media_for

KEPT = Path(__file__).parent / "went_out"  # a folder for each form, in it a submission for each version


def submission_of(filler: FormFiller, form: BuiltForm) -> str:
    """Fill in a form. Raises AssertionError where it could not be sent."""
    filled = filler.fill(form.xform, every_answer(form, first=True), media=media_for(form))
    assert filled.problem is None, f"{form.form_id}: {filled.problem}"
    return filled.xml


def keep(filler: FormFiller, form: BuiltForm, folder: Path = KEPT) -> bool:
    """Keep a submission of a form's version; False where there is one."""
    file = folder / form.form_id / f"{form.version}.xml"
    if file.exists():
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(submission_of(filler, form), encoding="utf-8")
    return True


def main() -> None:
    """Add all forms as they stand."""
    with FormFiller() as filler:
        for form in build_all():
            rows = note(as_designed(form))
            is_new = keep(filler, form)
            print(f"{form.form_id} {form.version}: {rows} fields noted; {'kept' if is_new else 'known'}")


if __name__ == "__main__":
    main()
