"""`ferbench plugin new`: a plugin to start from, as a project or as one file, that works as it is written.

names       what a name becomes: the file, the folder, the package; and whether it is free
projects    which files a plugin of a kind is made of, and their text, from the templates beside this file
miniature   the pictures that a new data set is tested on
writing     files into a folder: nothing is replaced, and nothing lies elsewhere
next_steps  what to type then
"""

from __future__ import annotations

from ferbench.scaffold.names import Names, names_of, require_free
from ferbench.scaffold.next_steps import steps_for_drop_in, steps_for_project
from ferbench.scaffold.projects import Kind
from ferbench.scaffold.writing import write_drop_in, write_project

__all__ = [
    "Kind",
    "Names",
    "names_of",
    "require_free",
    "steps_for_drop_in",
    "steps_for_project",
    "write_drop_in",
    "write_project",
]
