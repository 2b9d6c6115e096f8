//! Whoever lives in a service, as the run's loop sees them.
//!
//! Loads and tiers get nearly all messages of a run, and are called directly; everybody else stays behind a box, so
//! that a new kind of node is still a new file. M/M/32 takes a fortieth less than with a box for all.

use super::load::Load;
use super::tier::Tier;
use brownout_kernel::{Cx, Node, NodeId};
use brownout_protocol::{Msg, Service, Wake};

/// A node of a service.
pub struct Resident(Kind);

enum Kind {
    Load(Box<Load>),
    Tier(Box<Tier>),
    Other(Box<dyn Node<Service>>),
}

impl From<Load> for Resident {
    fn from(load: Load) -> Self {
        Resident(Kind::Load(Box::new(load)))
    }
}

impl From<Tier> for Resident {
    fn from(tier: Tier) -> Self {
        Resident(Kind::Tier(Box::new(tier)))
    }
}

impl From<Box<dyn Node<Service>>> for Resident {
    fn from(other: Box<dyn Node<Service>>) -> Self {
        Resident(Kind::Other(other))
    }
}

impl Node<Service> for Resident {
    #[inline(always)]
    fn on(&mut self, msg: &Msg, cx: &mut Cx<'_, Service>) {
        match &mut self.0 {
            Kind::Load(load) => load.on(msg, cx),
            Kind::Tier(tier) => tier.on(msg, cx),
            Kind::Other(other) => other.on(msg, cx),
        }
    }

    #[inline(always)]
    fn wake(&mut self, wake: Wake, cx: &mut Cx<'_, Service>) {
        match &mut self.0 {
            Kind::Load(load) => load.wake(wake, cx),
            Kind::Tier(tier) => tier.wake(wake, cx),
            Kind::Other(other) => other.wake(wake, cx),
        }
    }

    #[inline(always)]
    fn foresee(&self, wake: Wake) {
        match &self.0 {
            Kind::Load(load) => load.foresee(wake),
            Kind::Tier(tier) => tier.foresee(wake),
            Kind::Other(_) => {}
        }
    }

    #[inline(always)]
    fn leads_to(&self, wake: Wake) -> Option<(NodeId, Wake)> {
        if let Kind::Tier(tier) = &self.0 { tier.leads_to(wake) } else { None }
    }

    fn sample(&mut self, cx: &mut Cx<'_, Service>) {
        match &mut self.0 {
            Kind::Load(load) => load.sample(cx),
            Kind::Tier(tier) => tier.sample(cx),
            Kind::Other(other) => other.sample(cx),
        }
    }

    fn finish(&mut self, cx: &mut Cx<'_, Service>) {
        match &mut self.0 {
            Kind::Load(load) => load.finish(cx),
            Kind::Tier(tier) => tier.finish(cx),
            Kind::Other(other) => other.finish(cx),
        }
    }
}
