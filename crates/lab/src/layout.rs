//! What the log of a model stands for.

use brownout_observe::{Books, Layout, Place};
use brownout_tiers::model::{Body, Model, TierKind};

/// The places and paths of a model, as the log numbers them.
pub fn layout(model: &Model) -> Layout {
    let name = |tier: brownout_tiers::model::TierId| model.tiers[tier.0 as usize].name.clone();
    let loads = model.loads.iter().map(|load| Place {
        name: load.name.clone(),
        kind: "load".to_owned(),
        calls: vec![name(load.entry)],
        books: Books::Load,
        replicas: 0,
        paths: (0..model.paths.len() as u8)
            .filter(|&p| model.paths[p as usize].class == load.class)
            .collect(),
    });
    let tiers = model.tiers.iter().map(|tier| Place {
        name: tier.name.clone(),
        kind: kind(tier.kind).to_owned(),
        calls: tier.callees().into_iter().map(name).collect(),
        books: match &tier.body {
            Body::Station(station) => Books::Station { holds: station.hold },
            Body::Balancer(_) | Body::Link(_) => Books::Relay,
        },
        replicas: match &tier.body {
            Body::Station(station) => station.replicas,
            Body::Balancer(_) | Body::Link(_) => 0,
        },
        paths: Vec::new(),
    });
    let paths = model.paths.iter().map(|path| {
        let class = &model.classes[path.class.0 as usize];
        let operation = &model.operations[path.operation.0 as usize];
        (class.name.clone(), operation.name.clone())
    });
    Layout {
        places: loads.chain(tiers).collect(),
        loads: model.loads.len(),
        paths: paths.collect(),
        window: model.window,
        warmup: model.warmup,
        duration: model.duration,
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
