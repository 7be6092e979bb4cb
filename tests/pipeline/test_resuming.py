"""Going on with a pass over the images: what is asked again, what is not, and that nobody can tell afterwards."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from PIL import Image

from ferbench.config import Settings
from ferbench.errors import NothingMeasured
from ferbench.pipeline.predict import predict
from ferbench.pipeline.resolve import resolve
from ferbench.pipeline.run import Evaluator
from ferbench.pipeline.unfinished import keeping
from ferbench.pipeline.unfinished.shard_file import path_of
from ferbench.pipeline.unfinished.shards import Shards
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec
from tests.cli.dropins import MINE
from tests.drawing import draw_jpeg, folder_tree

BATCH, N = 4, 38
KEPT = 5 * BATCH


class Stopped(Exception):
    """What ends a pass here; in real life it is a signal."""


def colours(views):
    """A model of three numbers: (b, 1, 3, h, w) uint8 -> mean red, green and blue."""
    return {"emotion": views[:, 0].mean(axis=(2, 3), dtype=np.float32)}


@dataclass(slots=True)
class Asked:
    """Asks a model, and stops before the batch of that number, counted from 0."""

    says: object = colours
    before: int | None = None
    batches: list[int] = field(default_factory=list)

    def __call__(self, views):
        """The answers."""
        if len(self.batches) == self.before:
            raise Stopped
        self.batches.append(len(views))
        return self.says(views)

    def expect(self, views):
        """These will be asked about."""


@dataclass(slots=True)
class Site:
    """A tree of pictures, the plan of a run on them, and a folder for shards."""

    folder: object
    plan: object

    def shards(self):
        """What is kept in the folder."""
        return Shards(self.folder / "shards")

    def files(self):
        """The shards that lie there."""
        return sorted((self.folder / "shards").glob("*.shard"))

    def stop(self, says=colours, before=5):
        """A pass that ends before its end."""
        with pytest.raises(Stopped):
            self.go(Asked(says, before))

    def go(self, asked, shards=True, **changes):
        """A pass, and whether it can be told from one that nobody ended."""
        plan = replace(self.plan, **changes)
        return predict(plan, asked, lambda done, total: None, self.shards() if shards else None)


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """The plan of a run on 38 pictures of three classes."""
    folder = tmp_path_factory.mktemp("plan")
    root = folder_tree(folder / "tree", {"happy": 14, "neutral": 12, "sad": 12})
    (folder / "mine.py").write_text(MINE, encoding="utf-8")
    spec = RunSpec(model="mine", dataset="folder", data_root=str(root), batch_size=BATCH)
    return resolve(spec, build_catalog([folder / "mine.py"]), Settings())


@pytest.fixture
def site(tmp_path, plan, monkeypatch):
    """The pictures drawn for one test, and a shard after every batch."""
    monkeypatch.setattr(keeping, "SECONDS_APART", 0.0)
    monkeypatch.setattr(keeping, "SHARE", 1e9)
    rows = []
    for number, row in enumerate(plan.rows):
        path = tmp_path / f"{number:04d}.jpg"
        draw_jpeg(path, seed=number, size=20)
        rows.append(replace(row, source=path))
    opened = replace(plan.opened, dataset=Files(), rows=tuple(rows))
    return Site(tmp_path, replace(plan, opened=opened, rows=tuple(rows)))


class Files:
    """Rows whose source is a path."""

    def read(self, row):
        """The bytes of its file."""
        return row.source.read_bytes()


def told(done):
    """Everything that comes out of a pass but time."""
    return done.predictions.sha256(), done.digests, done.sizes, done.predictions.failures


def test_only_the_rest_is_asked(site):
    """The rest is asked, and one batch again; nobody can tell afterwards."""
    site.stop()
    asked = Asked()
    done = site.go(asked)

    assert done.resumed == KEPT
    assert asked.batches == [4, 4, 4, 4, 4, 2]
    assert told(done) == told(site.go(Asked(), shards=False))


def test_the_rest_is_timed(site):
    """Throughput is that of the images that were answered now, and of none there is none."""
    whole = site.go(Asked())
    assert whole.images_per_s == pytest.approx(N / whole.seconds)
    again = site.go(Asked())
    assert (again.resumed, again.images_per_s) == (N, None)

    for path in site.files()[5:]:
        path.unlink()
    rest = site.go(Asked())
    assert rest.images_per_s == pytest.approx((N - KEPT) / rest.seconds)


def test_progress(site):
    """What was kept counts as done."""
    site.stop()
    steps = []
    predict(site.plan, Asked(), lambda done, total: steps.append((done, total)), site.shards())

    assert steps == [(min(done, N), N) for done in range(BATCH, N + BATCH, BATCH)]


def draw_another(picture):
    """Other pixels."""
    draw_jpeg(picture, seed=77, size=20)


def grow(picture):
    """Another size."""
    draw_jpeg(picture, seed=9, size=24)


def lose(picture):
    """No file."""
    picture.unlink()


def tear(picture):
    """A whole header, and half of the rest."""
    content = picture.read_bytes()
    picture.write_bytes(content[: len(content) - 100])


@pytest.mark.parametrize("change", [draw_another, grow, lose, tear])
def test_a_picture_that_changed(site, change):
    """A shard with another picture, and all after it, are thrown away: the result is that of the pictures of today."""
    site.stop()
    change(site.folder / "0009.jpg")
    done = site.go(Asked())

    assert done.resumed == 2 * BATCH
    assert told(done) == told(site.go(Asked(), shards=False))


@pytest.mark.parametrize(
    "saved", [("PNG", {"compress_level": 1}, {"compress_level": 9}), ("TIFF", {}, {"compression": "tiff_lzw"})]
)
def test_pictures_without_loss(site, saved):
    """Pictures that are compared decoded are known again when their bytes are others."""
    kind, options, others = saved
    for row in site.plan.rows:
        encode(row.source, kind, options)
    site.stop()
    for row in site.plan.rows[:12]:
        encode(row.source, kind, others)
    done = site.go(Asked())

    assert done.resumed == KEPT
    assert told(done) == told(site.go(Asked(), shards=False))


def encode(path, kind, options):
    """Write the picture anew in another format."""
    with Image.open(path) as image:
        image.load()
        image.save(path, kind, **options)


def test_a_picture_that_is_broken_still(site):
    """It is listed as it was."""
    (site.folder / "0005.jpg").write_bytes(b"nothing")
    site.stop()
    done = site.go(Asked())

    assert done.resumed == KEPT
    assert list(done.predictions.failures.values()) == [
        "unreadable: UnidentifiedImageError: no picture that Pillow can identify"
    ]
    assert told(done) == told(site.go(Asked(), shards=False))


@pytest.mark.parametrize("mend", [draw_another, tear, lose])
def test_a_picture_that_is_broken_otherwise(site, mend):
    """A shard in which a picture was broken in another way does not hold."""
    picture = site.folder / "0005.jpg"
    whole = picture.read_bytes()
    picture.write_bytes(b"nothing")
    site.stop()
    picture.write_bytes(whole)
    mend(picture)
    done = site.go(Asked())

    assert done.resumed == BATCH
    assert told(done) == told(site.go(Asked(), shards=False))


def test_answers_that_are_none(site):
    """Outputs that are not finite, and whole batches without an answer, are kept as they are."""

    def strange(views):
        said = colours(views)
        said["emotion"][said["emotion"][:, 0] > 140] = np.inf
        return said

    for number in range(12, 16):
        (site.folder / f"{number:04d}.jpg").write_bytes(b"nothing")
    site.stop(strange, before=4)
    done = site.go(Asked(strange))

    assert done.resumed == KEPT
    assert set(done.predictions.failures.values()) > {"the model's output is not finite"}
    assert told(done) == told(site.go(Asked(strange), shards=False))


def test_several_outputs(site):
    """All outputs are kept, those that come late and those that go early, too."""

    def three(views):
        said = colours(views) | {"always": views[:, 0, 0, :2, :2].astype(np.float32)}
        bright = said["emotion"].mean() > 128
        return said | ({"late": said["emotion"][:, 0]} if bright else {})

    site.stop(three)
    done = site.go(Asked(three))

    assert done.resumed == KEPT
    assert set(done.predictions.outputs) == {"emotion", "always", "late"}
    assert told(done) == told(site.go(Asked(three), shards=False))


def a_bit_more(views):
    """The same model, one bit off."""
    return {"emotion": np.nextafter(colours(views)["emotion"], np.float32(np.inf))}


def something_more(views):
    """The same model with another output beside."""
    return colours(views) | {"brightness": colours(views)["emotion"].mean(axis=1)}


@pytest.mark.parametrize("says", [a_bit_more, something_more])
def test_a_model_that_says_something_else(site, says):
    """Answers of a model that depends on what nobody can know are not mixed: it is asked about everything again."""
    site.stop()
    done = site.go(Asked(says))

    assert done.resumed == 0
    assert told(done) == told(site.go(Asked(says), shards=False))


@pytest.mark.parametrize("broken", [range(16, 20), range(12, 20)])
def test_a_model_is_asked_again_where_the_last_pictures_are_broken(site, broken):
    """The batch that is asked again is the last one with a picture to ask about."""
    for number in broken:
        (site.folder / f"{number:04d}.jpg").write_bytes(b"nothing")
    site.stop()
    for path in site.files()[5:]:
        path.unlink()
    done = site.go(Asked(a_bit_more))

    assert done.resumed == 0
    assert told(done) == told(site.go(Asked(a_bit_more), shards=False))


def test_nothing_of_another_model_stays(site):
    """What it said does not come back either, when it is ended earlier than the one before."""
    site.stop(before=8)
    # Two of the three are those that show that the model is another one.
    site.stop(a_bit_more, before=3)

    assert len(site.files()) == 1
    assert site.go(Asked()).resumed == 0


def test_a_model_that_throws_dice(site):
    """Of a model that says something else each time the shards are as good as any answer."""
    dice = np.random.default_rng(0)

    def thrown(views):
        return {"emotion": dice.random((len(views), 3), np.float32)}

    site.stop(thrown)

    assert site.go(Asked(thrown)).resumed == KEPT


def test_a_gap(site):
    """What lies behind a shard that is torn is not used; what lies before it is."""
    site.stop()
    path = site.files()[2]
    path.write_bytes(path.read_bytes()[:-1])
    done = site.go(Asked())

    assert done.resumed == 2 * BATCH
    assert told(done) == told(site.go(Asked(), shards=False))


#: Plans that could not have written the shards, were it not for the name of the folder.
OTHER_PLANS = {
    "another batch size": lambda plan: {"conduct": replace(plan.conduct, batch_size=8)},
    "fewer rows": lambda plan: {"rows": plan.rows[: KEPT - 2]},
    "other classes": lambda plan: {"classes": (*plan.classes, "fear")},
}


@pytest.mark.parametrize("change", OTHER_PLANS.values(), ids=OTHER_PLANS)
def test_shards_that_do_not_fit(site, change):
    """They are not used, even under the right name."""
    site.stop()
    changes = change(site.plan)
    columns = len(changes.get("classes", site.plan.classes))

    def says(views):
        return {"emotion": colours(views)["emotion"][:, [0, 1, 2, 0][:columns]]}

    done = site.go(Asked(says), **changes)

    assert done.resumed < KEPT
    assert told(done) == told(site.go(Asked(says), shards=False, **changes))


def test_nothing_measured(site):
    """A run without a single answer says so however often it is asked."""
    for row in site.plan.rows:
        row.source.write_bytes(b"nothing")
    for _ in range(2):
        with pytest.raises(NothingMeasured, match="Not one got an answer"):
            site.go(Asked())


def test_again_in_the_same_process(site, tmp_path):
    """A run that was ended is gone on with, even while its error, and so all that it held, is looked at."""
    settings = Settings(unfinished_home=tmp_path / "unfinished")

    def stop(done, total):
        if done > KEPT:
            raise Stopped

    ended = []
    for progress in (stop, None):
        try:
            result = Evaluator(settings=settings).carry_out(site.plan, progress)
        except Stopped as error:
            ended.append(error)

    assert len(ended) == 1
    assert result.record["execution"]["images_resumed"] > 0


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_foreign_things_in_the_folder(site, make):
    """Whatever else lies among the shards is in nobody's way."""
    site.stop()
    folder = site.folder / "shards"
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / "0000000004.77.part").write_bytes(b"half")
    make(path_of(folder, KEPT))
    done = site.go(Asked())

    assert done.resumed == KEPT
    assert told(done) == told(site.go(Asked(), shards=False))
    assert (folder / "notes.txt").exists()
