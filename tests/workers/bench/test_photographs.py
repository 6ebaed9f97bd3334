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
    assert found["file"].taken_for_one == 0 < found["file"].pictures
    assert "another" in table(list(found.values()))


def test_pictures_that_are_one_file_are_counted(tmp_path: Path) -> None:
    for number, colour in enumerate((120, 120, 9)):
        Image.new("L", (900, 800), colour).save(tmp_path / f"{number}.jpg", quality=95)
    file = bench_photographs(tmp_path)[-1]
    assert (file.changed, file.pictures) == ("file", 3 * file.taken_for_one**2), "a wall twice, and another one"
    assert file.taken_for_one > 0
