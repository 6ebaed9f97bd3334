"""The signs of codes that people read off paper or a page and type: none looks like another."""

LEGIBLE = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 5 bits each
