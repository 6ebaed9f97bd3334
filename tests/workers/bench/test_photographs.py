"""How well photographs are known again, on a few pictures of our own."""

import random
from pathlib import Path

from PIL import Image

from workers.bench.photographs import bench_photographs, table


def test_what_is_written_anew_is_known_again_and_another_is_not(tmp_path: Path) -> None:
    for number in range(4):
        chance = random.Random(number)
        picture = Image.new("L", (9, 8))
        picture.putdata([chance.randrange(256) for _ in range(72)])
        picture.resize((900, 800), Image.Resampling.BICUBIC).save(tmp_path / f"{number}.jpg", quality=95)
    Image.new("L", (900, 800), 120).save(tmp_path / "wall.jpg")
    found = {one.changed: one for one in bench_photographs(tmp_path)}
    assert (found["640, 60"].taken_for_one, found["640, 60"].pictures) == (4, 4), "a wall shows nothing"
    assert (found["another"].taken_for_one, found["another"].pictures) == (0, 6)
    assert found["another"].least > found["beside 5 %"].half > found["beside 1 %"].half
    assert (found["640, 60"].taken_elsewhere, found["another"].taken_elsewhere) == (4, 0)
    assert found["view"].taken_elsewhere == 0 < found["view"].pictures and found["view"].least > 20
    assert "another" in table(list(found.values()))
