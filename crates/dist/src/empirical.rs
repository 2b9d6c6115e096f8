//! Measured values, or a histogram of them.

use rand::Rng;

use crate::error::{Error, LARGEST, place, within};
use crate::hyperexponential::cumulative;
use crate::law::{Distribution, probability};
use crate::ziggurat::unit;
use serde::{Deserialize, Serialize};

/// Measurements: single values, all equally likely, or a histogram, uniform within each bin.
///
/// Draws never leave the measured range: a tail that a short measurement missed is missing here too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Empirical {
    form: Form,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Form {
    /// Sorted.
    Values(Vec<f64>),
    /// Bins, sorted and without overlap, each with the probability of it or an earlier one.
    Bins(Vec<(Bin, f64)>),
}

/// A bar of a histogram.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// The smallest value in it.
    pub lo: f64,
    /// The end of the bar, above `lo`.
    pub hi: f64,
    /// Its weight, relative to the sum of all.
    pub weight: f64,
}

/// Values are kept in memory and sorted.
const ROWS_MAX: usize = 10_000_000;

impl Empirical {
    /// Each of the values with equal probability.
    ///
    /// # Errors
    /// When there is none, more than ten million, or one is not finite.
    pub fn from_values(values: &[f64]) -> Result<Self, Error> {
        within("values", values.len() as f64, (1.0, ROWS_MAX as f64), "a list of 1 to 10,000,000 numbers")?;
        let mut values = values.iter().map(|value| place("values", *value)).collect::<Result<Vec<_>, _>>()?;
        values.sort_by(f64::total_cmp);
        Ok(Self { form: Form::Values(values) })
    }

    /// A histogram; gaps between bins are allowed, overlaps are not.
    ///
    /// # Errors
    /// When there is no bin, a bin is empty or upside down, two overlap, a weight is negative, or all are 0.
    pub fn from_bins(bins: &[Bin]) -> Result<Self, Error> {
        within("weights", bins.len() as f64, (1.0, ROWS_MAX as f64), "a list of 1 to 10,000,000 numbers")?;
        for bin in bins {
            place("lows", bin.lo)?;
            within("highs", bin.hi, (bin.lo.next_up(), LARGEST), "above the low end of its bin")?;
        }
        let mut bins = bins.to_vec();
        bins.sort_by(|a, b| a.lo.total_cmp(&b.lo));
        for pair in bins.windows(2) {
            let allowed = "at least the high end of the bin before: bins must not overlap";
            within("lows", pair[1].lo, (pair[0].hi, LARGEST), allowed)?;
        }
        // Without bins of no weight, the ends of the support are the ends of the first and the last.
        let weights: Vec<f64> = bins.iter().map(|bin| bin.weight).collect();
        let shares = cumulative("weights", &weights)?;
        let bins = bins.into_iter().zip(shares).filter(|(bin, _)| bin.weight > 0.0).collect();
        Ok(Self { form: Form::Bins(bins) })
    }

    /// Reads one value a line, or `lo,hi,weight` a line, with or without a header; blank lines and lines that begin
    /// with `#` are skipped.
    ///
    /// # Errors
    /// With the number of the line that is not a number or not like the first one.
    pub fn from_csv(text: &str) -> Result<Self, Error> {
        let mut values = Vec::new();
        let mut bins = Vec::new();
        let mut columns = None;
        for (index, line) in text.lines().enumerate() {
            // Spreadsheets write a byte order mark before the first line.
            let line = line.trim_start_matches('\u{feff}').trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let refuse = |problem: String| Error::Line { line: index + 1, problem };
            let fields: Vec<&str> = line.split(',').map(str::trim).collect();
            let first = columns.is_none();
            if fields.len() != *columns.get_or_insert(fields.len()) || !matches!(fields.len(), 1 | 3) {
                let problem =
                    format!("has {} columns: one, value, or three, lo,hi,weight, are read", fields.len());
                return Err(refuse(problem));
            }
            if first && matches!(fields[..], ["value"] | ["lo", "hi", "weight"]) {
                continue;
            }
            let row =
                fields.iter().map(|field| number(field)).collect::<Result<Vec<_>, _>>().map_err(refuse)?;
            match row[..] {
                [lo, hi, weight] => bins.push(checked(Bin { lo, hi, weight }).map_err(refuse)?),
                _ => values.extend(row),
            }
        }
        match (values.is_empty(), bins.is_empty()) {
            (true, true) => Err(Error::Line { line: 1, problem: "no row of numbers follows".to_owned() }),
            (true, false) => Self::from_bins(&bins),
            (false, _) => Self::from_values(&values),
        }
    }
}

fn number(field: &str) -> Result<f64, String> {
    match field.parse::<f64>() {
        Ok(number) if number.abs() <= LARGEST => Ok(number),
        Ok(_) => Err(format!("{field:?} is not a finite number up to 1e100")),
        Err(_) => Err(format!("{field:?} is not a number")),
    }
}

fn checked(bin: Bin) -> Result<Bin, String> {
    if bin.hi <= bin.lo {
        return Err(format!("hi = {} must be above lo = {}", bin.hi, bin.lo));
    }
    if bin.weight < 0.0 {
        return Err(format!("weight = {} must not be negative", bin.weight));
    }
    Ok(bin)
}

/// The bins with their probabilities.
fn weighted(bins: &[(Bin, f64)]) -> impl Iterator<Item = (Bin, f64)> + '_ {
    let mut before = 0.0;
    bins.iter().map(move |(bin, share)| {
        let weight = share - before;
        before = *share;
        (*bin, weight)
    })
}

impl Distribution for Empirical {
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let u = unit(rng);
        match &self.form {
            Form::Values(values) => {
                let index = (u * values.len() as f64) as usize;
                values[index.min(values.len() - 1)]
            }
            Form::Bins(_) => self.quantile(u),
        }
    }

    fn mean(&self) -> f64 {
        match &self.form {
            Form::Values(values) => {
                let n = values.len() as f64;
                values.iter().map(|value| value / n).sum()
            }
            Form::Bins(bins) => weighted(bins).map(|(bin, weight)| weight * 0.5 * (bin.lo + bin.hi)).sum(),
        }
    }

    fn variance(&self) -> f64 {
        let mean = self.mean();
        match &self.form {
            Form::Values(values) => {
                let n = values.len() as f64;
                values.iter().map(|value| (value - mean) * ((value - mean) / n)).sum()
            }
            Form::Bins(bins) => {
                let part = |(bin, weight): (Bin, f64)| {
                    let (width, apart) = (bin.hi - bin.lo, 0.5 * (bin.lo + bin.hi) - mean);
                    weight * (width * width / 12.0 + apart * apart)
                };
                weighted(bins).map(part).sum()
            }
        }
    }

    fn cdf(&self, x: f64) -> f64 {
        match &self.form {
            Form::Values(values) => values.partition_point(|value| *value <= x) as f64 / values.len() as f64,
            Form::Bins(bins) => {
                let index = bins.partition_point(|(bin, _)| bin.hi <= x);
                let before = if index == 0 { 0.0 } else { bins[index - 1].1 };
                match bins.get(index) {
                    Some((bin, share)) if x > bin.lo => {
                        before + (share - before) * ((x - bin.lo) / (bin.hi - bin.lo))
                    }
                    _ => before,
                }
            }
        }
    }

    fn quantile(&self, p: f64) -> f64 {
        let p = probability(p);
        match &self.form {
            Form::Values(values) => {
                let rank = (p * values.len() as f64).ceil() as usize;
                values[rank.clamp(1, values.len()) - 1]
            }
            Form::Bins(bins) => {
                let index = bins.partition_point(|(_, share)| *share < p).min(bins.len() - 1);
                let before = if index == 0 { 0.0 } else { bins[index - 1].1 };
                let (bin, share) = &bins[index];
                (bin.lo + (p - before) / (share - before) * (bin.hi - bin.lo)).clamp(bin.lo, bin.hi)
            }
        }
    }

    fn support(&self) -> (f64, f64) {
        match &self.form {
            Form::Values(values) => (values[0], values[values.len() - 1]),
            Form::Bins(bins) => (bins[0].0.lo, bins[bins.len() - 1].0.hi),
        }
    }
}
