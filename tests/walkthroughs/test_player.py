"""The player moves with the time that it is told, and never leaves the walkthrough."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz_tui.walkthroughs.player import SPEEDS, Player


def test_it_begins_paused_at_the_first_step() -> None:
    player = Player(10)
    assert (player.position, player.length, player.playing, player.speed) == (0, 10, False, 8.0)


def test_playing_moves_with_the_clock_and_nothing_else() -> None:
    player = Player(100, speed=4.0)
    player.play(now=1000.0)
    assert player.playing
    assert [player.tick(1000.0 + t) for t in (0.1, 0.25, 0.3, 0.5)] == [False, True, False, True]
    assert player.position == 2


def test_without_playing_time_changes_nothing() -> None:
    player = Player(10)
    assert not player.tick(1e9)
    assert player.position == 0


def test_a_late_tick_skips_steps_instead_of_falling_behind() -> None:
    player = Player(1000, speed=30.0)
    player.play(0.0)
    assert player.tick(10.0)
    assert player.position == 300
    assert player.tick(10.1)
    assert player.position == 303


def test_many_small_ticks_and_one_large_one_end_at_the_same_step() -> None:
    small, large = Player(500, speed=15.0), Player(500, speed=15.0)
    small.play(0.0)
    large.play(0.0)
    for n in range(1, 1001):
        small.tick(n / 100)
    large.tick(10.0)
    assert small.position == large.position == 150


def test_it_stops_at_the_last_step() -> None:
    player = Player(10, speed=1.0)
    player.play(0.0)
    assert player.tick(50.0)
    assert (player.position, player.playing, player.at_end) == (9, False, True)
    assert not player.tick(60.0)


def test_play_at_the_end_begins_again() -> None:
    player = Player(10, speed=1.0)
    player.seek(9)
    player.play(5.0)
    assert (player.position, player.playing) == (0, True)
    player.tick(7.0)
    assert player.position == 2


@pytest.mark.parametrize("length", [0, 1])
def test_there_is_nothing_to_play_in_fewer_than_two_steps(length: int) -> None:
    player = Player(length)
    player.play(0.0)
    assert not player.playing
    player.move(3)
    assert player.position == 0
    assert not player.tick(100.0)
    assert player.at_end


def test_pause_keeps_the_place_and_play_goes_on_from_there() -> None:
    player = Player(100, speed=1.0)
    player.toggle(0.0)
    player.tick(5.0)
    player.toggle(5.5)
    assert (player.position, player.playing) == (5, False)
    player.toggle(100.0)
    player.tick(102.0)
    assert player.position == 7


def test_seeking_pauses_unless_the_time_is_given() -> None:
    player = Player(100, speed=1.0)
    player.play(0.0)
    player.seek(40, now=3.0)
    assert player.playing
    player.tick(5.0)
    assert player.position == 42
    player.seek(10)
    assert (player.position, player.playing) == (10, False)
    player.seek(20, now=6.0)
    assert not player.playing


@pytest.mark.parametrize(("wanted", "reached"), [(-5, 0), (0, 0), (99, 99), (100, 99), (10**9, 99)])
def test_seeking_stays_inside(wanted: int, reached: int) -> None:
    player = Player(100)
    player.seek(wanted)
    assert player.position == reached


def test_seeking_the_end_while_playing_stops_there() -> None:
    player = Player(100)
    player.play(0.0)
    player.seek(99, now=1.0)
    assert (player.position, player.playing) == (99, False)


def test_stepping_pauses() -> None:
    player = Player(100)
    player.play(0.0)
    player.move(1)
    player.move(1)
    player.move(-1)
    assert (player.position, player.playing) == (1, False)


def test_speeds_go_up_and_down_the_list_and_end_with_it() -> None:
    player = Player(100, speed=8.0)
    player.change_speed(1, 0.0)
    assert player.speed == 15.0
    player.change_speed(-2, 0.0)
    assert player.speed == 4.0
    player.change_speed(-100, 0.0)
    assert player.speed == SPEEDS[0]
    player.change_speed(100, 0.0)
    assert player.speed == SPEEDS[-1]


def test_another_speed_makes_no_jump() -> None:
    player = Player(1000, speed=8.0)
    player.play(0.0)
    player.tick(5.0)
    player.change_speed(1, 5.0)
    assert not player.tick(5.0)
    assert player.position == 40
    player.tick(6.0)
    assert player.position == 55


def test_another_length_keeps_the_place_where_it_still_exists() -> None:
    player = Player(100, speed=1.0)
    player.seek(50)
    player.resize(200)
    assert player.position == 50
    player.resize(10)
    assert (player.position, player.length) == (9, 10)
    player.resize(0)
    assert (player.position, player.playing) == (0, False)
    player.resize(5)
    assert player.position == 0


def test_playing_goes_on_in_a_walkthrough_of_another_length() -> None:
    player = Player(100, speed=1.0)
    player.play(0.0)
    player.tick(10.0)
    player.resize(50)
    assert player.playing
    player.tick(12.0)
    assert player.position == 12
    player.resize(5)
    assert (player.position, player.playing) == (4, False)


def test_a_clock_that_goes_backwards_does_no_harm() -> None:
    player = Player(100, speed=1.0)
    player.play(50.0)
    player.tick(40.0)
    assert player.position == 0
    player.tick(53.0)
    assert player.position == 3


ACTIONS = st.one_of(
    st.tuples(st.just("play"), st.just(0)),
    st.tuples(st.just("pause"), st.just(0)),
    st.tuples(st.just("toggle"), st.just(0)),
    st.tuples(st.just("tick"), st.just(0)),
    st.tuples(st.just("seek"), st.integers(-20, 120)),
    st.tuples(st.just("seek and play"), st.integers(-20, 120)),
    st.tuples(st.just("move"), st.integers(-50, 50)),
    st.tuples(st.just("speed"), st.integers(-3, 3)),
    st.tuples(st.just("resize"), st.integers(0, 100)),
)


def act(player: Player, action: str, number: int, now: float) -> bool | None:
    """Do one of `ACTIONS`."""
    match action:
        case "play":
            player.play(now)
        case "pause":
            player.pause()
        case "toggle":
            player.toggle(now)
        case "tick":
            return player.tick(now)
        case "seek":
            player.seek(number)
        case "seek and play":
            player.seek(number, now)
        case "move":
            player.move(number)
        case "speed":
            player.change_speed(number, now)
        case "resize":
            player.resize(number)
    return None


@given(
    st.integers(0, 100),
    st.lists(st.tuples(ACTIONS, st.floats(0, 20, allow_nan=False)), max_size=30),
)
def test_whatever_one_does_the_position_is_a_step(
    length: int, actions: list[tuple[tuple[str, int], float]]
) -> None:
    player = Player(length)
    now = 1000.0
    for (action, number), passed in actions:
        now += passed
        before = player.position, player.playing
        told = act(player, action, number, now)
        assert 0 <= player.position <= max(player.length - 1, 0)
        assert not (player.playing and (player.at_end or player.length < 2))
        assert player.speed in SPEEDS
        if told is not None:
            assert told == (before != (player.position, player.playing))
