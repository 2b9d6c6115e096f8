//! Which lines a chart shows: those of a subject, and the paths that clients ask for by class.

use brownout_analysis::findings::{Band, Findings, Path, Tier};
use brownout_metrics::{Metric, Subject};

static NOTHING: Band = Band { mean: Vec::new(), low: Vec::new(), high: Vec::new() };

/// A metric over time; a line without values where there is none.
pub(crate) fn line<'a>(findings: &'a Findings, subject: &Subject, metric: &Metric) -> &'a Band {
    findings.lines.get(subject, metric).unwrap_or(&NOTHING)
}

/// The same of a tier.
pub(crate) fn of_tier<'a>(findings: &'a Findings, tier: &Tier, metric: &Metric) -> &'a Band {
    line(findings, &tier.subject(), metric)
}

/// Whether any value of a line exists.
pub(crate) fn is_known(band: &Band) -> bool {
    band.mean.iter().any(|value| value.is_finite())
}

/// What each class asks for, in the order of the file.
pub(crate) fn classes(findings: &Findings) -> Vec<(&str, Vec<&Path>)> {
    let mut classes: Vec<(&str, Vec<&Path>)> = Vec::new();
    for path in &findings.service.paths {
        match classes.iter_mut().find(|(class, _)| *class == path.class) {
            Some((_, paths)) => paths.push(path),
            None => classes.push((&path.class, vec![path])),
        }
    }
    classes
}
