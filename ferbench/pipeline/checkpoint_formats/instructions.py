"""The instructions of the pickle machine: those that `torch.save` writes in protocols 2 to 4, each in its safe form.

Missing on purpose: the text forms of protocol 0, INST and OBJ, NEWOBJ_EX, the extension registry, sets, bytearrays
and out-of-band buffers. No state dict needs them.
"""

from __future__ import annotations

import pickle  # only for the names of the instructions
import struct
from typing import TYPE_CHECKING, Any, TypeAlias

from ferbench.pipeline.checkpoint_formats.allowed import StandInClass, set_state, storage_reference
from ferbench.pipeline.checkpoint_formats.inert import StandIn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ferbench.pipeline.checkpoint_formats.restricted_unpickler import RestrictedUnpickler

    Action: TypeAlias = Callable[[RestrictedUnpickler], None]

#: Bytes; torch's magic number has 10 and is the longest integer that it writes.
_LONGEST_INTEGER = 16


def _unpack(machine: RestrictedUnpickler, layout: struct.Struct) -> Any:
    return layout.unpack(machine.read(layout.size))[0]


def _push_number(layout: str) -> Action:
    packed = struct.Struct(layout)
    return lambda machine: machine.stack.append(_unpack(machine, packed))


def _push_integer(length_layout: str) -> Action:
    packed = struct.Struct(length_layout)

    def push(machine: RestrictedUnpickler) -> None:
        length = _unpack(machine, packed)
        if length > _LONGEST_INTEGER:
            raise ValueError("an integer that torch.save does not write")
        machine.stack.append(int.from_bytes(machine.read(length), "little", signed=True))

    return push


def _push_text(length_layout: str) -> Action:
    packed = struct.Struct(length_layout)
    return lambda machine: machine.stack.append(machine.read(_unpack(machine, packed)).decode())


def _push_bytes(length_layout: str) -> Action:
    packed = struct.Struct(length_layout)
    return lambda machine: machine.stack.append(machine.read(_unpack(machine, packed)))


def _push(make: Callable[[], object]) -> Action:
    return lambda machine: machine.stack.append(make())


def _push_tuple(count: int) -> Action:
    def push(machine: RestrictedUnpickler) -> None:
        items = [machine.stack.pop() for _ in range(count)]
        machine.stack.append(tuple(reversed(items)))

    return push


def _push_tuple_since_mark(machine: RestrictedUnpickler) -> None:
    machine.stack.append(tuple(machine.since_mark()))


def _recall(layout: str) -> Action:
    packed = struct.Struct(layout)
    return lambda machine: machine.stack.append(machine.memo[_unpack(machine, packed)])


def _remember(layout: str) -> Action:
    packed = struct.Struct(layout)

    def remember(machine: RestrictedUnpickler) -> None:
        machine.memo[_unpack(machine, packed)] = machine.stack[-1]

    return remember


def _remember_next(machine: RestrictedUnpickler) -> None:
    machine.memo[len(machine.memo)] = machine.stack[-1]


def _skip(count: int) -> Action:
    def skip(machine: RestrictedUnpickler) -> None:
        machine.read(count)

    return skip


def _mark(machine: RestrictedUnpickler) -> None:
    machine.marks.append(len(machine.stack))


def _extend_list(machine: RestrictedUnpickler, items: list[object]) -> None:
    target = machine.stack[-1]
    if type(target) is not list:
        raise ValueError("an item for something that is no list")
    target.extend(items)


def _append(machine: RestrictedUnpickler) -> None:
    _extend_list(machine, [machine.stack.pop()])


def _append_since_mark(machine: RestrictedUnpickler) -> None:
    _extend_list(machine, machine.since_mark())


def _update_dict(machine: RestrictedUnpickler, items: list[object]) -> None:
    target = machine.stack[-1]
    if type(target) is not dict:
        raise ValueError("an entry for something that is no dict")
    for key, value in zip(items[::2], items[1::2], strict=True):
        # Other keys need not hash safely: a tuple that is nested deeply enough exhausts the stack of C.
        if type(key) is not str and type(key) is not int:
            raise ValueError(f"a {type(key).__name__} as the key of a dict")
        target[key] = value


def _set_item(machine: RestrictedUnpickler) -> None:
    value, key = machine.stack.pop(), machine.stack.pop()
    _update_dict(machine, [key, value])


def _set_items_since_mark(machine: RestrictedUnpickler) -> None:
    _update_dict(machine, machine.since_mark())


def _global(machine: RestrictedUnpickler) -> None:
    module, name = machine.line(), machine.line()
    machine.stack.append(machine.look_up(module, name))


def _global_from_stack(machine: RestrictedUnpickler) -> None:
    name, module = machine.stack.pop(), machine.stack.pop()
    if type(module) is not str or type(name) is not str:
        raise ValueError("a name that is no text")
    machine.stack.append(machine.look_up(module, name))


def _call(machine: RestrictedUnpickler) -> None:
    arguments, function = machine.stack.pop(), machine.stack.pop()
    machine.stack.append(machine.call(function, arguments))


def _new_object(machine: RestrictedUnpickler) -> None:
    arguments, kind = machine.stack.pop(), machine.stack.pop()
    if type(kind) is not StandInClass or arguments != ():
        raise ValueError("an object of something that is no class")
    machine.stack.append(StandIn(kind.name))


def _build(machine: RestrictedUnpickler) -> None:
    state = machine.stack.pop()
    set_state(machine.stack[-1], state)


def _push_storage(machine: RestrictedUnpickler) -> None:
    ref = storage_reference(machine.stack.pop())
    if machine.storages.setdefault(ref.key, ref) != ref:
        raise ValueError("one storage with two types or sizes")
    machine.stack.append(ref)


ACTIONS: Mapping[bytes, Action] = {
    # Headers; what they say is not needed to read on.
    pickle.PROTO: _skip(1),
    pickle.FRAME: _skip(8),
    pickle.NONE: _push(lambda: None),
    pickle.NEWTRUE: _push(lambda: True),
    pickle.NEWFALSE: _push(lambda: False),
    pickle.BININT: _push_number("<i"),
    pickle.BININT1: _push_number("<B"),
    pickle.BININT2: _push_number("<H"),
    pickle.BINFLOAT: _push_number(">d"),
    pickle.LONG1: _push_integer("<B"),
    pickle.LONG4: _push_integer("<I"),
    pickle.BINUNICODE: _push_text("<I"),
    pickle.SHORT_BINUNICODE: _push_text("<B"),
    pickle.BINUNICODE8: _push_text("<Q"),
    pickle.BINBYTES: _push_bytes("<I"),
    pickle.SHORT_BINBYTES: _push_bytes("<B"),
    pickle.BINBYTES8: _push_bytes("<Q"),
    pickle.EMPTY_DICT: _push(dict),
    pickle.EMPTY_LIST: _push(list),
    pickle.EMPTY_TUPLE: _push(tuple),
    pickle.TUPLE1: _push_tuple(1),
    pickle.TUPLE2: _push_tuple(2),
    pickle.TUPLE3: _push_tuple(3),
    pickle.TUPLE: _push_tuple_since_mark,
    pickle.MARK: _mark,
    pickle.APPEND: _append,
    pickle.APPENDS: _append_since_mark,
    pickle.SETITEM: _set_item,
    pickle.SETITEMS: _set_items_since_mark,
    pickle.BINPUT: _remember("<B"),
    pickle.LONG_BINPUT: _remember("<I"),
    pickle.MEMOIZE: _remember_next,
    pickle.BINGET: _recall("<B"),
    pickle.LONG_BINGET: _recall("<I"),
    pickle.GLOBAL: _global,
    pickle.STACK_GLOBAL: _global_from_stack,
    pickle.REDUCE: _call,
    pickle.NEWOBJ: _new_object,
    pickle.BUILD: _build,
    pickle.BINPERSID: _push_storage,
}
