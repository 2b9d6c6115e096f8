//! `findings.json`: all that was found but numbers and lines, which stand in tables of their own.

use crate::series::Axis;
use brownout_analysis::counterfactual::Counterfactuals;
use brownout_analysis::findings::{
    Advice, Balance, Cause, Detection, Evidence, Expectation, Findings, Gain, Happened, Hurt, Lines, Mark,
    Service, Stamp, Symptom, Values, Verdict,
};
use brownout_analysis::provenance::{Chain, Provenance};
use serde::{Deserialize, Serialize};

pub(crate) const FILE: &str = "findings.json";

/// One variant. What is added to [`Findings`] is added here: the compiler asks for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    stamp: Stamp,
    service: Service,
    verdict: Verdict,
    balance: Vec<Balance>,
    symptoms: Vec<Symptom>,
    hurt: Option<Hurt>,
    detection: Option<Detection>,
    causes: Vec<Cause>,
    retrying: Vec<Evidence>,
    advice: Vec<Advice>,
    expectations: Vec<Expectation>,
    marks: Vec<Mark>,
    happened: Happened,
    /// None where it was not asked; files of other runs have no word of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counterfactuals: Option<Counterfactuals>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provenance: Option<Provenance>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chain: Option<Chain>,
    /// None where there was no outbreak.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gain: Option<Gain>,
    /// What lines over time have in common.
    lines: Axis,
}

impl Head {
    fn of(findings: &Findings) -> Self {
        let Findings { stamp, service, verdict, values: _, balance, symptoms, hurt, detection, .. } =
            findings;
        let Findings { causes, retrying, advice, expectations, marks, happened, .. } = findings;
        let Findings { counterfactuals, provenance, chain, gain, lines, .. } = findings;
        Head {
            stamp: stamp.clone(),
            service: service.clone(),
            verdict: verdict.clone(),
            balance: balance.clone(),
            symptoms: symptoms.clone(),
            hurt: hurt.clone(),
            detection: detection.clone(),
            causes: causes.clone(),
            retrying: retrying.clone(),
            advice: advice.clone(),
            expectations: expectations.clone(),
            marks: marks.clone(),
            happened: happened.clone(),
            counterfactuals: counterfactuals.clone(),
            provenance: provenance.clone(),
            chain: chain.clone(),
            gain: gain.clone(),
            lines: Axis::of(lines),
        }
    }

    /// With its numbers and lines.
    pub(crate) fn findings(self, values: Values, lines: Lines) -> Findings {
        let Head { stamp, service, verdict, balance, symptoms, hurt, detection, causes, .. } = self;
        let Head { retrying, advice, expectations, marks, happened, .. } = self;
        let Head { counterfactuals, provenance, chain, gain, .. } = self;
        Findings {
            stamp,
            service,
            verdict,
            values,
            balance,
            symptoms,
            hurt,
            detection,
            causes,
            retrying,
            advice,
            expectations,
            marks,
            happened,
            counterfactuals,
            provenance,
            chain,
            gain,
            lines,
        }
    }

    pub(crate) fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    pub(crate) fn axis(&self) -> &Axis {
        &self.lines
    }
}

/// The file of all variants.
///
/// # Panics
/// If a number is not finite: JSON has no word for it.
pub(crate) fn write(all: &[Findings]) -> Vec<u8> {
    let heads: Vec<Head> = all.iter().map(Head::of).collect();
    let mut bytes = serde_json::to_vec_pretty(&heads).expect("findings are JSON");
    bytes.push(b'\n');
    assert_eq!(read(&bytes).as_ref(), Ok(&heads), "findings that cannot be read back");
    bytes
}

/// What was written.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Head>, String> {
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}
