"""What a plan may say of a visit: how it is made, and which further parts of the forms it switches on.

The forms have these (`xlsforms/`), and no page reads forms: `tests/server/plan/test_modules.py` compares.
"""

from collections.abc import Iterable, Mapping, Sequence

from verification.model import Mode

MODES = tuple(mode.value for mode in Mode)
_READING = ("access", "practice", "recount", "titles")
_LEISURE = ("access", "practice", "recount")
_HEALTH = ("access", "cohort", "practice", "recount", "smoke_free")
_FAMILY = ("practice", "recount", "staff")
_HOME = ("practice", "recount", "sop", "staff")
_VICTIMS = ("practice", "sop", "staff")
AT_KIND: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("layanan_internet", "layanan_video", "museum", "papan_terbitan", "perpustakaan",
                     "perpustakaan_keliling", "pusat_informasi", "taman_baca"), _READING),
    **dict.fromkeys(("olahraga", "pusat_kreativitas", "sanggar", "taman", "taman_cerdas"), _LEISURE),
    **dict.fromkeys(("konsultasi_psikologi", "pikr", "posyandu", "puskesmas", "rumah_sakit"), _HEALTH),
    **dict.fromkeys(("bkb", "bkr", "lembaga_konsultasi", "puspaga"), _FAMILY),
    **dict.fromkeys(("lbh", "lksa", "rumah_singgah", "uptd_ppa"), _HOME),
    **dict.fromkeys(("faskes", "ppt", "unit_ppa_polres"), _VICTIMS),
    **dict.fromkeys(("forum_anak", "kelompok_anak"), ("practice", "role")),
    **dict.fromkeys(("layanan_akta", "lembaga_masyarakat", "perusahaan", "pojok_asi"), ("practice", "recount")),
    "ktr": ("practice",), "sekolah": ("access", "disaster", "practice", "smoke_free", "travel"),
    "tpa": ("access", "practice", "ratio", "recount", "sop", "staff"),
}  # fmt: skip
MODULES = tuple(sorted({module for modules in AT_KIND.values() for module in modules}))
# where children live or are cared for: these parts look at rooms, and no call may (practice 4)
LIVING_ROOMS: Mapping[str, frozenset[str]] = {
    "lksa": frozenset({"practice"}), "rumah_singgah": frozenset({"practice"}), "tpa": frozenset({"practice", "ratio"}),
}  # fmt: skip


def modules_at(kinds: Iterable[str | None]) -> frozenset[str]:
    """Give the further parts that the forms have for a place of these kinds."""
    return frozenset(module for kind in kinds for module in AT_KIND.get(kind or "", ()))


def looks_into_rooms(kinds: Iterable[str | None], modules: Iterable[str]) -> bool:
    """Tell whether these parts look at rooms in which children live or are cared for."""
    return any(LIVING_ROOMS.get(kind or "", frozenset()) & set(modules) for kind in kinds)
