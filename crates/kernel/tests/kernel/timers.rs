//! Timers: what a cancel answers, the end of time, and arithmetic that is checked.

use crate::puppets::{Do, LONG, SHORT, play, stage};
use brownout_kernel::{Ignore, Instant};
use brownout_units::Span;

#[test]
fn a_timer_is_cancelled_once() {
    for set in [Do::WakeAfter(5, 1), Do::WakeIn(SHORT, 1)] {
        let script = [(0, set), (0, Do::Cancel(0)), (0, Do::Cancel(0)), (0, Do::WakeAfter(9, 2))];
        assert_eq!(play(&script, &[]), "0:a:0 0:a:1000 0:a:1001 9:a:2");
    }
}

#[test]
fn a_timer_that_has_fired_or_is_firing_is_not_pending() {
    for set in [Do::WakeAfter(5, 1), Do::WakeIn(SHORT, 1)] {
        let script = [(0, set), (1, Do::Cancel(0)), (1, Do::WakeAfter(3, 2)), (2, Do::Cancel(0))];
        assert_eq!(play(&script, &[]), "0:a:0 5:a:1 5:a:1001 8:a:2 8:a:1001");
    }
}

#[test]
fn an_old_id_does_not_hit_the_timer_that_took_its_place() {
    let script = [
        (0, Do::WakeAfter(5, 1)),
        (0, Do::Cancel(0)),
        (0, Do::WakeAfter(6, 2)),
        (0, Do::Cancel(0)),
        (2, Do::WakeAfter(1, 3)),
        (2, Do::Cancel(0)),
        (2, Do::Cancel(1)),
        (3, Do::CancelNone),
    ];
    assert_eq!(play(&script, &[]), "0:a:0 0:a:1000 0:a:1001 6:a:2 6:a:1001 6:a:1001 7:a:3 7:a:0");
}

#[test]
fn a_lane_goes_on_behind_cancelled_timers() {
    // 200 timeouts of which the first, the last but one and everything between two of them are cancelled.
    let mut script: Vec<(u32, Do)> = (0..200).map(|n| (0, Do::WakeIn(LONG, 10 + n))).collect();
    let keep = [3, 70, 199];
    script.extend((0..200).filter(|n| !keep.contains(n)).map(|n| (0, Do::Cancel(n))));
    script.push((0, Do::WakeAfter(4, 1)));
    let log = play(&script, &[]).replace(" 0:a:1000", "");
    assert_eq!(log, "0:a:0 4:a:1 10:a:13 10:a:80 10:a:209");
}

#[test]
fn the_last_instant_can_be_reached() {
    let end = Instant::END.nanos();
    let log = play(&[(0, Do::WakeAfter(end, 1)), (0, Do::WakeAt(end - 1, 2))], &[]);
    assert_eq!(log, format!("0:a:0 {}:a:2 {end}:a:1", end - 1));
}

#[test]
#[should_panic(expected = "a schedules 9223372036854775807 ns after 0.000000001s, past the end of time")]
fn past_the_last_instant_the_node_is_named() {
    let script = [(0, Do::WakeAfter(1, 1)), (1, Do::WakeAfter(Instant::END.nanos(), 2))];
    stage(&script, &[]).run_until(Instant::END, &mut Ignore);
}

#[test]
#[should_panic(expected = "a schedules for 0.000000001s, and it is 0.000000002s")]
fn a_timer_in_the_past_names_the_node() {
    stage(&[(0, Do::WakeAfter(2, 1)), (1, Do::WakeAt(1, 2))], &[]).run_until(Instant::END, &mut Ignore);
}

#[test]
fn instants_add_and_subtract_exactly() {
    let (early, late) = (Instant::from_nanos(3), Instant::from_nanos(10));
    assert_eq!((late - early, early + Span::from_nanos(7)), (Span::from_nanos(7), late));
    assert_eq!(early.saturating_since(late), Span::ZERO);
    assert_eq!(Instant::END.checked_add(Span::from_nanos(1)), None);
    assert_eq!(Instant::from_nanos(61_000_000_007).to_string(), "61.000000007s");
}

#[test]
#[should_panic(expected = "would be negative")]
fn a_span_is_never_negative() {
    let _ = Instant::ZERO - Instant::from_nanos(1);
}

#[test]
#[should_panic(expected = "past the end of time")]
fn a_sum_never_wraps() {
    let _ = Instant::from_nanos(1) + Span::MAX;
}
