//! Checks the policies of a model against the table: the model holds names, the table their behaviour.

use super::{PolicyKind, Side, find};
use brownout_model::{Body, Model, Policy};

/// The kind that a policy of a model names.
///
/// # Panics
/// If there is none of that name ([`check`]).
pub fn kind_of(policy: &Policy) -> &'static PolicyKind {
    find(&policy.kind).unwrap_or_else(|| panic!("no policy is called \"{}\"", policy.kind))
}

/// Asserts that every policy of a model can be made and stands on its side.
///
/// # Panics
/// If one does not: the scenario should have been refused.
pub fn check(model: &Model) {
    for load in &model.loads {
        each(&load.client.policies, Side::Outlet);
    }
    for tier in &model.tiers {
        match &tier.body {
            Body::Station(station) => {
                each(&station.policies, Side::Inlet);
                station.calls.iter().for_each(|call| each(&call.policies, Side::Outlet));
            }
            Body::Engines(engines) => {
                each(&engines.policies, Side::Inlet);
                for policy in &engines.policies {
                    let drops = kind_of(policy).drops_waiting(&policy.args);
                    assert!(!drops, "{} cannot drop what an engine has taken", tier.name);
                }
            }
            Body::Balancer(_) | Body::Link(_) => {}
        }
    }
}

fn each(policies: &[Policy], side: Side) {
    for policy in policies {
        let kind = kind_of(policy);
        assert!(kind.side() == side, "{} stands on the wrong side", kind.name);
        if let Err(mistake) = kind.check(&policy.args) {
            panic!("{}: {}", kind.name, mistake.message);
        }
    }
}
