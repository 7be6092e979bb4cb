"""A file of Google Drive, through gdown, which knows the page that asks before large files."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ferbench.downloads.order import asked, lost, not_written, refused, web_page
from ferbench.errors import ExtraNotInstalled
from ferbench.web_page import is_web_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ferbench.downloads.order import Order

_SECONDS = 30


def fetch(order: Order) -> None:
    """Fetch a file completely into `order.body`, always from its beginning.

    What an earlier call left is deleted first: Drive's answers do not say of which version it was the beginning.

    Raises:
        ExtraNotInstalled: gdown is not here.
        WeightsError: Drive shows a page instead of the file.
        WeightsNotFound: Drive cannot be reached, or stopped before the end.
        MissingError: there is no room.
    """
    try:
        import gdown
    except ImportError as error:
        raise ExtraNotInstalled(
            asked(order),
            "Files of Google Drive are fetched with gdown, which is not installed.",
            "pip install 'ferbench[download]'",
        ) from error
    try:
        with _nothing_kept(order.body.parent):
            gdown.download(
                url=order.url,
                output=str(order.body),
                quiet=True,
                # gdown would keep them in the user's home, for no use here.
                use_cookies=False,
                resume=False,
                progress=order.progress,
                timeout=_SECONDS,
            )
    except gdown.FileURLRetrievalError as error:
        raise web_page(
            order, f"Google Drive shows a page instead of the file: {' '.join(str(error).split())}"
        ) from error
    except gdown.DownloadError as error:
        # Its next line says how to resume with gdown's own command.
        raise lost(order, str(error).partition("\n")[0]) from error
    except OSError as error:
        # What requests raises for the network is an OSError, too, and has no text of the system's.
        if error.strerror:
            raise not_written(order, error) from error
        raise refused(order, f"Google Drive cannot be reached: {error}.") from error
    with order.body.open("rb") as body:
        if is_web_page(body.read(512)):
            order.body.unlink()
            raise web_page(order, "What came is a web page, not a checkpoint.")


@contextmanager
def _nothing_kept(folder: Path) -> Iterator[None]:
    """The folder of a download, empty at the beginning, and again when the block fails."""
    _emptied(folder)
    try:
        yield
    except BaseException:
        _emptied(folder)
        raise


def _emptied(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
