//! What a record of each kind does in the tally: its histogram, the levels that it steps, and special treatment.

use crate::books;
use crate::happening::KINDS;
use crate::legend;
use crate::summary::PEAKS;
use brownout_protocol::Kind;

/// No histogram.
pub(crate) const NONE: u8 = legend::NONE as u8;
pub(crate) const WAIT: u8 = 1;
const DONE: u8 = 2;
const FIRST: u8 = 3;
const TOKEN: u8 = 4;
pub(crate) const GAP: u8 = 5;
const LOCKOUT: u8 = 6;

/// The histogram that takes the values of a kind, within its row.
pub(crate) const HISTOGRAM: [u8; Kind::COUNT] = {
    // Calls that start at once have waits of 0, which are counted when a window is closed.
    let mut histogram = [NONE; Kind::COUNT];
    histogram[Kind::Started as usize] = WAIT;
    histogram[Kind::Completed as usize] = DONE;
    histogram[Kind::Answered as usize] = DONE;
    histogram[Kind::Succeeded as usize] = DONE;
    histogram[Kind::SucceededLate as usize] = DONE;
    histogram[Kind::FirstToken as usize] = FIRST;
    histogram[Kind::TokenTime as usize] = TOKEN;
    histogram[Kind::TokenGaps as usize] = GAP;
    histogram[Kind::ServedAgain as usize] = LOCKOUT;
    histogram[Kind::LeftUnserved as usize] = LOCKOUT;
    histogram[Kind::StillUnserved as usize] = LOCKOUT;
    histogram
};

/// How a record steps the levels of its place: up, down or not at all; as [`Level`](crate::Level) numbers them.
pub(crate) const STEPS: [[i8; 3]; Kind::COUNT] = {
    let mut steps = [[0; 3]; Kind::COUNT];
    // Tiers and loads share no kind, so that a level may mean one thing at tiers and another at loads.
    let stays = [
        (0, books::QUEUE.steps()),
        (1, (&books::BUSY_UP as &[Kind], &books::BUSY_DOWN as &[Kind])),
        (2, books::INSIDE.steps()),
        (0, books::INTENTS.steps()),
        (2, (&[Kind::UserCame] as &[Kind], &[Kind::UserLeft] as &[Kind])),
    ];
    let mut next = 0;
    while next < stays.len() {
        let (level, (up, down)) = stays[next];
        let mut at = 0;
        while at < up.len() {
            steps[up[at] as usize][level] = 1;
            at += 1;
        }
        at = 0;
        while at < down.len() {
            steps[down[at] as usize][level] = -1;
            at += 1;
        }
        next += 1;
    }
    steps
};

/// Attempts of clients that failed by what a place decided.
const BLAMING: [Kind; 7] = [
    Kind::AttemptUnauthorized,
    Kind::AttemptTooManyRequests,
    Kind::AttemptError,
    Kind::AttemptUnavailable,
    Kind::AttemptGatewayTimeout,
    Kind::AttemptBadRequest,
    Kind::AttemptOverloaded,
];

/// Kinds that are not just counted: attempts that failed, of which it counts where; gaps, of which one record stands
/// for many; replicas out of rotation, of which the latest number counts; happenings, which are kept with their
/// instants; and gauges that tell a peak or are of one replica.
pub(crate) const NOT_JUST_COUNTED: [bool; Kind::COUNT] = {
    let mut apart = [false; Kind::COUNT];
    apart[Kind::TokenGaps as usize] = true;
    apart[Kind::SentToReplica as usize] = true;
    apart[Kind::OutOfRotation as usize] = true;
    let mut at = 0;
    while at < KINDS.len() {
        apart[KINDS[at] as usize] = true;
        at += 1;
    }
    at = 0;
    while at < BLAMING.len() {
        apart[BLAMING[at] as usize] = true;
        at += 1;
    }
    at = 0;
    while at < PEAKS.len() {
        apart[PEAKS[at] as usize] = true;
        at += 1;
    }
    apart
};

// Only kinds that are just counted tell the tally that they step a level from now on.
const _: () = {
    let mut kind = 0;
    while kind < Kind::COUNT {
        let [one, two, three] = STEPS[kind];
        assert!(!NOT_JUST_COUNTED[kind] || one == 0 && two == 0 && three == 0);
        kind += 1;
    }
};
