"""About which kinds of places children may be asked."""

# places that children use by themselves
OFFERED = (
    "sekolah", "pusat_informasi", "perpustakaan", "perpustakaan_keliling", "taman_baca", "papan_terbitan",
    "layanan_internet", "layanan_video", "museum", "pusat_kreativitas", "taman", "sanggar", "taman_cerdas", "olahraga",
    "forum_anak", "kelompok_anak", "ktr", "puskesmas",
)  # fmt: skip
# where somebody else is the guardian: only with a written rule who that is (safeguarding 16). Never at all: shelters
# and wherever a child is held
HOMES = ("lksa", "rumah_singgah", "tpa")
SMALLEST_OF_ONE_PLACE = 10  # answers are linked to one place only where so many come (safeguarding 3)
