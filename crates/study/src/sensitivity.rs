//! Which of several axes matter for a number: one at a time, by Morris' screening, or by parts of the variance.

use crate::laid::{Laid, lay, name, over};
use crate::runs::{Job, Means, Ready, obtain};
use crate::{Asking, Case, PlanError};
use brownout_analysis::sensitivity::{Effect, Ends, Found, Part, Parts, Sensitivity, Swing};
use brownout_lab::map;
use brownout_metrics::{Asked, How};
use brownout_plan::sensitivity::{Indices, Jansen, Morris, OneAtATime, Place};
use brownout_scenario::{Axis, Level, Values};
use std::collections::BTreeMap;

/// How it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// One axis at a time, from where the scenario stands to both of its ends: 2 k + 1 points.
    Tornado,
    /// Screening by Morris: trajectories of k + 1 points; 10 to 50 of them are usual.
    Morris {
        /// How many.
        trajectories: usize,
    },
    /// Parts of the variance by Jansen's estimators: pairs of k + 2 points, at least 2; a power of two is best.
    Sobol {
        /// How many.
        pairs: usize,
    },
}

impl Method {
    /// How many points it takes for so many axes.
    pub fn points(self, axes: usize) -> usize {
        match self {
            Method::Tornado => 2 * axes + 1,
            Method::Morris { trajectories } => trajectories * (axes + 1),
            Method::Sobol { pairs } => pairs * (axes + 2),
        }
    }
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Matters {
    /// The number, as it is written.
    pub text: String,
    /// Which one.
    pub asked: Asked,
    /// How it is found.
    pub method: Method,
    /// Runs of each point, at least 1; Sobol indices need 2 to tell chance from the axes.
    pub seeds: u64,
    /// How sure intervals are.
    pub confidence: f64,
}

/// Finds it. All points have the same seeds.
///
/// # Errors
/// If there is no axis or more than a design has, a point is no valid scenario, a run breaks or has no such number, or
/// runs stop.
pub fn sensitivity(
    asking: Asking<'_>,
    axes: &[Axis],
    asked: &Matters,
    means: Means<'_>,
) -> Result<Sensitivity, PlanError> {
    let design = Design::of(asking, axes, asked)?;
    let case = |laid: &Laid| {
        let case = Case::at(asking.document, &over(asking.overrides, laid.clone()));
        case.map_err(|why| PlanError::Point(name(laid), why))
    };
    let cases = map(means.threads, &design.points, case)?.into_iter().collect::<Result<Vec<Case>, _>>()?;
    let outputs = outputs(&design, &cases, asked, means)?;
    let first = &cases[0].scenario;
    Ok(Sensitivity {
        title: first.title.clone(),
        of: asked.text.clone(),
        metric: asked.asked.metric,
        axes: axes.iter().map(|axis| ends(asking, axis)).collect(),
        found: design.found(&outputs, asked),
        points: design.points.len(),
        seeds: asked.seeds,
        confidence: asked.confidence,
        runs: outputs.iter().map(Vec::len).sum(),
    })
}

/// Which points are run, and how their outputs are read.
struct Design {
    kind: Kind,
    points: Vec<Laid>,
}

enum Kind {
    Tornado(OneAtATime),
    Morris(Morris),
    Sobol(Jansen),
}

/// Axes of a scrambled Sobol sequence; two are needed for each of ours.
const SOBOL_AXES_MAX: usize = 32;

impl Design {
    fn of(asking: Asking<'_>, axes: &[Axis], asked: &Matters) -> Result<Self, PlanError> {
        if axes.is_empty() {
            let hint = "add [sweep] axes or [plan.knob] to the file, or --axis tier.auth.replicas=1..16";
            return Err(PlanError::Wrong(format!("there is no axis that could matter\nhint: {hint}")));
        }
        let wrong = |why: &str| Err(PlanError::Wrong(why.to_owned()));
        if asked.seeds == 0 {
            return wrong("no run of a point says nothing\nhint: 8 runs of each are usual");
        }
        let count = axes.len();
        // Draws of a design are its own: they need not move with the seed of the runs.
        let seed = 1;
        match asked.method {
            Method::Tornado => {
                for axis in axes {
                    if asking.document.value(asking.overrides, &axis.path).is_none() {
                        let why =
                            "nothing stands there, so a tornado has no middle: write the value into the file";
                        return Err(PlanError::Knob(axis.path.clone(), why.to_owned()));
                    }
                }
                let design = OneAtATime { axes: count };
                let point = |at: usize| {
                    let moved = axes.iter().zip(design.point(at)).filter_map(|(axis, place)| match place {
                        Place::Base => None,
                        Place::Low => Some(lay(&axis.path, &end(axis, 0.0))),
                        Place::High => Some(lay(&axis.path, &end(axis, 1.0))),
                    });
                    moved.collect()
                };
                Ok(Design { points: (0..design.points()).map(point).collect(), kind: Kind::Tornado(design) })
            }
            Method::Morris { trajectories: 0 } => {
                wrong("no trajectory says nothing\nhint: 10 to 50 are usual")
            }
            Method::Morris { trajectories } => {
                let design = Morris { axes: count, trajectories, seed };
                let points = (0..design.points()).map(|at| strewn(axes, &design.point(at))).collect();
                Ok(Design { points, kind: Kind::Morris(design) })
            }
            Method::Sobol { pairs } if pairs < 2 => wrong("one pair has no interval\nhint: 64 are usual"),
            Method::Sobol { .. } if SOBOL_AXES_MAX < count => wrong("Sobol indices are for at most 32 axes"),
            Method::Sobol { pairs } => {
                let design = Jansen { axes: count, pairs, seed };
                let points = (0..design.points()).map(|at| strewn(axes, &design.point(at))).collect();
                Ok(Design { points, kind: Kind::Sobol(design) })
            }
        }
    }

    fn found(&self, outputs: &[Vec<f64>], asked: &Matters) -> Found {
        let confidence = asked.confidence;
        match &self.kind {
            Kind::Tornado(design) => Found::Tornado {
                base: brownout_stats::Estimate::of(&outputs[0], confidence),
                swings: design.swings(outputs, confidence).into_iter().map(swing).collect(),
            },
            Kind::Morris(design) => {
                let means: Vec<f64> =
                    outputs.iter().map(|of| of.iter().sum::<f64>() / of.len() as f64).collect();
                let mut effects: Vec<Effect> =
                    design.effects(&means, confidence).into_iter().map(effect).collect();
                effects.sort_by(|a, b| b.size.mean.total_cmp(&a.size.mean));
                Found::Morris(effects)
            }
            Kind::Sobol(design) => Found::Sobol(design.indices(outputs, confidence).as_ref().map(parts)),
        }
    }
}

fn swing(swing: brownout_plan::sensitivity::Swing) -> Swing {
    Swing { axis: swing.axis, low: swing.low, high: swing.high }
}

fn effect(effect: brownout_plan::sensitivity::Effect) -> Effect {
    Effect { axis: effect.axis, mean: effect.mean, size: effect.absolute, deviation: effect.deviation }
}

fn parts(indices: &Indices) -> Parts {
    let part = |(axis, index): (usize, &brownout_plan::sensitivity::SobolIndex)| Part {
        axis,
        alone: (index.first, index.first_half),
        total: (index.total, index.total_half),
    };
    let mut axes: Vec<Part> = indices.axes.iter().enumerate().map(part).collect();
    axes.sort_by(|a, b| b.total.0.total_cmp(&a.total.0));
    Parts { axes, chance: indices.noise }
}

fn strewn(axes: &[Axis], places: &[f64]) -> Laid {
    axes.iter().zip(places).map(|(axis, place)| lay(&axis.path, &end(axis, *place))).collect()
}

/// The value at a place from 0 to 1. A law has no ends: one in twenty draws lies beyond those that stand for them.
fn end(axis: &Axis, place: f64) -> Level {
    match axis.values {
        Values::Drawn { .. } => axis.at(0.05 + 0.9 * place),
        _ => axis.at(place),
    }
}

fn ends(asking: Asking<'_>, axis: &Axis) -> Ends {
    Ends {
        path: axis.path.clone(),
        low: end(axis, 0.0).shown,
        high: end(axis, 1.0).shown,
        base: asking.document.value(asking.overrides, &axis.path).map(|level| level.shown),
    }
}

/// The number in each run of each point.
fn outputs(
    design: &Design,
    cases: &[Case],
    asked: &Matters,
    means: Means<'_>,
) -> Result<Vec<Vec<f64>>, PlanError> {
    // Harm is counted against the runs beside each seed; other numbers need none.
    let beside = matches!(asked.asked.metric.how, How::Harm(_) | How::Judged);
    let ready: Vec<Ready<'_>> = cases.iter().map(|case| Ready::new(case, case.keep(false), beside)).collect();
    let jobs: Vec<Job> =
        (0..cases.len()).flat_map(|at| (0..asked.seeds).map(move |seed| (at, seed))).collect();
    let mut outputs: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for ((at, seed), outcome) in jobs.iter().zip(obtain(&ready, &jobs, means)?) {
        let here = || name(&design.points[*at]);
        let broken = |_| PlanError::Point(here(), format!("replication {seed} left nothing"));
        let value = cases[*at].value(&asked.asked, &outcome.map_err(broken)?);
        let value = value.filter(|value| value.is_finite());
        let missing = || PlanError::NoMean(asked.text.clone(), *seed, here());
        outputs.entry(*at).or_default().push(value.ok_or_else(missing)?);
    }
    Ok(outputs.into_values().collect())
}
