"""Expectation: the response to being treated, whatever the treatment."""

from __future__ import annotations

from ekbom.mechanism.arrays import Array
from ekbom.mechanism.parameters import Body


def target(treated: Array, shift: Array, body: Body) -> Array:
    """Where the placebo response goes, on the logit of severity.

    ``d e / dt = (limit - e) / time`` with ``limit = expectation_limit + shift`` while treated in
    a trial, 0 otherwise. It acts on severity, not on leg movements: placebo hardly moves those.

    Parameters
    ----------
    treated : array
        1 while the person is in a trial or takes something new, 0 otherwise.
    shift : array
        The trial's and the person's own departure.
    body : Body
        Parameters.

    References
    ----------
    Fulda and Wetter 2008; Silva 2017.
    """
    return treated * (body.expectation_limit + shift)
