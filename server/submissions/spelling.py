"""Instance ids as Central spells them: its listing and its paths keep `&amp;` as it was sent, its feed decodes it."""

import html
import re

_REFERENCE = re.compile(r"&(?:amp|lt|gt|quot|apos|#\d+|#[xX][0-9a-fA-F]+);")


def is_spelled(instance_id: str, in_feed: str) -> bool:
    """Tell whether an id of Central's listing is the one that its feed writes like this."""
    return instance_id == in_feed or _REFERENCE.sub(lambda found: html.unescape(found[0]), instance_id) == in_feed
