//! The ordering guarantees of the crate's first page, one by one.

use crate::puppets::{A, B, Do, LONG, SHORT, play, stage, text};
use brownout_kernel::{INSTANT_MESSAGES_MAX, Instant, Keep};

#[test]
fn timers_fire_by_time_then_by_order_of_scheduling() {
    let script = [
        (0, Do::WakeAfter(10, 1)),
        (0, Do::SendAfter(5, B, 2)),
        (0, Do::WakeIn(LONG, 3)),
        (0, Do::WakeAt(5, 4)),
        (0, Do::WakeIn(SHORT, 5)),
        (0, Do::SendAfter(10, A, 6)),
        (4, Do::WakeIn(SHORT, 7)),
        (4, Do::WakeAfter(0, 8)),
    ];
    assert_eq!(play(&script, &[]), "0:a:0 5:b:2 5:a:4 5:a:5 5:a:8 10:a:1 10:a:3 10:a:6 10:a:7");
}

#[test]
fn what_is_sent_this_instant_is_delivered_in_order_before_the_next_timer() {
    let a = [
        (0, Do::WakeAfter(0, 9)),
        (0, Do::Send(B, 1)),
        (0, Do::Send(A, 2)),
        (0, Do::Say(3)),
        (2, Do::Send(B, 5)),
    ];
    let b = [(1, Do::Send(A, 4)), (1, Do::SendAfter(0, A, 10))];
    // `a` finishes first what it is doing; 4 was sent before 5; both timers come after all of that.
    assert_eq!(play(&a, &b), "0:a:0 0:a:3 0:b:1 0:a:2 0:a:4 0:b:5 0:a:9 0:a:10");
}

#[test]
#[should_panic(expected = "messages at 0.000000000s without time passing; the last went to a, b")]
fn nodes_that_chase_each_other_are_named() {
    let chase = |to| [(0, Do::Send(to, 0))];
    let delivered = stage(&chase(B), &chase(A)).run_until(Instant::END, &mut brownout_kernel::Ignore);
    panic!("{delivered} of {INSTANT_MESSAGES_MAX} were delivered");
}

#[test]
fn a_run_in_pieces_writes_the_log_of_a_run_at_once() {
    let a = [
        (0, Do::WakeAfter(50, 9)),
        (0, Do::Cancel(0)),
        (0, Do::WakeIn(SHORT, 1)),
        (0, Do::SendAfter(3, B, 1)),
        (0, Do::WakeIn(LONG, 4)),
        (1, Do::WakeAfter(3, 0)),
        (1, Do::Send(B, 2)),
    ];
    let b = [(2, Do::SendAfter(2, A, 5)), (1, Do::WakeAfter(4, 6))];
    let end = Instant::from_nanos(500);
    let (mut at_once, mut pieces) = (Keep::default(), Keep::default());
    let delivered = stage(&a, &b).run_until(end, &mut at_once);
    let mut sim = stage(&a, &b);
    let mut in_pieces = 0;
    for step in 0..=500 {
        let until = Instant::from_nanos(step);
        in_pieces += sim.run_until(until, &mut pieces);
        assert_eq!(sim.now(), until);
        assert!(sim.next_event().is_none_or(|at| until < at));
    }
    assert!(delivered > 100, "enough happens to compare");
    assert_eq!((in_pieces, text(&pieces)), (delivered, text(&at_once)));
}

#[test]
fn the_clock_stands_at_the_last_event_when_there_is_no_end() {
    let mut sim = stage(&[(0, Do::WakeAfter(7, 1))], &[]);
    assert_eq!((sim.pending(), sim.next_event()), (1, Some(Instant::ZERO)));
    assert_eq!(sim.run_until(Instant::END, &mut brownout_kernel::Ignore), 2);
    assert_eq!((sim.now(), sim.pending(), sim.next_event()), (Instant::from_nanos(7), 0, None));
}

#[test]
#[should_panic(expected = "(outside) schedules for 0.000000003s, and it is 0.000000004s")]
fn nothing_is_posted_into_the_past() {
    let mut sim = stage(&[], &[]);
    sim.run_until(Instant::from_nanos(4), &mut brownout_kernel::Ignore);
    sim.post(Instant::from_nanos(3), A, 1);
}
