"""`python -m benchmarks.screens`: the pictures of README.md, from the sample company, at one instant."""

import tempfile
from pathlib import Path

import click
from PIL import Image
from playwright.sync_api import sync_playwright

from funnel.layer.build import open_warehouse
from funnel.questions.ask import ask
from funnel.sample.company import write_sample
from tests.browser.served import CHROMIUM, FLAGS, ROOT, served, visit

TARGET = ROOT / "docs" / "screens"
PAGES = (
    "home", "follow_ups", "stage_aging", "dormant", "monthly", "conversion", "scores", "import_data", "data_quality",
    "definitions", "lead",
)  # fmt: skip
AS_OF = "2026-11-10"
WIDTH, HEIGHT = 1440, 1000
COLOURS = 256  # of a picture's palette, the rare ones kept: a third of the size


@click.command()
def main() -> None:
    """Take every picture anew."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        data = Path(place) / "data"
        write_sample(data)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT},
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            color_scheme="light",
            reduced_motion="reduce",
        )
        with open_warehouse(data) as db:
            lead = ask(db, "overdue").rows[0]["lead_id"]
        addresses = {"home": "", "lead": f"lead?id={lead}"}
        with served(data, Path(place) / "layers") as app:
            for name in PAGES:
                visit(page, f"{app}/{addresses.get(name, name)}")
                shown = page.get_by_role("spinbutton").all_inner_texts()
                if shown and "-".join(shown) != AS_OF:  # データ取込 has no filters
                    raise click.ClickException(f"{name} shows {shown}, not {AS_OF}.")
                path = TARGET / f"{name}.png"
                page.screenshot(path=path, animations="disabled")
                _small(path)
                click.echo(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1024:.0f} KB")
        browser.close()


def _small(path: Path) -> None:
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    main()
