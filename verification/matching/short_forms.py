"""Short forms, long forms and old spellings in names of Indonesian facilities and areas, and what each stands for."""

from collections.abc import Mapping

# a word, and what it is written as; a kind of school in short, all else written out
WORDS: Mapping[str, str] = {
    "sdn": "sd negeri", "sds": "sd swasta", "smpn": "smp negeri", "smps": "smp swasta", "sman": "sma negeri",
    "smas": "sma swasta", "smkn": "smk negeri", "smks": "smk swasta", "slbn": "slb negeri", "slbs": "slb swasta",
    "mtsn": "mts negeri", "mtss": "mts swasta", "tkn": "tk negeri", "tks": "tk swasta", "paudn": "paud negeri",
    "sltp": "smp", "sltpn": "smp negeri", "smu": "sma", "smun": "sma negeri",
    "sdit": "sd it", "smpit": "smp it", "smait": "sma it", "smkit": "smk it", "tkit": "tk it", "paudit": "paud it",
    "pkm": "puskesmas", "pusk": "puskesmas", "rs": "rumah sakit", "rsu": "rumah sakit umum",
    "rsud": "rumah sakit umum daerah", "rsi": "rumah sakit islam", "rsia": "rumah sakit ibu anak",
    "rsup": "rumah sakit umum pusat", "rsj": "rumah sakit jiwa", "rsk": "rumah sakit khusus",
    "rskia": "rumah sakit ibu anak", "rsb": "rumah sakit bersalin", "rsgm": "rumah sakit gigi mulut",
    "tbm": "taman bacaan masyarakat", "psaa": "panti asuhan", "pa": "panti asuhan", "pp": "pondok pesantren",
    "ponpes": "pondok pesantren", "pontren": "pondok pesantren", "yys": "yayasan", "yay": "yayasan",
    "dwp": "dharma wanita", "dw": "dharma wanita", "darma": "dharma", "prov": "provinsi", "kab": "kabupaten",
    "kec": "kecamatan",
    "kel": "kelurahan", "ds": "desa", "dsn": "dusun", "kp": "kampung", "kpg": "kampung", "perum": "perumahan",
    "jl": "jalan", "jln": "jalan", "gg": "gang", "gn": "gunung", "kep": "kepulauan", "sei": "sungai",
    "sungei": "sungai", "tj": "tanjung", "tjg": "tanjung", "mal": "mall",
    "bert": "bertingkat", "btk": "bertingkat", "lt": "lantai", "putera": "putra", "puteri": "putri",
    "perpus": "perpustakaan", "perpusdes": "perpustakaan desa", "rbra": "ruang bermain ramah anak",
    "rptra": "ruang publik terpadu ramah anak", "pay": "panti asuhan yatim",
    "neg": "negeri", "swt": "swasta", "inp": "inpres", "sta": "santo", "santa": "santo",
    "kyai": "kiai", "kiyai": "kiai", "haji": "h", "hajah": "hj", "hajjah": "hj", "dokter": "dr", "doktor": "dr",
    "insinyur": "ir", "profesor": "prof", "jenderal": "jend", "jendral": "jend", "moch": "muhammad",
    "moh": "muhammad", "mohammad": "muhammad", "mohamad": "muhammad", "muhamad": "muhammad",
    "mochammad": "muhammad", "mochamad": "muhammad", "abd": "abdul", "aisyiah": "aisyiyah", "aisiyah": "aisyiyah",
    "aisyiyyah": "aisyiyah", "muhammadyah": "muhammadiyah", "muhamadiyah": "muhammadiyah",
    "mohammadiyah": "muhammadiyah",
    "atfal": "athfal", "raudatul": "raudhatul", "raudlatul": "raudhatul", "roudlotul": "raudhatul",
    "roudhotul": "raudhatul", "raudlotul": "raudhatul", "raudhotul": "raudhatul", "ibtidaiyyah": "ibtidaiyah",
    "tsanawiyyah": "tsanawiyah", "tsanawiah": "tsanawiyah", "aliyyah": "aliyah", "nahdhatul": "nahdlatul",
    "nahdatul": "nahdlatul", "nw": "nahdlatul wathan", "watan": "wathan", "katholik": "katolik",
    "negri": "negeri", "sdnegeri": "sd negeri", "smpnegeri": "smp negeri", "smanegeri": "sma negeri",
    "smknegeri": "smk negeri", "pisa": "pusat informasi sahabat anak", "pkd": "poskesdes", "daycare": "tpa",
    "psr": "pasar",
    "perpusda": "perpustakaan daerah", "dinkes": "dinas kesehatan", "dinsos": "dinas sosial",
    "disdik": "dinas pendidikan", "dishub": "dinas perhubungan", "bkd": "badan kepegawaian daerah",
    "setda": "sekretariat daerah", "disdukcapil": "dinas kependudukan dan pencatatan sipil",
    "dindukcapil": "dinas kependudukan dan pencatatan sipil", "dukcapil": "dinas kependudukan dan pencatatan sipil",
}  # fmt: skip
# at the beginning of a name, or before its number; elsewhere these are words of their own
AT_THE_BEGINNING: Mapping[str, str] = {
    "min": "mi negeri", "mis": "mi swasta", "man": "ma negeri", "mas": "ma swasta",
}  # fmt: skip
BEFORE_A_NUMBER: Mapping[str, str] = {**AT_THE_BEGINNING, "muh": "muhammadiyah", "no": "", "nomor": ""}

# several words, after each was written as above; of two that begin alike the longer one counts
PHRASES: Mapping[tuple[str, ...], str] = {
    tuple(long.split()): short
    for long, short in {
        "sekolah dasar": "sd", "sekolah menengah pertama": "smp", "sekolah lanjutan tingkat pertama": "smp",
        "sekolah menengah atas": "sma", "sekolah menengah umum": "sma", "sekolah menengah kejuruan": "smk",
        "sekolah luar biasa": "slb", "sekolah dasar luar biasa": "sdlb",
        "sekolah menengah pertama luar biasa": "smplb", "sekolah menengah atas luar biasa": "smalb",
        "taman kanak kanak": "tk", "taman kanak 2": "tk",
        "madrasah ibtidaiyah": "mi", "madrasah tsanawiyah": "mts", "m ts": "mts", "madrasah aliyah": "ma",
        "madrasah aliyah kejuruan": "mak", "raudhatul athfal": "ra", "bustanul athfal": "ba",
        "aisyiyah bustanul athfal": "aba", "tk aisyiyah bustanul athfal": "tk aba", "tk aisyiyah": "tk aba",
        "kelompok bermain": "kb", "taman penitipan anak": "tpa",
        "satuan paud sejenis": "sps", "satuan pendidikan formal": "spf", "pendidikan anak usia dini": "paud",
        "pusat kegiatan belajar masyarakat": "pkbm", "sanggar kegiatan belajar": "skb",
        "pusat kesehatan masyarakat": "puskesmas", "puskesmas pembantu": "pustu", "pos pelayanan terpadu": "posyandu",
        "pondok bersalin desa": "polindes", "pos kesehatan desa": "poskesdes",
        "rumah sakit ibu dan anak": "rumah sakit ibu anak", "rumah sakit khusus ibu anak": "rumah sakit ibu anak",
        "rumah sakit khusus ibu dan anak": "rumah sakit ibu anak", "taman baca masyarakat": "taman bacaan masyarakat",
        "rumah sakit gigi dan mulut": "rumah sakit gigi mulut", "puskesmas perawatan": "puskesmas",
        "poliklinik kesehatan desa": "poskesdes", "day care": "tpa", "tempat penitipan anak": "tpa",
        "taman pendidikan al quran": "tpq", "taman pendidikan quran": "tpq", "taman baca": "taman bacaan masyarakat",
        "taman bacaan": "taman bacaan masyarakat", "taman bacaan masyarakat": "taman bacaan masyarakat",
        "r laktasi": "ruang laktasi", "perlindungan perempuan dan anak": "ppa", "pos yandu": "posyandu",
        "lembaga kesejahteraan sosial anak": "lksa", "pon pes": "pondok pesantren",
        "panti sosial asuhan anak": "panti asuhan",
        "islam terpadu": "it", "satu atap": "satap", "1 atap": "satap",
        "persatuan guru republik indonesia": "pgri", "nahdlatul ulama": "nu",
        "dharma wanita persatuan": "dharma wanita", "kiai h": "kh", "panglima besar": "pb",
        # an apostrophe that was written as a blank left what looks like a kind of school, a numeral, a short form
        "ma arif": "maarif", "ma ruf": "maruf", "ma had": "mahad", "ma mur": "mamur", "ma sum": "masum",
        "ma shum": "mashum", "ma wa": "mawa", "ma rifat": "marifat", "ma unah": "maunah", "ma arij": "maarij",
        "mi raj": "miraj", "i anah": "ianah", "i anatul": "ianatul", "i anatut": "ianatut", "i anatuth": "ianatuth",
        "i anatush": "ianatush", "i anatus": "ianatus", "i tidal": "itidal", "i tikaf": "itikaf", "i zzah": "izzah",
        "i lam": "ilam",
    }.items()
}  # fmt: skip

# what comes behind is what a place was called before, where a kind follows or it stands in brackets
FORMERLY = frozenset(["dh", "dahulu", "dahulunya", "dulu", "eks", "ex", "semula", "sebelumnya", "bekas"])
CODES = frozenset({"npsn", "nspsn", "nss", "nsm"})  # and the number behind: of a registry, and no name

ROMAN: Mapping[str, str] = {
    tens + ones: str(number)
    for number, (tens, ones) in enumerate(
        (tens, ones) for tens in ("", "x", "xx", "xxx")
        for ones in ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
    )
    if number
}  # fmt: skip

NUMERALS: Mapping[str, int] = {
    word: number
    for number, word in enumerate(
        ("satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"), start=1
    )
}

# What two names exclude each other by, unless one of them says both: kinds of school, kinds of health post. A PAUD is a
# playgroup or one of its like, but no kindergarten; what is said beside it says which.
KINDS: Mapping[str, frozenset[str]] = {
    kind: frozenset({kind})
    for kind in ("tk", "ra", "ba", "kb", "tpa", "sps", "sd", "mi", "smp", "mts", "sma", "smk", "ma", "mak", "slb",
                 "pkbm", "skb", "puskesmas", "pustu", "posyandu", "polindes", "poskesdes", "sakit", "sdlb", "smplb",
                 "smalb")
} | {"paud": frozenset({"paud", "kb", "tpa", "sps"}), "slb": frozenset({"slb", "sdlb", "smplb", "smalb"})}  # fmt: skip
# first in a name: a kind and whose it is in one word; what the letter stands for (Kristen, Katolik; Islam, Inpres) is
# not known
KINDS_OF_AN_OWNER: Mapping[str, str] = {
    kind + letter: kind for kind in ("tk", "sd", "smp", "sma", "smk") for letter in ("k", "i", "m")
}
EARLY = frozenset({"tk", "ra", "ba", "kb", "tpa", "sps"})
# in a school's name these are titles, or parts of words, but where they stand beside one of their like
BESIDE: Mapping[str, frozenset[str]] = {
    "ra": frozenset({"paud", "kb", "mi"}), "ba": frozenset({"paud", "ra"}), "kb": EARLY | {"paud"},
    "tpa": EARLY | {"paud"}, "mi": frozenset({"ra", "mts", "ma"}), "ma": frozenset({"mi", "mts", "mak"}),
}  # fmt: skip
PRIVATE = frozenset({"swasta", "pgri", "muhammadiyah", "aisyiyah", "aba", "maarif", "kristen", "katolik", "it"})

# Words by which places of otherwise one name are told apart: of each row a name says one, and what stands for it
OPPOSITES: tuple[Mapping[str, str], ...] = tuple(
    {word: words.split()[0] for words in row.split(",") for word in words.split()}
    for row in (
        "putra, putri",
        "utara lor kaler, selatan kidul, timur wetan, barat kulon, tengah",
        "pagi, siang, petang sore",
        "baru, lama",
        "besar gede, kecil",
        "atas, bawah",
        "hulu, hilir",
        "dalam, luar",
        "merah, putih, kuning, hijau, biru, ungu, hitam",
        "islam, kristen, katolik, hindu, buddha",
        "balita, lansia, remaja",
        "aisyiyah aba, muhammadiyah",
        "asuhan lksa, jompo werdha werda wreda wredha",
        "asi laktasi menyusui, baca, merokok",
        "pasar, terminal, stasiun, bandara",
        "bupati, camat",
        "kesehatan, sosial, pendidikan, pertanian, perhubungan",
        "nurul, darul, miftahul",
        "huda, hidayah, ulum, iman, falah, hikmah, islam",
    )
)
# words before a number that say what is numbered: RT 3 RW 5 is not RT 5 RW 3
COUNTED: frozenset[str] = frozenset({"rt", "rw", "sp", "unit", "blok", "lantai", "km", "kampus", "gang"})

SYNONYMS: Mapping[tuple[str, ...], str] = {
    ("lksa", "panti", "asuhan"): "panti asuhan", ("lksa",): "panti asuhan", ("ruang", "laktasi"): "pojok asi",
    ("pojok", "laktasi"): "pojok asi", ("ruang", "asi"): "pojok asi", ("ruang", "menyusui"): "pojok asi",
    ("nursing", "room"): "pojok asi", ("rawat", "inap"): "",
    ("rawat", "jalan"): "", ("non", "rawat", "inap"): "",
}  # fmt: skip
