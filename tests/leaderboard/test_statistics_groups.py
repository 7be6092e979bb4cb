"""Significance groups: as a plain loop finds them, and on boards of a real database."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from ferbench.leaderboard.blobs import strictly_correct
from ferbench.leaderboard.ranking import boards
from ferbench.leaderboard.statistics.groups import significance_groups
from ferbench.leaderboard.store import Leaderboard
from tests.leaderboard.building import AFFECTNET8, build_result, build_test_set
from tests.leaderboard.changing import in_order

N = 60


def as_bits(right):
    """Truth values as a whole number, one bit each."""
    return int("".join(str(int(value)) for value in right) or "0", 2)


@st.composite
def entries(draw):
    """Right answers of up to eight entries to N images, best first."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    shares = draw(st.lists(st.floats(0, 1), min_size=1, max_size=8))
    return sorted((rng.random(N) < share for share in shares), key=np.sum, reverse=True)


def plain_groups(right):
    """The groups by scipy's test, with Holm's procedure step by step."""
    group, left, number = [0] * len(right), list(range(len(right))), 0
    while left:
        number += 1
        best, rest = left[0], left[1:]
        p = {other: plain_p(right[best], right[other]) for other in rest}
        apart = []
        for rank, other in enumerate(sorted(rest, key=p.get)):
            if p[other] * (len(rest) - rank) >= 0.05:
                break
            apart.append(other)
        for position in set(left) - set(apart):
            group[position] = number
        left = sorted(apart)
    return tuple(group)


def plain_p(first, second):
    """McNemar's exact test by scipy."""
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    return binomtest(only_first, only_first + only_second).pvalue if only_first + only_second else 1.0


@given(right=entries())
def test_groups_are_those_of_a_plain_loop(right):
    """Numpy, scipy and a loop give the same groups as whole numbers and our own test."""
    assert significance_groups([as_bits(row) for row in right]) == plain_groups(right)


@given(right=entries(), seed=st.integers(0, 100))
def test_groups_do_not_depend_on_the_order_of_images(right, seed):
    """Any order of the images gives the same groups."""
    order = np.random.default_rng(seed).permutation(N)

    assert significance_groups([as_bits(row[order]) for row in right]) == significance_groups(
        [as_bits(row) for row in right]
    )


@given(right=entries())
def test_groups_are_counted_from_the_best(right):
    """The best entry is in group 1, no number is left out, and an equal entry is in the same group."""
    found = significance_groups([as_bits(right[0]), *(as_bits(row) for row in right)])

    assert found[0] == found[1] == 1
    assert set(found) == set(range(1, max(found) + 1))


@given(right=entries(), first=st.integers(0, 9))
def test_the_first_entries_have_the_groups_of_all(right, first):
    """Asked for a few, the others still take part in every comparison."""
    bits = [as_bits(row) for row in right]

    assert significance_groups(bits, first)[:first] == significance_groups(bits)[:first]


def test_nobody_has_no_group():
    """A board without ranked rows has no groups."""
    assert significance_groups([]) == ()


def weaker(seed, without, **changes):
    """A ranked run that gave no answer to so many images, and so is wrong on them."""
    test_set = build_test_set(50, AFFECTNET8[:7])
    return build_result(
        seed, test_set=test_set, failures=dict.fromkeys(test_set.ids[:without], "unreadable"), **changes
    )


def groups_of(leaderboard, **options):
    """Groups of the ranked rows by model, of the only board."""
    (found,) = boards(leaderboard, **options)
    return {row.model: row.group for row in found.ranked}


def test_a_board_groups_its_rows(board):
    """A run that differs on a few images is in the group of the best, one that is wrong on forty of fifty is not."""
    for seed, without in ((1, 0), (2, 2), (3, 45)):
        board.record(weaker(seed, without))

    assert groups_of(board) == {"model_1": 1, "model_2": 1, "model_3": 2}


def a_run_and_its_worse_half(lost=8):
    """Two runs with the same answers, but for so many right ones that the second does not give."""
    one = build_result(1, n=50)
    right = [name for name, hit in zip(one.test_set.ids, strictly_correct(one.predictions), strict=True) if hit]
    changes = {"run_id": "second", "run_key": "second", "model": "model_2"}
    return one, build_result(1, n=50, failures=dict.fromkeys(right[:lost], "unreadable"), **changes)


def test_rows_are_paired_image_by_image(board):
    """Eight images that only one of two runs answers right tell them apart, although their intervals overlap."""
    for result in a_run_and_its_worse_half():
        board.record(result)

    assert groups_of(board) == {"model_1": 1, "model_2": 2}


@pytest.mark.parametrize("seed", range(5))
def test_runs_whose_images_lie_in_another_order_are_paired_by_id(board, seed):
    """Images that are stored in another order are brought into one before they are paired."""
    one, other = a_run_and_its_worse_half()
    board.record(one)
    board.record(in_order(other, np.random.default_rng(seed).permutation(50).tolist()))

    assert groups_of(board) == {"model_1": 1, "model_2": 2}


def test_pairing_by_id_changes_no_group(board):
    """Whichever orders the images of runs are stored in, and whichever most have, groups are those of one order."""
    results = [weaker(seed, without) for seed, without in enumerate((0, 3, 9, 14, 20, 30, 45))]
    rng = np.random.default_rng(3)
    orders = [list(range(50)), list(range(50)), *(rng.permutation(50).tolist() for _ in range(2))]
    other = Leaderboard(board.database.path.with_name("other.sqlite"))
    for place, result in enumerate(results):
        board.record(result)
        other.record(in_order(result, orders[place % 4]))

    assert set(groups_of(board).values()) == {1, 2}
    assert groups_of(other) == groups_of(board)


def test_bits_beyond_the_images_mean_nothing(board):
    """Bits come in whole bytes; what a stranger writes behind the last image is no answer."""
    for result in a_run_and_its_worse_half():
        board.record(result)
    with closing(sqlite3.connect(board.database.path)) as connection:
        for run_id, bits in connection.execute("SELECT run_id, correct FROM correctness").fetchall():
            filled = bits[:-1] + bytes([bits[-1] | 0b00111111])
            connection.execute("UPDATE correctness SET correct = ? WHERE run_id = ?", (filled, run_id))
        connection.commit()

    assert groups_of(board) == {"model_1": 1, "model_2": 2}


def test_other_boards_have_no_groups(board):
    """Bits are about right answers in strict mode: other metrics and mask mode have no groups."""
    for seed in (1, 2):
        board.record(build_result(seed, classes=AFFECTNET8))

    assert groups_of(board) == {"model_1": 1, "model_2": 1}
    assert set(groups_of(board, metric="uar").values()) == {None}
    assert set(groups_of(board, label_mode="mask").values()) == {None}


def test_a_row_whose_bits_contradict_its_accuracy_has_no_group(board):
    """Rank and group stand on the same answers, or there is no group."""
    for seed, accuracy in ((1, None), (2, 0.99), (3, None)):
        board.record(build_result(seed, n=70, accuracy=accuracy))

    assert groups_of(board) == {"model_1": 1, "model_2": None, "model_3": 1}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE correctness SET correct = x'ff' WHERE run_id = ?",
        "UPDATE correctness SET correct = 'text' WHERE run_id = ?",
        "UPDATE correctness SET correct = zeroblob(9) WHERE run_id = ?",
        "DELETE FROM correctness WHERE run_id = ?",
        "UPDATE test_set SET manifest = x'00' WHERE id = (SELECT test_set_id FROM run WHERE run_id = ?)",
    ],
)
def test_damaged_rows_are_shown_without_a_group(board, statement):
    """Whatever is stored in place of bits or images, the board is shown, and the others keep their groups."""
    damaged = in_order(weaker(1, 0), range(49, -1, -1))
    for result in (damaged, weaker(2, 1), weaker(3, 2)):
        board.record(result)
    with closing(sqlite3.connect(board.database.path)) as connection:
        connection.execute(statement, (damaged.run_id,))
        connection.commit()

    assert groups_of(board) == {"model_1": None, "model_2": 1, "model_3": 1}
