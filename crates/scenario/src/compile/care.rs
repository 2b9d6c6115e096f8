//! How a balancer looks after the health of what is behind it, in the words of Envoy and Kubernetes.

use crate::block::{Block, Key, Need, Shape, key};
use crate::problem::Desk;
use crate::read::{Field, Table};
use brownout_tiers::model::{Care, Ejection, HealthCheck, SuccessRate};
use brownout_units::{Ratio, Span};

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
    key(
        "panic",
        Shape::Ratio,
        Need::Default("50% where there are ejections or health checks"),
        "When a smaller part of the replicas is well, health is ignored; 0%: never.",
    ),
    key(
        "slow_start",
        Shape::Span,
        Need::Default("0s"),
        "How long a replica takes to get its whole share of calls once it serves.",
    ),
];

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
    key(
        "slow_start",
        Shape::Span,
        Need::Default("0s"),
        "How long a target that is back takes to get its whole share; until then the next priority gets the rest.",
    ),
];

const EJECTION: &Block = &Block {
    name: "an ejection",
    doc: "Envoy's outlier detection.",
    keys: &[&[
        key(
            "consecutive",
            Shape::Count(1, 1_000_000),
            Need::Default("5"),
            "So many failures in a row eject.",
        ),
        key("interval", Shape::Span, Need::Default("10s"), "How often it is looked at who may come back."),
        key(
            "base",
            Shape::Span,
            Need::Default("30s"),
            "How long the first ejection lasts; the n-th lasts n times as long, at most 300 s.",
        ),
        key(
            "max",
            Shape::Ratio,
            Need::Default("10%"),
            "At most this part of the replicas is out; one always may be.",
        ),
        key(
            "success_rate",
            Shape::Any(&[Shape::Block(RATE), Shape::Flag]),
            Need::Optional,
            "Ejects those whose success rate stands out, too.",
        ),
    ]],
};

const RATE: &Block = &Block {
    name: "a success rate",
    doc: "Whose success rate stands out.",
    keys: &[&[
        key(
            "factor",
            Shape::Number(0.0, 100.0),
            Need::Default("1.9"),
            "Below the mean by more than so many standard deviations.",
        ),
        key("hosts", Shape::Count(2, 65_536), Need::Default("5"), "Only where so many had enough calls."),
        key(
            "volume",
            Shape::Count(1, 1_000_000_000),
            Need::Default("100"),
            "So many calls in an interval are enough.",
        ),
    ]],
};

const CHECK: &Block = &Block {
    name: "a health check",
    doc: "A probe of every replica, again and again; it waits in the same queue as everybody.",
    keys: &[&[
        key("interval", Shape::Span, Need::Default("10s"), "How often."),
        key(
            "timeout",
            Shape::Span,
            Need::Default("1s"),
            "A probe fails at a replica whose queue is older, that hangs or is down, and as often as its calls fail.",
        ),
        key(
            "unhealthy",
            Shape::Count(1, 1_000),
            Need::Default("3"),
            "So many failures in a row take it out.",
        ),
        key("healthy", Shape::Count(1, 1_000), Need::Default("1"), "So many passes in a row bring it back."),
        key(
            "restarts",
            Shape::Span,
            Need::Optional,
            "A replica that is taken out is killed, and down for so long: a liveness probe.",
        ),
    ]],
};

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
        key("interval", Shape::Span, Need::Default("10s"), "How often."),
        key("timeout", Shape::Span, Need::Default("1s"), "A probe fails that is not answered well by then."),
        key(
            "unhealthy",
            Shape::Count(1, 1_000),
            Need::Default("3"),
            "So many failures in a row take it out.",
        ),
        key("healthy", Shape::Count(1, 1_000), Need::Default("1"), "So many passes in a row bring it back."),
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

pub(crate) fn read(desk: &mut Desk, table: &Table<'_>, of: &Of) -> Care {
    let on = |name: &'static str| table.get(name).filter(|field| !field.is_off());
    let ejection = on("ejection").and_then(|field| ejection(desk, field));
    let check = on("health_check").and_then(|field| check(desk, field, of.check));
    let looks = ejection.is_some() || check.is_some();
    let panic = table.get("panic").and_then(|field| {
        let panic = field.chance(desk)?;
        if !looks {
            let draft = field.warning(desk, "nobody is ever taken out, so there is nothing to panic about");
            desk.report(draft.hint("add \"ejection\" or \"health_check\", or leave \"panic\" out"));
        }
        Some(panic)
    });
    let usual = if looks { Ratio::new(PANIC).expect("a half") } else { Ratio::ZERO };
    let slow_start = table.get("slow_start").and_then(|field| field.span(desk)).unwrap_or(Span::ZERO);
    let care = Care { ejection, check, panic: panic.unwrap_or(usual), slow_start };
    if let (Some(field), true, Some(1)) = (on("ejection").or(on("health_check")), looks, of.count) {
        let message = format!("there is 1 {}: whenever it is taken out, nobody is left", of.what);
        desk.report(field.warning(desk, message).hint(format!("more {}s, or leave it out", of.what)));
    }
    care
}

fn ejection(desk: &mut Desk, field: Field<'_>) -> Option<Ejection> {
    let usual = Ejection {
        consecutive: 5,
        interval: Span::from_secs(10),
        base: Span::from_secs(30),
        max: Ratio::new(0.1).expect("a tenth"),
        success_rate: None,
    };
    if field.node.entries().is_none() {
        return field.flag(desk).map(|_| usual);
    }
    let table = Table::open(desk, field, EJECTION)?;
    let why = "at least 1 failure ejects";
    let consecutive = table.get("consecutive").and_then(|field| field.count(desk, 1, 1_000_000, why));
    let interval = table.get("interval").map(|f| f.span_positive(desk, "it is looked at now and then"));
    let base = table.get("base").and_then(|field| field.span_positive(desk, "an ejection lasts some time"));
    let max = table.get("max").and_then(|field| {
        let max = field.chance(desk)?;
        if 1.0 <= max.fraction() {
            let draft = field.error(desk, "if all may be ejected, one bad minute takes the tier down");
            desk.report(
                draft.allowed("less than 100%").hint("Envoy ejects at most 10 %; 99% asks for trouble"),
            );
            return None;
        }
        Some(max)
    });
    let rate = table.get("success_rate").filter(|field| !field.is_off());
    Some(Ejection {
        consecutive: consecutive.map_or(usual.consecutive, |count| count as u32),
        interval: interval.unwrap_or(Some(usual.interval))?,
        base: base.unwrap_or(usual.base),
        max: max.unwrap_or(usual.max),
        success_rate: rate.and_then(|field| success_rate(desk, field)),
    })
}

fn success_rate(desk: &mut Desk, field: Field<'_>) -> Option<SuccessRate> {
    let usual = SuccessRate { factor: 1.9, hosts: 5, volume: 100 };
    if field.node.entries().is_none() {
        return field.flag(desk).map(|_| usual);
    }
    let table = Table::open(desk, field, RATE)?;
    let why = "a distance from the mean";
    let factor = table.get("factor").and_then(|field| field.number(desk, 0.0, 100.0, why));
    let why = "nobody stands out alone";
    let hosts = table.get("hosts").and_then(|field| field.count(desk, 2, 65_536, why));
    let why = "a rate is of some calls";
    let volume = table.get("volume").and_then(|field| field.count(desk, 1, 1_000_000_000, why));
    Some(SuccessRate {
        factor: factor.unwrap_or(usual.factor),
        hosts: hosts.map_or(usual.hosts, |hosts| hosts as u32),
        volume: volume.map_or(usual.volume, |volume| volume as u32),
    })
}

fn check(desk: &mut Desk, field: Field<'_>, block: &'static Block) -> Option<HealthCheck> {
    let seconds = Span::from_secs;
    let usual =
        HealthCheck { interval: seconds(10), timeout: seconds(1), unhealthy: 3, healthy: 1, restarts: None };
    if field.node.entries().is_none() {
        return field.flag(desk).map(|_| usual);
    }
    let table = Table::open(desk, field, block)?;
    let mut span = |name: &'static str, why: &str, usual: Span| match table.get(name) {
        Some(field) => field.span_positive(desk, why),
        None => Some(usual),
    };
    let interval = span("interval", "a probe is made now and then", usual.interval);
    let timeout = span("timeout", "a probe is waited for", usual.timeout);
    let mut count = |name: &'static str, usual: u32| {
        let count = table.get(name).and_then(|field| field.count(desk, 1, 1_000, "at least 1 probe decides"));
        count.map_or(usual, |count| count as u32)
    };
    let (unhealthy, healthy) = (count("unhealthy", usual.unhealthy), count("healthy", usual.healthy));
    if let (Some(interval), Some(timeout), Some(field)) = (interval, timeout, table.get("timeout"))
        && interval < timeout
    {
        let message = format!("a probe is waited for longer than the {interval} until the next one");
        desk.report(field.warning(desk, message).hint("a timeout of at most \"interval\""));
    }
    let restarts = block.key("restarts").and_then(|_| table.get("restarts"));
    let restarts = restarts.and_then(|f| f.span_or_none(desk, "a restart takes some time"));
    Some(HealthCheck { interval: interval?, timeout: timeout?, unhealthy, healthy, restarts })
}
