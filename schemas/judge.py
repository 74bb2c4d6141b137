"""The judge: pandera schemas made from the declarations, which every row passes that is loaded.

In: a declared form.
Out: a pandera schema over the typed frame (schemas/types.py) without quarantined rows. This is
the only module that imports pandera, and it takes 0.7 s to import.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import polars as pl

from schemas.code_lists import code_list
from schemas.columns import Column, Form, Kind, Precision
from schemas.sparing import spared
from schemas.types import LEAD, polars_type, value_columns

# pandera makes example data with hypothesis and has a face for numpy; each takes as long to import
# as pandera itself.
_SPARED = ("hypothesis", "numpy", "pandas")
with spared(*_SPARED):
    import pandera.polars as pa
    from pandera.api.polars.types import PolarsData
    from pandera.errors import SchemaErrors

    import_module("pandera.strategies.base_strategies")

_NEVER_NULL = ("sheet", "row_number", "is_quarantined", "municipality_key")


def pandera_schema(form: Form, unique: tuple[str, ...] = ()) -> pa.DataFrameSchema:
    """The schema that accepted rows of a form must fulfil.

    Checks types, code membership, bounds, patterns, keys (with their conditions and stand-ins),
    and that no row is a quarantined one. Columns that the declaration does not name are let
    through, since batches carry the submission beside the rows.

    Args:
        form: the declared form.
        unique: columns whose values together may stand only once in the frame.
    """
    columns: dict[str, pa.Column] = {
        name: pa.Column(dtype, nullable=name not in _NEVER_NULL) for name, dtype in LEAD.items()
    }
    for column in value_columns(form):
        columns[column.name] = pa.Column(
            polars_type(column),
            nullable=not _is_plain_key(column),
            checks=_checks(column),
            description=column.description.en,
        )
        if column.precision_name:
            columns[column.precision_name] = pa.Column(
                pl.String, nullable=True, checks=pa.Check.isin([str(one) for one in Precision])
            )
    return pa.DataFrameSchema(
        columns,
        checks=[_not_quarantined(), *_conditional_keys(form)],
        unique=list(unique) or None,
        name=form.name,
        strict=False,
    )


def failure_cases(form: Form, rows: pl.DataFrame) -> pl.DataFrame | None:
    """What pandera refuses of rows: a row per case, with `index` and `column`; None if nothing."""
    try:
        with spared(*_SPARED):
            pandera_schema(form).validate(rows, lazy=True)
    except SchemaErrors as errors:
        cases: pl.DataFrame = errors.failure_cases
        return cases
    return None


def _is_plain_key(column: Column) -> bool:
    return column.is_key and column.key_when is None and column.alternative is None


def _checks(column: Column) -> list[pa.Check]:
    checks: list[pa.Check] = []
    if column.kind is Kind.CODE and column.code_list:
        checks.append(pa.Check.isin(list(code_list(column.code_list).by_code)))
    if column.kind is Kind.CODES and column.code_list:
        checks.append(_only_codes(column.code_list))
    if column.minimum is not None:
        checks.append(pa.Check.ge(column.minimum))
    if column.maximum is not None:
        checks.append(pa.Check.le(column.maximum))
    if column.pattern:
        checks.append(pa.Check.str_matches(f"^(?:{column.pattern})$"))
    return checks


def _only_codes(name: str) -> pa.Check:
    codes = list(code_list(name).by_code)

    def only_codes(data: PolarsData) -> pl.LazyFrame:
        element_known = pl.element().is_in(codes).all()
        return data.lazyframe.select(pl.col(data.key).list.eval(element_known).list.first())

    return pa.Check(only_codes, name=f"only codes of {name}")


def _not_quarantined() -> pa.Check:
    return pa.Check(
        lambda data: data.lazyframe.select(~pl.col("is_quarantined")), name="no quarantined row"
    )


def _conditional_keys(form: Form) -> list[pa.Check]:
    return [
        pa.Check(_stated(column), name=f"{column.name} is stated")
        for column in form.key_columns
        if not _is_plain_key(column)
    ]


def _stated(column: Column) -> Callable[[PolarsData], pl.LazyFrame]:
    stated = pl.col(column.name).is_not_null()
    if column.alternative:
        stated |= pl.col(column.alternative).is_not_null()
    if column.key_when:
        stated |= ~pl.col(column.key_when.column).is_in(column.key_when.values)
    return lambda data: data.lazyframe.select(stated)
