"""Rounds and districts' parts of them; versions of the areas; where submissions belong; results as rows"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from math import floor
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_VISIT_FORMS = ("visit_pojok_asi", "visit_lksa", "visit_school")
_JAKARTA = timedelta(hours=7)


def upgrade() -> None:
    bind = op.get_bind()
    results = list(_newest_results(bind))
    rounds = list(_rounds(bind))
    _let_go_of_areas_and_years()
    _areas(bind)
    _make_rounds(bind, rounds)
    _claims()
    _submissions()
    _make_visits()
    _make_results()
    _parts(bind)
    _keep_results(bind, results)
    _small_things()
    _ask_to_read(bind)


# ── what stands here, read before anything is changed ────────────────────────────────────────────────────────────────


def _newest_results(bind: sa.Connection) -> Iterator[sa.Row[Any]]:
    newest = "SELECT max(id) FROM verifications GROUP BY year, district"
    columns = "year, district, inputs_digest, rules, result, computed_at"
    yield from bind.execute(sa.text(f"SELECT {columns} FROM verifications WHERE id IN ({newest}) ORDER BY id"))


def _rounds(bind: sa.Connection) -> Iterator[dict[str, Any]]:
    """A round ends where the next one's first claims were imported; where that is one day, a person has to say."""
    project = bind.scalar(sa.text("SELECT project FROM forms ORDER BY pulled_at IS NULL, pulled_at DESC, id LIMIT 1"))
    found = "SELECT r.year, r.indicator_set, min(f.imported_at) AS began FROM rounds r"
    query = f"{found} LEFT JOIN claim_files f ON f.year = r.year GROUP BY r.year, r.indicator_set ORDER BY r.year"
    rows = bind.execute(sa.text(query)).all()
    days = [_day(row.began) for row in rows]
    tells = len(set(days)) == len(days) and None not in days and days == sorted(days, key=str)
    for number, row in enumerate(rows):
        after = days[number + 1] if tells and number + 1 < len(days) else None
        yield {
            "id": str(row.year), "name": str(row.year), "data_year": row.year, "indicator_set": row.indicator_set,
            "areas_id": 1, "project": project, "state": "open",
            "starts": days[number] if tells and number else None,
            "ends": after - timedelta(days=1) if after else None,
        }  # fmt: skip


def _day(moment: Any) -> date | None:
    """SQLite gives moments as text, PostgreSQL aware."""
    if moment is None:
        return None
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return ((found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC) + _JAKARTA).date()


# ── the tables ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _let_go_of_areas_and_years() -> None:
    op.drop_table("verifications")
    for table, column in (("facilities", "village"), ("claim_lines", "village")):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_{column}", type_="foreignkey")
    for table, last in (("claim_files", "digest"), ("claims", "indicator")):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_year", type_="foreignkey")
            batch.drop_constraint(f"fk_{table}_district", type_="foreignkey")
            batch.drop_constraint(f"uq_{table}_year_district_{last}", type_="unique")
            batch.alter_column("year", new_column_name="round_id", existing_type=sa.Integer(), type_=sa.String(20),
                               existing_nullable=False, postgresql_using="year::text")  # fmt: skip


def _areas(bind: sa.Connection) -> None:
    op.create_table(
        "area_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_versions")),
    )
    op.execute(
        "INSERT INTO area_versions (id, loaded_at) SELECT 1, CURRENT_TIMESTAMP WHERE EXISTS (SELECT 1 FROM areas)"
    )
    _set_sequence("area_versions")
    columns = ("code", "level", "name", "outline", "west", "south", "east", "north")
    op.execute("CREATE TABLE old_areas AS SELECT * FROM areas")
    op.drop_table("areas")
    op.create_table(
        "areas",
        sa.Column("code", sa.String(length=13), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("district", sa.String(length=13), nullable=True),
        sa.Column("level", sa.String(length=11), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("zone", sa.String(length=4), nullable=True),
        sa.Column("outline", sa.LargeBinary(), nullable=True),
        sa.Column("west", sa.Double(), nullable=True),
        sa.Column("south", sa.Double(), nullable=True),
        sa.Column("east", sa.Double(), nullable=True),
        sa.Column("north", sa.Double(), nullable=True),
        sa.Column("cell", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["since"], ["area_versions.id"], name=op.f("fk_areas_since")),
        sa.ForeignKeyConstraint(["until"], ["area_versions.id"], name=op.f("fk_areas_until")),
        sa.PrimaryKeyConstraint("code", "since", name=op.f("pk_areas")),
    )
    names = ", ".join(columns)
    district = "CASE WHEN level <> 'province' THEN substr(code, 1, 5) END"
    op.execute(f"INSERT INTO areas (since, district, {names}) SELECT 1, {district}, {names} FROM old_areas")
    op.drop_table("old_areas")
    _cells(bind)
    op.create_index(op.f("ix_areas_cell"), "areas", ["cell"])
    op.create_index(op.f("ix_areas_district"), "areas", ["district"])
    op.create_table(
        "recodings",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("old_code", sa.String(length=13), nullable=False),
        sa.Column("new_code", sa.String(length=13), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["area_versions.id"], name=op.f("fk_recodings_version_id")),
        sa.PrimaryKeyConstraint("version_id", "old_code", name=op.f("pk_recodings")),
    )
    _zones()


def _cells(bind: sa.Connection) -> None:
    """The square of the map under which each box is filed."""
    boxes = bind.execute(sa.text("SELECT code, west, south, east, north FROM areas WHERE west IS NOT NULL")).all()
    rows = [{"its_code": row.code, "its_cell": _cell(*row[1:])} for row in boxes]
    if rows:
        bind.execute(sa.text("UPDATE areas SET cell = :its_cell WHERE code = :its_code"), rows)


def _cell(west: float, south: float, east: float, north: float) -> str:
    size = next(size for size in (0.05, 0.25, 1.25, 6.25, 360.0) if max(east - west, north - south) <= size)
    return f"{size:g}/{floor(west / size)}/{floor(south / size)}"


def _zones() -> None:
    """The clocks of the provinces, by the codes that are in force; where there is none, the capital's."""
    for zone, codes in (
        ("WITA", ("51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76")),
        ("WIT", ("81", "82", "91", "92", "93", "94", "95", "96")),
    ):
        listed = ", ".join(f"'{code}'" for code in codes)
        op.execute(f"UPDATE areas SET zone = '{zone}' WHERE code IN ({listed})")
    op.execute("UPDATE areas SET zone = 'WIB' WHERE level = 'province' AND zone IS NULL")


def _make_rounds(bind: sa.Connection, rounds: Sequence[Mapping[str, Any]]) -> None:
    op.drop_table("rounds")
    table = op.create_table(
        "rounds",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("data_year", sa.Integer(), nullable=False),
        sa.Column("indicator_set", sa.String(length=100), nullable=False),
        sa.Column("areas_id", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["areas_id"], ["area_versions.id"], name=op.f("fk_rounds_areas_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
    )
    stages = op.create_table(
        "round_stages",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_round_stages_round_id")),
        sa.PrimaryKeyConstraint("round_id", "stage", name=op.f("pk_round_stages")),
    )
    op.create_table(
        "round_parts",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_round_parts_round_id")),
        sa.PrimaryKeyConstraint("round_id", "district", name=op.f("pk_round_parts")),
    )
    op.create_table(
        "round_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("changed_by", sa.String(length=100), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["round_id", "district"], ["round_parts.round_id", "round_parts.district"],
                                name=op.f("fk_round_changes_round_id_district"), onupdate="CASCADE"),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_round_changes_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_changes")),
    )  # fmt: skip
    op.create_index(op.f("ix_round_changes_round_id"), "round_changes", ["round_id"])
    assert table is not None and stages is not None  # noqa: S101 - for the type checker
    for found in rounds:
        bind.execute(table.insert(), {key: value for key, value in found.items() if key not in ("starts", "ends")})
        if found["starts"] or found["ends"]:
            days = {"starts": found["starts"], "ends": found["ends"]}
            bind.execute(stages.insert(), {"round_id": found["id"], "stage": "visits", **days})


def _claims() -> None:
    for table, last in (("claim_files", "digest"), ("claims", "indicator")):
        with op.batch_alter_table(table) as batch:
            batch.create_foreign_key(f"fk_{table}_round_id", "rounds", ["round_id"], ["id"])
            batch.create_unique_constraint(f"uq_{table}_round_id_district_{last}", ["round_id", "district", last])


def _submissions() -> None:
    with op.batch_alter_table("forms") as batch:
        batch.drop_column("checked_at")
        batch.add_column(sa.Column("read_as", sa.String(length=20), nullable=True))
    forms = ", ".join(f"'{form}'" for form in _VISIT_FORMS)
    op.execute(f"UPDATE forms SET read_as = 'visit' WHERE form_id IN ({forms})")
    with op.batch_alter_table("submission_states") as batch:
        batch.add_column(sa.Column("submitter", sa.String(length=255), nullable=True))
        batch.add_column(sa.Column("changes", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("changes_read", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("kind", sa.String(length=30), nullable=True))
        batch.add_column(sa.Column("facility_id", sa.String(length=36), nullable=True))
        batch.add_column(sa.Column("district", sa.String(length=13), nullable=True))
        batch.add_column(sa.Column("day", sa.Date(), nullable=True))
        batch.add_column(sa.Column("round_id", sa.String(length=20), nullable=True))
        batch.add_column(sa.Column("chosen_round_id", sa.String(length=20), nullable=True))
        batch.add_column(sa.Column("aside", sa.JSON(none_as_null=True), nullable=True))
        batch.add_column(sa.Column("looked", sa.String(length=50), nullable=True))
        batch.add_column(sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("compared", sa.String(length=50), nullable=True))
    with op.batch_alter_table("attachments") as batch:
        batch.add_column(sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("submission_states") as batch:
        for column in ("changes", "changes_read"):
            batch.alter_column(column, server_default=None)
        for column in ("round_id", "chosen_round_id"):
            batch.create_foreign_key(f"fk_submission_states_{column}", "rounds", [column], ["id"])
    op.create_index(op.f("ix_submission_states_facility_id"), "submission_states", ["facility_id"])
    op.create_index(op.f("ix_submission_states_round_id_district"), "submission_states", ["round_id", "district"])
    unread = sa.text("changes <> changes_read")
    op.create_index("ix_submission_states_unread", "submission_states", ["id"], sqlite_where=unread,
                    postgresql_where=unread)  # fmt: skip
    with op.batch_alter_table("decisions") as batch:
        batch.add_column(sa.Column("round_id", sa.String(length=20), nullable=True))
        batch.create_foreign_key("fk_decisions_round_id", "rounds", ["round_id"], ["id"])


def _make_visits() -> None:
    """Visits are read anew from the submissions they came from: more is kept of them now."""
    op.drop_table("visits")
    op.create_table(
        "visits",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=True),
        sa.Column("mode", sa.String(length=10), nullable=True),
        sa.Column("arrival", sa.String(length=15), nullable=True),
        sa.Column("facility_id", sa.String(length=36), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("registry_no", sa.Text(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("asked_third_party", sa.String(length=10), nullable=True),
        sa.Column("seen", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("today", sa.Date(), nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_visits_submission_id")),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_facility_id"), "visits", ["facility_id"])


def _make_results() -> None:
    op.create_table(
        "results",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("shape", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("rules_version", sa.String(length=20), nullable=False),
        sa.Column("ledger_rule", sa.String(length=20), nullable=False),
        sa.Column("indicator_set", sa.String(length=100), nullable=False),
        sa.Column("rules", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("inputs_digest", sa.String(length=64), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=False)
          for name in ("maximum", "claimed", "standing", "observed_claimed", "lowest", "highest")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_results_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_results")),
        sa.UniqueConstraint("round_id", "district", name=op.f("uq_results_round_id_district")),
    )  # fmt: skip
    op.create_table(
        "indicator_results",
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Double(), nullable=False),
        sa.Column("claimed", sa.Double(), nullable=True),
        sa.Column("observed", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False)
          for name in ("lines", "confirmed", "contradicted", "undecided")),
        sa.Column("lowest", sa.Double(), nullable=True),
        sa.Column("highest", sa.Double(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("beyond", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["result_id"], ["results.id"], name=op.f("fk_indicator_results_result_id")),
        sa.PrimaryKeyConstraint("result_id", "indicator", name=op.f("pk_indicator_results")),
    )  # fmt: skip
    op.create_table(
        "line_results",
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.Integer(), nullable=False),
        sa.Column("subdistrict", sa.String(length=13), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason_codes", sa.Text(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("visit_id", sa.String(length=255), nullable=True),
        sa.Column("version", sa.String(length=255), nullable=True),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("sure", sa.Boolean(), nullable=True),
        sa.Column("comparisons", sa.JSON(), nullable=False),
        sa.Column("grade", sa.String(length=20), nullable=True),
        sa.Column("distance_m", sa.Double(), nullable=True),
        sa.Column("error_m", sa.Double(), nullable=True),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["result_id"], ["results.id"], name=op.f("fk_line_results_result_id")),
        sa.PrimaryKeyConstraint("result_id", "line_id", name=op.f("pk_line_results")),
    )
    op.create_index(op.f("ix_line_results_result_id_outcome"), "line_results", ["result_id", "outcome"])
    op.create_table(
        "visit_results",
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(length=255), nullable=False),
        sa.Column("version", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subdistrict", sa.String(length=13), nullable=True),
        sa.Column("villages", sa.JSON(), nullable=False),
        sa.Column("reason_code", sa.String(length=50), nullable=False),
        sa.Column("reason", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["result_id"], ["results.id"], name=op.f("fk_visit_results_result_id")),
        sa.PrimaryKeyConstraint("result_id", "visit_id", name=op.f("pk_visit_results")),
    )


def _small_things() -> None:
    op.create_table(
        "bookmarks",
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("moment", sa.String(length=30), nullable=False),
        sa.PrimaryKeyConstraint("project", "name", name=op.f("pk_bookmarks")),
    )
    op.execute("INSERT INTO bookmarks (project, name, moment) SELECT project, name, moment FROM marks")
    op.drop_table("marks")


# ── what stood there, as rows ────────────────────────────────────────────────────────────────────────────────────────


def _parts(bind: sa.Connection) -> None:
    claimed = "SELECT DISTINCT round_id, district FROM claims"
    op.execute(
        f"INSERT INTO round_parts (round_id, district, state) SELECT round_id, district, 'open' FROM ({claimed}) c"
    )
    rounds = "SELECT id, NULL, 'open', 'tilik', CURRENT_TIMESTAMP, 'upgrade' FROM rounds"
    parts = "SELECT round_id, district, 'open', 'tilik', CURRENT_TIMESTAMP, 'upgrade' FROM round_parts"
    for rows in (rounds, parts):
        op.execute(f"INSERT INTO round_changes (round_id, district, state, changed_by, changed_at, why) {rows}")


def _keep_results(bind: sa.Connection, results: Sequence[sa.Row[Any]]) -> None:
    """Keep the newest result of each district, its code unknown: an open part's is computed again."""
    tables = sa.MetaData()
    tables.reflect(bind, only=["results", "indicator_results", "line_results", "visit_results"])
    villages: dict[int, str] = dict(bind.execute(sa.text("SELECT id, village FROM claim_lines")).all())
    for number, row in enumerate(results, start=1):
        found = json.loads(row.result)
        bind.execute(tables.tables["results"].insert(), _head(number, row, found))
        for name, rows in (("indicator_results", _indicators(found)), ("line_results", _lines(found, villages)),
                           ("visit_results", _visits(found))):  # fmt: skip
            wanted = [one | {"result_id": number} for one in rows]
            if wanted:
                bind.execute(tables.tables[name].insert(), wanted)
    _set_sequence("results")


def _head(number: int, row: sa.Row[Any], found: Mapping[str, Any]) -> dict[str, Any]:
    ledger = found["ledger"]
    observed = [line for line in ledger if line["lowest"] is not None]
    rules = json.loads(row.rules) if isinstance(row.rules, str) else row.rules
    moment = row.computed_at if not isinstance(row.computed_at, str) else datetime.fromisoformat(row.computed_at)
    return {
        "id": number, "round_id": str(row.year), "district": row.district, "shape": 1, "code": "",
        "rules_version": found["rules_version"], "ledger_rule": found["ledger_rule"],
        "indicator_set": found["indicator_set"], "rules": rules, "inputs_digest": row.inputs_digest,
        "computed_at": moment, "maximum": sum(line["maximum"] for line in ledger),
        "claimed": sum(line["claimed"] or 0 for line in ledger),
        "standing": sum(line["claimed"] or 0 for line in ledger if line["lowest"] is None),
        "observed_claimed": sum(line["claimed"] or 0 for line in observed),
        "lowest": sum(line["lowest"] for line in observed), "highest": sum(line["highest"] or 0 for line in observed),
    }  # fmt: skip


def _indicators(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    kept = ("indicator", "maximum", "claimed", "observed", "lines", "confirmed", "contradicted", "undecided",
            "lowest", "highest", "reasons")  # fmt: skip
    for line in found["ledger"]:
        beyond = [one["reason"] for one in found["beyond"] if one["indicator"] == line["indicator"]]
        yield {name: line[name] for name in kept} | {"beyond": beyond}


def _lines(found: Mapping[str, Any], villages: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    versions = {visit["visit_id"]: visit["version"] for visit in found["visits"]}
    for line in found["lines"]:
        match, evidence = line["match"] or {}, line["evidence"] or {}
        yield {
            "line_id": line["line_id"], "indicator": line["indicator"],
            "subdistrict": ".".join(villages.get(line["line_id"], "").split(".")[:3]), "outcome": line["outcome"],
            "reason_codes": f" {' '.join(reason['code'] for reason in line['reasons'])} ", "reasons": line["reasons"],
            "visit_id": match.get("visit_id"), "version": versions.get(match.get("visit_id")),
            "probability": match.get("probability"), "sure": match.get("sure"),
            "comparisons": match.get("comparisons", []), "grade": evidence.get("grade"),
            "distance_m": evidence.get("distance_m"), "error_m": evidence.get("error_m"),
            "criteria": line["criteria"],
        }  # fmt: skip


def _visits(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for visit in {visit["visit_id"]: visit for visit in found["visits"]}.values():
        villages = visit["villages"]
        yield {
            "visit_id": visit["visit_id"], "version": visit["version"], "kind": visit["kind"],
            "subdistrict": ".".join(villages[0].split(".")[:3]) if villages else None, "villages": villages,
            "reason_code": visit["reason"]["code"], "reason": visit["reason"], "lines": visit["line_ids"],
        }  # fmt: skip


def _ask_to_read(bind: sa.Connection) -> None:
    """The submissions are read once more by the next worker: where they belong is not known yet."""
    asked = "SELECT 'read', '', 'waiting', CURRENT_TIMESTAMP, 0, CURRENT_TIMESTAMP WHERE EXISTS"
    unless = "NOT EXISTS (SELECT 1 FROM jobs WHERE kind = 'read' AND state = 'waiting')"
    columns = "kind, key, state, run_at, attempts, asked_at"
    op.execute(f"INSERT INTO jobs ({columns}) {asked} (SELECT 1 FROM submission_states) AND {unless}")


def _set_sequence(table: str) -> None:
    """PostgreSQL numbers on from what we wrote ourselves."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 0) + 1, false) FROM {table}"
        )
