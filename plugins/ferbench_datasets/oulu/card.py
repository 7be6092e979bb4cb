"""Facts of Oulu-CASIA."""

from __future__ import annotations

from ferbench.cards import DatasetCard, Variant

#: There is no official order of indices, and no neutral label; this order is alphabetical.
CLASSES = ("anger", "disgust", "fear", "happiness", "sadness", "surprise")
#: Folders by value of the option and of the attribute.
SPECTRA = {"visible": "VL", "infrared": "NI"}
LIGHTS = {"strong": "Strong", "weak": "Weak", "dark": "Dark"}
_SOURCE = "80 people with six expressions each (the authors' description); none of the files was counted"

CARD = DatasetCard(
    name="oulu",
    title="Oulu-CASIA NIR&VIS",
    classes=CLASSES,
    splits=("all",),
    default_split="all",
    content="whole_frame",
    counts=None,
    variants=(
        Variant(
            name="peak frames, one spectrum and one light",
            split="all",
            total=480,
            counts=dict.fromkeys(CLASSES, 80),
            source=_SOURCE,
            sure=False,
        ),
        Variant(
            name="last three frames, one spectrum and one light",
            split="all",
            total=1440,
            counts=dict.fromkeys(CLASSES, 240),
            source=_SOURCE,
            sure=False,
        ),
    ),
    licence=(
        "Given out for research under an agreement with the University of Oulu; the pictures may not be passed on. The "
        "terms stand in the agreement and were not read for this card."
    ),
    obtain="Oulu-CASIA is asked for from the Center for Machine Vision and Signal Analysis of the University of Oulu.",
    layout=(
        "VL/ (visible) and NI/ (infrared) with Strong, Weak and Dark, such as VL/Strong/P001/Anger/000.jpeg; in this "
        "folder or in OriginalImg, B_OriginalImg or Oulu_CASIA_NIR_VIS up to two levels below"
    ),
    citation="Zhao, Huang, Taini, Li, Pietikäinen: Facial Expression Recognition from Near-infrared Videos, IVC 2011",
    protocol=(
        "No official split. Papers usually take the last three frames of each sequence in visible, strong light, and "
        "ten folds by subject: train on nine, test on one, average. The default here is the last frame alone, in "
        "visible, strong light: three frames of one movement are nearly one picture, so that counting them as three "
        "makes an interval look narrower than it is. frames=last3 and fold=0..9 give the usual protocol; here subject "
        "i of the sorted ids is in fold i modulo 10, and papers whose folds differ do not compare exactly."
    ),
    defects=("There is no neutral label: a network that says neutral is wrong in the label mode `strict`.",),
    attributes={"spectrum": tuple(SPECTRA), "light": tuple(LIGHTS)},
    notes=(
        "Options: frames=peak|last3; spectrum=visible|infrared|all; light=strong|weak|dark|all; fold=0..9 or "
        "subject=P001. An id is such as visible/strong/P001/anger/000; the group of a row is the subject."
    ),
)
