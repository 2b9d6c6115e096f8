//! `metrics.parquet`: every number after the warm-up, a row for each replication.
//!
//! `mean`, `low` and `high` are those of all replications, the same in each of their rows. They are kept as the run
//! worked them out, and not worked out again when they are read.

use crate::manifest::Variant;
use crate::subject::{About, Abouts, COLUMNS as ABOUT, Rows};
use crate::table::{self, Column, Feed, NONE, Need, Spec, float, int};
use brownout_analysis::Findings;
use brownout_analysis::findings::{Number, Numbers, Samples, Values};
use brownout_metrics::Sample;
use brownout_stats::Estimate;

pub(crate) const FILE: &str = "metrics.parquet";

const COLUMNS: [Spec; ABOUT.len() + 6] = {
    let mut all = [float("value", Need::Sometimes); ABOUT.len() + 6];
    let mut at = 0;
    while at < ABOUT.len() {
        all[at] = ABOUT[at];
        at += 1;
    }
    all[at] = int("replication");
    all[at + 2] = float("trials", Need::Sometimes);
    all[at + 3] = float("mean", Need::Sometimes);
    all[at + 4] = float("low", Need::Sometimes);
    all[at + 5] = float("high", Need::Sometimes);
    all
};

/// The table of all variants, one row group each.
///
/// # Panics
/// If a number is not finite, or is of no replication.
pub(crate) fn write(all: &[Findings], variants: &[Variant]) -> Vec<u8> {
    let groups = all.iter().zip(variants).map(|(findings, variant)| group(&findings.values, &variant.name));
    table::write("metrics", &COLUMNS, groups, variants)
}

fn group<'a>(values: &'a Values, variant: &str) -> Vec<Feed<'a>> {
    let mut abouts = Abouts::default();
    for Numbers { subject, numbers } in &values.subjects {
        assert!(!numbers.is_empty(), "{subject} has no numbers");
        for Number { metric, samples, .. } in numbers {
            assert!(!samples.is_empty(), "{} of {subject} is of no replication", metric.key);
            abouts.push(&About { variant, subject, metric }, samples.len());
        }
    }
    let numbers = || values.subjects.iter().flat_map(|of| &of.numbers);
    let replications = numbers().flat_map(|number| 0..number.samples.len() as i32);
    let each = |column: fn(Sample) -> Option<f64>| -> Feed<'a> {
        let samples = numbers().flat_map(|number| number.samples.iter());
        Feed::Float(Box::new(samples.map(move |sample| of(sample.and_then(column)))))
    };
    let all = |column: fn(Estimate) -> Option<f64>| -> Feed<'a> {
        let rows = move |number: &Number| {
            std::iter::repeat_n(of(number.estimate.and_then(column)), number.samples.len())
        };
        Feed::Float(Box::new(numbers().flat_map(rows)))
    };
    let floats = [
        each(|sample| Some(sample.value)),
        each(|sample| sample.trials),
        all(|estimate| Some(estimate.mean)),
        all(|estimate| estimate.ci95.map(|ends| ends.0)),
        all(|estimate| estimate.ci95.map(|ends| ends.1)),
    ];
    abouts.feeds().chain([Feed::Int(Box::new(replications))]).chain(floats).collect()
}

fn of(number: Option<f64>) -> f64 {
    assert!(number.is_none_or(f64::is_finite), "a number of a result is {number:?}");
    number.unwrap_or(NONE)
}

/// The numbers of each variant.
pub(crate) fn read(bytes: Vec<u8>, variants: &[Variant]) -> Result<Vec<Values>, String> {
    let groups = table::read(bytes, &COLUMNS)?;
    if groups.len() != variants.len() {
        return Err(format!("{} variants instead of {}", groups.len(), variants.len()));
    }
    let values = |(group, variant): (&Vec<Column>, &Variant)| {
        values(group, &variant.name).map_err(|why| variant.says(&why))
    };
    groups.iter().zip(variants).map(values).collect()
}

fn values(group: &[Column], variant: &str) -> Result<Values, String> {
    let mut rows = Rows::new(group, variant);
    let [Column::Int(replications), numbers @ ..] = &group[ABOUT.len()..] else {
        return Err("other columns".to_owned());
    };
    let mut columns = [const { &[] as &[f64] }; 5];
    for (at, column) in columns.iter_mut().zip(numbers) {
        let Column::Float(values) = column else { return Err("other columns".to_owned()) };
        *at = values;
    }
    let mut subjects: Vec<Numbers> = Vec::new();
    let mut from = 0;
    while from < replications.len() {
        let begins = |at: &usize| replications[*at] == 0;
        let to = (from + 1..replications.len()).find(begins).unwrap_or(replications.len());
        let (subject, metric) = rows.next(to - from)?;
        let number = number(&replications[from..to], columns.map(|column| &column[from..to]));
        let (samples, estimate) = number.map_err(|why| format!("{} of {subject}: {why}", metric.key))?;
        let number = Number { metric, samples, estimate };
        match subjects.last_mut() {
            Some(last) if last.subject == subject => last.numbers.push(number),
            _ => subjects.push(Numbers { subject, numbers: vec![number] }),
        }
        from = to;
    }
    Ok(Values { subjects })
}

/// What the rows of one number say.
fn number(replications: &[i32], columns: [&[f64]; 5]) -> Result<(Samples, Option<Estimate>), String> {
    let [values, trials, mean, low, high] = columns;
    if !replications.iter().enumerate().all(|(at, replication)| usize::try_from(*replication) == Ok(at)) {
        return Err("a replication is missing".to_owned());
    }
    if columns.iter().any(|column| column.iter().any(|number| number.is_infinite())) {
        return Err("a number is infinite".to_owned());
    }
    for same in [mean, low, high] {
        if same.iter().any(|number| number.to_bits() != same[0].to_bits()) {
            return Err("its replications differ in their mean or interval".to_owned());
        }
    }
    let some = |number: f64| (!number.is_nan()).then_some(number);
    let sample = |(value, trials): (&f64, &f64)| Some(Sample { value: some(*value)?, trials: some(*trials) });
    let samples: Samples = values.iter().zip(trials).map(sample).collect();
    let n = samples.iter().flatten().count();
    let ci95 = some(low[0]).zip(some(high[0]));
    let estimate = some(mean[0]).map(|mean| Estimate { mean, ci95, n });
    Ok((samples, estimate))
}
