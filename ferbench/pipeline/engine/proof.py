"""The proof of an engine or a precision: some of a run's own images computed again, plainly and in float32."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ferbench.execution import PLAIN, Proof
from ferbench.pipeline.probes.again import said_again, shown
from ferbench.pipeline.probes.verdict import Verdict

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferbench.execution import Conduct
    from ferbench.pipeline.engine.running import Running
    from ferbench.results import Predictions

SAMPLE = 64
#: What float32 may differ by where it adds up in another order: of the largest output of its image, absolute below 1.
NOISE = 1e-3
#: So much of the same may lie between two classes that change places through it.
TIE = 1e-4
#: What rounding to 8 or 10 bits leaves of a network that computes what it should.
ROUNDING = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What was found, for the record, and what follows from it."""

    proof: Proof
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Compared:
    """(n, K) outputs of a run, and of the plain model for the same images; a row that is not finite is no answer."""

    own: NDArray[np.float64]
    plain: NDArray[np.float64]

    @property
    def answered(self) -> NDArray[np.bool_]:
        """(n,) where both gave an answer."""
        return finite_rows(self.own) & finite_rows(self.plain)

    @property
    def scale(self) -> NDArray[np.float64]:
        """(n,) the largest plain output of each image, at least 1."""
        scale: NDArray[np.float64] = np.maximum(1.0, np.abs(self.plain).max(axis=1))
        return scale

    @property
    def largest_difference(self) -> float:
        """Of an output, among images that both answer; 0 where there are none."""
        return float(np.abs(self.own - self.plain)[self.answered].max(initial=0.0))

    @property
    def largest_change(self) -> float:
        """The same, in relation to the scale of its image."""
        changes = np.abs(self.own - self.plain)[self.answered] / self.scale[self.answered, None]
        return float(changes.max(initial=0.0))

    @property
    def flipped(self) -> NDArray[np.bool_]:
        """(n,) where the class is another one, or one of them alone has an answer."""
        one_alone = finite_rows(self.own) != finite_rows(self.plain)
        other: NDArray[np.bool_] = self.own.argmax(axis=1) != self.plain.argmax(axis=1)
        return np.where(self.answered, other, one_alone)

    @property
    def real_flips(self) -> int:
        """Flips between classes that are further apart in the plain outputs than the noise of float32 reaches."""
        rows = np.arange(len(self.plain))
        gaps = self.plain.max(axis=1) - self.plain[rows, self.own.argmax(axis=1)]
        # A NaN is no tie.
        ties = self.answered & (gaps <= TIE * self.scale)
        return int((self.flipped & ~ties).sum())


def finite_rows(outputs: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n, K) -> (n,) where all outputs are finite."""
    finite: NDArray[np.bool_] = np.all(np.isfinite(outputs), axis=1)
    return finite


def prove(running: Running, predictions: Predictions) -> Proven | None:
    """At most 64 images of a run, by the hash of their ids, against the plain model; None for a run that was plain.

    Images for which the run has no finite output are among those that can be drawn.

    Raises:
        DataError: one of them can no longer be read.
        PluginError: a plugin's code raised.
    """
    conduct = running.plan.conduct
    if (conduct.engine, conduct.precision) == PLAIN:
        return None
    picked = shown(predictions)[:SAMPLE]
    again = said_again(running.plan, running.loaded.model, picked, running.plan.reading, conduct.batch_size)
    compared = Compared(predictions.emotion[picked].astype(np.float64), again.astype(np.float64))
    proof = Proof(n=len(picked), largest_difference=compared.largest_difference, flips=int(compared.flipped.sum()))
    return Proven(proof=proof, verdict=verdict_on(compared, proof, conduct))


def verdict_on(compared: Compared, proof: Proof, conduct: Conduct) -> Verdict:
    """Whether a run computes what its network computes, as far as its precision lets it."""
    finding = (
        f"{conduct.engine} in {conduct.precision} against eager in fp32: largest change of an output "
        f"{compared.largest_change:.1e}, another class in {proof.flips} of {proof.n} images"
    )
    if is_wrong(compared, conduct):
        blamed = f"the answers are not those of the network in float32 ({finding})"
        return Verdict(probe="engine", outcome="contradicted", finding=finding, not_ranked_because=blamed)
    if conduct.precision in {"fp32", "guarded"} or not proof.flips:
        return Verdict(probe="engine", outcome="ok", finding=finding)
    warning = f"in {conduct.precision} {proof.flips} of {proof.n} images (a sample) get another class than in float32"
    return Verdict(probe="engine", outcome="warning", finding=finding, warning=warning)


def is_wrong(compared: Compared, conduct: Conduct) -> bool:
    """Whether more is different than float32 adds up differently, or than fewer digits round.

    A class that changes is a fault where classes are promised: in float32, and in a guarded run.
    """
    allowed = NOISE if conduct.precision == "fp32" else ROUNDING
    promised = conduct.precision in {"fp32", "guarded"}
    return compared.largest_change > allowed or (promised and compared.real_flips > 0)
