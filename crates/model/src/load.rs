//! Loads: which users come, when, and what they do step by step.

use crate::{ClassId, Client, Model, OperationId, Policy, TierId};
use brownout_dist::Law;
use brownout_units::{Ratio, Span};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A population of clients with its arrivals, its journey and its habits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// As in the file.
    pub name: String,
    /// The class of its users.
    pub class: ClassId,
    /// The tier its attempts go to.
    pub entry: TierId,
    /// When users arrive.
    pub arrivals: Arrivals,
    /// The most users at once: while all are busy, further arrivals are dropped, as iterations of k6 are. None: no
    /// limit.
    pub most: Option<u32>,
    /// What a user does, step by step.
    pub journey: Vec<Step>,
    /// Whether, and for how long, a login lasts.
    pub session: Option<Session>,
    /// Whether users who were served come back for another journey.
    pub returns: Option<Returns>,
    /// How they behave while they wait.
    pub client: Client,
}

/// When users arrive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrivals {
    /// At a rate that the service does not influence.
    Open {
        /// Users per second over time.
        rate: RateCurve,
        /// How the arrivals are spread around the rate.
        burst: Burst,
    },
    /// A fixed number of users, who begin the journey again when it ends.
    Closed {
        /// How many.
        users: u32,
        /// They start evenly over this span.
        ramp: Span,
    },
    /// A recorded trace.
    Trace(Arc<[TraceRow]>),
    /// Only surges bring users.
    Never,
}

/// One arrival of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceRow {
    /// Since the start of the run; rows are in order.
    pub at: Span,
    /// Prompt tokens, where the trace has them; at most [`TOKENS_MAX`](crate::TOKENS_MAX).
    pub prompt: Option<u32>,
    /// Output tokens, where the trace has them.
    pub output: Option<u32>,
    /// How many tokens at the start of the prompt were prompt or output of earlier rows of its session; at most as many
    /// as the prompt has.
    pub history: u32,
    /// Which conversation it is a turn of, numbered from 0; none: its own.
    pub session: Option<u32>,
}

/// Users per second as a piecewise linear function of time; two points at one time are a step.
///
/// Before the first point the rate is that of the first, after the last that of the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RateCurve(pub Vec<(Span, f64)>);

impl RateCurve {
    /// A constant rate, per second.
    pub fn constant(rate: f64) -> Self {
        RateCurve(vec![(Span::ZERO, rate)])
    }

    /// The number of users until an instant, in seconds since the start of the run.
    pub fn integral(&self, until: f64) -> f64 {
        let mut area = 0.0;
        let mut last = (0.0, self.0.first().map_or(0.0, |point| point.1));
        for (at, rate) in &self.0 {
            let at = at.as_secs_f64();
            if until <= at {
                let part = if last.0 < at { (until - last.0) / (at - last.0) } else { 0.0 };
                let end = last.1 + (rate - last.1) * part;
                return area + (until - last.0) * f64::midpoint(last.1, end);
            }
            area += (at - last.0) * f64::midpoint(last.1, *rate);
            last = (at, *rate);
        }
        area + (until - last.0) * last.1
    }

    /// Users per second at an instant, in seconds since the start of the run; at a step the rate after it.
    pub fn at(&self, instant: f64) -> f64 {
        let points = &self.0;
        let next = points.partition_point(|point| point.0.as_secs_f64() <= instant);
        match (next.checked_sub(1).map(|last| points[last]), points.get(next)) {
            (Some((from, rate)), Some((to, then))) => {
                let (from, to) = (from.as_secs_f64(), to.as_secs_f64());
                rate + (then - rate) * (instant - from) / (to - from)
            }
            (Some((_, rate)), None) | (None, Some(&(_, rate))) => rate,
            (None, None) => 0.0,
        }
    }
}

/// How arrivals are spread around their rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Burst {
    /// Independently: a Poisson process.
    Poisson,
    /// Evenly: a clock.
    Even,
    /// A renewal process whose gaps have this coefficient of variation (gamma, in operational time).
    Gamma {
        /// 1 is Poisson, more is burstier.
        cv: f64,
    },
    /// The rate is multiplied by the factor of a hidden state that changes at random; factors average 1 over time.
    Mmpp(Vec<MmppState>),
}

/// One state of a Markov-modulated Poisson process; the next is drawn evenly from the others.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MmppState {
    /// Times the rate.
    pub factor: f64,
    /// Mean stay.
    pub mean: Span,
}

/// How the users of a surge spread over its window: the distribution of one arrival.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// Evenly.
    Step,
    /// At a rate that grows from 0.
    Ramp,
    /// Slow, fast, slow: the rate is a sine arch, the cumulative an s.
    SCurve,
    /// At once, then less and less: an exponential with this half life, cut at the window.
    Decay {
        /// Of the rate.
        half_life: Span,
    },
    /// All within the first thousandth of the window.
    Flash,
}

impl Shape {
    /// How many times the rate at its height is the mean rate over a window of this length.
    pub fn height(self, over: Span) -> f64 {
        match self {
            Shape::Step => 1.0,
            Shape::Ramp => 2.0,
            Shape::SCurve => std::f64::consts::FRAC_PI_2,
            Shape::Decay { half_life } => {
                let decay = std::f64::consts::LN_2 * over.as_secs_f64() / half_life.as_secs_f64().max(1e-9);
                decay / (1.0 - brownout_dist::fixed::exp(-decay))
            }
            Shape::Flash => 1_000.0,
        }
    }
}

/// One step of a journey.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What is asked for.
    pub operation: OperationId,
    /// How often, drawn once per user and rounded; none: once.
    pub times: Option<Law>,
    /// How long the user thinks before each, in seconds; none: not at all.
    pub think: Option<Law>,
    /// What an agent does with an answer; none: no agent calls tools.
    pub tools: Option<Tools>,
}

/// An agent that calls a tool after an answer and asks again at once, with the output of the tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tools {
    /// How likely, after each answer; below 1.
    pub chance: Ratio,
    /// How long the tool takes, in seconds.
    pub time: Law,
    /// Tokens of its output, which the next prompt adds to the conversation.
    pub output: Law,
}

/// How a login lasts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// The operation that opens one; a user who holds a token skips it.
    pub login: OperationId,
    /// How long a token is good, in seconds, drawn at login.
    pub life: Law,
    /// The fraction of arriving users who already hold a token (of random age); users of a surge never do.
    pub held: Ratio,
    /// Whether it is renewed before it expires, instead of after a 401.
    pub renews_ahead: bool,
}

/// Users who were served come back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Returns {
    /// How likely, after each journey.
    pub chance: Ratio,
    /// After how long, in seconds.
    pub after: Law,
}

impl Load {
    /// The timeouts of one attempt of its clients, by path of the model.
    pub fn timeouts<'a>(&'a self, model: &'a Model) -> impl Iterator<Item = Option<Span>> + 'a {
        let operations = model.paths.iter().map(|path| &model.operations[path.operation.0 as usize]);
        operations.map(|operation| operation.timeout.or(self.client.timeout))
    }

    /// Whether its clients watch the answer come token by token, by path of the model.
    pub fn streams<'a>(&'a self, model: &'a Model) -> impl Iterator<Item = bool> + 'a {
        let operations = model.paths.iter().map(|path| &model.operations[path.operation.0 as usize]);
        let impatient = self.client.first_token.is_some();
        operations.map(move |o| o.ttft.is_some() || o.tpot.is_some() || impatient && o.output.is_some())
    }

    pub(crate) fn check(&self, model: &Model) {
        assert!((self.class.0 as usize) < model.classes.len(), "load {} has no class", self.name);
        assert!((self.entry.0 as usize) < model.tiers.len(), "load {} has no entry", self.name);
        assert!(!self.journey.is_empty(), "load {} has an empty journey", self.name);
        assert!(self.journey.len() < usize::from(u8::MAX), "load {} has too many steps", self.name);
        if let Arrivals::Open { burst: Burst::Mmpp(states), .. } = &self.arrivals {
            assert!(1 < states.len(), "load {} has bursts of one state", self.name);
        }
        assert!(
            self.client.fallback.is_none_or(|to| (to.0 as usize) < model.tiers.len()),
            "load {} falls back to a tier that does not exist",
            self.name
        );
        self.client.policies.iter().for_each(Policy::check);
        let operations =
            self.journey.iter().map(|s| s.operation).chain(self.session.as_ref().map(|s| s.login));
        let tools = self.journey.iter().filter_map(|step| step.tools.as_ref());
        for tools in tools {
            assert!(tools.chance.fraction() < 1.0, "an agent of load {} never ends", self.name);
        }
        for operation in operations {
            assert!(model.path(self.class, operation).is_some(), "load {} on an unknown path", self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_units::Span;

    #[test]
    fn the_area_under_stages() {
        let at = Span::from_secs;
        let curve = RateCurve(vec![(at(0), 10.0), (at(10), 10.0), (at(20), 30.0), (at(20), 5.0)]);
        let check = |duration: f64, expect: f64| assert!((curve.integral(duration) - expect).abs() < 1e-9);
        check(5.0, 50.0);
        check(15.0, 100.0 + 75.0);
        check(20.0, 300.0);
        check(30.0, 350.0);
        let rates = [0.0, 15.0, 20.0, 30.0].map(|at| curve.at(at));
        assert!(rates.iter().zip([10.0, 20.0, 5.0, 5.0]).all(|(rate, expect)| (rate - expect).abs() < 1e-9));
    }
}
