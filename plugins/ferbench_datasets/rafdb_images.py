"""The folders of aligned faces that a label list of RAF-DB can stand beside."""

from __future__ import annotations

from ferbench.errors import UsageError

#: The first one that is there is taken, unless the option says otherwise.
IMAGE_FOLDERS = ("aligned", "aligned_224")


def require_images(images: str | None) -> None:
    """Refuse a folder of pictures that is none of the known ones."""
    if images is not None and images not in IMAGE_FOLDERS:
        raise UsageError(
            f"images={images} was given for RAF-DB.",
            f"The known folders of aligned faces are {' and '.join(IMAGE_FOLDERS)}.",
            "Pass one of these, or leave the option out.",
        )
