"""Dopamine: enzyme, transporter, receptors, and the signal behind them."""

from __future__ import annotations

from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.parameters import Body


def level(xp: Namespace, log_iron: Array, th: Array, body: Body) -> Array:
    """Extracellular dopamine in the middle of its rhythm; 1 is normal.

    ``eDA = (th cofactor)^0.28 transporter^-0.54`` with ``cofactor = iron^iron_to_th`` and
    ``transporter = iron^iron_to_transporter``; firing is normal. Dopamine settles within
    minutes, so it is algebraic on the scale of a day.

    Parameters
    ----------
    xp : namespace
        Array library.
    log_iron : array
        Natural logarithm of the iron that dopamine feels; see `brain_iron.log_labile`.
    th : array
        Capacity of tyrosine hydroxylase.
    body : Body
        Parameters.

    References
    ----------
    Exponents: Best, Nijhout and Reed 2009, recomputed in `ekbom.mechanism.dopamine_terminal`.
    """
    by_iron = (
        body.eda_exponent_th * body.iron_to_th
        + body.eda_exponent_transporter * body.iron_to_transporter
    )
    return xp.exp(body.eda_exponent_th * xp.log(th) + by_iron * log_iron)


def occupancies(dopamine: Array, agonist: Array, body: Body) -> tuple[Array, Array]:
    """Share of D2/D3 receptors held by dopamine or agonist together, and by agonist alone.

    ``(b DA + x) / (1 + b DA + x)`` and ``x / (1 + b DA + x)``: two ligands, one site.

    Parameters
    ----------
    dopamine : array
        Extracellular dopamine at this hour, relative.
    agonist : array
        Sum over agonists of concentration over half-effect concentration.
    body : Body
        Parameters.
    """
    bound = body.dopamine_binding * dopamine
    free = 1 / (1 + bound + agonist)
    return (bound + agonist) * free, agonist * free


def signal(xp: Namespace, log_iron: Array, d2: Array, occupancy: Array, body: Body) -> Array:
    """What the cell behind the receptors hears: ``d2 coupling occupancy``.

    ``coupling = iron^(iron_to_coupling + 0.54 iron_to_transporter)``: with little iron the cell
    answers less by at least as much as dopamine rises for want of transporters. The mean signal
    can then only fall with iron; that the rise of dopamine does not mend the legs is what this
    account has to say.

    Parameters
    ----------
    xp : namespace
        Array library.
    log_iron : array
        Natural logarithm of the iron that dopamine feels; see `brain_iron.log_labile`.
    d2 : array
        Receptors at the surface.
    occupancy : array
        By dopamine and agonist together.
    body : Body
        Parameters.
    """
    power = body.iron_to_coupling - body.eda_exponent_transporter * body.iron_to_transporter
    return d2 * xp.exp(power * log_iron) * occupancy


def th_target(xp: Namespace, signal_now: Array, normal_signal: Array, body: Body) -> Array:
    """Where tyrosine hydroxylase goes: up when the signal is weak.

    ``exp(th_compensation (1 - signal / normal signal))``: the cell turns up the volume.

    Parameters
    ----------
    xp : namespace
        Array library.
    signal_now, normal_signal : array
        Signal at this hour, and the daily mean of a person without brain iron deficit.
    body : Body
        Parameters.

    References
    ----------
    Direction: Connor 2009 (TH and phosphorylated TH up where receptors were down).
    """
    return xp.exp(body.th_compensation * (1 - signal_now / normal_signal))


def th_target_slope(normal_signal: Array, body: Body) -> Array:
    """How the logarithm of `th_target` falls with the enzyme: ``-th_compensation 0.28 / normal``.

    Times the derivative of the signal by the logarithm of dopamine, it is the derivative by the
    logarithm of the enzyme: more enzyme, more dopamine, more signal, so less need of enzyme.

    Parameters
    ----------
    normal_signal : array
        Daily mean of the signal of a person without brain iron deficit.
    body : Body
        Parameters.
    """
    return -body.th_compensation * body.eda_exponent_th / normal_signal


def d2_target(
    xp: Namespace, log_iron: Array, agonist_occupancy: Array, shift: Array, body: Body
) -> Array:
    """Where the number of receptors goes: ``iron^iron_to_d2 (1 - d2_desensitisation occ)``.

    Parameters
    ----------
    xp : namespace
        Array library.
    log_iron : array
        Natural logarithm of the iron that dopamine feels; see `brain_iron.log_labile`.
    agonist_occupancy : array
        Mean share of receptors held by agonist.
    shift : array
        The person's own log factor.
    body : Body
        Parameters.

    References
    ----------
    Direction with iron: Connor 2009 (D2 lower by about 30 per cent in putamen).
    """
    unused = xp.exp(body.iron_to_d2 * log_iron + shift)
    return unused * (1 - body.d2_desensitisation * agonist_occupancy)


def d1_target(agonist_occupancy: Array, body: Body) -> Array:
    """Where D1 signalling goes: ``1 + d1_rise occ``.

    Agonists of the class do not bind D1, so its rise is driven by occupancy of D2/D3.

    Parameters
    ----------
    agonist_occupancy : array
        Mean share of D2/D3 receptors held by agonist.
    body : Body
        Parameters.
    """
    return 1 + body.d1_rise * agonist_occupancy
