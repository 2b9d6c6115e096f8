//! The same answer in any order, in parts, and with more known than was asked for.

use brownout_plan::{Found, Known, Least, Pending, Tipping, drive, least, tipping, together};
use brownout_stats::{ShareTest, Verdict};

/// A number from 0 to 1 that follows from two others.
fn luck(a: u64, b: u64) -> f64 {
    let mut x = a.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ b.wrapping_mul(0xd1b5_4a32_d192_ed03);
    for _ in 0..3 {
        x = (x ^ (x >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb);
    }
    (x >> 11) as f64 / (1_u64 << 53) as f64
}

fn passes((level, seed): (usize, u64)) -> bool {
    luck(seed, 7) < 1.0 / (1.0 + (6.0 - level as f64).exp())
}

fn asked(levels: usize) -> Least {
    Least { levels, test: ShareTest::new(0.9, 0.95), budget: 200 }
}

fn usual(levels: usize) -> Found {
    answer(&mut Known::new(), levels)
}

fn answer(known: &mut Known<bool>, levels: usize) -> Found {
    let evaluate = |runs: &[(usize, u64)]| Ok::<_, ()>(runs.iter().copied().map(passes).collect());
    drive(known, |known| least(known, &asked(levels)), evaluate).expect("nothing fails")
}

#[test]
fn one_run_at_a_time_gives_the_same() {
    let mut known = Known::new();
    let found = loop {
        known.restart();
        if let Ok(found) = least(&mut known, &asked(16)) {
            break found;
        }
        // Only the last of those that are wanted comes: the others are wanted again.
        let (level, seed) = *known.take_wanted().last().expect("something is wanted");
        known.tell(level, seed, passes((level, seed)));
    };
    assert_eq!(found, usual(16));
}

#[test]
fn what_is_known_beforehand_changes_nothing() {
    let mut known = Known::new();
    for level in 0..16 {
        for seed in (1..400).rev() {
            known.tell(level, seed, passes((level, seed)));
        }
    }
    let evaluate = |_: &[(usize, u64)]| Err("everything is known");
    let found = drive(&mut known, |known| least(known, &asked(16)), evaluate).expect("nothing is run");
    assert_eq!(found, usual(16));
    assert_eq!(known.used(), found.runs);
    assert!(known.used() < known.runs());
}

#[test]
fn an_error_leaves_what_is_known() {
    let mut known = Known::new();
    let mut left = 50_usize;
    let stops = |runs: &[(usize, u64)]| {
        left = left.checked_sub(runs.len()).ok_or("killed")?;
        Ok(runs.iter().copied().map(passes).collect())
    };
    let stopped = drive(&mut known, |known| least(known, &asked(16)), stops);
    assert_eq!(stopped, Err("killed"));
    let before = known.runs();
    assert!(before > 20);
    assert_eq!(answer(&mut known, 16), usual(16));
}

#[test]
fn a_run_is_wanted_once_and_its_first_outcome_stays() {
    let mut known = Known::new();
    assert_eq!(known.want([(3, 1), (2, 1), (3, 1)]), Err(Pending));
    assert_eq!(known.get(2, 1), Err(Pending));
    assert_eq!(known.take_wanted(), [(3, 1), (2, 1)]);
    known.tell(2, 1, 'a');
    known.tell(2, 1, 'b');
    assert_eq!(known.get(2, 1), Ok(&'a'));
    assert_eq!((known.runs(), known.used()), (1, 2));
    known.tell(2, 9, 'c');
    assert_eq!(known.of(2).collect::<Vec<_>>(), [(1, &'a'), (9, &'c')]);
    assert_eq!(known.used_of(2).collect::<Vec<_>>(), [(1, &'a')]);
}

#[test]
fn steps_that_are_taken_together_ask_together() {
    let mut known: Known<u8> = Known::new();
    let answers = together(&mut known, 0..3, |known, point| known.get(point, 1).copied());
    assert_eq!(answers, Err(Pending));
    assert_eq!(known.take_wanted(), [(0, 1), (1, 1), (2, 1)]);
}

#[test]
fn the_answer_is_proved_by_runs_of_its_own() {
    let found = usual(16);
    let (answer, proof) = (found.answer.expect("there is one"), found.proof.expect("of it"));
    assert_eq!((proof.level, proof.verdict), (answer, Verdict::Accepted));
    let passing = (1..=proof.runs as u64).filter(|seed| passes((answer, *seed))).count();
    assert_eq!(passing, proof.passes);
    assert!(found.undecided.start == found.not_enough.map_or(0, |level| level + 1));
    assert_eq!(found.undecided.end, answer);
    assert_eq!(found.tried.iter().map(|tried| tried.runs).sum::<usize>(), found.runs);
}

/// A knob that works the other way, one on which nothing depends, and one whose highest level is not enough.
#[test]
fn odd_knobs_are_recognised() {
    let of = |passes: fn(usize, u64) -> bool| {
        let evaluate =
            |runs: &[(usize, u64)]| Ok::<_, ()>(runs.iter().map(|(l, s)| passes(*l, *s)).collect());
        drive(&mut Known::new(), |known| least(known, &asked(16)), evaluate).expect("nothing fails")
    };
    let backwards = of(|level, _| level < 9);
    assert!(backwards.backwards && backwards.answer.is_none() && backwards.runs <= 8);
    let never = of(|_, _| false);
    assert!(never.none_holds && never.runs <= 10 && never.not_enough == Some(15));
    let always = of(|_, _| true);
    assert_eq!((always.answer, always.not_enough, always.undecided), (Some(0), None, 0..0));
    let cliff = of(|level, _| level >= 9);
    assert_eq!((cliff.answer, cliff.not_enough), (Some(9), Some(8)));
    assert!(cliff.shape.expect("levels on both sides").cliff);
}

#[test]
fn a_tipping_point_without_randomness_is_exact() {
    for (tips, wanted) in [(140, 140), (0, 0), (1000, 200)] {
        let asked = Tipping { levels: 200, seeds: 40, confidence: 0.95, quantiles: vec![0.5] };
        let evaluate =
            |runs: &[(usize, u64)]| Ok::<_, ()>(runs.iter().map(|(level, _)| *level >= tips).collect());
        let found = drive(&mut Known::new(), |known| tipping(known, &asked), evaluate).expect("no failure");
        let median = found.quantiles[0];
        assert_eq!((median.low, median.level, median.high), (Some(wanted), wanted, Some(wanted)));
    }
}
