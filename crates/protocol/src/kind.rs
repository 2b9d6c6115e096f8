//! What can happen: the kinds of records, and what their values mean.

use crate::Status;

/// What happened. The comment says what `value` holds; lengths are in nanoseconds, and where nothing is said it is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    // ---- at a load: what becomes of intents ----
    /// An intent begins, with its first attempt.
    Arrived,
    /// A further attempt begins. Its number.
    Retried,
    /// The user pressed reload: a further attempt begins. Its number.
    Reloaded,
    /// Answered within the SLO. Since the intent began.
    Succeeded,
    /// Answered, but later than the SLO. Since the intent began.
    SucceededLate,
    /// The intent failed with 401. Since it began; `call` is the node that decided it.
    FailedUnauthorized,
    /// … with 429.
    FailedTooManyRequests,
    /// … with 500.
    FailedError,
    /// … with 503.
    FailedUnavailable,
    /// … with 504.
    FailedGatewayTimeout,
    /// … with 529.
    FailedOverloaded,
    /// … because no attempt was answered in time.
    FailedTimeout,
    /// … because the user lost patience.
    FailedGaveUp,
    /// An attempt ended with 401. Since the attempt began; `call` is the node that decided it.
    AttemptUnauthorized,
    /// … with 429.
    AttemptTooManyRequests,
    /// … with 500.
    AttemptError,
    /// … with 503.
    AttemptUnavailable,
    /// … with 504.
    AttemptGatewayTimeout,
    /// … with 529.
    AttemptOverloaded,
    /// … by the client's timeout.
    AttemptTimeout,
    /// … because the user pressed reload or left.
    AttemptGaveUp,
    /// An answer came for an attempt that its client had given up. 1 if it was a success.
    AnsweredNobody,
    /// A user enters, for a first or a further journey.
    UserCame,
    /// A user leaves, for good or until the next journey.
    UserLeft,
    /// At the end of the run: an intent is still inside. Its age.
    IntentInside,

    // ---- at a tier: what becomes of calls ----
    /// Admitted; service starts without a wait.
    StartedAtOnce,
    /// Admitted; it waits. How many waited already.
    Queued,
    /// Service starts after a wait. How long the wait was.
    Started,
    /// Its worker was taken by a more important call; it waits again. How many waited already.
    Preempted,
    /// Service goes on after a preemption. How long that wait was.
    Resumed,
    /// Left the queue without service. How long it waited.
    LeftQueue,
    /// Service was broken off. Since admission.
    Aborted,
    /// Service is over, calls to others follow. Since admission.
    Finished,
    /// Service is over and it was answered at once. Since admission.
    Completed,
    /// Answered after the calls it made. Since admission.
    Answered,
    /// Inside, it was answered with 401. Since admission; `call` is the node that decided it.
    EndedUnauthorized,
    /// … with 429.
    EndedTooManyRequests,
    /// … with 500.
    EndedError,
    /// … with 503.
    EndedUnavailable,
    /// … with 504.
    EndedGatewayTimeout,
    /// … with 529.
    EndedOverloaded,
    /// … with 499: its caller hung up while it waited.
    EndedGaveUp,
    /// Its caller cancelled it. Since admission.
    Cancelled,
    /// Turned away with 429 at the door. How many waited.
    RefusedTooManyRequests,
    /// Turned away with 503. How many waited.
    RefusedUnavailable,
    /// Turned away with 529. How many waited.
    RefusedOverloaded,
    /// Service time given to a call whose caller had left. That time.
    Wasted,
    /// A call made to another tier was not answered in time. How long it was waited for.
    CallTimedOut,
    /// A call to another tier is tried again. The number of the try.
    CallRetried,
    /// The cache had it.
    Hit,
    /// The cache did not have it.
    Missed,
    /// The cache did not have it, and another call is fetching it already.
    Joined,
    /// At the end of the run: a call is still inside. Since admission.
    CallInside,
    /// At the end of the run: it waits. Since that wait began.
    StillWaiting,
    /// At the end of the run: how long its workers were in service, all together, since the last such line.
    Served,

    // ---- gauges, taken at the end of every window ----
    /// How many wait.
    QueueLength,
    /// How long the longest-waiting head of a queue has waited.
    HeadAge,
    /// Busy workers.
    Busy,
    /// Workers that could be busy; `u64::MAX` if there is no limit.
    Capacity,
    /// Calls inside, or users inside at a load.
    Inside,
    /// Work done since the last sample where calls share processors, in nanoseconds of one processor.
    Worked,
    /// Replicas that serve, where their number can change.
    Ready,
    /// Replicas that are there, serving or not, since the last sample, in nanoseconds of one.
    Paid,

    // ---- at a tier: what becomes of replicas; `call` is the replica ----
    /// It was ordered. How many there should be.
    ReplicaOrdered,
    /// It serves from now on. Since it was ordered.
    ReplicaReady,
    /// It takes no new calls. How many it has.
    ReplicaDraining,
    /// It is gone. Since it was ordered.
    ReplicaGone,

    // ---- 400, for what no replica could ever serve; numbered after the others, which keep their fingerprints ----
    /// The intent failed with 400.
    FailedBadRequest,
    /// An attempt ended with 400.
    AttemptBadRequest,
    /// Inside, a call was answered with 400.
    EndedBadRequest,
    /// Turned away at the door with 400. How many waited.
    RefusedBadRequest,

    // ---- at a tier of language model replicas, and at the clients of one ----
    /// The first token is out. At a tier since admission, at a load since the intent began.
    FirstToken,
    /// The last token is out. The mean time from one token to the next.
    TokenTime,
    /// Tokens came one after another with the same gap. The gap; `call` is how many.
    TokenGaps,
    /// A request was admitted for the first time. Tokens of its prompt.
    Prompted,
    /// … of which so many came from the prefix cache.
    PrefixHit,
    /// A request is finished, within the promises for its first token and the others. Output tokens.
    Generated,
    /// … or not within them. Output tokens.
    GeneratedLate,
    /// Tokens that nobody wanted any more: its client had left, or the replica died. How many.
    WastedTokens,
    /// A request is admitted and gets a lite answer, since there is too much to do.
    Lite,
    /// A pass over a request is done and another follows, on this replica or another one; it waits again. How many
    /// waited already.
    PassDone,
    /// A gauge: output tokens since the last sample.
    OutputTokens,
    /// A gauge: prompt tokens computed since the last sample.
    PromptTokens,
    /// A gauge: blocks of the KV cache in use.
    KvUsed,
    /// A gauge: blocks of the KV cache that there are.
    KvBlocks,
    /// A gauge: how long replicas computed since the last sample, all together.
    Computed,

    // ---- faults ----
    /// A fault that no clock has set off begins; `call` is its place in the model. Where it hits only one replica, that
    /// one's number and 1.
    FaultBegan,
    /// … ends.
    FaultEnded,

    // ---- policies; at the end, so that the numbers and with them the fingerprints of runs without any stay ----
    /// At a load: its policies held a first attempt back, which fails at once. Its number.
    Withheld,
    /// At a load: its policies held a retry back, and the intent fails. The number it would have had.
    RetryWithheld,
    /// At a tier: the policies of a call to another tier held its first try back.
    CallWithheld,
    /// At a tier: the policies of a call to another tier held a further try back. The number it would have had.
    CallRetryWithheld,
    /// At a tier: a policy turns a call away; a line that says with which status follows. `call` is its place among
    /// the policies of the tier.
    TurnedAway,

    // ---- the health of replicas ----
    /// A balancer takes a replica out; `call` is the replica. 1 if a probe has failed, 0 if its calls have.
    Ejected,
    /// So few replicas are well that a balancer ignores it; `call` is how many. 0 if it heeds it again.
    Panicked,
    /// Somebody acted on the service from outside: the operator, or whoever leases capacity for it. Who, and
    /// which action: a [`Deed`](crate::Deed).
    Intervened,

    // ---- more of policies ----
    /// Turned away with 504: its deadline has passed. How many waited.
    RefusedGatewayTimeout,
    /// At a load: the intent goes to its fallback: a further attempt begins. Its number.
    FellBack,
    /// At a tier: a call to another tier goes to its fallback instead. The number of the try.
    CallFellBack,
    /// At a tier: a fetch failed, and what has expired is answered.
    AnsweredStale,
    /// At a load: a further attempt begins beside one that is late. How late.
    Hedged,
    /// At a load: of two attempts the other one was answered, or the client gave both up. Since this one began.
    HedgeLost,
    /// At the end of the run, at a load: the second of two attempts is still out.
    HedgeInside,
    /// At a tier: a further try of a call to another tier goes out beside one that is late. How late.
    CallHedged,

    // ---- zones ----
    /// At a tier: a call leaves the zone of its caller. That zone's number.
    Crossed,

    // ---- capacity of other clouds ----
    /// A gauge: replicas of other clouds that are there, serving or not, since the last sample, in nanoseconds of one.
    Leased,
    /// A gauge: what they cost since the last sample, in billionths of a US dollar.
    LeaseSpent,
    /// At a tier: a call finds the accept queue full and is dropped without a word. How many waited.
    Dropped,
}

impl Kind {
    /// How many there are.
    pub const COUNT: usize = Kind::Dropped as usize + 1;

    const FAILED: [Kind; Status::COUNT] = [
        Kind::Succeeded,
        Kind::FailedUnauthorized,
        Kind::FailedTooManyRequests,
        Kind::FailedError,
        Kind::FailedUnavailable,
        Kind::FailedGatewayTimeout,
        Kind::FailedOverloaded,
        Kind::FailedTimeout,
        Kind::FailedGaveUp,
        Kind::FailedBadRequest,
    ];

    const ATTEMPT: [Kind; Status::COUNT] = [
        Kind::Succeeded,
        Kind::AttemptUnauthorized,
        Kind::AttemptTooManyRequests,
        Kind::AttemptError,
        Kind::AttemptUnavailable,
        Kind::AttemptGatewayTimeout,
        Kind::AttemptOverloaded,
        Kind::AttemptTimeout,
        Kind::AttemptGaveUp,
        Kind::AttemptBadRequest,
    ];

    const ENDED: [Kind; Status::COUNT] = [
        Kind::Answered,
        Kind::EndedUnauthorized,
        Kind::EndedTooManyRequests,
        Kind::EndedError,
        Kind::EndedUnavailable,
        Kind::EndedGatewayTimeout,
        Kind::EndedOverloaded,
        Kind::EndedGatewayTimeout,
        Kind::EndedGaveUp,
        Kind::EndedBadRequest,
    ];

    /// An intent that failed so.
    ///
    /// # Panics
    /// If `status` is a success.
    pub const fn failed(status: Status) -> Kind {
        assert!(!matches!(status, Status::Ok), "a success is no failure");
        Self::FAILED[status as usize]
    }

    /// An attempt that failed so.
    ///
    /// # Panics
    /// If `status` is a success.
    pub fn attempt(status: Status) -> Kind {
        assert!(status != Status::Ok, "a success is no failure");
        Self::ATTEMPT[status as usize]
    }

    /// Whether it is an intent that failed.
    #[inline(always)]
    pub const fn is_failed(self) -> bool {
        let number = self as u8;
        Kind::FailedUnauthorized as u8 <= number && number <= Kind::FailedGaveUp as u8
            || number == Kind::FailedBadRequest as u8
    }

    /// A call that ended so inside a tier.
    pub fn ended(status: Status) -> Kind {
        Self::ENDED[status as usize]
    }

    /// A call turned away at the door with that status; statuses that no door gives count as 503.
    pub fn refused(status: Status) -> Kind {
        match status {
            Status::TooManyRequests => Kind::RefusedTooManyRequests,
            Status::Overloaded => Kind::RefusedOverloaded,
            Status::BadRequest => Kind::RefusedBadRequest,
            Status::GatewayTimeout => Kind::RefusedGatewayTimeout,
            _ => Kind::RefusedUnavailable,
        }
    }
}
