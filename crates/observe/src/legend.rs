//! The meaning of the numbers of a digest: places, histograms, lines over time and extremes, all from the layout.

use brownout_metrics::{Followed, Latency, Metric, Scope, Subject, Who, followed, of};
use brownout_protocol::Layout;

/// No histogram has this number.
pub(crate) const NONE: u16 = 0;
/// How many classes of histograms a row has, none among them.
pub(crate) const HISTOGRAMS: usize = 7;

/// The meaning of the numbers of a digest; the same for every replication of a model.
#[derive(Clone, Debug)]
pub struct Legend {
    /// Places and paths.
    pub layout: Layout,
    /// The lines of each window, in the order of [`Series`](crate::Series).
    pub lines: Vec<Line>,
    /// Extremes that are followed while a run goes on.
    pub followed: Vec<Followed>,
    /// By row: where its waits, its latencies and the times of its tokens go.
    pub(crate) slots: Vec<[u16; HISTOGRAMS]>,
    /// How many histograms there are, including one that means none.
    pub(crate) histograms: u16,
}

/// A metric over time.
#[derive(Clone, Debug)]
pub struct Line {
    /// The subject.
    pub subject: Subject,
    /// The same, as rows of the log.
    pub who: Who,
    /// Which.
    pub metric: &'static Metric,
}

impl Legend {
    /// That of a layout.
    ///
    /// # Panics
    /// If it has more than 65,000 histograms, which no valid model has.
    pub fn new(layout: Layout) -> Self {
        let (slots, histograms) = slots(&layout);
        Legend { lines: lines(&layout), followed: followed(&layout), slots, histograms, layout }
    }

    /// Which histogram has a latency of a place and path; [`NONE`] if there is none.
    pub(crate) fn slot(&self, place: usize, path: u8, latency: Latency) -> u16 {
        let which = match latency {
            Latency::Wait => 1,
            Latency::Done => 2,
            Latency::FirstToken => 3,
            Latency::TokenTime => 4,
            Latency::TokenGap => 5,
            Latency::Lockout => 6,
        };
        self.slots[place * self.layout.columns() + 2 * usize::from(path)][which]
    }
}

/// Everything that is drawn over time, according to the table of metrics.
fn lines(layout: &Layout) -> Vec<Line> {
    let mut lines = Vec::new();
    for subject in Subject::all(layout) {
        let drawn = |metric: &&Metric| metric.over_time.contains(&subject.scope());
        for metric in of(subject.scope()).filter(drawn) {
            if is_silent(layout, &subject, metric) {
                continue;
            }
            if let Some(who) = Who::of(layout, &subject) {
                lines.push(Line { subject: subject.clone(), who, metric });
            }
        }
    }
    lines
}

/// Whether a tier never has a number, since it has no tokens.
fn is_silent(layout: &Layout, subject: &Subject, metric: &Metric) -> bool {
    let Subject::Tier(name) = subject else { return false };
    let tokens = layout.tier(name).is_some_and(|place| layout.places[place].tokens);
    metric.is_of(Scope::Tier) && metric.place.under == "tokens" && !tokens
}

fn slots(layout: &Layout) -> (Vec<[u16; HISTOGRAMS]>, u16) {
    let columns = layout.columns();
    let mut next = 1_u16;
    let mut take = || {
        next = next.checked_add(1).expect("fewer than 65,000 histograms");
        next - 1
    };
    let mut slots = Vec::with_capacity(layout.rows());
    for (at, place) in layout.places.iter().enumerate() {
        // A load has its histograms for each path that its users take, a tier for all paths together. Of 64 loads of a
        // class each, those for all paths would take 600 MB and be empty.
        let mut slot_of = |is_tier: bool| {
            let mut slot = [NONE, if is_tier { take() } else { NONE }, take(), NONE, NONE, NONE, NONE];
            if !is_tier {
                slot[6] = take();
            }
            if place.tokens {
                [slot[3], slot[4]] = [take(), take()];
                slot[5] = if is_tier { take() } else { NONE };
            }
            slot
        };
        let tier = (layout.loads <= at).then(|| slot_of(true));
        for column in 0..columns {
            let slot = match (tier, column % 2) {
                (Some(slot), _) => slot,
                (None, 0) if place.paths.contains(&((column / 2) as u8)) => slot_of(false),
                (None, 0) => [NONE; HISTOGRAMS],
                (None, _) => *slots.last().expect("a first attempt stands before its retry"),
            };
            slots.push(slot);
        }
    }
    (slots, next)
}
