"""Measuring."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from server.roles.table import Permission
from server.settings import load_settings
from server.terminal import acts, json_option, tell, words


@click.group(help=words.say("help.bench"))
def bench() -> None:
    """Measure."""


@bench.command(help=words.say("help.bench_pull"))
@click.option("-n", "sizes", multiple=True, type=click.IntRange(1), default=(1000, 10_000), show_default=True,
              help=words.say("help.bench_sizes"))  # fmt: skip
@click.option("--postgres", help=words.say("help.bench_postgres"))
@click.option("--repeats", default=1, show_default=True, help=words.say("help.bench_repeats"))
@json_option
@acts(Permission.OPERATE)
def pull(sizes: tuple[int, ...], postgres: str | None, repeats: int, as_json: bool) -> None:
    """Measure a pull against the same feed read and thrown away."""
    from workers.bench.pulls import bench_pulls, table

    results = bench_pulls(load_settings(), sizes, postgres, repeats, tell)
    click.echo(json.dumps([asdict(result) for result in results], indent=1) if as_json else table(results))


@bench.command(help=words.say("help.bench_verify"))
@click.option("-n", "sizes", multiple=True, type=click.IntRange(1), default=(100, 200, 400, 800, 1600, 3200),
              show_default=True, help=words.say("help.bench_visits"))  # fmt: skip
@click.option("--repeats", default=1, show_default=True, type=click.IntRange(1), help=words.say("help.bench_repeats"))
@click.option("--districts", multiple=True, type=click.IntRange(1, 514), default=(4, 8, 16), show_default=True,
              help=words.say("help.bench_districts"))  # fmt: skip
@click.option("--postgres", help=words.say("help.bench_postgres"))
@json_option
@acts(Permission.OPERATE)
def verify(
    sizes: tuple[int, ...], repeats: int, districts: tuple[int, ...], postgres: str | None, as_json: bool
) -> None:
    """Measure the rules step by step against the bare libraries, a part of the country, and one change."""
    from workers.bench.national import bench_change, bench_country
    from workers.bench.national import table as country_table
    from workers.bench.verifying import bench_verify, table

    steps = bench_verify(sizes, repeats, tell)
    country = [*bench_country(districts, postgres, tell), *bench_change(postgres, tell)]
    if as_json:
        found = {"steps": [asdict(one) for one in steps], "country": [asdict(one) for one in country]}
        click.echo(json.dumps(found, indent=1))
    else:
        click.echo(f"{table(steps)}\n\n{country_table(country)}")


@bench.command(help=words.say("help.bench_pages"))
@click.option("-n", "sizes", multiple=True, type=click.IntRange(10, 10_000), default=(2000, 10_000), show_default=True,
              help=words.say("help.bench_lines"))  # fmt: skip
@click.option("--visits", default=10_000, show_default=True, type=click.IntRange(1), help=words.say("help.bench_each"))
@click.option("--photographs", default=5000, show_default=True, type=click.IntRange(0),
              help=words.say("help.bench_photographs"))  # fmt: skip
@click.option("--people", default=20, show_default=True, type=click.IntRange(1), help=words.say("help.bench_people"))
@click.option("--repeats", default=3, show_default=True, type=click.IntRange(1), help=words.say("help.bench_repeats"))
@click.option("--postgres", help=words.say("help.bench_postgres"))
@json_option
@acts(Permission.OPERATE)
def pages(
    sizes: tuple[int, ...],
    visits: int,
    photographs: int,
    people: int,
    repeats: int,
    postgres: str | None,
    as_json: bool,
) -> None:
    """Measure the pages of large districts with people on them."""
    from workers.bench.large import LargeDistrict
    from workers.bench.pages import Load, bench_pages, table

    districts = [LargeDistrict(f"99.{n:02}", size, visits, photographs) for n, size in enumerate(sizes, start=1)]
    results = bench_pages(districts, Load(people, repeats), postgres, tell)
    click.echo(json.dumps([asdict(result) for result in results], indent=1) if as_json else table(results))


@bench.command(help=words.say("help.bench_flags"))
@click.option("-n", "visits", default=100_000, show_default=True, type=click.IntRange(1),
              help=words.say("help.bench_visits"))  # fmt: skip
@click.option("--seed", default=1, show_default=True, help=words.say("help.bench_seed"))
@json_option
@acts(Permission.OPERATE)
def flags(visits: int, seed: int, as_json: bool) -> None:
    """Measure how often honest visits raise a sign."""
    from workers.bench.flags import bench_flags, table

    results = bench_flags(visits, seed)
    click.echo(json.dumps([asdict(result) for result in results], indent=1) if as_json else table(results))


@bench.command(help=words.say("help.bench_looks"))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
@acts(Permission.OPERATE)
def photographs(folder: Path, as_json: bool) -> None:
    """Measure how well photographs are known again, on a folder of pictures."""
    from workers.bench.photographs import bench_photographs, table

    results = bench_photographs(folder)
    click.echo(json.dumps([asdict(result) for result in results], indent=1) if as_json else table(results))


@bench.command(help=words.say("help.bench_arrival"))
@click.option("--repeats", default=3, show_default=True, type=click.IntRange(1), help=words.say("help.bench_repeats"))
@click.option("--postgres", help=words.say("help.bench_postgres"))
@acts(Permission.OPERATE)
def arrival(repeats: int, postgres: str | None) -> None:
    """Measure from a visit's arrival at Central to the changed report."""
    from workers.bench.arrival import bench_arrivals

    for result in bench_arrivals(load_settings(), repeats, postgres, tell):
        click.echo(words.say("bench.arrival", **asdict(result)))


@bench.command(help=words.say("help.bench_match"))
@click.argument("earlier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("later", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--province", "provinces", multiple=True, help=words.say("help.bench_province"))
@click.option("--without", multiple=True, help=words.say("help.bench_without"))
@json_option
@acts(Permission.OPERATE)
def match(earlier: Path, later: Path, provinces: tuple[str, ...], without: tuple[str, ...], as_json: bool) -> None:
    """Score matching on two lists of the same places, years apart."""
    from workers.bench.linking import bench_linking, table

    results = bench_linking(earlier, later, tell, provinces, without)
    click.echo(json.dumps([asdict(result) for result in results], indent=1) if as_json else table(results))


@bench.command(help=words.say("help.bench_estimate"))
@click.argument("earlier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("later", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--province", "provinces", multiple=True, help=words.say("help.bench_province"))
@click.option("--without", multiple=True, help=words.say("help.bench_without"))
@json_option
@acts(Permission.OPERATE)
def estimate(earlier: Path, later: Path, provinces: tuple[str, ...], without: tuple[str, ...], as_json: bool) -> None:
    """Estimate what the levels of agreement weigh, on two lists of the same places."""
    from workers.bench.estimating import estimate as estimated
    from workers.bench.estimating import table

    results = estimated(earlier, later, tell, provinces, without)
    click.echo(json.dumps([asdict(result) for result in results], indent=1) if as_json else table(results))


@bench.command(help=words.say("help.bench_coverage"))
@click.option(
    "--repeats", default=2000, show_default=True, type=click.IntRange(1), help=words.say("help.bench_repeats")
)
@json_option
@acts(Permission.OPERATE)
def coverage(repeats: int, as_json: bool) -> None:
    """Measure how often intervals hold what is so."""
    from workers.bench.covering import bench_coverage, table

    results = bench_coverage(repeats, tell)
    click.echo(json.dumps([asdict(result) for result in results], indent=1) if as_json else table(results))
