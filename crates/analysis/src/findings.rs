//! What was found: everything a report shows, as plain data. The report words and draws it, and judges nothing.

pub use crate::advice::{Advice, AdviceKind};
pub use crate::balance::Balance;
pub use crate::cause::{Cause, Detection};
use crate::counterfactual::Counterfactuals;
pub use crate::evidence::Evidence;
pub use crate::gain::{Gain, GainKind, GainPoint, TierGain};
pub use crate::happened::{Happened, Happening, HappeningKind};
pub use crate::harm::{Episode, Reason, Reference, Spell, State};
pub use crate::hurt::{Hurt, HurtKind};
pub use crate::lines::{Band, Line, Lines};
pub use crate::marks::{Mark, MarkKind};
pub use crate::outbreak::{Outbreak, Relapse};
use crate::provenance::{self, Chain, Provenance};
pub use crate::samples::Samples;
pub use crate::symptom::{Sign, SignKind, Symptom};
pub use crate::values::{Number, Numbers, Values};
pub use crate::what::{Does, What};
use crate::{advice, cause, hurt};
pub use brownout_metrics::Badge;
use brownout_metrics::Subject;
pub use brownout_model::{BASE, ChangeId};
use brownout_stats::Estimate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Minutes down that differ by less than this, or by less than that part of the longer ones, are equal.
const SAME_MINUTES: f64 = 0.1;
const SAME_PART: f64 = 0.05;

/// One variant of one scenario, over all its replications.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// Where the numbers come from.
    pub stamp: Stamp,
    /// What was simulated: who asks for what, and what serves them.
    pub service: Service,
    /// How it ended.
    pub verdict: Verdict,
    /// Every number of every subject, of the time after the warm-up.
    pub values: Values,
    /// How calls were spread over replicas, of each tier that has several and got any.
    pub balance: Vec<Balance>,
    /// Tiers that left their normal range, the earliest first.
    pub symptoms: Vec<Symptom>,
    /// Who was hurt most; none where no client asked for anything.
    pub hurt: Option<Hurt>,
    /// What could have been seen first; none where no tier left its normal range.
    pub detection: Option<Detection>,
    /// What was measured where symptoms were, one for each and in their order.
    pub causes: Vec<Cause>,
    /// Whose clients tried most often, if any tried much more than once.
    pub retrying: Vec<Evidence>,
    /// What to look at next, the most pressing first.
    pub advice: Vec<Advice>,
    /// What the scenario expected, and what came.
    pub expectations: Vec<Expectation>,
    /// Spans worth marking in a chart: surges, faults.
    pub marks: Vec<Mark>,
    /// What really happened in the first replication beside those.
    pub happened: Happened,
    /// What the same night would have been like without or with one thing; none where that was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counterfactuals: Option<Counterfactuals>,
    /// Why intents were not served; none where that was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
    /// How trouble went from tier to tier; none where nothing is known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<Chain>,
    /// How the loop feeds itself that may have kept the service down; none where there was no outbreak.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gain: Option<Gain>,
    /// Everything over time.
    pub lines: Lines,
}

impl Findings {
    /// The same with what follows from the numbers, symptoms and expectations in it: who was hurt most, causes, advice.
    #[must_use]
    pub fn conclude(mut self) -> Self {
        self.hurt = hurt::hurt(&self.service, &self.values);
        self.detection = cause::detection(&self.symptoms, &self.marks);
        self.causes = cause::causes(&self.service, &self.values, &self.symptoms);
        self.retrying = cause::retrying(&self.service, &self.values);
        let (of, symptoms) = (self.provenance.as_ref(), &self.symptoms);
        self.chain = provenance::chain(of, &self.service, &self.values, symptoms);
        self.advice = advice::advice(&self);
        self
    }
}

/// What was simulated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// What users ask for, in the order of the file.
    pub paths: Vec<Path>,
    /// What serves them, in the order of the file.
    pub tiers: Vec<Tier>,
}

/// One class doing one operation, and what it was promised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Path {
    /// As in the file: `web`.
    pub class: String,
    /// As in the file: `login`.
    pub operation: String,
    /// The SLO in seconds, if the operation has one.
    pub slo_seconds: Option<f64>,
    /// What is promised of the first token, in seconds, if anything is.
    pub ttft_slo_seconds: Option<f64>,
    /// What is promised of the mean time from token to token, in seconds, if anything is.
    pub tpot_slo_seconds: Option<f64>,
}

/// A tier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tier {
    /// As in the file.
    pub name: String,
    /// As in the file: `auth`, `inference`.
    pub kind: String,
    /// The tiers that it calls.
    pub calls: Vec<String>,
    /// Whether its replicas are language models.
    pub tokens: bool,
}

impl Path {
    /// Whose numbers are those of this path.
    pub fn subject(&self) -> Subject {
        Subject::Path { class: self.class.clone(), operation: self.operation.clone() }
    }
}

impl Tier {
    /// Whose numbers are those of this tier.
    pub fn subject(&self) -> Subject {
        Subject::Tier(self.name.clone())
    }
}

/// Where the numbers come from: enough to get them again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stamp {
    /// Of brownout.
    pub version: String,
    /// Of the scenario.
    pub title: String,
    /// What it asks; empty if it does not say.
    pub question: String,
    /// Which variant; [`BASE`] for the scenario as it stands.
    pub variant: String,
    /// Of the scenario after `extends`, `--set` and variant, as 16 hex digits.
    pub scenario_hash: String,
    /// Of the first replication.
    pub seed: u64,
    /// How many.
    pub replications: u32,
    /// Of all replications together, as 16 hex digits.
    pub fingerprint: String,
    /// Messages and timers delivered, in all replications.
    pub events: u64,
    /// Of one replication.
    pub simulated_seconds: f64,
    /// What summaries leave out at the start.
    pub warmup_seconds: f64,
    /// The instant the run starts at, RFC 3339, if the scenario says.
    pub start: Option<String>,
}

impl Stamp {
    /// Whether it is of the scenario as it stands.
    pub fn is_base(&self) -> bool {
        self.variant == BASE
    }
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The commonest among replications, each by its worst operation.
    pub badge: Badge,
    /// How many replications had which badge.
    pub counts: BTreeMap<String, u32>,
    /// From the end of the trigger until the operation was back that the badge comes from, in seconds, where it came
    /// back.
    pub recovery_seconds: Option<Estimate>,
    /// The operation that fared worst; none where nothing was asked.
    pub worst: Option<Subject>,
    /// The first replication that ended as the badge says: what is shown of a single one is of this.
    pub shown: usize,
    /// What unserved intents are counted against.
    pub reference: Reference,
    /// The same for each class, by its worst operation.
    pub classes: BTreeMap<String, ClassVerdict>,
    /// The same for each operation of each class, in the order of the service.
    pub operations: Vec<OperationVerdict>,
}

/// How the clients of one class fared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassVerdict {
    /// The commonest among replications.
    pub badge: Badge,
    /// How many replications had which badge.
    pub counts: BTreeMap<String, u32>,
    /// From the end of the trigger until the operation was back that the badge comes from, in seconds, where it came
    /// back.
    pub recovery_seconds: Option<Estimate>,
}

/// How one operation of one class fared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperationVerdict {
    /// Of which class.
    pub class: String,
    /// Which operation.
    pub operation: String,
    /// The commonest among replications.
    pub badge: Badge,
    /// How many replications had which badge.
    pub counts: BTreeMap<String, u32>,
    /// From the end of the trigger until its last episode was over, in seconds, where it was.
    pub recovery_seconds: Option<Estimate>,
    /// How long most of its users got nothing.
    pub minutes_down: Estimate,
    /// Intents that would have been served and were not.
    pub unserved: Estimate,
    /// What it was like for the longest time; of being down, if it ever was. None where it was not harmed.
    pub mostly: Option<State>,
    /// Too little was asked of it, in every replication, to say anything.
    pub few: bool,
    /// Its episodes, by replication.
    pub episodes: Vec<Vec<Episode>>,
    /// Those of the replication that is shown, with what each may have begun with.
    #[serde(default)]
    pub outbreaks: Vec<Outbreak>,
}

impl OperationVerdict {
    /// The outbreak that is told: one that is not over, or else the one that was down for longest.
    pub fn outbreak(&self) -> Option<&Outbreak> {
        let length = |outbreak: &Outbreak| outbreak.to - outbreak.from;
        self.outbreaks.iter().rev().max_by(|a, b| {
            let down = a.down_seconds.total_cmp(&b.down_seconds);
            a.open.cmp(&b.open).then(down).then(length(a).total_cmp(&length(b)))
        })
    }

    /// Whose numbers are those of this operation.
    pub fn subject(&self) -> Subject {
        Subject::Path { class: self.class.clone(), operation: self.operation.clone() }
    }
}

/// The order of harm, the worst first: the operation that was down for longest; of those that were down for about as
/// long, one that failed before one that users did not come to any more, then the one with most intents that were not
/// served. Minutes that are nearly equal differ by chance, and of operations that were never down one that lost
/// thousands is worse than one that lost ten.
pub fn worst_first(mut operations: Vec<&OperationVerdict>) -> Vec<&OperationVerdict> {
    let mut sorted = Vec::with_capacity(operations.len());
    loop {
        let longest = operations.iter().map(|one| one.minutes_down.mean).fold(0.0, f64::max);
        let near = longest - SAME_MINUTES.max(SAME_PART * longest);
        let as_long = operations.iter().enumerate().filter(|(_, one)| near <= one.minutes_down.mean);
        let how = |one: &OperationVerdict| match one.mostly {
            None => 0,
            Some(state) if state.is_starved() => 1,
            Some(_) => 2,
        };
        let most = as_long
            .rev()
            .max_by(|(_, a), (_, b)| how(a).cmp(&how(b)).then(a.unserved.mean.total_cmp(&b.unserved.mean)));
        let Some((at, _)) = most else { return sorted };
        sorted.push(operations.remove(at));
    }
}

impl Verdict {
    /// How a subject fared: an operation, a class by its worst operation, anything else as the run.
    pub fn of(&self, subject: &Subject) -> Badge {
        let operation = || self.operations.iter().find(|operation| operation.subject() == *subject);
        match subject {
            Subject::Class(class) => self.classes.get(class).map(|class| class.badge),
            Subject::Path { .. } => operation().map(|operation| operation.badge),
            _ => None,
        }
        .unwrap_or(self.badge)
    }

    /// What was found of the operation that fared worst.
    pub fn worst(&self) -> Option<&OperationVerdict> {
        let worst = self.worst.as_ref()?;
        self.operations.iter().find(|operation| operation.subject() == *worst)
    }
}

/// What the scenario expected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expectation {
    /// As in the file: `web.login.success_rate < 10%`.
    pub that: String,
    /// As in the file: `4h..5h`; empty for the whole run after the warm-up.
    pub when: String,
    /// The key of the metric on its left.
    pub key: String,
    /// Whose metric that is.
    pub subject: Subject,
    /// What came, over replications.
    pub value: Option<Estimate>,
    /// How many replications met it.
    pub passed: u32,
    /// Of how many.
    pub replications: u32,
    /// All replications met it.
    pub pass: bool,
}
