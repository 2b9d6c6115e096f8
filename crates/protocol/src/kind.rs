//! What can happen: the kinds of records, and what their values mean.

use crate::Status;
use serde::{Deserialize, Serialize};

/// What happened.
///
/// The numbers of events are part of every fingerprint: a new event takes the next free one, wherever it stands here.
/// Numbers below [`Kind::EVENTS_FROM`] are of lines that are written because a window or the run ends, or only to
/// explain an event; no fingerprint depends on these. The comment says what `value` holds; lengths are in nanoseconds,
/// and where nothing is said it is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Kind {
    // ---- at a load: what becomes of intents ----
    /// An intent begins, with its first attempt.
    Arrived = 32,
    /// A further attempt begins. Its number.
    Retried = 33,
    /// The user pressed reload: a further attempt begins. Its number.
    Reloaded = 34,
    /// The intent goes to its fallback: a further attempt begins. Its number.
    FellBack = 35,
    /// A further attempt begins beside one that is late. How late.
    Hedged = 36,
    /// Of two attempts the other one was answered, or the client gave both up. Since this one began.
    HedgeLost = 37,
    /// The policies of the load held a first attempt back, which fails at once. Its number.
    Withheld = 38,
    /// The policies of the load held a retry back, and the intent fails. The number it would have had.
    RetryWithheld = 39,
    /// Answered within the SLO. Since the intent began.
    Succeeded = 40,
    /// Answered, but later than the SLO. Since the intent began.
    SucceededLate = 41,
    /// The intent failed with 401. Since it began; `call` is the node that decided it.
    FailedUnauthorized = 42,
    /// … with 429.
    FailedTooManyRequests = 43,
    /// … with 500.
    FailedError = 44,
    /// … with 503.
    FailedUnavailable = 45,
    /// … with 504.
    FailedGatewayTimeout = 46,
    /// … with 400, for what no replica could ever serve.
    FailedBadRequest = 47,
    /// … with 529.
    FailedOverloaded = 48,
    /// … because no attempt was answered in time.
    FailedTimeout = 49,
    /// … because the user lost patience.
    FailedGaveUp = 50,
    /// An attempt ended with 401. Since the attempt began; `call` is the node that decided it.
    AttemptUnauthorized = 51,
    /// … with 429.
    AttemptTooManyRequests = 52,
    /// … with 500.
    AttemptError = 53,
    /// … with 503.
    AttemptUnavailable = 54,
    /// … with 504.
    AttemptGatewayTimeout = 55,
    /// … with 400.
    AttemptBadRequest = 56,
    /// … with 529.
    AttemptOverloaded = 57,
    /// … by the client's timeout.
    AttemptTimeout = 58,
    /// … because the user pressed reload or left.
    AttemptGaveUp = 59,
    /// An answer came for an attempt that its client had abandoned. 1 if it was a success.
    AnsweredAbandoned = 60,
    /// A user enters, for a first or a further journey.
    UserCame = 61,
    /// A user leaves, for good or until the next journey.
    UserLeft = 62,
    /// A user would arrive while all that the load has are busy, and does not.
    ArrivalDropped = 117,
    /// At the end of the run: an intent is still inside. Its age.
    IntentInside = 15,
    /// At the end of the run: the second of two attempts is still out.
    HedgeInside = 16,

    // ---- at a load: users without service; the row has the path of the intent that began it, and as a retry whether
    // the user had been without service before ----
    // A user is without service from the beginning of the first intent that failed or came too late. A session that has
    // expired (401) is no trouble, but the login after it may be. A user is the same across operations and when coming
    // back for the same intent; where a load has no journeys, every intent is a user of its own.
    /// A user meets trouble for the first time: an intent failed or came too late. Since it began.
    MetTrouble = 25,
    /// A user is answered in time again, or leaves after answers that were late and nothing worse. How long they were
    /// without service.
    ServedAgain = 26,
    /// A user leaves after a failure, for good or until another journey, without having been served again. How long
    /// they had been without.
    LeftUnserved = 27,
    /// At the end of the run: a user is without service, which includes those whose intent is open for longer than its
    /// SLO, the client's timeout or patience, or at all where none of these exists. For how long.
    StillUnserved = 28,

    // ---- at a tier: what becomes of calls ----
    /// Admitted; service starts without a wait.
    StartedAtOnce = 63,
    /// Admitted; it waits. How many waited already.
    Queued = 64,
    /// Service starts after a wait. How long the wait was.
    Started = 65,
    /// Its worker was taken by a more important call; it waits again. How many waited already.
    Preempted = 66,
    /// Service goes on after a preemption. How long that wait was.
    Resumed = 67,
    /// Left the queue without service. How long it waited.
    LeftQueue = 68,
    /// Service was broken off. Since admission.
    Aborted = 69,
    /// Service is over, calls to others follow. Since admission.
    Finished = 70,
    /// Service is over and it was answered at once. Since admission.
    Completed = 71,
    /// Answered after the calls it made. Since admission.
    Answered = 72,
    /// Inside, it was answered with 401. Since admission; `call` is the node that decided it.
    EndedUnauthorized = 73,
    /// … with 429.
    EndedTooManyRequests = 74,
    /// … with 500.
    EndedError = 75,
    /// … with 503.
    EndedUnavailable = 76,
    /// … with 504.
    EndedGatewayTimeout = 77,
    /// … with 400.
    EndedBadRequest = 78,
    /// … with 529.
    EndedOverloaded = 79,
    /// … with 499: its caller hung up while it waited.
    EndedGaveUp = 80,
    /// Its caller cancelled it. Since admission.
    Cancelled = 81,
    /// Turned away with 429 at the door. How many waited.
    RefusedTooManyRequests = 82,
    /// Turned away with 503. How many waited.
    RefusedUnavailable = 83,
    /// Turned away with 529. How many waited.
    RefusedOverloaded = 84,
    /// Turned away with 504: its deadline has passed. How many waited.
    RefusedGatewayTimeout = 85,
    /// Turned away with 400. How many waited.
    RefusedBadRequest = 86,
    /// A policy turns a call away; a line that says with which status follows. `call` is its place among
    /// the policies of the tier.
    TurnedAway = 87,
    /// A call finds the accept queue full and is dropped without an answer. How many waited.
    Dropped = 88,
    /// A call leaves the zone of its caller. That zone's number.
    Crossed = 89,
    /// Service time given to a call whose caller had left. That time.
    Wasted = 90,
    /// A worker was held for a call whose caller had left, while calls that it had made were out. That time.
    HeldWasted = 31,
    /// A call made to another tier was not answered in time. How long it was waited for.
    CallTimedOut = 91,
    /// A call to another tier is tried again. The number of the try.
    CallRetried = 92,
    /// A further try of a call to another tier goes out beside one that is late. How late.
    CallHedged = 93,
    /// A call to another tier goes to its fallback instead. The number of the try.
    CallFellBack = 94,
    /// The policies of a call to another tier held its first try back.
    CallWithheld = 95,
    /// The policies of a call to another tier held a further try back. The number it would have had.
    CallRetryWithheld = 96,
    /// The cache had it.
    Hit = 97,
    /// The cache did not have it.
    Missed = 98,
    /// The cache did not have it, and another call is fetching it already.
    Joined = 99,
    /// A fetch failed, and what has expired is answered.
    AnsweredStale = 100,
    /// At the end of the run: a call is still inside. Since admission.
    CallInside = 17,
    /// At the end of the run: it waits. Since that wait began.
    StillWaiting = 18,
    /// At the end of the run: how long its workers were in service, all together, since the last such line.
    Served = 19,

    // ---- samples, taken whenever the driver of the run asks; none of them depends on when it does ---- An increase
    // since the last sample that exceeds one line is written in several: lines of one kind add up. Of peaks the largest
    // counts.
    /// How long the longest-waiting head of a queue has waited, at this instant: the only sample of an instant.
    HeadAge = 1,
    /// Workers of the replicas that served since the last sample, or sequences that could have run, times nanoseconds;
    /// `u64::MAX` if there is no limit.
    Capacity = 3,
    /// Calls that were sent to one replica since the last sample, taken or refused. `call` is the replica; those that
    /// got none are left out.
    SentToReplica = 2,
    /// Work done since the last sample where calls share processors, in nanoseconds of one processor.
    Worked = 5,
    /// Replicas that served since the last sample, except those whose lease has lapsed, times nanoseconds; where their
    /// number can change.
    Ready = 6,
    /// The most of them at once since the last sample. A state of no duration does not count.
    ReadyPeak = 23,
    /// Replicas that are there, serving or not, since the last sample, in nanoseconds of one.
    Paid = 7,
    /// Replicas of other clouds that are there, serving or not, since the last sample, in nanoseconds of one.
    Leased = 8,
    /// What they cost since the last sample, in billionths of a US dollar.
    LeaseSpent = 9,
    /// Of language model replicas: output tokens since the last sample.
    OutputTokens = 10,
    /// Of language model replicas: prompt tokens computed since the last sample.
    PromptTokens = 11,
    /// Of language model replicas: blocks of the KV cache in use since the last sample, times nanoseconds.
    KvUsed = 12,
    /// Of language model replicas: blocks of the KV caches that there were since the last sample, of replicas that
    /// served or drained, times nanoseconds.
    KvBlocks = 13,
    /// Of language model replicas: the largest share of its own blocks that a replica had in use at any instant since
    /// the last sample, in billionths. Of one replica, not of the fleet: a full one is full, however empty its
    /// neighbours are.
    KvPeak = 24,
    /// Of language model replicas: how long replicas computed since the last sample, all together.
    Computed = 14,

    // ---- at a tier: what becomes of replicas; `call` is the replica ----
    /// It was ordered. How many there should be.
    ReplicaOrdered = 101,
    /// It serves from now on. Since it was ordered.
    ReplicaReady = 102,
    /// It takes no new calls. How many it has.
    ReplicaDraining = 103,
    /// It is gone. Since it was ordered.
    ReplicaGone = 104,

    // ---- at a tier of language model replicas, and at the clients of one ----
    /// The first token is out. At a tier since admission, at a load since the intent began.
    FirstToken = 105,
    /// The last token is out. The mean time from one token to the next.
    TokenTime = 106,
    /// Tokens came one after another with the same gap. The gap; `call` is how many.
    TokenGaps = 107,
    /// A request was admitted for the first time. Tokens of its prompt.
    Prompted = 108,
    /// … of which this number came from the prefix cache.
    PrefixHit = 109,
    /// A request is finished, within the promises for its first token and the others. Output tokens.
    Generated = 110,
    /// … or not within them. Output tokens.
    GeneratedLate = 111,
    /// Tokens that were no longer wanted: the client had left, or the replica died. How many.
    WastedTokens = 112,
    /// A request is admitted and gets a lite answer, because of overload.
    Lite = 113,
    /// A pass over a request is done and another follows, on this replica or another one; it waits again. How many
    /// waited already.
    PassDone = 114,

    // ---- faults ----
    /// A fault that no clock has set off begins; `call` is the id of the change. Where it hits only one replica, that
    /// one's number and 1.
    FaultBegan = 20,
    /// … ends.
    FaultEnded = 21,

    // ---- the health of replicas ----
    /// Replicas of a tier that serve and get no calls, since they are taken for unhealthy: how many there are now.
    OutOfRotation = 30,
    /// A balancer takes a replica out; `call` is the replica. 1 if a probe has failed, 0 if its calls have.
    Ejected = 115,
    /// Too few replicas are healthy, so a balancer ignores health; `call` is how many are. 0 if it respects health
    /// again.
    Panicked = 116,
    /// An operator acted on the service from outside, or ordered capacity for it; `call` is the id of the change.
    Intervened = 22,

    // ---- written only where provenance is asked for, and read by [`explain`](crate::explain); the row is meaningless
    // at the last. No table counts them, so that some are beyond [`Kind::COUNT`] ----
    /// The next line of this place admits a call, whose caller this is.
    CameFrom = 29,
    /// A try of a call to another tier goes out: which call it belongs to.
    WentOut = 118,
    /// A call is not admitted, or gets lost: whose, and why.
    NotAdmitted = 119,
    /// Which call or user the next line of this place is of.
    IsOf = 4,
    /// A change begins or ends to act on this place; `call` is its id.
    Acts = 0,
}

impl Kind {
    /// How many are counted.
    pub const COUNT: usize = 118;

    /// Lines of users without service: below [`Kind::EVENTS_FROM`], but counted like events.
    pub const OF_PEOPLE: [Kind; 4] =
        [Kind::MetTrouble, Kind::ServedAgain, Kind::LeftUnserved, Kind::StillUnserved];

    /// The number of the first event.
    pub const EVENTS_FROM: u8 = 32;

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

    /// An intent that failed with that status.
    ///
    /// # Panics
    /// If `status` is a success.
    pub const fn failed(status: Status) -> Kind {
        assert!(!matches!(status, Status::Ok), "a success is no failure");
        Self::FAILED[status as usize]
    }

    /// An attempt that failed with that status.
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
    }

    /// Whether it is a line that is written only where provenance is asked for.
    #[inline(always)]
    pub const fn is_explanation(self) -> bool {
        matches!(self, Kind::CameFrom | Kind::WentOut | Kind::NotAdmitted | Kind::IsOf | Kind::Acts)
    }

    /// Whether it is an event, not a line that is written because a window or the run ends or to explain something.
    #[inline(always)]
    pub const fn is_event(self) -> bool {
        (self as u8).wrapping_sub(Kind::EVENTS_FROM) < Kind::COUNT as u8 - Kind::EVENTS_FROM
    }

    /// A call that ended with that status inside a tier.
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
