//! How a balancer looks after the health of what is behind it, in the words of Envoy and Kubernetes.

use crate::block::{Block, Key, Need, Shape, key};
use crate::problem::Diagnostics;
use crate::read::{Field, Table};
use crate::row::{Absent, Count, Number, Part, PositiveTime, Row, Time, TimeOrNone, Type as _, row};
use brownout_model::{Care, Ejection, HealthCheck, SuccessRate};
use brownout_units::{Ratio, Span};

const SLOW_START: Row<Time> = row(
    "slow_start",
    Time,
    Absent::Means(Span::ZERO),
    "How long a replica takes to get its whole share of calls once it serves.",
);
const PANIC_PART: Row<Part> = row(
    "panic",
    Part,
    Absent::Follows("50% where there are ejections or health checks"),
    "When a smaller part of the replicas is well, health is ignored; 0%: never.",
);
/// The keys of a tier.
pub(crate) const KEYS: &[Key] = &[
    key(
        "ejection",
        Shape::Any(&[Shape::Block(EJECTION), Shape::Flag]),
        Need::Optional,
        "Replicas whose calls fail take none for a while: Envoy's outlier detection; true: with its defaults.",
    ),
    key(
        "health_check",
        Shape::Any(&[Shape::Block(CHECK), Shape::Flag]),
        Need::Optional,
        "Every replica is probed again and again; true: with the defaults.",
    ),
    PANIC_PART.key(),
    SLOW_START.key(),
];

const TARGET_SLOW_START: Row<Time> = row(
    "slow_start",
    Time,
    Absent::Means(Span::ZERO),
    "How long a target that is back takes to get its whole share; until then the next priority gets the rest.",
);
/// The same for a balancer over tiers.
pub(crate) const TARGET_KEYS: &[Key] = &[
    key(
        "ejection",
        Shape::Any(&[Shape::Block(EJECTION), Shape::Flag]),
        Need::Optional,
        "Targets whose calls end with 500, 503, 504 or 529 take none for a while; true: with the defaults of Envoy.",
    ),
    key(
        "health_check",
        Shape::Any(&[Shape::Block(TARGET_CHECK), Shape::Flag]),
        Need::Optional,
        "Every target is probed again and again; true: with the defaults.",
    ),
    key(
        "panic",
        Shape::Ratio,
        Need::Default("50% where there are ejections or health checks"),
        "When a smaller part of a priority level is well, and all levels together cannot take the calls, health is \
         ignored there; 0%: never.",
    ),
    TARGET_SLOW_START.key(),
];

const CONSECUTIVE: Row<Count> = row(
    "consecutive",
    Count(1, 1_000_000, "at least 1 failure ejects"),
    Absent::Means(5),
    "So many failures in a row eject.",
);
const BASE: Row<PositiveTime> = row(
    "base",
    PositiveTime("an ejection lasts some time"),
    Absent::Means(Span::from_secs(30)),
    "How long the first ejection lasts; the n-th lasts n times as long, at most 300 s.",
);

const EJECTION_INTERVAL: Row<PositiveTime> = row(
    "interval",
    PositiveTime("it is looked at now and then"),
    Absent::Means(Span::from_secs(10)),
    "How often it is looked at who may come back.",
);
const MAX: Row<Part> = row(
    "max",
    Part,
    Absent::Means(Ratio::of_percent(10)),
    "At most this part of the replicas is out; one always may be.",
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
            Shape::Any(&[Shape::Block(RATE), Shape::Flag]),
            Need::Optional,
            "Ejects those whose success rate stands out, too.",
        ),
    ]],
};

const FACTOR: Row<Number> = row(
    "factor",
    Number(0.0, 100.0, "a distance from the mean"),
    Absent::Means(1.9),
    "Below the mean by more than so many standard deviations.",
);
const HOSTS: Row<Count> = row(
    "hosts",
    Count(2, 65_536, "nobody stands out alone"),
    Absent::Means(5),
    "Only where so many had enough calls.",
);
const VOLUME: Row<Count> = row(
    "volume",
    Count(1, 1_000_000_000, "a rate is of some calls"),
    Absent::Means(100),
    "So many calls in an interval are enough.",
);

const RATE: &Block = &Block {
    name: "a success rate",
    doc: "Whose success rate stands out.",
    keys: &[&[FACTOR.key(), HOSTS.key(), VOLUME.key()]],
};

const INTERVAL: Row<PositiveTime> = row(
    "interval",
    PositiveTime("a probe is made now and then"),
    Absent::Means(Span::from_secs(10)),
    "How often.",
);
const TIMEOUT: Row<PositiveTime> = row(
    "timeout",
    PositiveTime("a probe is waited for"),
    Absent::Means(Span::from_secs(1)),
    "A probe fails at a replica whose queue is older, that hangs or is down, and as often as its calls fail.",
);
const UNHEALTHY: Row<Count> = row(
    "unhealthy",
    Count(1, 1_000, "at least 1 probe decides"),
    Absent::Means(3),
    "So many failures in a row take it out.",
);
const HEALTHY: Row<Count> = row(
    "healthy",
    Count(1, 1_000, "at least 1 probe decides"),
    Absent::Means(1),
    "So many passes in a row bring it back.",
);
const RESTARTS: Row<TimeOrNone> = row(
    "restarts",
    TimeOrNone("a restart takes some time"),
    Absent::Nothing,
    "A replica that is taken out is killed, and down for so long: a liveness probe.",
);
const CHECK: &Block = &Block {
    name: "a health check",
    doc: "A probe of every replica, again and again; it waits in the same queue as everybody.",
    keys: &[&[INTERVAL.key(), TIMEOUT.key(), UNHEALTHY.key(), HEALTHY.key(), RESTARTS.key()]],
};

/// The same for targets, which answer as a call does.
const TARGET_TIMEOUT: Row<PositiveTime> =
    Row { doc: "A probe fails that is not answered well by then.", ..TIMEOUT };

pub(crate) const TARGET_CHECK: &Block = &Block {
    name: "a health check of targets",
    doc: "A probe of every target, again and again: a call of the class \"probe\", with a token each way, that takes \
          the same way and waits in the same queues as others. What the target does for it is up to \"do\".",
    keys: &[&[
        key(
            "do",
            Shape::Text,
            Need::Default("health"),
            "What it asks for: an operation with a service of its own, passed on by calls that are made for it.",
        ),
        INTERVAL.key(),
        TARGET_TIMEOUT.key(),
        UNHEALTHY.key(),
        HEALTHY.key(),
    ]],
};

/// Envoy's panic threshold.
const PANIC: f64 = 0.5;

/// What is looked after.
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
            let draft = field.warning(diag, "nobody is ever taken out, so there is nothing to panic about");
            diag.report(draft.hint("add \"ejection\" or \"health_check\", or leave \"panic\" out"));
        }
        Some(panic)
    });
    let usual = if looks { Ratio::new(PANIC).expect("a half") } else { Ratio::ZERO };
    let slow_start = table.value(diag, &SLOW_START);
    let care = Care { ejection, check, panic: panic.unwrap_or(usual), slow_start };
    if let (Some(field), true, Some(1)) = (on("ejection").or(on("health_check")), looks, of.count) {
        let message = format!("there is 1 {}: whenever it is taken out, nobody is left", of.what);
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
    let max = table.said(diag, &MAX).and_then(|max| {
        if let (true, Some(field)) = (1.0 <= max.fraction(), table.get("max")) {
            let draft = field.error(diag, "if all may be ejected, one bad minute takes the tier down");
            diag.report(
                draft.allowed("less than 100%").hint("Envoy ejects at most 10 %; 99% asks for trouble"),
            );
            return None;
        }
        Some(max)
    });
    let rate = table.get("success_rate").filter(|field| !field.is_off());
    Some(Ejection {
        consecutive,
        interval: interval?,
        base,
        max: max.unwrap_or(usual.max),
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
        let message = format!("a probe is waited for longer than the {interval} until the next one");
        diag.report(field.warning(diag, message).hint("a timeout of at most \"interval\""));
    }
    let restarts = block.key("restarts").and_then(|_| table.get("restarts"));
    let restarts = restarts.and_then(|field| RESTARTS.of.read(diag, field).flatten());
    Some(HealthCheck { interval: interval?, timeout: timeout?, unhealthy, healthy, restarts })
}
