"""Risk genes: offsets on the brain's side, never through ferritin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from ekbom.errors import near_names
from ekbom.knowledge.mechanism import ModelParameter
from ekbom.patient.written import Reader

Pathway = Literal["risk-only", "barrier", "receptors"]
_MOST_ALLELES = 2


def log_odds(genes: Mapping[str, int], reader: Reader) -> float:
    """Logarithm of the odds ratio of having restless legs that the alleles come to.

    ``sum of alleles times log odds per allele``.

    Parameters
    ----------
    genes : Mapping of str to int
        Risk alleles by gene, 0 to 2.
    reader : Reader
        For the odds on file and for messages.

    Raises
    ------
    EkbomError
        A gene without odds on file, or more alleles than a person has.
    """
    records = reader.knowledge.of(ModelParameter).values()
    known = {r.symbol: r.median for r in records if r.submodel == "genes" and r.unit == "1"}
    odds = {name.removeprefix("log_odds_"): value for name, value in known.items()}
    total = 0.0
    for gene, alleles in genes.items():
        path = ("genes", gene)
        symbol = gene.casefold()
        if symbol not in odds:
            expected = near_names(gene, odds, f"one of: {', '.join(odds)}")
            raise reader.fault(f"no odds on file for {gene!r}", path, expected=expected)
        reader.number(alleles, path, 0, _MOST_ALLELES, "")
        total += alleles * odds[symbol]
    return total


def shifts(genes: Mapping[str, int], pathway: Pathway, reader: Reader) -> tuple[float, float]:
    """Log factors on iron passage into the brain and on the number of receptors.

    By default a gene is an offset of risk only: the severity of the person is measured, so it
    moves nothing. Which pathway a gene acts on is not known; a scenario may declare one, and the
    size is then an assumption.

    Parameters
    ----------
    genes : Mapping of str to int
        Risk alleles by gene.
    pathway : str
        ``risk-only``, ``barrier`` or ``receptors``.
    reader : Reader
        For the odds on file and for messages.
    """
    risk = log_odds(genes, reader)
    scale = reader.knowledge.of(ModelParameter)["gene-shift-per-log-odds"].median
    shift = -scale * risk
    return (
        shift if pathway == "barrier" else 0.0,
        shift if pathway == "receptors" else 0.0,
    )
