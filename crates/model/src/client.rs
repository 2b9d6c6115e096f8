//! How a client behaves while it waits: timeouts, retries, impatience, coming back.

use crate::{Policy, TierId};
use brownout_dist::Law;
use brownout_units::{Ratio, Span};
use serde::{Deserialize, Serialize};

/// The habits of the clients of one load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Client {
    /// The timeout of one attempt; none: the client waits indefinitely.
    pub timeout: Option<Span>,
    /// The timeout of the first token of a streamed answer; none: that of the whole answer.
    pub first_token: Option<Span>,
    /// What happens to the work of an attempt that is given up.
    pub on_timeout: OnTimeout,
    /// How many further attempts may follow the first.
    pub retries: u8,
    /// Which answers are tried again; a timeout always is.
    pub retry_on: StatusSet,
    /// How long to wait before the next attempt.
    pub backoff: Backoff,
    /// The age at which the intent is given up, even if attempts are left.
    pub give_up: Option<Span>,
    /// The user who loses patience and presses reload before the timeout.
    pub reload: Option<Reload>,
    /// The user who, after a failure, leaves and comes back later with the same intent.
    pub come_back: Option<ComeBack>,
    /// After a failed intent the user goes on with the journey instead of leaving.
    pub persists: bool,
    /// Attempts carry a deadline, and tiers do not work for callers that have gone.
    pub tells_deadline: bool,
    /// A refusal that says when to come again is obeyed.
    pub obeys_retry_after: bool,
    /// When a second (hedged) attempt goes out beside a late one.
    pub hedge: Option<Hedge>,
    /// The fallback tier of an intent that has finally failed; it is tried once.
    pub fallback: Option<TierId>,
    /// Policies that hold attempts back.
    pub policies: Vec<Policy>,
}

/// A second try goes out beside one that is late; the first good answer wins, and the other one is cancelled.
///
/// Source: Dean and Barroso, "The Tail at Scale", 2013.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hedge {
    /// It is late after this time.
    After(Span),
    /// It is late when this fraction of recent answers was faster.
    Quantile(f64),
}

/// What happens to the work of an attempt whose caller has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnTimeout {
    /// It goes on and is counted as wasted: what most services do.
    Abandon,
    /// A cancellation follows it and frees its place in queues and workers.
    Cancel,
}

/// The wait before attempt n+1: `base · factorⁿ⁻¹`, at most `max`, spread by `jitter`; or drawn from a law.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Backoff {
    /// Before the first retry.
    pub base: Span,
    /// 1 is a fixed wait, 2 doubles it each time.
    pub factor: f64,
    /// The longest wait.
    pub max: Span,
    /// How the wait is spread.
    pub jitter: Jitter,
    /// A law in seconds, from which every wait is drawn instead; the other fields then say its mean.
    pub law: Option<Law>,
}

/// How a backoff `w` is spread over clients (AWS Builders' Library names).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Jitter {
    /// `w`
    None,
    /// Uniform in 0…w.
    Full,
    /// Uniform in w/2…w.
    Equal,
    /// Uniform in base…3 × the last wait, at most `max`; `factor` plays no part.
    Decorrelated,
}

/// A set of statuses: bit `n` stands for `brownout_protocol::Status` number `n`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusSet(pub u16);

impl StatusSet {
    /// The set of the one status with that HTTP code, if there is one.
    pub fn of_code(code: u16) -> Option<Self> {
        brownout_protocol::Status::from_code(code).map(|status| StatusSet(1 << status as u16))
    }

    /// The union of two sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        StatusSet(self.0 | other.0)
    }
}

/// The user presses reload: the attempt is dropped and a further one begins at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reload {
    /// Patience from the start of an attempt, in seconds.
    pub after: Law,
    /// The most reloads of one intent; they do not count as retries.
    pub times: u8,
}

/// After a failed intent the user leaves and comes back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComeBack {
    /// How likely, each time.
    pub chance: Ratio,
    /// After how long, in seconds.
    pub after: Law,
}
