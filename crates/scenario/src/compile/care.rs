//! How a balancer tracks the health of its targets, in the terms of Envoy and Kubernetes.

use crate::block::{Block, Key, Need, SWITCHED, Shape, key};
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, Count, Number, Part, PositiveTime, Row, Time, TimeOrNone, Type as _, row};
use brownout_model::{Care, Ejection, HealthCheck, SuccessRate};
use brownout_units::{Ratio, Span};

const SLOW_START: Row<Time> = row(
    "slow_start",
    Time,
    Absent::Means(Span::ZERO),
    "Time over which the share of calls of a new replica grows to its full value.",
);
const PANIC_PART: Row<Part> = row(
    "panic",
    Part,
    Absent::Follows("50% where there are ejections or health checks"),
    "When a smaller share of the replicas is healthy, health is ignored; 0%: never.",
);
/// The keys of a tier.
pub(crate) const KEYS: &[Key] = &[
    key(
        "ejection",
        Shape::Any(&[Shape::Block(EJECTION), SWITCHED]),
        Need::Optional,
        "Replicas whose calls fail get none for a while: Envoy's outlier detection; true: with its defaults.",
    ),
    key(
        "health_check",
        Shape::Any(&[Shape::Block(CHECK), SWITCHED]),
        Need::Optional,
        "Every replica is probed at intervals; true: with the defaults.",
    ),
    PANIC_PART.key(),
    SLOW_START.key(),
];

const TARGET_SLOW_START: Row<Time> = row(
    "slow_start",
    Time,
    Absent::Means(Span::ZERO),
    "Time over which the share of a returning target grows to its full value; the next priority gets the rest.",
);
const TARGET_PANIC: Row<Part> = row(
    "panic",
    Part,
    PANIC_PART.absent,
    "When a smaller part of a priority level is well, and all levels together cannot take the calls, health is \
     ignored there; 0%: never.",
);
/// The same for a balancer over tiers.
pub(crate) const TARGET_KEYS: &[Key] = &[
    key(
        "ejection",
        Shape::Any(&[Shape::Block(EJECTION), SWITCHED]),
        Need::Optional,
        "Targets whose calls end with 500, 503, 504 or 529 get none for a while; true: with Envoy's defaults.",
    ),
    key(
        "health_check",
        Shape::Any(&[Shape::Block(TARGET_CHECK), SWITCHED]),
        Need::Optional,
        "Every target is probed at intervals; true: with the defaults.",
    ),
    TARGET_PANIC.key(),
    TARGET_SLOW_START.key(),
];

const CONSECUTIVE: Row<Count> = row(
    "consecutive",
    Count(1, 1_000_000, "an ejection needs at least 1 failure"),
    Absent::Means(5),
    "Consecutive failures that eject.",
);
const BASE: Row<PositiveTime> = row(
    "base",
    PositiveTime("an ejection lasts some time"),
    Absent::Means(Span::from_secs(30)),
    "How long the first ejection lasts; the n-th lasts n times as long, at most 300 s.",
);

const EJECTION_INTERVAL: Row<PositiveTime> = row(
    "interval",
    PositiveTime("an interval is longer than zero"),
    Absent::Means(Span::from_secs(10)),
    "Time between two sweeps that return ejected replicas.",
);
const MAX: Row<Part> = row(
    "max",
    Part,
    Absent::Means(Ratio::of_percent(10)),
    "The largest share of replicas ejected at once; one always may be, and at 100% all of them, which leaves none \
     unless \"panic\" is set.",
);
const EJECTION: &Block = &Block {
    name: "an ejection",
    doc: "Envoy's outlier detection.",
    keys: &[&[
        CONSECUTIVE.key(),
        EJECTION_INTERVAL.key(),
        BASE.key(),
        MAX.key(),
        key(
            "success_rate",
            Shape::Any(&[Shape::Block(RATE), SWITCHED]),
            Need::Optional,
            "Also ejects replicas whose success rate is an outlier.",
        ),
    ]],
};

const FACTOR: Row<Number> = row(
    "factor",
    Number(0.0, 100.0, "the distance is in standard deviations"),
    Absent::Means(1.9),
    "Standard deviations below the mean that eject.",
);
const HOSTS: Row<Count> = row(
    "hosts",
    Count(2, 65_536, "an outlier needs at least 2 replicas to compare"),
    Absent::Means(5),
    "Replicas with enough calls that the comparison needs.",
);
const VOLUME: Row<Count> = row(
    "volume",
    Count(1, 1_000_000_000, "a rate needs at least 1 call"),
    Absent::Means(100),
    "Calls in an interval that count as enough.",
);

const RATE: &Block = &Block {
    name: "a success rate",
    doc: "Ejection of replicas whose success rate is an outlier.",
    keys: &[&[FACTOR.key(), HOSTS.key(), VOLUME.key()]],
};

const INTERVAL: Row<PositiveTime> = row(
    "interval",
    PositiveTime("an interval is longer than zero"),
    Absent::Means(Span::from_secs(10)),
    "Time between two probes.",
);
const TIMEOUT: Row<PositiveTime> = row(
    "timeout",
    PositiveTime("a probe needs time to be answered"),
    Absent::Means(Span::from_secs(1)),
    "A probe fails at a replica whose queue is older, that hangs or is down, and as often as its calls fail.",
);
const UNHEALTHY: Row<Count> = row(
    "unhealthy",
    Count(1, 1_000, "a decision needs at least 1 probe"),
    Absent::Means(3),
    "Consecutive failures that take a replica out.",
);
const HEALTHY: Row<Count> = row(
    "healthy",
    Count(1, 1_000, "a decision needs at least 1 probe"),
    Absent::Means(1),
    "Consecutive passes that bring it back.",
);
const RESTARTS: Row<TimeOrNone> = row(
    "restarts",
    TimeOrNone("a restart takes some time"),
    Absent::Nothing,
    "A liveness probe: a replica that is taken out is killed and is down for this long.",
);
const CHECK: &Block = &Block {
    name: "a health check",
    doc: "A periodic probe of every replica; it waits in the same queue as calls do.",
    keys: &[&[INTERVAL.key(), TIMEOUT.key(), UNHEALTHY.key(), HEALTHY.key(), RESTARTS.key()]],
};

/// The same for targets, which answer as a call does.
const TARGET_TIMEOUT: Row<PositiveTime> =
    Row { doc: "A probe fails without a good answer within this time.", ..TIMEOUT };

pub(crate) const TARGET_CHECK: &Block = &Block {
    name: "a health check of targets",
    doc: "A probe of every target, again and again: a call of the class \"probe\", with a token each way, that takes \
          the same way and waits in the same queues as others. What the target does for it is up to \"do\".",
    keys: &[&[
        key(
            "do",
            Shape::Text,
            Need::Default("health"),
            "The operation of a probe: it may have its own service, and calls made for it pass it on.",
        ),
        INTERVAL.key(),
        TARGET_TIMEOUT.key(),
        UNHEALTHY.key(),
        HEALTHY.key(),
    ]],
};

/// Envoy's panic threshold.
const PANIC: f64 = 0.5;

/// The kind of target whose health is tracked.
pub(crate) struct Of {
    /// One of them.
    pub(crate) what: &'static str,
    /// How many there are.
    pub(crate) count: Option<u32>,
    /// What a health check says.
    pub(crate) check: &'static Block,
}

impl Of {
    /// Replicas of a tier.
    pub(crate) fn replicas(count: Option<u32>) -> Of {
        Of { what: "replica", count, check: CHECK }
    }
}

pub(crate) fn read(diag: &mut Diagnostics, table: &Table<'_>, of: &Of) -> Care {
    let on = |name: &'static str| table.get(name).filter(|field| !field.is_off());
    let ejection = on("ejection").and_then(|field| ejection(diag, field));
    let check = on("health_check").and_then(|field| check(diag, field, of.check));
    let looks = ejection.is_some() || check.is_some();
    let panic = table.get("panic").and_then(|field| {
        let panic = PANIC_PART.of.read(diag, field)?;
        if !looks {
            let draft = field.warning(diag, "no rule takes a target out, so \"panic\" has no effect");
            diag.report(draft.hint("add \"ejection\" or \"health_check\", or leave \"panic\" out"));
        }
        Some(panic)
    });
    let usual = if looks { Ratio::new(PANIC).expect("a half") } else { Ratio::ZERO };
    let slow_start = table.value(diag, &SLOW_START);
    let care = Care { ejection, check, panic: panic.unwrap_or(usual), slow_start };
    if let (Some(field), true, Some(1)) = (on("ejection").or(on("health_check")), looks, of.count) {
        let message = format!("there is 1 {}: when it is taken out, none is left", of.what);
        diag.report(field.warning(diag, message).hint(format!("more {}s, or leave it out", of.what)));
    }
    care
}

fn ejection(diag: &mut Diagnostics, field: Field<'_>) -> Option<Ejection> {
    let usual = Ejection {
        consecutive: CONSECUTIVE.usual() as u32,
        interval: EJECTION_INTERVAL.usual(),
        base: BASE.usual(),
        max: MAX.usual(),
        success_rate: None,
    };
    if field.node.entries().is_none() {
        return field.flag(diag).map(|_| usual);
    }
    let table = Table::open(diag, field, EJECTION)?;
    let consecutive = table.value(diag, &CONSECUTIVE) as u32;
    let interval = table.read(diag, &EJECTION_INTERVAL);
    let base = table.value(diag, &BASE);
    let max = table.value(diag, &MAX);
    let rate = table.get("success_rate").filter(|field| !field.is_off());
    Some(Ejection {
        consecutive,
        interval: interval?,
        base,
        max,
        success_rate: rate.and_then(|field| success_rate(diag, field)),
    })
}

fn success_rate(diag: &mut Diagnostics, field: Field<'_>) -> Option<SuccessRate> {
    let usual =
        SuccessRate { factor: FACTOR.usual(), hosts: HOSTS.usual() as u32, volume: VOLUME.usual() as u32 };
    if field.node.entries().is_none() {
        return field.flag(diag).map(|_| usual);
    }
    let table = Table::open(diag, field, RATE)?;
    Some(SuccessRate {
        factor: table.value(diag, &FACTOR),
        hosts: table.value(diag, &HOSTS) as u32,
        volume: table.value(diag, &VOLUME) as u32,
    })
}

fn check(diag: &mut Diagnostics, field: Field<'_>, block: &'static Block) -> Option<HealthCheck> {
    let usual = HealthCheck {
        interval: INTERVAL.usual(),
        timeout: TIMEOUT.usual(),
        unhealthy: UNHEALTHY.usual() as u32,
        healthy: HEALTHY.usual() as u32,
        restarts: None,
    };
    if field.node.entries().is_none() {
        return field.flag(diag).map(|_| usual);
    }
    let table = Table::open(diag, field, block)?;
    let interval = table.read(diag, &INTERVAL);
    let timeout = table.read(diag, &TIMEOUT);
    let unhealthy = table.value(diag, &UNHEALTHY) as u32;
    let healthy = table.value(diag, &HEALTHY) as u32;
    if let (Some(interval), Some(timeout), Some(field)) = (interval, timeout, table.get("timeout"))
        && interval < timeout
    {
        let message = format!("the timeout of a probe is longer than the {interval} until the next one");
        diag.report(field.warning(diag, message).hint("a timeout of at most \"interval\""));
    }
    let restarts = block.key("restarts").and_then(|_| table.get("restarts"));
    let restarts = restarts.and_then(|field| RESTARTS.of.read(diag, field).flatten());
    Some(HealthCheck { interval: interval?, timeout: timeout?, unhealthy, healthy, restarts })
}
