//! A mean and how sure of it we are.

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// A mean over replications with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// The interval of the mean at the confidence asked for (95 % unless another was); none with fewer than two values.
    pub ci95: Option<(f64, f64)>,
    /// Of how many values.
    #[serde(skip)]
    pub n: usize,
}

impl Estimate {
    /// The mean of independent values and its interval by Student's t.
    ///
    /// No values have the mean 0 and no interval; equal values have an interval of no width.
    pub fn of(values: &[f64], confidence: f64) -> Self {
        let n = values.len();
        if n == 0 {
            return Estimate { mean: 0.0, ci95: None, n };
        }
        let mean = values.iter().sum::<f64>() / n as f64;
        if n == 1 {
            return Estimate { mean, ci95: None, n };
        }
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1) as f64;
        let half = t_quantile(confidence, n - 1) * (variance / n as f64).sqrt();
        Estimate { mean, ci95: Some((mean - half, mean + half)), n }
    }

    /// Half the width of the interval.
    pub fn half_width(&self) -> Option<f64> {
        self.ci95.map(|(low, high)| (high - low) / 2.0)
    }
}

/// The two-sided quantile of Student's t.
fn t_quantile(confidence: f64, freedom: usize) -> f64 {
    let t = StudentsT::new(0.0, 1.0, freedom as f64).expect("a positive number of degrees of freedom");
    t.inverse_cdf(f64::midpoint(1.0, confidence.clamp(0.0, 0.999_999)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_students() {
        // Of 1, 2, 3, 4, 5: s = 1.5811, t(0.975, 4) = 2.7764, so the half width is 1.9632.
        let estimate = Estimate::of(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.95);
        assert!((estimate.mean - 3.0).abs() < 1e-12);
        assert!((estimate.half_width().expect("five values") - 1.9632).abs() < 1e-4);
        assert_eq!(Estimate::of(&[7.0], 0.95).ci95, None);
        assert_eq!(Estimate::of(&[7.0, 7.0], 0.95).ci95, Some((7.0, 7.0)));
    }
}
