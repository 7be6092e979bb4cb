"""Zip files as people make them, and as nobody should: encrypted ones, hostile ones, damaged ones."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib


def written(path, files, compression=zipfile.ZIP_DEFLATED):
    """A zip file of names and bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return path


def with_link(path, name, target):
    """A zip file that holds a symbolic link."""
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, target)
    return path


def encrypted(path, files, password):
    """A zip file encrypted in the traditional way (PKWARE's APPNOTE 6.1), which Python can read and not write."""
    path.parent.mkdir(parents=True, exist_ok=True)
    local, central = b"", b""
    for name, content in files.items():
        checksum = zlib.crc32(content)
        data = encrypt(bytes(11) + bytes([checksum >> 24]) + content, password.encode())
        fields = struct.pack("<HHHHHLLLHH", 20, 1, 0, 0, 33, checksum, len(data), len(content), len(name), 0)
        central += b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHLL", 0, 0, 0, 0, len(local))
        central += name.encode()
        local += b"PK\x03\x04" + fields + name.encode() + data
    end = struct.pack("<HHHHLLH", 0, 0, len(files), len(files), len(central), len(local), 0)
    path.write_bytes(local + central + b"PK\x05\x06" + end)
    return path


def encrypt(data, password):
    """Bytes under the three keys of the traditional encryption."""
    keys = [0x12345678, 0x23456789, 0x34567890]
    for byte in password:
        update(keys, byte)
    out = bytearray()
    for byte in data:
        mask = (keys[2] | 2) & 0xFFFF
        out.append(byte ^ ((mask * (mask ^ 1)) >> 8 & 0xFF))
        update(keys, byte)
    return bytes(out)


def update(keys, byte):
    """The keys after a byte of plain text."""
    keys[0] = step(keys[0], byte)
    keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
    keys[2] = step(keys[2], keys[1] >> 24)


def step(key, byte):
    """A key of a checksum after a byte."""
    return (key >> 8) ^ crc_table((key ^ byte) & 0xFF)


def crc_table(index):
    """An entry of the table of CRC-32."""
    value = index
    for _ in range(8):
        value = (value >> 1) ^ (0xEDB88320 if value & 1 else 0)
    return value


def patched(path, offset, value):
    """The zip file with a 16-bit field changed in both headers of its only file, counted from the field `version`."""
    data = bytearray(path.read_bytes())
    for mark, start in ((b"PK\x03\x04", 4), (b"PK\x01\x02", 6)):
        place = data.index(mark) + start + offset
        data[place : place + 2] = struct.pack("<H", value)
    path.write_bytes(data)
    return path
