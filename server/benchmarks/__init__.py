"""Numbers of the whole country that a district's are set against, as the secretariat states them."""
