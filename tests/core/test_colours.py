"""Colours that can be read on each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.mail.colours import BLACK, WHITE, contrast, is_readable, read_colour, text_on

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@pytest.mark.parametrize("written", ["#1A5FB4", "1a5fb4", " #1a5fb4 "])
def test_a_colour_is_read_however_it_is_written(written: str) -> None:
    assert read_colour(written) == "#1a5fb4"


def test_three_digits_stand_for_six() -> None:
    assert read_colour("#15b") == "#1155bb"


@pytest.mark.parametrize("written", ["", "blue", "#12345", "#1234567", "rgb(1,2,3)", "#٣٣٣"])
def test_what_is_no_colour_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        read_colour(written)


@pytest.mark.parametrize(
    ("text", "ground", "ratio"),
    [(BLACK, WHITE, 21.0), (WHITE, WHITE, 1.0), ("#777777", WHITE, 4.48), ("#767676", WHITE, 4.54)],
)
def test_contrast_is_measured_as_wcag_does(text: str, ground: str, ratio: float) -> None:
    assert contrast(text, ground) == pytest.approx(ratio, abs=0.005)


@given(COLOURS)
def test_black_or_white_can_be_read_on_any_colour(ground: str) -> None:
    assert is_readable(text_on(ground), ground)
