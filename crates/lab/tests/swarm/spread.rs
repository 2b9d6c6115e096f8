//! Random zones, subsets and old counts, laid over a random model, and faults of one zone.

use crate::dice::Dice;
use brownout_model::*;
use brownout_units::Span;

/// Half of the models from this seed on have some; those before are as they were.
pub(crate) const FROM: u64 = 100;

pub(crate) fn lay(dice: &mut Dice, model: &mut Model) {
    for tier in &mut model.tiers {
        match &mut tier.body {
            Body::Station(station) => station.fleet.spread = spread(dice),
            Body::Engines(engines) => engines.fleet.spread = spread(dice),
            Body::Balancer(_) | Body::Link(_) => {}
        }
    }
    for change in model.changes.iter_mut().filter(|change| change.is_fault()) {
        let tier = change.tier().expect("faults happen to tiers");
        let zones = model.tiers[tier.0 as usize].fleet().map_or(0, |fleet| fleet.spread.zone_count());
        change.target.zone = (0 < zones && dice.one_in(2)).then(|| dice.below(zones as u64) as u8);
    }
}

fn spread(dice: &mut Dice) -> Spread {
    Spread {
        refresh: if dice.one_in(2) { Span::ZERO } else { dice.span(200) },
        subset: dice.maybe(3, |d| Subset {
            size: d.between(1, 4) as u32,
            kind: [SubsetKind::Deterministic, SubsetKind::Shuffled, SubsetKind::Fixed][d.below(3) as usize],
            per: if d.one_in(2) { SubsetPer::Client } else { SubsetPer::Class },
        }),
        zones: if dice.one_in(3) { None } else { Some(zones(dice)) },
    }
}

fn zones(dice: &mut Dice) -> Zones {
    // Not all tiers have the same zones, and more zones than replicas leave some of them empty.
    let names = ["a", "b", "c", "d"];
    let (from, count) = (dice.below(2) as usize, dice.between(1, 3) as usize);
    Zones {
        names: names[from..from + count].iter().map(|&name| name.to_owned()).collect(),
        routing: [ZoneRouting::Anywhere, ZoneRouting::Local, ZoneRouting::SpillOver][dice.below(3) as usize],
        latency: if dice.one_in(3) { Span::ZERO } else { dice.span(60) },
    }
}
