"""Which policies are left out together, so that what is fitted is asked about policies that it never saw."""

from collections.abc import Collection, Mapping

import numpy as np

FOLDS = 10
HALVES = 2


def fold_of(policies: Collection[str]) -> Mapping[str, int]:
    """Which part of the policies each is left out with."""
    order = np.random.default_rng(0).permutation(len(policies))
    return {policy: int(place) % FOLDS for policy, place in zip(sorted(policies), order, strict=True)}


def half_of(fold: int) -> int:
    """Which half of the policies a part belongs to: what takes long is fitted twice, on a half each."""
    return fold % HALVES
