//! An autoscaler, in the terms of Kubernetes.

use super::Context;
use crate::block::{Block, Key, Need, Shape, key};
use crate::compile::change::ControllerBody;
use crate::compile::signal;
use crate::limits;
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, Count, Number, Part, PositiveTime, Row, Time, Word, row};
use brownout_model::{Activation, Amount, Autoscaler, Body, Scaling, ScalingPolicy, Select, Signal};
use brownout_units::{Ratio, Span};

const TOLERANCE: Row<Part> = row(
    "tolerance",
    Part,
    Absent::Means(Ratio::of_percent(10)),
    "No change while the metric is within this share of its target.",
);

const MIN: Row<Count> = row(
    "min",
    Count(0, limits::REPLICAS_MAX, "a number of replicas is not negative"),
    Absent::Means(1),
    "The fewest replicas; 0 for none without activity, as with KEDA, where the first active look orders one. Without \
     replicas calls are refused (503).",
);
const COOLDOWN: Row<Time> = row(
    "cooldown",
    Time,
    Absent::Means(DOWN),
    "For min = 0: how long after the last look with activity the last replicas go.",
);
const MAX: Row<Count> = row(
    "max",
    Count(1, limits::REPLICAS_MAX, "a tier has at least 1 replica"),
    Absent::Refused,
    "The most replicas.",
);
const SYNC: Row<PositiveTime> = row(
    "sync",
    PositiveTime("an interval is longer than zero"),
    Absent::Means(EVERY),
    "Time between evaluations.",
);
const DELAY: Row<Time> = row(
    "delay",
    Time,
    Absent::Means(Span::ZERO),
    "Age of the metrics it sees: the delay of scraping and averaging.",
);
const METRIC: Row<Word<Signal>> = row("metric", signal::WORDS, Absent::Refused, signal::DOC);
pub(super) const KEYS: &[Key] = &[
    key("tier", Shape::Text, Need::Required, "The tier that it scales."),
    METRIC.key(),
    key("of", Shape::Text, Need::Default("the same tier"), "The tier that is watched."),
    key(
        "target",
        signal::VALUE,
        Need::Required,
        "The target of the metric: 60% of cpu, 8 calls in flight, a queue-age of 2s, a rate of 100/s.",
    ),
    MIN.key(),
    MAX.key(),
    key(
        "activation",
        signal::VALUE,
        Need::Default("0"),
        "For min = 0: there is activity while the metric of all replicas together is above this.",
    ),
    COOLDOWN.key(),
    SYNC.key(),
    DELAY.key(),
    TOLERANCE.key(),
    key(
        "up",
        Shape::Block(SCALING),
        Need::Default("stabilisation 0s, the larger of 100 % and 4 replicas every 15 s"),
        "Limits of growth.",
    ),
    key(
        "down",
        Shape::Block(SCALING),
        Need::Default("stabilisation 300s, 100 % every 15 s"),
        "Limits of shrinking.",
    ),
];

const STABILISATION: Row<Time> = row(
    "stabilisation",
    Time,
    Absent::Follows("0s up, 300s down"),
    "The most cautious recommendation of this window is followed.",
);

const SELECT: Row<Word<Select>> = row(
    "select",
    Word(&[("max", Select::Max), ("min", Select::Min), ("disabled", Select::Disabled)]),
    Absent::Means(Select::Max),
    "The policy that counts; disabled: the number does not change in this direction.",
);
const SCALING: &Block = &Block {
    name: "a direction of scaling",
    doc: "How an autoscaler may change the number in one direction.",
    keys: &[&[
        STABILISATION.key(),
        key(
            "policies",
            Shape::List(&Shape::Block(POLICY)),
            Need::Default("those of Kubernetes"),
            "The largest change within a time.",
        ),
        SELECT.key(),
    ]],
};

const PERCENT: Row<Number> = row(
    "percent",
    Number(0.0, 1e6, "a change is not negative"),
    Absent::Nothing,
    "Per cent of the previous number.",
);
const REPLICAS: Row<Count> = row(
    "replicas",
    Count(1, limits::REPLICAS_MAX, "a change is at least 1"),
    Absent::Nothing,
    "A number of replicas.",
);
const POLICY_EVERY: Row<PositiveTime> =
    row("every", PositiveTime("a period is longer than zero"), Absent::Means(EVERY), "The period.");
const POLICY: &Block = &Block {
    name: "a policy of scaling",
    doc: "The largest change of the number within a period.",
    keys: &[&[PERCENT.key(), REPLICAS.key(), POLICY_EVERY.key()]],
};

const EVERY: Span = Span::from_secs(15);
const DOWN: Span = Span::from_secs(300);

pub(super) fn read(
    diag: &mut Diagnostics,
    table: &Table<'_>,
    context: &Context<'_>,
) -> Option<ControllerBody> {
    let station = |diag: &mut Diagnostics, name: &'static str| {
        table.get(name).and_then(|field| signal::station(diag, field, context.names, context.tiers))
    };
    let tier = station(diag, "tier");
    let of = if table.get("of").is_some() { station(diag, "of") } else { tier };
    let signal = table.said(diag, &METRIC);
    if let (Some(signal), Some((_, Some(of))), Some(field)) = (signal, of, table.get("metric")) {
        signal::check(diag, field, signal, of);
    }
    let target = signal.and_then(|signal| target(diag, table.get("target")?, signal));
    let range = range(diag, table, tier.and_then(|(_, station)| station));
    let delay = table.value(diag, &DELAY);
    let sync = table.read(diag, &SYNC);
    let tolerance = table.value(diag, &TOLERANCE);
    let all = ScalingPolicy { amount: Amount::Percent(100.0), every: EVERY };
    let four = ScalingPolicy { amount: Amount::Replicas(4), every: EVERY };
    let up = Scaling { stabilisation: Span::ZERO, policies: vec![all, four], select: SELECT.usual() };
    let down = Scaling { stabilisation: DOWN, policies: vec![all], select: SELECT.usual() };
    let up = scaling(diag, table.get("up"), up);
    let down = scaling(diag, table.get("down"), down);
    let activation = activation(diag, table, signal);
    let (min, max) = range?;
    Some(ControllerBody::Autoscaler(Autoscaler {
        tier: tier?.0,
        signal: signal?,
        of: of?.0,
        target: target?,
        min: min.max(1),
        activation,
        max,
        sync: sync?,
        delay,
        tolerance,
        up,
        down,
    }))
}

/// Whether it scales to zero, and when.
fn activation(diag: &mut Diagnostics, table: &Table<'_>, signal: Option<Signal>) -> Option<Activation> {
    let (said, cooldown) = (table.get("activation"), table.value(diag, &COOLDOWN));
    let above = said.map(|field| signal.and_then(|signal| signal::value(diag, field, signal)));
    if table.value(diag, &MIN) != 0 {
        if let Some(field) = said.or(table.get(COOLDOWN.name)) {
            let draft = field.error(diag, format!("\"{}\" belongs to min = 0", field.name));
            diag.report(draft.hint("set that, or leave it out"));
        }
        return None;
    }
    if let (Some(Signal::Cpu | Signal::QueueAge | Signal::Errors | Signal::Replicas), Some(field)) =
        (signal, table.get("min"))
    {
        let draft =
            field.error(diag, "a tier without replicas has none of this metric, so it never comes back");
        diag.report(draft.hint("watch a rate, in-flight or queue; or min = 1"));
        return None;
    }
    Some(Activation { above: above.unwrap_or(Some(0.0))?, cooldown })
}

fn target(diag: &mut Diagnostics, field: Field<'_>, signal: Signal) -> Option<f64> {
    let target = signal::value(diag, field, signal)?;
    if target <= 0.0 {
        diag.report(field.error(diag, "no number of replicas brings it to 0").allowed("more than 0"));
        return None;
    }
    Some(target)
}

fn range(diag: &mut Diagnostics, table: &Table<'_>, tier: Option<&Body>) -> Option<(u32, u32)> {
    let min = table.value(diag, &MIN) as u32;
    let max = table.said(diag, &MAX)? as u32;
    let field = table.get("max")?;
    if max < min {
        let draft = field.error(diag, format!("the range ends at {max} and begins at {min}"));
        diag.report(draft.allowed(format!("at least {min}")).hint("raise \"max\", or lower \"min\""));
        return None;
    }
    let (fleet, replicas) = match tier {
        Some(Body::Station(station)) => (&station.fleet, station.replicas),
        Some(Body::Engines(engines)) => (&engines.fleet, engines.replicas),
        _ => return Some((min, max)),
    };
    if fleet.quota < max {
        let message = format!("the quota of the tier is {}, so it never gets there", fleet.quota);
        diag.report(field.warning(diag, message).hint("raise the quota, or lower \"max\""));
    }
    if !(min..=max).contains(&replicas) {
        let message = format!("the tier begins with {replicas} replicas, outside of {min} to {max}");
        let draft = field.warning(diag, message);
        diag.report(draft.hint("the first look brings it into the range; let it begin there"));
    }
    Some((min, max))
}

fn scaling(diag: &mut Diagnostics, field: Option<Field<'_>>, default: Scaling) -> Scaling {
    let Some(table) = field.and_then(|field| Table::open(diag, field, SCALING)) else { return default };
    let stabilisation = table.said(diag, &STABILISATION);
    let policies = table.get("policies").map(|field| {
        let items = field.list(diag, limits::STAGES_MAX);
        items.into_iter().filter_map(|item| policy(diag, item)).collect()
    });
    Scaling {
        stabilisation: stabilisation.unwrap_or(default.stabilisation),
        policies: policies.unwrap_or(default.policies),
        select: table.value(diag, &SELECT),
    }
}

fn policy(diag: &mut Diagnostics, field: Field<'_>) -> Option<ScalingPolicy> {
    let table = Table::open(diag, field, POLICY)?;
    let every = table.read(diag, &POLICY_EVERY)?;
    let (percent, replicas) = (table.said(diag, &PERCENT), table.said(diag, &REPLICAS));
    let amount = match (table.get("percent"), table.get("replicas")) {
        (Some(_), None) => Amount::Percent(percent?),
        (None, Some(_)) => Amount::Replicas(replicas? as u32),
        _ => {
            let draft = field.error(diag, "a policy says either \"percent\" or \"replicas\"");
            diag.report(draft.hint("as in { percent = 10, every = \"60s\" }"));
            return None;
        }
    };
    Some(ScalingPolicy { amount, every })
}
