//! The gain of the loop that may keep a service down: how much work for callers that have left makes more of it.
//!
//! A tier that spends the share `w` of its busy time on calls whose callers have left, while calls come at `L` times
//! its capacity, leaves behind for each of them `Γ = L·w` further ones: above 1 the loop feeds itself, below it dies
//! out. Each factor alone misjudges: an overload without waste drains, and waste without overload does, too. Where
//! replicas were taken out of rotation the others get their calls, and `Γ` is what comes by the capacity that is left.

use crate::findings::{Findings, Mark};
use crate::harm::Harms;
use brownout_model::{Body, Model, Tier, Workers};
use brownout_observe::{Digest, Strain};
use brownout_stats::{Estimate, Moments, wilson};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The gain is of so many blocks after the trigger,
const BLOCKS: f64 = 10.0;
/// and of at least that many seconds: counts of less are noise.
const SECONDS: f64 = 60.0;
/// Steps of tiers that make a point of a line: capacity is sampled in every second one.
const POINT: usize = 4;
/// More ends of triggers than this are not followed: the last ones are.
const ENDS_MAX: usize = 8;

/// The gain of every tier after the trigger of the outbreak that is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gain {
    /// From when on it is measured, in seconds since the start of the run: the end of the trigger, or the last part of
    /// a run in which none has ended.
    pub from: f64,
    /// Until when, in seconds since the start of the run.
    pub to: f64,
    /// The highest first; none of tiers without a limit, or which served nothing.
    pub tiers: Vec<TierGain>,
    /// In how many replications the operation was not back when the run ended.
    pub down: u32,
    /// Of how many.
    pub replications: u32,
}

/// The gain of a tier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TierGain {
    /// Its name.
    pub tier: String,
    /// What it is made of.
    pub kind: GainKind,
    /// `Γ`.
    pub gain: Estimate,
    /// `L`: first attempts and retries that came, by what the tier can serve.
    pub load: Estimate,
    /// `w`: the share of busy time that went into calls whose callers had left; of [`GainKind::Rotation`] the share of
    /// replicas that were out of rotation.
    pub lost: Estimate,
    /// The share of retries among what came.
    pub again: Estimate,
    /// `Γ` over time, in the mean of replications.
    pub line: Vec<GainPoint>,
}

/// A point of a line.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GainPoint {
    /// The middle of its stretch, in seconds since the start of the run.
    pub at: f64,
    /// `Γ`.
    pub gain: f64,
}

/// What a gain is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GainKind {
    /// Work for callers that have left.
    Waste,
    /// Calls of replicas that were taken out, which go to the others.
    Rotation,
}

impl Gain {
    /// The tier with the highest gain.
    pub fn highest(&self) -> Option<&TierGain> {
        self.tiers.first()
    }

    /// The share of nights in which the operation stays down, with Wilson's interval; none where all end alike.
    pub fn stays(&self) -> Option<Estimate> {
        let (down, all) = (u64::from(self.down), u64::from(self.replications));
        let differ = 0 < down && down < all;
        differ.then(|| Estimate {
            mean: down as f64 / all as f64,
            ci95: wilson(down, all, 0.95),
            n: all as usize,
        })
    }
}

/// What the gain of a tier is made of, in one stretch of one run.
#[derive(Clone, Copy, Debug)]
struct Parts {
    kind: GainKind,
    load: f64,
    lost: f64,
    again: f64,
    gain: f64,
}

/// What one replication says of the gain.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// By end of a trigger, then by tier.
    ends: Vec<Vec<Option<Parts>>>,
    /// By tier, then by point.
    lines: Vec<Vec<Option<f64>>>,
    /// How long each stretch is, in seconds.
    length: f64,
}

/// The gains of all replications, taken one by one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gains {
    ends: Vec<Vec<Option<Sums>>>,
    lines: Vec<Vec<Moments>>,
    length: f64,
}

#[derive(Clone, Debug)]
struct Sums {
    kind: GainKind,
    parts: [Moments; 4],
}

impl Told {
    /// Of a run.
    pub(crate) fn of(model: &Model, marks: &[Mark], run: &Digest, harms: &Harms) -> Self {
        let step = run.pace.tier_step();
        let block = harms.paths.iter().filter(|(_, found)| !found.few).map(|(_, found)| found.block);
        let length =
            (BLOCKS * block.fold(f64::INFINITY, f64::min).min(model.duration.as_secs_f64())).max(SECONDS);
        let tiers = || model.tiers.iter().zip(&run.pace.tiers);
        let steps = |from: f64| {
            let range = (from / step).ceil() as usize..((from + length) / step).ceil() as usize;
            move |all: usize| {
                // Of what lies at the very end of a run, the last stretch of it.
                let end = range.end.min(all);
                end.saturating_sub(range.len()).min(range.start)..end
            }
        };
        let of = |from: f64| {
            tiers().map(move |(tier, strains)| parts(tier, strains, steps(from)(strains.len()), step))
        };
        let line = |(tier, strains): (&Tier, &Vec<Strain>)| {
            let points = (0..strains.len() / POINT).map(|at| at * POINT..(at + 1) * POINT);
            points.map(|range| parts(tier, strains, range, step).map(|parts| parts.gain)).collect()
        };
        let ends = ends(model, marks).into_iter().map(|from| of(from).collect()).collect();
        Told { ends, lines: tiers().map(line).collect(), length }
    }
}

impl Gains {
    pub(crate) fn add(&mut self, told: Told) {
        let tiers = told.lines.len();
        self.length = self.length.max(told.length);
        self.ends.resize_with(told.ends.len(), || vec![None; tiers]);
        for (all, one) in self.ends.iter_mut().zip(told.ends) {
            for (sums, parts) in all.iter_mut().zip(one) {
                let Some(Parts { kind, load, lost, again, gain }) = parts else { continue };
                let sums = sums.get_or_insert_with(|| Sums { kind, parts: Default::default() });
                sums.kind = kind;
                for (moments, value) in sums.parts.iter_mut().zip([gain, load, lost, again]) {
                    moments.add(value);
                }
            }
        }
        self.lines.resize_with(tiers, Vec::new);
        for (all, one) in self.lines.iter_mut().zip(told.lines) {
            all.resize_with(one.len(), Moments::default);
            for (moments, value) in all.iter_mut().zip(one) {
                moments.extend(value);
            }
        }
    }

    /// Bytes of memory that it takes, which do not grow with replications.
    pub(crate) fn bytes(&self) -> usize {
        self.lines.iter().map(|line| line.capacity() * size_of::<Moments>()).sum()
    }

    /// The gain after the outbreak that is told; none where there was none.
    pub(crate) fn gain(&self, model: &Model, findings: &Findings, step: f64) -> Option<Gain> {
        let worst = findings.verdict.worst()?;
        let outbreak = worst.outbreak()?;
        let of = outbreak.triggers.iter().chain(&outbreak.beside).chain(&outbreak.later);
        let over: Vec<f64> = of.map(|at| findings.marks[*at].to).collect();
        let duration = model.duration.as_secs_f64();
        let last = |within: f64| over.iter().copied().filter(|end| *end < within).reduce(f64::max);
        let from = last(outbreak.to.min(duration)).or_else(|| last(duration)).unwrap_or(duration);
        let ends = ends(model, &findings.marks);
        let at = ends.iter().position(|end| end.total_cmp(&from).is_eq()).unwrap_or(ends.len() - 1);
        let tiers = model.tiers.iter().zip(&self.lines).enumerate();
        let mut tiers: Vec<TierGain> = tiers
            .filter_map(|(place, (tier, line))| Some(told(tier, self.ends[at][place].as_ref()?, line, step)))
            .collect();
        tiers.sort_by(|a, b| b.gain.mean.total_cmp(&a.gain.mean));
        let from = ends[at].min(duration - self.length).max(0.0);
        let open = |episodes: &&Vec<crate::harm::Episode>| episodes.iter().any(|episode| episode.open);
        Some(Gain {
            from,
            to: (from + self.length).min(duration),
            tiers,
            down: worst.episodes.iter().filter(open).count() as u32,
            replications: worst.episodes.len() as u32,
        })
    }
}

fn told(tier: &Tier, sums: &Sums, line: &[Moments], step: f64) -> TierGain {
    let estimate = |moments: &Moments| Estimate::of_moments(moments, 0.95).within(0.0, f64::INFINITY);
    let [gain, load, lost, again] = &sums.parts;
    let point = |(at, moments): (usize, &Moments)| {
        let middle = (at as f64 + 0.5) * POINT as f64 * step;
        moments.mean().map(|gain| GainPoint { at: middle, gain })
    };
    TierGain {
        tier: tier.name.clone(),
        kind: sums.kind,
        gain: estimate(gain),
        load: estimate(load),
        lost: estimate(lost).within(0.0, 1.0),
        again: estimate(again).within(0.0, 1.0),
        line: line.iter().enumerate().filter_map(point).collect(),
    }
}

/// When triggers were over that were so before the run was, and its end, in seconds.
fn ends(model: &Model, marks: &[Mark]) -> Vec<f64> {
    let duration = model.duration.as_secs_f64();
    let met = marks.iter().filter(|mark| !mark.unmet && mark.to < duration);
    let mut ends: Vec<f64> = met.map(|mark| mark.to).collect();
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    ends.drain(..ends.len().saturating_sub(ENDS_MAX));
    ends.push(duration);
    ends
}

/// What the gain of a tier is made of in some steps; none without a limit, or where nothing was served.
fn parts(tier: &Tier, strains: &[Strain], range: Range<usize>, step: f64) -> Option<Parts> {
    let Body::Station(station) = &tier.body else { return None };
    let Workers::Limited(workers) = station.workers else { return None };
    let strains = &strains[range];
    let sum = |of: fn(&Strain) -> f64| strains.iter().map(of).sum::<f64>();
    let came = sum(|one| f64::from(one.admitted) + f64::from(one.refused));
    let begun = sum(|one| f64::from(one.begun));
    // Of what holds its worker while it calls others, all that does not wait is busy.
    let held = |one: &Strain| f64::from((one.inside - one.waiting).max(0.0));
    let busy = step * if station.hold { sum(held) } else { sum(|one| f64::from(one.serving)) };
    let capacity = sum(|one| f64::from(one.capacity));
    if begun < 1.0 || busy <= 0.0 || !capacity.is_finite() || capacity <= 0.0 {
        return None;
    }
    // Where calls share processors, more of them are served at once than there are.
    let each = busy.min(capacity) / begun;
    let again = sum(|one| f64::from(one.again)) / came.max(1.0);
    let replicas = f64::from(tier.replicas().max(1));
    let out = sum(|one| f64::from(one.out)) / strains.len() as f64 / replicas;
    let load = came * each / capacity;
    let lost = (sum(|one| f64::from(one.wasted)) * step / busy).min(1.0);
    let waste = Parts { kind: GainKind::Waste, load, lost, again, gain: load * lost };
    if out <= 0.0 {
        return Some(waste);
    }
    // Of what comes again a part does so because of the loop: the load that drives it is that of first attempts.
    let full = f64::from(workers) * replicas * step * strains.len() as f64;
    let load = came * (1.0 - again) * each / full;
    let gain = load / (1.0 - out).max(1.0 / replicas);
    let rotation = Parts { kind: GainKind::Rotation, load, lost: out, again, gain };
    Some(if waste.gain < gain { rotation } else { waste })
}
