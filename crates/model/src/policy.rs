//! A policy of a client, a call or a tier, as plain data.

use crate::{Args, PathSet};
use brownout_protocol::Status;
use brownout_units::Span;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// One policy where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// The name of its kind, such as `breaker`: what it does is looked up when nodes are built.
    pub kind: Cow<'static, str>,
    /// What is said of it; all that it needs.
    pub args: Args,
    /// Which paths it looks after.
    pub paths: PathSet,
    /// Of whom there is one each.
    pub per: Per,
    /// At a tier: there is one at each replica.
    pub each_replica: bool,
    /// What those are told that it turns away or holds back.
    pub status: u16,
    /// How long those are told to wait that it turns away; none: it does not say.
    pub retry_after: Option<Span>,
}

/// Of whom a policy has one each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// One for all.
    All,
    /// One for each class.
    Class,
    /// One for each client.
    Client,
}

impl Policy {
    /// Asserts what can be said without knowing what its kind does.
    pub(crate) fn check(&self) {
        let name = &self.kind;
        let status = Status::from_code(self.status);
        assert!(status.is_some_and(|status| status != Status::Ok), "{name} says {}", self.status);
    }
}
