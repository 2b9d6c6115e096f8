//! Replications, reduced one by one to what findings need of them: their number costs samples and episodes alone.
//!
//! A digest of 30 s takes 0.16 MB with those beside it, so that of 10,000 replications all digests would take 1.6 GB.

use crate::analyse::{Case, service, trouble};
use crate::balance::{Spread, sent};
use crate::bands::Bands;
use crate::expect::{self, Held, Said};
use crate::findings::{Findings, Stamp, Values};
use crate::gain::{Gains, Told};
use crate::happened::{Happened, happened};
use crate::harm::Harms;
use crate::marks::marks;
use crate::outbreak::Night;
use crate::provenance::{AllReasons, Reasons};
use crate::samples::Samples;
use crate::symptom::{Sign, Signs, signs};
use crate::values::samples;
use crate::verdict::{Ended, Endings};
use brownout_metrics::Sample;
use brownout_observe::{Replication, Series};

/// What one replication leaves to the findings.
#[derive(Clone, Debug)]
pub struct Reduced {
    ended: Ended,
    /// In the order of [`Values`].
    samples: Vec<Option<Sample>>,
    /// By tier: calls that were sent to each replica.
    sent: Vec<Vec<u64>>,
    /// By tier.
    signs: Vec<Vec<Sign>>,
    /// By expectation.
    said: Vec<Said>,
    gain: Told,
    happened: Happened,
    reasons: Option<Reasons>,
    series: Option<Series>,
    fingerprint: u64,
    events: u64,
    /// The length of a step of tiers, in seconds.
    tier_step: f64,
}

/// What some replications of a case come to, in their order.
#[derive(Clone, Debug, Default)]
pub struct Fold {
    replications: u32,
    endings: Endings,
    /// In the order of [`Values`].
    samples: Vec<Samples>,
    spread: Spread,
    signs: Signs,
    /// By expectation.
    held: Vec<Held>,
    gains: Gains,
    /// What happened in the first one, and the length of its steps of tiers in seconds.
    first: Option<(Happened, f64)>,
    bands: Bands,
    reasons: AllReasons,
    fingerprint: u64,
    events: u64,
}

impl Fold {
    /// What a replication leaves to the findings of a case. It depends on this one alone, so that threads may reduce
    /// several at a time.
    ///
    /// # Panics
    /// If its digest has not kept what an expectation asks for.
    pub fn reduce(case: &Case<'_>, of: &Replication) -> Reduced {
        Reduced { series: of.run.series.clone(), ..reduced(case, of) }
    }

    /// The same of one that nothing else needs, whose lines are not copied.
    ///
    /// # Panics
    /// As [`Fold::reduce`].
    pub fn reduce_owned(case: &Case<'_>, mut of: Replication) -> Reduced {
        let reduced = reduced(case, &of);
        Reduced { series: of.run.series.take(), ..reduced }
    }

    /// Adds the next replication. Any other order gives other last digits, and another one that is shown.
    ///
    /// # Panics
    /// If it is of another case.
    pub fn add(&mut self, reduced: Reduced) {
        if self.first.is_none() {
            self.samples = vec![Samples::default(); reduced.samples.len()];
            self.held = vec![Held::default(); reduced.said.len()];
            self.first = Some((reduced.happened, reduced.tier_step));
        }
        assert_eq!(self.samples.len(), reduced.samples.len(), "replications of one case");
        self.endings.add(reduced.ended);
        for (all, one) in self.samples.iter_mut().zip(reduced.samples) {
            all.push(one);
        }
        self.spread.add(reduced.sent);
        self.signs.add(reduced.signs);
        for (all, one) in self.held.iter_mut().zip(reduced.said) {
            all.add(one);
        }
        self.gains.add(reduced.gain);
        if let Some(series) = reduced.series {
            self.bands.add(series);
        }
        if let Some(reasons) = reduced.reasons {
            self.reasons.add(reasons);
        }
        self.fingerprint = brownout_observe::fold(self.fingerprint, reduced.fingerprint);
        self.events += reduced.events;
        self.replications += 1;
    }

    /// Bytes of memory that it takes, nearly: of lines over time, which do not grow with replications, and of numbers
    /// and episodes, which do.
    pub fn bytes(&self) -> u64 {
        let samples: usize = self.samples.iter().map(|samples| size_of::<Samples>() + samples.bytes()).sum();
        (samples + self.endings.bytes() + self.bands.bytes() + self.spread.bytes() + self.gains.bytes())
            as u64
    }

    /// What was found. `stamp` says where it comes from; what digests know of that (events, fingerprint, replications)
    /// is filled in.
    ///
    /// # Panics
    /// If there was no replication, or they were of another case.
    pub fn finish(self, case: &Case<'_>, stamp: Stamp) -> Findings {
        let Case { model, legend, expectations } = *case;
        let (happened, tier_step) = self.first.expect("an analysis needs a digest");
        let stamp = Stamp {
            replications: self.replications,
            fingerprint: format!("{:016x}", self.fingerprint),
            events: self.events,
            ..stamp
        };
        let marks = marks(model);
        let visits = model.visits();
        let symptoms = self.signs.symptoms(legend, tier_step);
        let night = Night {
            model,
            visits: &visits,
            marks: &marks,
            happened: &happened,
            symptoms: &symptoms,
            step: tier_step,
        };
        let verdict = self.endings.verdict(&night);
        let findings = Findings {
            stamp,
            service: service(model, legend),
            verdict,
            values: Values::of(legend, self.samples),
            balance: self.spread.balance(legend),
            symptoms,
            hurt: None,
            detection: None,
            causes: Vec::new(),
            retrying: Vec::new(),
            advice: Vec::new(),
            expectations: self.held.iter().zip(expectations).map(|(held, e)| held.expectation(e)).collect(),
            lines: self.bands.lines(legend),
            marks,
            happened,
            counterfactuals: None,
            provenance: self.reasons.found(model, legend),
            chain: None,
            gain: None,
        };
        let gain = self.gains.gain(model, &findings, tier_step);
        Findings { gain, ..findings }.conclude()
    }
}

/// All but the lines.
fn reduced(case: &Case<'_>, of: &Replication) -> Reduced {
    let Case { model, legend, expectations } = *case;
    let (marks, run) = (marks(model), &of.run);
    let happened = happened(model, run);
    let harms = Harms::find(model, legend, of, &trouble(model, &marks, &happened));
    Reduced {
        samples: samples(legend, run, &harms),
        sent: sent(legend, run),
        signs: signs(model, legend, of, &marks),
        reasons: Reasons::of(model, legend, of, &harms),
        said: expect::said(expectations, legend, run, &harms),
        gain: Told::of(model, &marks, run, &harms),
        ended: Ended::of(harms),
        happened,
        series: None,
        fingerprint: run.fingerprint,
        events: run.events,
        tier_step: run.pace.tier_step(),
    }
}
