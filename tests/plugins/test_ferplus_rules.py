"""The rules that make labels of votes: every branch by hand, and what holds for all votes."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferbench_datasets.ferplus.rules import (
    EMOTIONS,
    RULES,
    argmax8,
    argmax10,
    majority,
    more_than_half,
    probability,
    soft_label,
    without_single_votes,
)

#: Votes of ten raters for one to four of the ten columns.
VOTES = (
    st.sets(st.integers(0, 9), min_size=1, max_size=4)
    .flatmap(lambda columns: st.lists(st.sampled_from(sorted(columns)), min_size=10, max_size=10))
    .map(lambda choices: tuple(choices.count(column) for column in range(10)))
)


def votes(**named: int) -> tuple[int, ...]:
    """Votes by the name of the column."""
    columns = (*EMOTIONS, "unknown", "nf")
    assert named.keys() <= set(columns)
    return tuple(named.get(name, 0) for name in columns)


def labels(found: tuple[int, ...]) -> dict[str, str | None]:
    """What every rule says."""
    verdicts = {name: rule(found) for name, rule in RULES.items()}
    return {name: verdict and verdict.label for name, verdict in verdicts.items()}


@pytest.mark.parametrize(
    ("found", "majority_says", "argmax10_says", "argmax8_says", "probability_says"),
    [
        (votes(happiness=10), "happiness", "happiness", "happiness", "happiness"),
        # 5 of 10 are no majority; 5 of 9 are one once the single vote is taken away.
        (votes(neutral=5, sadness=5), None, "neutral", "neutral", "neutral"),
        (votes(sadness=5, neutral=4, fear=1), "sadness", "sadness", "sadness", "sadness"),
        (votes(sadness=5, neutral=3, fear=2), None, "sadness", "sadness", "sadness"),
        # Three emotions are integrated, four are too many, and so are ties that make four.
        (votes(anger=4, disgust=3, fear=3), None, "anger", "anger", "anger"),
        (votes(neutral=3, anger=2, disgust=2, fear=2, sadness=1), None, "neutral", "neutral", None),
        (votes(neutral=2, anger=2, disgust=2, fear=2, sadness=2), None, "neutral", "neutral", None),
        # Unknown and not a face.
        (votes(unknown=6, neutral=4), None, None, "neutral", None),
        (votes(nf=10), None, None, None, None),
        (votes(nf=6, fear=4), None, None, "fear", None),
        (votes(fear=5, unknown=5), None, "fear", "fear", None),
        (votes(happiness=4, surprise=2, unknown=4), None, "happiness", "happiness", None),
        (votes(happiness=4, surprise=4, unknown=2), None, "happiness", "happiness", "happiness"),
        (votes(happiness=3, surprise=3, unknown=3, nf=1), None, "happiness", "happiness", "happiness"),
        # Nothing is left but single votes.
        (votes(**dict.fromkeys((*EMOTIONS, "unknown", "nf"), 1)), None, "neutral", "neutral", None),
        (votes(contempt=1, unknown=9), None, None, "contempt", None),
        (votes(), None, None, None, None),
    ],
)
def test_rules_on_single_pictures(
    found: tuple[int, ...],
    majority_says: str | None,
    argmax10_says: str | None,
    argmax8_says: str | None,
    probability_says: str | None,
) -> None:
    """Outliers, more than half, ties, unknown and NF, by hand."""
    assert labels(found) == {
        "majority": majority_says,
        "argmax10": argmax10_says,
        "argmax8": argmax8_says,
        "probability": probability_says,
    }


@given(VOTES)
def test_majority_is_more_than_half_of_what_is_left(found: tuple[int, ...]) -> None:
    """The three steps, each as a sentence about the votes."""
    left = without_single_votes(found)
    assert all(vote != 1 and vote in (0, given_vote) for vote, given_vote in zip(left, found, strict=True))
    winners = [column for column, vote in enumerate(left) if Fraction(vote) > Fraction(sum(left), 2)]
    assert more_than_half(left) == (winners[0] if winners else None)
    verdict = majority(found)
    assert (verdict is not None) == any(column < 8 for column in winners)
    if verdict:
        assert verdict.label == EMOTIONS[winners[0]]
        assert verdict.counted == found[:8]


@given(VOTES)
def test_rules_agree_where_one_has_the_majority(found: tuple[int, ...]) -> None:
    """A majority of emotion is the choice of all rules, and who has none of ten columns has none of fewer votes."""
    says = labels(found)
    if says["majority"]:
        assert set(says.values()) == {says["majority"]}
    if says["argmax10"]:
        assert says["argmax8"] == says["argmax10"]
    if says["probability"]:
        assert says["argmax8"] == says["probability"]
    assert (says["argmax8"] is None) == (sum(found[:8]) == 0)


@given(VOTES)
def test_ties_of_argmax_go_to_the_first_column(found: tuple[int, ...]) -> None:
    """No column before the chosen one has as many votes, and none behind it has more."""
    for rule, columns in ((argmax8, 8), (argmax10, 10)):
        verdict = rule(found)
        if verdict:
            chosen = EMOTIONS.index(verdict.label)
            assert all(vote < found[chosen] for vote in found[:chosen])
            assert all(vote <= found[chosen] for vote in found[:columns])


@pytest.mark.parametrize(
    ("found", "counted"),
    [
        # 7 of the 9 votes that are left are three quarters, 7 of all 10 would not be.
        (votes(neutral=7, sadness=2, fear=1), votes(neutral=7)),
        # Exactly three quarters are enough.
        (votes(neutral=6, sadness=2, fear=1, anger=1), votes(neutral=6)),
        (votes(neutral=6, sadness=3, fear=1), votes(neutral=6, sadness=3)),
        # Three are enough too, which ten raters alone cannot bring about below three quarters.
        (
            votes(neutral=5, happiness=4, surprise=3, sadness=2, anger=2, fear=2),
            votes(neutral=5, happiness=4, surprise=3),
        ),
        (votes(happiness=5, surprise=2, unknown=2, fear=1), votes(happiness=5, surprise=2)),
    ],
)
def test_probability_stops_when_enough_is_taken_up(found: tuple[int, ...], counted: tuple[int, ...]) -> None:
    """What is counted, by hand."""
    verdict = probability(found)

    assert verdict is not None
    assert verdict.counted == counted[:8]


@given(VOTES)
def test_probability_counts_the_strongest_emotions(found: tuple[int, ...]) -> None:
    """One to three emotions with all their votes, together more than half of what is left, none stronger left out."""
    verdict = probability(found)
    if verdict is None:
        return
    counted, left = verdict.counted, without_single_votes(found)
    weakest = min(vote for vote in counted if vote)
    assert 1 <= sum(vote > 0 for vote in counted) <= 3
    assert counted == tuple(vote if vote >= weakest else 0 for vote in left[:8])
    assert 2 * sum(counted) > sum(left)
    assert max(left[8:]) <= weakest
    assert 4 * sum(vote for vote in counted if vote > weakest) < 3 * sum(left)


@given(VOTES, st.sampled_from(sorted(RULES)), st.sampled_from([8, 7]))
def test_soft_labels_are_shares(found: tuple[int, ...], rule: str, number: int) -> None:
    """They sum to 1 over the classes, and are votes divided by the votes for these classes."""
    verdict, classes = RULES[rule](found), EMOTIONS[:number]
    if verdict is None or verdict.label not in classes:
        return
    shares = soft_label(verdict, classes)
    assert shares is not None
    assert tuple(shares) == classes
    assert sum(shares.values()) == pytest.approx(1)
    assert shares[verdict.label] == max(shares.values())
    total = sum(verdict.counted[:number])
    assert shares == {name: vote / total for name, vote in zip(classes, verdict.counted, strict=False)}


def test_soft_label_without_votes_is_none() -> None:
    """A list may label a picture with no vote for any class that is kept."""
    verdict = argmax8(votes(contempt=3, unknown=7))

    assert verdict is not None
    assert soft_label(verdict, EMOTIONS[:7]) is None
    assert soft_label(verdict, EMOTIONS) == dict.fromkeys(EMOTIONS, 0) | {"contempt": 1}
