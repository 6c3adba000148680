"""The array library the equations are written over: NumPy, JAX, or symbols for export."""

from __future__ import annotations

from typing import Any, TypeAlias

# One number, or one number per lane (a lane is one draw of one person), of any library.
Array: TypeAlias = Any
# The library itself: numpy, jax.numpy, or `ekbom.mechanism.symbols`. Its functions exp, log and
# where are all the equations of the submodels use.
Namespace: TypeAlias = Any


def difference_of_decays(xp: Namespace, a: Array, b: Array, time: Array) -> Array:
    """Integral of one decay into another: ``(exp(-a t) - exp(-b t)) / (b - a)``, also at a = b.

    Parameters
    ----------
    xp : namespace
        Array library.
    a, b : array
        Rates, per unit of ``time``.
    time : array
        Time since the start; 0 or more.

    Returns
    -------
    array
        In units of ``time``.
    """
    gap = b - a
    # By the mean value where the rates are too close to divide by their difference.
    close = abs(gap) * time < 1e-4
    safe = xp.where(close, 1.0, gap)
    mean = time * xp.exp(-0.5 * (a + b) * time)
    return xp.where(close, mean, (xp.exp(-a * time) - xp.exp(-b * time)) / safe)
