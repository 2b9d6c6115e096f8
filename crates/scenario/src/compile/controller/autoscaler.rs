//! An autoscaler, in the words of Kubernetes.

use super::Around;
use crate::block::{Block, Key, Need, Shape, key};
use crate::compile::change::ControllerBody;
use crate::compile::signal;
use crate::limits;
use crate::problem::Desk;
use crate::read::{Field, Table};
use brownout_tiers::model::{Amount, Autoscaler, Body, Scaling, ScalingPolicy, Select, Signal};
use brownout_units::{Ratio, Span};

pub(super) const KEYS: &[Key] = &[
    key("tier", Shape::Text, Need::Required, "Whose replicas it changes."),
    key("metric", Shape::Word(signal::WORDS), Need::Required, signal::DOC),
    key("of", Shape::Text, Need::Default("the same tier"), "The tier that is watched."),
    key(
        "target",
        Shape::Any(&[Shape::Ratio, Shape::Span, Shape::Rate, Shape::Number(0.0, 1e12)]),
        Need::Required,
        "What the metric should be: 60% of cpu, 8 calls in flight, a queue-age of 2s, a rate of 100/s.",
    ),
    key("min", Shape::Count(1, limits::REPLICAS_MAX), Need::Default("1"), "Never fewer replicas."),
    key("max", Shape::Count(1, limits::REPLICAS_MAX), Need::Required, "Never more replicas."),
    key("sync", Shape::Span, Need::Default("15s"), "How often it looks."),
    key(
        "delay",
        Shape::Span,
        Need::Default("0s"),
        "How old what it sees is: the way of a metric through scraping and averaging.",
    ),
    key(
        "tolerance",
        Shape::Ratio,
        Need::Default("10%"),
        "Nothing is done while the metric is that near to its target.",
    ),
    key(
        "up",
        Shape::Block(SCALING),
        Need::Default("stabilisation 0s, the larger of 100 % and 4 replicas every 15 s"),
        "How it may grow.",
    ),
    key(
        "down",
        Shape::Block(SCALING),
        Need::Default("stabilisation 300s, 100 % every 15 s"),
        "How it may shrink.",
    ),
];

const SCALING: &Block = &Block {
    name: "a direction of scaling",
    doc: "How an autoscaler may change the number in one direction.",
    keys: &[&[
        key(
            "stabilisation",
            Shape::Span,
            Need::Default("0s up, 300s down"),
            "The most cautious recommendation of so long is followed.",
        ),
        key(
            "policies",
            Shape::List(&Shape::Block(POLICY)),
            Need::Default("those of Kubernetes"),
            "How much within which time.",
        ),
        key(
            "select",
            Shape::Word(&["max", "min", "disabled"]),
            Need::Default("max"),
            "Which of the policies counts; disabled: the number does not change in this direction.",
        ),
    ]],
};

const POLICY: &Block = &Block {
    name: "a policy of scaling",
    doc: "How much the number may change within a time.",
    keys: &[&[
        key("percent", Shape::Number(0.0, 1e6), Need::Optional, "So many per cent of what there were."),
        key("replicas", Shape::Count(1, limits::REPLICAS_MAX), Need::Optional, "So many."),
        key("every", Shape::Span, Need::Default("15s"), "Within so long."),
    ]],
};

const EVERY: Span = Span::from_secs(15);
const DOWN: Span = Span::from_secs(300);

pub(super) fn read(desk: &mut Desk, table: &Table<'_>, around: &Around<'_>) -> Option<ControllerBody> {
    let station = |desk: &mut Desk, name: &'static str| {
        table.get(name).and_then(|field| signal::station(desk, field, around.names, around.tiers))
    };
    let tier = station(desk, "tier");
    let of = if table.get("of").is_some() { station(desk, "of") } else { tier };
    let signal = table.get("metric").and_then(|field| signal::read(desk, field));
    if let (Some(signal), Some((_, Some(of))), Some(field)) = (signal, of, table.get("metric")) {
        signal::check(desk, field, signal, of);
    }
    let target = signal.and_then(|signal| target(desk, table.get("target")?, signal));
    let range = range(desk, table, tier.and_then(|(_, station)| station));
    let mut span = |name: &'static str| table.get(name).and_then(|field| field.span(desk));
    let delay = span("delay").unwrap_or(Span::ZERO);
    let sync = table.get("sync");
    let sync = sync.map_or(Some(EVERY), |f| f.span_positive(desk, "an autoscaler looks now and then"));
    let tolerance = table.get("tolerance").and_then(|field| field.chance(desk));
    let all = ScalingPolicy { amount: Amount::Percent(100.0), every: EVERY };
    let four = ScalingPolicy { amount: Amount::Replicas(4), every: EVERY };
    let up = Scaling { stabilisation: Span::ZERO, policies: vec![all, four], select: Select::Max };
    let down = Scaling { stabilisation: DOWN, policies: vec![all], select: Select::Max };
    let up = scaling(desk, table.get("up"), up);
    let down = scaling(desk, table.get("down"), down);
    let (min, max) = range?;
    Some(ControllerBody::Autoscaler(Autoscaler {
        tier: tier?.0,
        signal: signal?,
        of: of?.0,
        target: target?,
        min,
        max,
        sync: sync?,
        delay,
        tolerance: tolerance.unwrap_or_else(|| Ratio::new(0.1).expect("a tenth")),
        up,
        down,
    }))
}

fn target(desk: &mut Desk, field: Field<'_>, signal: Signal) -> Option<f64> {
    let target = signal::value(desk, field, signal)?;
    if target <= 0.0 {
        desk.report(field.error(desk, "no number of replicas brings it to 0").allowed("more than 0"));
        return None;
    }
    Some(target)
}

fn range(desk: &mut Desk, table: &Table<'_>, tier: Option<&Body>) -> Option<(u32, u32)> {
    let why = "a tier has at least 1 replica";
    let mut count = |name: &'static str| {
        let field = table.get(name)?;
        field.count(desk, 1, limits::REPLICAS_MAX, why).map(|count| (count as u32, field))
    };
    let (min, max) = (count("min"), count("max"));
    let (max, field) = max?;
    let min = min.map_or(1, |(min, _)| min);
    if max < min {
        let draft = field.error(desk, format!("the range ends at {max} and begins at {min}"));
        desk.report(draft.allowed(format!("at least {min}")).hint("raise \"max\", or lower \"min\""));
        return None;
    }
    let (fleet, replicas) = match tier {
        Some(Body::Station(station)) => (&station.fleet, station.replicas),
        Some(Body::Engines(engines)) => (&engines.fleet, engines.replicas),
        _ => return Some((min, max)),
    };
    if fleet.quota < max {
        let message = format!("the quota of the tier is {}, so it never gets there", fleet.quota);
        desk.report(field.warning(desk, message).hint("raise the quota, or lower \"max\""));
    }
    if !(min..=max).contains(&replicas) {
        let message = format!("the tier begins with {replicas} replicas, outside of {min} to {max}");
        let draft = field.warning(desk, message);
        desk.report(draft.hint("the first look brings it into the range; let it begin there"));
    }
    Some((min, max))
}

fn scaling(desk: &mut Desk, field: Option<Field<'_>>, default: Scaling) -> Scaling {
    let Some(table) = field.and_then(|field| Table::open(desk, field, SCALING)) else { return default };
    let stabilisation = table.get("stabilisation").and_then(|field| field.span(desk));
    let words = [("max", Select::Max), ("min", Select::Min), ("disabled", Select::Disabled)];
    let select = table.get("select").and_then(|field| field.word(desk, &words));
    let policies = table.get("policies").map(|field| {
        let items = field.list(desk, limits::STAGES_MAX);
        items.into_iter().filter_map(|item| policy(desk, item)).collect()
    });
    Scaling {
        stabilisation: stabilisation.unwrap_or(default.stabilisation),
        policies: policies.unwrap_or(default.policies),
        select: select.unwrap_or(default.select),
    }
}

fn policy(desk: &mut Desk, field: Field<'_>) -> Option<ScalingPolicy> {
    let table = Table::open(desk, field, POLICY)?;
    let every = match table.get("every") {
        Some(field) => field.span_positive(desk, "a policy is about some time")?,
        None => EVERY,
    };
    let percent = table.get("percent");
    let percent = percent.map(|f| f.number(desk, 0.0, 1e6, "a change is not negative"));
    let replicas = table.get("replicas");
    let replicas = replicas.map(|f| f.count(desk, 1, limits::REPLICAS_MAX, "a change is at least 1"));
    let amount = match (percent, replicas) {
        (Some(percent), None) => Amount::Percent(percent?),
        (None, Some(replicas)) => Amount::Replicas(replicas? as u32),
        _ => {
            let draft = field.error(desk, "a policy says either \"percent\" or \"replicas\"");
            desk.report(draft.hint("as in { percent = 10, every = \"60s\" }"));
            return None;
        }
    };
    Some(ScalingPolicy { amount, every })
}
