"""The vocabulary of declarations: one call declares a column whole.

In: nothing; this module only defines what a declaration may say.
Out: `Column`, `Rule` and `Form`, from which heading recognition, parsing, the pandera schema,
DuckDB DDL, templates, the data dictionary and the whitelist of publishable columns are derived.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

if TYPE_CHECKING:
    import polars as pl

Lang = Literal["de", "en"]
Severity = Literal["error", "warning", "hint"]


@dataclass(frozen=True)
class Label:
    """One text in both languages of the house."""

    de: str
    en: str

    def __getitem__(self, lang: Lang) -> str:
        return self.de if lang == "de" else self.en


class Kind(StrEnum):
    """How a cell of a column is read, and so which type its value gets."""

    TEXT = "text"
    WAVE = "wave"
    HOUSE_NUMBER = "house_number"
    STOREY = "storey"
    DISTRICT = "district"
    SURVEY_AREA = "survey_area"
    SECTION = "section"
    POSTCODE = "postcode"
    WZ = "wz"
    MUNICIPALITY = "municipality"
    CODE = "code"
    CODES = "codes"
    DECIMAL = "decimal"
    INTEGER = "integer"
    DATE = "date"
    COORDINATE = "coordinate"


class Level(StrEnum):
    """In which template a column stands."""

    CORE = "core"
    DESK = "desk"
    EXTRA = "extra"


class Precision(StrEnum):
    """How exactly a date is known; BEFORE means the object began earlier than the date."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    BEFORE = "before"


@dataclass(frozen=True)
class Column:
    """A column of a form, declared once.

    Attributes:
        name: the English identifier, with its unit where it has one (`gross_area_m2`).
        kind: how its cells are read.
        title: the heading of the template.
        description: one sentence for the data dictionary and the comment in DuckDB.
        synonyms: further headings met in the field, German and English, compared folded.
        level: which template shows it.
        is_key: without it a row cannot be counted.
        is_public: may be published in aggregates; everything else never leaves the house.
        code_list: name of the list in schemas/codes for CODE and CODES.
        unit: unit of the value as people write it ("m²").
        unit_synonyms: spellings of the unit that are read without conversion.
        minimum, maximum: inclusive bounds of numbers.
        usual: inclusive bounds of what numbers usually are; others are taken with a warning, since
            most of them stand in another unit or column.
        scale: decimal places of DECIMAL and COORDINATE columns.
        default: the code taken where the sheet has no such column; told as one hint.
        key_when: name of a rule predicate that narrows is_key ("unit" means EINHEIT rows only).
        alternative: a column that may stand in for this key column (street or location_note).
        text_column: where words that are no value of the column are kept as they stand.
        vague_synonyms: headings that usually mean this column ("Fläche"); read with a hint. Where
            several columns of a form name one ("Typ"), what stands below it decides.
        vague_elsewhere: under a vague heading, rows that meet the condition mean this other column.
        vague_below: under a vague heading, greater numbers show that the whole column means another
            thing (the rent of a shop, not of a square metre), so that it is not read.
        pattern: regular expression that a text must match whole; empty means any text.
        first_year: a date before this year cannot be right. Excel shows its zero as a day of 1899
            or 1900, in workbooks of 1904 as one of 1904.
        may_be_ahead: a date that may lie in the future; all others are refused there.
        example: a value as people write it, for templates and the dictionary.
    """

    name: str
    kind: Kind
    title: Label
    description: Label
    synonyms: tuple[str, ...] = ()
    level: Level = Level.EXTRA
    is_key: bool = False
    is_public: bool = False
    code_list: str | None = None
    unit: str | None = None
    unit_synonyms: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    usual: tuple[float, float] | None = None
    scale: int = 2
    default: str | None = None
    key_when: Condition | None = None
    alternative: str | None = None
    text_column: str | None = None
    vague_synonyms: tuple[str, ...] = ()
    vague_elsewhere: tuple[Condition, str] | None = None
    vague_below: float | None = None
    pattern: str = ""
    first_year: int = 1910
    may_be_ahead: bool = False
    example: str = ""

    @property
    def precision_name(self) -> str | None:
        """The companion column that holds a date's `Precision`; None for other kinds."""
        return f"{self.name}_precision" if self.kind is Kind.DATE else None

    @property
    def refers_to(self) -> frozenset[str]:
        """The other columns without which the declaration says nothing."""
        named = [
            self.alternative,
            self.text_column,
            self.key_when.column if self.key_when else None,
        ]
        if self.vague_elsewhere is not None:
            named += [self.vague_elsewhere[0].column, self.vague_elsewhere[1]]
        return frozenset(name for name in named if name is not None)


@dataclass(frozen=True)
class Condition:
    """A condition `column in values`, kept as data so that texts can be made from it."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """A rule across columns: rows for which `broken` is true get the finding `code`.

    Attributes:
        code: the finding in the catalogue.
        severity: an error nulls `field` and marks it unreadable; a warning changes nothing.
        field: the column the finding falls on: an optional one where the rule is an error.
        uses: the columns the rule reads; where one is null the rule does not apply. Beside the
            declared columns these may be columns of context (schemas/context.py): what the place
            and the wave say, and the first and last day that a date may mean.
        broken: given polars' `col`, an expression over those columns, so that declaring a form
            does not import polars. It may look at other rows with `over`.
    """

    code: str
    severity: Severity
    field: str
    uses: tuple[str, ...]
    broken: Callable[[Callable[[str], pl.Expr]], pl.Expr]


@dataclass(frozen=True)
class Form:
    """A declared sheet.

    Attributes:
        name: identifier, also the name of its tables ("vacancies").
        title: what people call it.
        grain: what one row is.
        object_column: the column that identifies an object over waves; None for stock, coverage.
        object_prefix: letter in issued object numbers (A in 25-A0001).
        history_view: name of the analysts' view of all versions; None without identity.
        current_view: name of the analysts' view of current rows.
        sheet_names: folded names that mark a sheet as this form, German and English.
        identity: columns that together identify a row where it has no object column.
    """

    name: str
    title: Label
    grain: Label
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...] = ()
    object_column: str | None = None
    object_prefix: str = ""
    current_view: str = ""
    history_view: str | None = None
    sheet_names: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(names) != len(set(names)):
            raise ValueError(f"form {self.name} declares a column twice")
        for column in self.columns:
            undeclared = column.refers_to - set(names)
            if undeclared:
                raise ValueError(f"form {self.name}: {column.name} needs {sorted(undeclared)}")
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    def __hash__(self) -> int:
        # Caches ask for a form at every heading; equality still compares the declaration whole.
        return hash(self.name)

    @property
    def key_columns(self) -> tuple[Column, ...]:
        """The columns without which a row cannot be counted."""
        return tuple(column for column in self.columns if column.is_key)

    @property
    def usual_rules(self) -> tuple[Rule, ...]:
        """A warning for every column that says what its numbers usually are."""
        return tuple(
            Rule("value-unusual", "warning", column.name, (column.name,), _beyond(column))
            for column in self.columns
            if column.usual is not None
        )

    @property
    def public_columns(self) -> tuple[Column, ...]:
        """The whitelist of what may be published in aggregates."""
        return tuple(column for column in self.columns if column.is_public)


def _beyond(column: Column) -> Callable[[Callable[[str], pl.Expr]], pl.Expr]:
    low, high = column.usual or (float("-inf"), float("inf"))
    return lambda col: (col(column.name) < low) | (col(column.name) > high)


class Traits(TypedDict, total=False):
    """What a declaring call may say beside name, title and description; see `Column`."""

    synonyms: tuple[str, ...]
    level: Level
    is_key: bool
    is_public: bool
    code_list: str
    unit: str
    unit_synonyms: tuple[str, ...]
    minimum: float
    maximum: float
    usual: tuple[float, float]
    scale: int
    default: str
    key_when: Condition
    alternative: str
    text_column: str
    vague_synonyms: tuple[str, ...]
    vague_elsewhere: tuple[Condition, str]
    vague_below: float
    pattern: str
    first_year: int
    may_be_ahead: bool
    example: str


def column(
    kind: Kind,
    name: str,
    title: tuple[str, str],
    description: tuple[str, str],
    **traits: Unpack[Traits],
) -> Column:
    """Declare a column whole; title and description are (German, English)."""
    return Column(name, kind, Label(*title), Label(*description), **traits)
