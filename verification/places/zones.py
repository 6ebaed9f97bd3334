"""Which of Indonesia's three times does a province keep?

Since Keppres 41/1987 a zone follows whole provinces. None has summer time: the hours ahead of UTC never change.
"""

from verification.model import province_of

HOURS = {"WIB": 7, "WITA": 8, "WIT": 9}  # ahead of UTC

_PROVINCES = {
    "WIB": "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 61 62",  # Sumatra, Java, western and central Kalimantan
    "WITA": "51 52 53 63 64 65 71 72 73 74 75 76",  # Bali, Nusa Tenggara, the rest of Kalimantan, Sulawesi
    "WIT": "81 82 91 92 93 94 95 96",  # Maluku, Papua
}
_ZONES = {province: zone for zone, provinces in _PROVINCES.items() for province in provinces.split()}


def zone_of(code: str) -> str | None:
    """Name the zone of an area by its province's Kemendagri code: WIB, WITA or WIT; None for an unknown province."""
    return _ZONES.get(province_of(code))
