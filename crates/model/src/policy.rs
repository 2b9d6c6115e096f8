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
    /// Its parameters, complete.
    pub args: Args,
    /// Which paths it applies to.
    pub paths: PathSet,
    /// Whether there is one instance, or one per class or client.
    pub per: Per,
    /// At a tier: there is one at each replica.
    pub each_replica: bool,
    /// Whether it decides from the start; one that does not only watches, until an override says otherwise.
    pub on: bool,
    /// The status of calls that it turns away or holds back.
    pub status: u16,
    /// The `Retry-After` of calls that it turns away; none: none is sent.
    pub retry_after: Option<Span>,
}

/// What a policy has one instance for.
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
    /// Asserts what does not depend on its kind.
    pub(crate) fn check(&self) {
        let name = &self.kind;
        let status = Status::from_code(self.status);
        assert!(status.is_some_and(|status| status != Status::Ok), "{name} says {}", self.status);
    }
}
