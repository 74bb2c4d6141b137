"""One folding for the house: the same for single texts and for columns of frames."""

import unicodedata
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import vectors
from schemas.folding import fold
from schemas.vectors import folded, street_key

SAME = [
    ("Straße", "STRASSE"),
    ("Südwest", "Suedwest"),
    ("Günnigfeld", unicodedata.normalize("NFD", "Günnigfeld")),
    ("Wattenscheid (Mitte)", "wattenscheid-mitte"),
    ("Langendreer-Alt. Bahnhof", "Langendreer Alt Bahnhof"),
    ("lfd. Nr.", "lfd Nr"),
    ("k.\u00a0A.", "k. A."),
    ("m²", "M2"),
    ("  Objekt\nart ", "objekt art"),
    ("Straße *", "Straße"),
    ("Café", "cafe"),
    ("--", "-"),
    ("–", "-"),
]
APART = [("< 6", "> 6"), ("60+", "60"), ("?", "-"), ("1A", "1B"), ("✓", "✗"), ("", "-")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_that_mean_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_spellings_that_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


# What a keyboard or an export of this field can bring: Latin with its accents, punctuation,
# blanks of all kinds. Letters newer than one of the two Unicode tables are no concern.
TYPED = st.text(
    st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x24F),
        st.sampled_from("\n\t\u00a0\u2009\u0308\u0301\ufb01‐–—−„“”’…²³€✓✗§"),
    ),
    max_size=30,
)


@given(TYPED)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TYPED)
def test_case_composition_and_margins_do_not_matter(text: str) -> None:
    folded_text = fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == folded_text
    assert fold(f"  {text}\u00a0") == folded_text


@given(st.lists(TYPED, max_size=20), st.sampled_from([0, 1000]))
def test_a_column_folds_as_its_texts_do(texts: list[str], few: int) -> None:
    """Few texts one by one, many by polars: 0 lets even these count as many."""
    column = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    with patch.object(vectors, "_FEW", few):
        found = column.select(folded(pl.col("text")))["text"].to_list()
    assert found == [fold(one) for one in texts]


@pytest.mark.parametrize("few", [0, 1000])
def test_signs_that_only_change_how_a_sign_looks_are_left_out(few: int) -> None:
    with patch.object(vectors, "_FEW", few):
        column = pl.Series("text", ["\u2713\ufe0f", "a\u20dd", "e\u0301"]).to_frame()
        assert column.select(folded(pl.col("text")))["text"].to_list() == ["\u2713", "a", "e"]
    assert [fold(one) for one in ("\u2713\ufe0f", "a\u20dd", "e\u0301")] == ["\u2713", "a", "e"]


def test_null_stays_null() -> None:
    column = pl.DataFrame({"text": [None, "Ä"]})
    assert column.select(folded(pl.col("text")))["text"].to_list() == [None, "ae"]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Hochstr.", "Hochstraße", True),
        ("Alter Bahnhof Str", "Alter-Bahnhof-Straße", True),
        ("Alte Bahnhofstraße", "Alte Bahnhofstr.", True),
        ("Hochstraße", "Hofstraße", False),
        ("Voedestr.", "Vödestraße", True),
    ],
)
def test_streets_are_met_again_however_they_are_written(
    one: str, other: str, *, is_same: bool
) -> None:
    keys = pl.DataFrame({"street": [one, other]}).select(street_key(pl.col("street")))["street"]
    assert (keys[0] == keys[1]) is is_same
