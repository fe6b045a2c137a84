"""Change between two counts of equally long periods, with limits for the play of chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evenhand.stats.rates import CONFIDENCE, Numbers, not_negative


@dataclass(frozen=True)
class Change:
    """Change in per cent of the earlier count, with 95% limits, one of each a row; NaN is not known."""

    percent: Numbers
    lower: Numbers
    upper: Numbers


def change(now: npt.ArrayLike, before: npt.ArrayLike) -> Change:
    """Change in per cent from `before` to `now`: two Poisson counts on the same number of months.

    Given their sum, `now` is binomial; the limits of its share p by Clopper and Pearson (1934) are
    turned into limits of the ratio p / (1 - p). This is the exact conditional test of Przyborowski and
    Wilenski (1940), as in R's `poisson.test`. From 0 nothing can be a percentage: with `before` 0 (and
    with a NaN) all three are NaN. With `now` 0 the change and its lower limit are -100.
    Raises ValueError where a count is below 0.
    """
    from scipy.special import betaincinv  # a quarter of a second, which only publishing should pay

    later = not_negative(now)
    earlier = not_negative(before)
    earlier = np.where(earlier == 0, np.nan, earlier)
    tail = (1 - CONFIDENCE) / 2
    with np.errstate(invalid="ignore"):
        lowest = np.where(later == 0, 0.0 * earlier, betaincinv(later, earlier + 1, tail))
        highest = betaincinv(later + 1, earlier, 1 - tail)
    return Change(_percent(later / earlier), _percent(_odds(lowest)), _percent(_odds(highest)))


def _odds(share: Numbers) -> Numbers:
    return share / (1 - share)


def _percent(ratio: Numbers) -> Numbers:
    return (ratio - 1) * 100
