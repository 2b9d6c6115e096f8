//! Plausible mistakes, planted into the reference: each must show as a difference of logs.

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutation {
    /// No mistake.
    None,
    /// A command meets the boundary of its own instant.
    BoundaryNotStrict,
    /// The first admitted is preempted.
    OldestIsVictim,
    /// A preempted sequence goes to the end of the queue.
    PreemptedToBack,
    /// Blocks that a preemption freed are given away in the same step.
    AdmitsWhilePreempting,
    /// Admission by chunk and by whole prompt are mixed up.
    OtherAdmission,
    /// A prompt is split over steps although it may not be.
    AlwaysChunked,
    /// A prompt may come from the cache up to its last token.
    LastTokenFromCache,
    /// A block with a part of the history counts as history.
    HistoryRoundedUp,
    /// A preempted sequence does not find its own text again.
    OwnTextForgotten,
    /// The block that was freed last is taken first.
    MostRecentFirst,
    /// The start of a sequence is evicted before its end.
    HeadFirst,
    /// Blocks can be shared only once their sequence has ended.
    SharedAtEndOnly,
    /// Blocks that decoding filled are not shared.
    DecodedNotShared,
    /// Cached blocks that are in use count as needed once more.
    BusyHitsCost,
    /// A decode reads its context without the token being computed.
    ContextWithoutToken,
    /// A chunk attends to all of itself.
    WholeChunkAttention,
    /// A prefill's last single token is taken for a decode.
    RemainderIsDecode,
    /// Each step is rounded up to a nanosecond.
    RoundedSteps,
    /// A new speed waits for one boundary more.
    LateSpeed,
    /// Requests cancelled in one step leave in the reverse order.
    CancelsReversed,
    /// Cancelled requests are counted with one token less.
    CancelForgetsToken,
    /// A crash leaves the cache warm.
    WarmCrash,
    /// Requests are lost in order of arrival, not the running ones first.
    LostByArrival,
    /// Priorities do not matter to the queue.
    QueueWithoutPriority,
    /// Priorities do not matter to preemption.
    VictimWithoutPriority,
    /// One sequence more may run.
    OneSequenceMore,
    /// Decodes do not count against the budget.
    BudgetWithoutDecodes,
    /// An output goes on beyond the length of the model.
    OutputNotCut,
    /// KV that was delivered survives a preemption.
    DeliveredForGood,
    /// Who fits goes before a head that does not.
    HeadIsPassed,
    /// The first token is told again after a preemption.
    FirstTokenAgain,
}

/// All mistakes.
pub(crate) const MUTATIONS: [Mutation; 31] = [
    Mutation::BoundaryNotStrict,
    Mutation::OldestIsVictim,
    Mutation::PreemptedToBack,
    Mutation::AdmitsWhilePreempting,
    Mutation::OtherAdmission,
    Mutation::AlwaysChunked,
    Mutation::LastTokenFromCache,
    Mutation::HistoryRoundedUp,
    Mutation::OwnTextForgotten,
    Mutation::MostRecentFirst,
    Mutation::HeadFirst,
    Mutation::SharedAtEndOnly,
    Mutation::DecodedNotShared,
    Mutation::BusyHitsCost,
    Mutation::ContextWithoutToken,
    Mutation::WholeChunkAttention,
    Mutation::RemainderIsDecode,
    Mutation::RoundedSteps,
    Mutation::LateSpeed,
    Mutation::CancelsReversed,
    Mutation::CancelForgetsToken,
    Mutation::WarmCrash,
    Mutation::LostByArrival,
    Mutation::QueueWithoutPriority,
    Mutation::VictimWithoutPriority,
    Mutation::OneSequenceMore,
    Mutation::BudgetWithoutDecodes,
    Mutation::OutputNotCut,
    Mutation::DeliveredForGood,
    Mutation::HeadIsPassed,
    Mutation::FirstTokenAgain,
];
