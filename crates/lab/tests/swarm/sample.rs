//! Sampling does not change a run, and the totals of samples do not depend on when they are taken.

use crate::draw;
use brownout_kernel::{Entry, Instant, Keep, Observer};
use brownout_model::{Body, Contention, Model};
use brownout_protocol::{Kind, Record};
use brownout_tiers::build;
use brownout_units::Span;
use std::collections::BTreeMap;

/// Larger runs are left out.
const EVENTS_MAX: u64 = 50_000;

/// What adds up from sample to sample.
const SUMS: [Kind; 12] = [
    Kind::SentToReplica,
    Kind::Capacity,
    Kind::Worked,
    Kind::Ready,
    Kind::Paid,
    Kind::Leased,
    Kind::LeaseSpent,
    Kind::OutputTokens,
    Kind::PromptTokens,
    Kind::KvUsed,
    Kind::KvBlocks,
    Kind::Computed,
];

/// Of what the largest counts.
const PEAKS: [Kind; 2] = [Kind::ReadyPeak, Kind::KvPeak];

/// What a run said: its events, and by place and kind what its samples come to.
#[derive(Default)]
struct Said {
    events: Vec<Entry<Record>>,
    samples: u64,
    sums: BTreeMap<(u16, Kind), u128>,
    peaks: BTreeMap<(u16, Kind), u64>,
}

impl Observer<Record> for Said {
    fn observe(&mut self, batch: &[Entry<Record>]) {
        for entry in batch {
            let Record { kind, place, value, .. } = entry.record;
            if kind.is_event() {
                self.events.push(*entry);
            } else if SUMS.contains(&kind) {
                // No limit is no sum.
                if value != u64::MAX {
                    *self.sums.entry((place, kind)).or_default() += u128::from(value);
                }
            } else if PEAKS.contains(&kind) {
                let peak = self.peaks.entry((place, kind)).or_default();
                *peak = value.max(*peak);
            }
        }
    }
}

/// Runs it with periodic samples and one at the end; none if it is too large.
fn sampled(model: &Model, seed: u64, every: Span) -> Option<Said> {
    let (mut sim, mut said) = (build(model, seed, 0), Said::default());
    let (end, mut at, mut events) = (Instant::ZERO + model.duration, Instant::ZERO, 0);
    while at < end {
        at = end.min(at.checked_add(every).unwrap_or(end));
        events += sim.run_until(at, &mut said);
        sim.sample(&mut said);
        said.samples += 1;
        if EVENTS_MAX < events {
            return None;
        }
    }
    sim.finish(&mut said);
    Some(said)
}

/// The events of a run that is never sampled.
fn unsampled(model: &Model, seed: u64) -> Vec<Entry<Record>> {
    let (mut sim, mut log) = (build(model, seed, 0), Keep(vec![]));
    sim.run_until(Instant::ZERO + model.duration, &mut log);
    sim.finish(&mut log);
    log.0.into_iter().filter(|entry| entry.record.kind.is_event()).collect()
}

/// Each sample rounds a sum down; a sum that is taken in parts loses or gains a part in 10^9.
fn near(seed: u64, (place, kind): (u16, Kind), got: u128, expected: u128, samples: u64) {
    let difference = got.abs_diff(expected);
    assert!(
        difference <= u128::from(samples) + expected / 1_000_000_000,
        "model {seed}: {kind:?} at place {place}: {got}, {expected} in one piece"
    );
}

#[test]
fn no_number_depends_on_when_samples_are_taken() {
    let (mut compared, mut shared, mut kv, mut scaled, mut hung) = (0, 0, 0, 0, 0);
    for seed in 0..200 {
        let model = draw::model(seed);
        let Some(whole) = sampled(&model, seed, Span::MAX) else { continue };
        assert!(whole.events == unsampled(&model, seed), "model {seed} is changed by sampling");
        for every in [Span::from_millis(100), Span::from_secs(7), Span::from_nanos(1_234_567_891)] {
            let said = sampled(&model, seed, every).expect("it is as large as before");
            assert!(said.events == whole.events, "model {seed} is changed by sampling every {every}");
            assert_eq!(said.peaks, whole.peaks, "model {seed}, every {every}");
            let places = |said: &Said| said.sums.keys().copied().collect::<Vec<_>>();
            assert_eq!(places(&said), places(&whole), "model {seed}, every {every}");
            for (&what, &sum) in &said.sums {
                near(seed, what, sum, whole.sums[&what], said.samples);
            }
        }
        let shares = |body: &Body| match body {
            Body::Station(station) => matches!(station.contention, Contention::Sharing { .. }),
            _ => false,
        };
        shared += u64::from(model.tiers.iter().any(|tier| shares(&tier.body)));
        kv += u64::from(whole.sums.iter().any(|(what, &sum)| what.1 == Kind::KvUsed && 0 < sum));
        let hangs = model.faults().any(|f| f.effect == brownout_model::Effect::Hang);
        hung += u64::from(hangs && whole.peaks.keys().any(|what| what.1 == Kind::KvPeak));
        scaled += u64::from(whole.events.iter().any(|entry| entry.record.kind == Kind::ReplicaReady));
        compared += 1;
    }
    let seen = [compared, shared, kv, scaled, hung];
    assert!(100 < compared && seen.iter().all(|&times| 3 < times), "too little was compared: {seen:?}");
}
