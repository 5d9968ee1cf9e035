"""What people type, as strategies, and what must hold whatever they type."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from cnnviz_tui.questions import Question, UnclearAnswerError

ANSWER_LIKE = st.text(
    alphabet="0123456789 .,'_xeE+-−×*/()[];:%=≈^@abcnoft\t\n\x1b\u2009٣²½", max_size=40
)
ANY_TEXT = st.one_of(ANSWER_LIKE, st.text(max_size=60), ANSWER_LIKE.map(lambda text: text * 9))
NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12).map(Fraction),
    st.fractions(-1000, 1000, max_denominator=2000),
    st.builds(Fraction, st.integers(1, 999), st.integers(10**3, 10**12)),
    st.builds(
        lambda whole, places: Fraction(whole, 10**places),
        st.integers(-(10**7), 10**7),
        st.integers(0, 6),
    ),
)
SIZES = st.lists(st.integers(0, 10**6), min_size=2, max_size=6).map(tuple)


def assert_marked_or_asked_back(question: Question, text: str) -> None:
    """Whatever is typed, there is a verdict with a reason or a sentence that asks back."""
    try:
        verdict = question.mark(text)
    except UnclearAnswerError as error:
        said = str(error)
    else:
        said = verdict.feedback
        assert verdict.given.isprintable()
    assert said
    assert said.isprintable()
