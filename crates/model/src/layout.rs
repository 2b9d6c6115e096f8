//! The layout of the log of a model.

use crate::{Body, Model, TierId, TierKind};
use brownout_protocol::{Books, Layout, Place};

/// The places and paths of a model, as the log numbers them.
pub fn layout(model: &Model) -> Layout {
    let name = |tier: TierId| model.tiers[tier.0 as usize].name.clone();
    let loads = model.loads.iter().map(|load| Place {
        name: load.name.clone(),
        kind: "load".to_owned(),
        calls: vec![name(load.entry)],
        books: Books::Load,
        replicas: 0,
        zones: 0,
        paths: (0..model.paths.len() as u8)
            .filter(|&p| model.paths[p as usize].class == load.class)
            .collect(),
        tokens: load.streams(model).any(|streams| streams),
        accelerators: 0,
        micro_dollars_per_hour: 0,
        micro_dollars_per_million: 0,
    });
    let tiers = model.tiers.iter().map(|tier| Place {
        name: tier.name.clone(),
        kind: kind(tier.kind).to_owned(),
        calls: tier.callees().into_iter().map(name).collect(),
        books: match &tier.body {
            Body::Station(station) => Books::Station { holds: station.hold },
            Body::Engines(_) => Books::Station { holds: false },
            Body::Balancer(_) | Body::Link(_) => Books::Relay,
        },
        replicas: match &tier.body {
            Body::Station(station) => station.replicas,
            Body::Engines(engines) => {
                engines.replicas + engines.prefill.as_ref().map_or(0, |prefill| prefill.replicas)
            }
            Body::Balancer(_) | Body::Link(_) => 0,
        },
        zones: tier.fleet().map_or(0, |fleet| fleet.spread.zone_count() as u32),
        paths: Vec::new(),
        tokens: matches!(tier.body, Body::Engines(_)),
        accelerators: price(&tier.body).0,
        micro_dollars_per_hour: price(&tier.body).1,
        micro_dollars_per_million: match &tier.body {
            Body::Station(station) => micro(station.dollars_per_million),
            Body::Engines(_) | Body::Balancer(_) | Body::Link(_) => 0,
        },
    });
    let paths = model.paths.iter().map(|path| {
        let class = &model.classes[path.class.0 as usize];
        let operation = &model.operations[path.operation.0 as usize];
        (class.name.clone(), operation.name.clone())
    });
    let penalties = model.paths.iter().map(|path| micro(model.operations[path.operation.0 as usize].penalty));
    Layout {
        places: loads.chain(tiers).collect(),
        loads: model.loads.len(),
        paths: paths.collect(),
        penalties: penalties.collect(),
        window: model.window,
        warmup: model.warmup,
        duration: model.duration,
    }
}

fn micro(dollars: f64) -> u64 {
    (dollars * 1e6).round() as u64
}

/// Accelerators of a replica, and what one of them (or a replica without any) costs an hour, in millionths of a dollar.
fn price(body: &Body) -> (u32, u64) {
    match body {
        Body::Engines(engines) => (engines.accelerators, micro(engines.dollars_per_hour)),
        Body::Station(station) => (0, micro(station.dollars_per_hour)),
        Body::Balancer(_) | Body::Link(_) => (0, 0),
    }
}

/// What a kind of tier is called in a file.
fn kind(kind: TierKind) -> &'static str {
    match kind {
        TierKind::Gateway => "gateway",
        TierKind::Auth => "auth",
        TierKind::SessionStore => "session-store",
        TierKind::Service => "service",
        TierKind::Database => "database",
        TierKind::Cache => "cache",
        TierKind::Queue => "queue",
        TierKind::Balancer => "balancer",
        TierKind::Link => "link",
        TierKind::Inference => "inference",
    }
}
