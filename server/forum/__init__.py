"""Minutes of discussions with children's forums: the codes they are written under, what they say, and by whom."""
