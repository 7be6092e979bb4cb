"""A pickle machine that can build plain data and the records of `inert`, and nothing else.

Not `pickle.Unpickler` with another `find_class`: that one calls `__setstate__` and `setattr` on whatever stands on its
stack, and a single instruction of five bytes makes it fill gigabytes of memory. Here objects are matched by their
exact type, and all that is made comes from the bytes of the file, so that memory stays in proportion to it.
"""

from __future__ import annotations

import pickle  # only for the name of an instruction
from typing import TYPE_CHECKING

from ferbench.pipeline.checkpoint_formats.allowed import ALLOWED, Constructor
from ferbench.pipeline.checkpoint_formats.instructions import ACTIONS
from ferbench.pipeline.checkpoint_formats.refusals import damaged, forbidden, whole_network

if TYPE_CHECKING:
    from ferbench.pipeline.checkpoint_formats.inert import StorageRef

#: Bytes. The pickles of the official checkpoints stay under 1 MiB; each byte can cost about 70 bytes of memory.
LARGEST_PICKLE = 16 * 2**20


class RestrictedUnpickler:
    """Runs the one pickle that starts at `start` in `data`; `source` names the file in messages."""

    def __init__(self, data: bytes, source: str, start: int = 0) -> None:
        self.data = data
        self.source = source
        #: Where the next instruction begins; after `load`, the first byte behind the pickle.
        self.position = start
        #: Storages that the pickle refers to, by key.
        self.storages: dict[str, StorageRef] = {}
        self.stack: list[object] = []
        self.marks: list[int] = []
        self.memo: dict[int, object] = {}
        self._bytes_made = 0

    def load(self) -> object:
        """What the pickle describes: plain data and inert records.

        Raises:
            UnsafeCheckpoint: The pickle asks for a name that is not in `ALLOWED`.
            WeightsError: The pickle is damaged, or torch did not write it.
        """
        try:
            while (instruction := self.read(1)) != pickle.STOP:
                self._perform(instruction)
            return self.stack.pop()
        except (IndexError, KeyError, TypeError, ValueError) as error:
            # What a damaged pickle can provoke in the instructions: an empty stack, an unknown memo,
            # arguments of another number or type, text that is not UTF-8.
            raise damaged(self.source, f"Its pickle is damaged at byte {self.position}: {error}.") from error

    def _perform(self, instruction: bytes) -> None:
        action = ACTIONS.get(instruction)
        if action is None:
            raise ValueError(f"instruction {instruction!r}, which torch.save does not write")
        action(self)

    def read(self, count: int) -> bytes:
        """The next `count` bytes of the pickle."""
        end = self.position + count
        if not self.position <= end <= len(self.data):
            raise ValueError("the pickle ends too early")
        chunk = self.data[self.position : end]
        self.position = end
        return chunk

    def line(self) -> str:
        """The text up to the next line end."""
        end = self.data.index(b"\n", self.position)
        return self.read(end + 1 - self.position)[:-1].decode()

    def since_mark(self) -> list[object]:
        """What was pushed since the last mark, taken from the stack."""
        start = self.marks.pop()
        items = self.stack[start:]
        del self.stack[start:]
        return items

    def look_up(self, module: str, name: str) -> object:
        """What a global name means here."""
        if (module, name) in ALLOWED:
            return ALLOWED[module, name]
        if b"torch.nn.modules." in self.data:
            raise whole_network(self.source, f"{module}.{name}")
        raise forbidden(self.source, f"{module}.{name}")

    def call(self, function: object, arguments: object) -> object:
        """The result of one of our own constructors."""
        if type(function) is not Constructor or type(arguments) is not tuple:
            raise ValueError("a call of something that cannot be called")
        result = function.call(*arguments)
        if type(result) is bytes:
            self._count_bytes(result)
        return result

    def _count_bytes(self, made: bytes) -> None:
        # An honest pickle encodes each of its texts once; a bomb encodes one long text again and again.
        self._bytes_made += len(made)
        if self._bytes_made > len(self.data):
            raise ValueError("more bytes than the pickle can hold")
