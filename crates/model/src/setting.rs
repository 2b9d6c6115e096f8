//! What an override changes in mid-run: a part of the model that takes other values from an instant on, or until one.
//!
//! A patch names the fields that differ and nothing else, so that several may be in force at once. The later one in the
//! list counts where two set the same field, as the end of one that holds from the start and another do.

use crate::{
    Backoff, Balance, Cache, Call, Client, ComeBack, OnTimeout, Order, Queue, Reload, StatusSet, Workers,
};
use brownout_units::Span;
use serde::{Deserialize, Serialize};

/// The new value of a field; a field of its own, because that value may be none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct To<T> {
    /// The value.
    pub to: T,
}

macro_rules! patch {
    ($(#[$doc:meta])* $name:ident of $whole:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        pub struct $name { $($(#[$field_doc])* pub $field: Option<To<$type>>,)* }

        impl $name {
            /// The fields that differ.
            pub fn between(before: &$whole, after: &$whole) -> Self {
                $name {
                    $($field: (before.$field != after.$field).then(|| To { to: after.$field.clone() }),)*
                }
            }

            /// Sets the fields that it names.
            pub fn apply(&self, whole: &mut $whole) {
                $(if let Some(To { to }) = &self.$field { whole.$field = to.clone(); })*
            }

            /// Whether both set a field.
            fn clashes(&self, other: &Self) -> bool {
                $(self.$field.is_some() && other.$field.is_some())||*
            }
        }
    };
}

patch! {
    /// Of clients. What an attempt that is out began with stays: its timeout, its patience.
    ClientPatch of Client {
        /// As in [`Client`].
        timeout: Option<Span>,
        /// As in [`Client`].
        on_timeout: OnTimeout,
        /// As in [`Client`].
        retries: u8,
        /// As in [`Client`].
        retry_on: StatusSet,
        /// As in [`Client`].
        backoff: Backoff,
        /// As in [`Client`].
        give_up: Option<Span>,
        /// As in [`Client`].
        reload: Option<Reload>,
        /// As in [`Client`].
        come_back: Option<ComeBack>,
        /// As in [`Client`].
        persists: bool,
        /// As in [`Client`].
        obeys_retry_after: bool,
    }
}

patch! {
    /// Of a call to another tier. A try that is out keeps the timeout that it began with.
    CallPatch of Call {
        /// As in [`Call`].
        timeout: Option<Span>,
        /// As in [`Call`].
        on_timeout: OnTimeout,
        /// As in [`Call`].
        retries: u8,
        /// As in [`Call`].
        retry_on: StatusSet,
        /// As in [`Call`].
        backoff: Backoff,
        /// As in [`Call`].
        optional: bool,
        /// As in [`Call`].
        obeys_retry_after: bool,
    }
}

patch! {
    /// Of a queue. Calls that wait already keep their places; another order takes the next of them.
    QueuePatch of Queue {
        /// As in [`Queue`].
        limit: Option<u32>,
        /// As in [`Queue`].
        order: Order,
        /// As in [`Queue`].
        expire: Option<Span>,
    }
}

/// Which policies of a list decide from then on, by their places in it. One that does not goes on watching.
pub type Enforced = Vec<(u16, bool)>;

/// Of a station.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StationPatch {
    /// Its queues.
    pub queue: QueuePatch,
    /// Its calls, in their order, and the policies of each.
    pub calls: Vec<(CallPatch, Enforced)>,
    /// How many replicas: new ones boot, others drain.
    pub replicas: Option<u32>,
    /// Workers of a replica: one in use that is too many is lost when it is done.
    pub workers: Option<Workers>,
    /// Which replica takes a call.
    pub balance: Option<Balance>,
    /// The status of a call that finds the queue full.
    pub full: Option<u16>,
    /// Its cache, which keeps what it holds; none: no call looks there.
    pub cache: Option<To<Option<Cache>>>,
    /// The policies at its door.
    pub policies: Enforced,
}

/// What takes another value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Setting {
    /// How the clients of a load behave, and their policies.
    Client(Box<ClientPatch>, Enforced),
    /// A station.
    Station(Box<StationPatch>),
    /// The number of replicas of a tier with engines.
    Engines(u32),
    /// An autoscaler does nothing: it goes on observing.
    Paused(crate::ControllerId),
}

impl StationPatch {
    fn clashes(&self, other: &Self) -> bool {
        let calls = self.calls.iter().zip(&other.calls);
        let mut calls = calls.map(|(one, other)| one.0.clashes(&other.0) || share(&one.1, &other.1));
        self.queue.clashes(&other.queue)
            || self.replicas.is_some() && other.replicas.is_some()
            || self.workers.is_some() && other.workers.is_some()
            || self.balance.is_some() && other.balance.is_some()
            || self.full.is_some() && other.full.is_some()
            || self.cache.is_some() && other.cache.is_some()
            || share(&self.policies, &other.policies)
            || calls.any(|clash| clash)
    }
}

/// Whether both switch a policy.
fn share(one: &Enforced, other: &Enforced) -> bool {
    one.iter().any(|(at, _)| other.iter().any(|(also, _)| at == also))
}

impl Setting {
    /// Whether both say what becomes of the same part, where they are of the same place. A part is a field or a policy:
    /// two overrides of one at the same time leave open what it is.
    pub fn clashes(&self, other: &Self) -> bool {
        match (self, other) {
            (Setting::Client(one, policies), Setting::Client(other, others)) => {
                one.clashes(other) || share(policies, others)
            }
            (Setting::Station(one), Setting::Station(other)) => one.clashes(other),
            (Setting::Engines(_), Setting::Engines(_)) => true,
            (Setting::Paused(one), Setting::Paused(other)) => one == other,
            _ => false,
        }
    }

    /// Whether it sets the number of replicas of a tier.
    pub fn scales(&self) -> bool {
        match self {
            Setting::Station(patch) => patch.replicas.is_some(),
            Setting::Engines(_) => true,
            Setting::Client(..) | Setting::Paused(_) => false,
        }
    }
}
