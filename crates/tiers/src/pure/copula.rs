//! Correlated prompt and output lengths: long questions, long answers.

use brownout_dist::{Law, normal, normal_cdf};
use brownout_kernel::Stream;

/// Two laws whose draws are correlated by a bivariate normal law: a Gaussian copula.
///
/// Each marginal law is unchanged. Their quantiles are tabled over the normal score, from −6 to 6 in steps of 1/32,
/// with straight lines between: a draw costs two normal numbers, and the mean of a lognormal law of cv 2 is met to 0.02
/// %.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Copula {
    correlation: f64,
    /// What is left of a unit variance.
    rest: f64,
    prompt: Vec<f64>,
    output: Vec<f64>,
}

const STEPS_PER_UNIT: f64 = 32.0;
/// Beyond, one draw in 10⁹.
const SCORE_MAX: f64 = 6.0;

impl Copula {
    /// # Panics
    /// If the correlation is not from −1 to 1.
    pub(crate) fn new(correlation: f64, prompt: &Law, output: &Law) -> Self {
        assert!(correlation.abs() <= 1.0, "a correlation is from -1 to 1");
        let rest = (1.0 - correlation * correlation).sqrt();
        Copula { correlation, rest, prompt: table(prompt), output: table(output) }
    }

    /// A prompt and its output.
    pub(crate) fn draw(&self, rng: &mut Stream) -> (f64, f64) {
        let first = normal(rng);
        let second = self.correlation * first + self.rest * normal(rng);
        (at(&self.prompt, first), at(&self.output, second))
    }
}

fn table(law: &Law) -> Vec<f64> {
    let half = (SCORE_MAX * STEPS_PER_UNIT) as i32;
    (-half..=half).map(|step| law.quantile(normal_cdf(f64::from(step) / STEPS_PER_UNIT))).collect()
}

/// The quantile of a score.
fn at(table: &[f64], score: f64) -> f64 {
    let place = (score.clamp(-SCORE_MAX, SCORE_MAX) + SCORE_MAX) * STEPS_PER_UNIT;
    let left = (place as usize).min(table.len() - 2);
    table[left] + (table[left + 1] - table[left]) * (place - left as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_dist::{Geometric, LogNormal};

    /// Means, standard deviations, and the correlation of the logarithms.
    fn moments(copula: &Copula) -> [(f64, f64); 2] {
        const N: usize = 200_000;
        let mut stream = Stream::named(7, 0, "copula");
        let draws: Vec<(f64, f64)> = (0..N).map(|_| copula.draw(&mut stream)).collect();
        let of = |value: &dyn Fn(&(f64, f64)) -> f64| {
            let mean = draws.iter().map(value).sum::<f64>() / N as f64;
            let variance = draws.iter().map(|d| (value(d) - mean).powi(2)).sum::<f64>() / N as f64;
            (mean, variance.sqrt())
        };
        [of(&|d| d.0), of(&|d| d.1)]
    }

    #[test]
    fn each_law_by_itself_is_as_ever() {
        let prompt: Law = LogNormal::from_mean_cv(900.0, 1.5).expect("a law").into();
        let output: Law = Geometric::from_mean(300.0).expect("a law").into();
        let [prompt, output] = moments(&Copula::new(0.7, &prompt, &output));
        // Standard errors of the means: 1350/√200,000 = 3.0 and 300/√200,000 = 0.67.
        assert!((prompt.0 - 900.0).abs() < 12.0 && (output.0 - 300.0).abs() < 2.7, "{prompt:?} {output:?}");
        assert!((output.1 - 299.5).abs() < 5.0, "{output:?}");
    }

    #[test]
    fn logarithms_of_lognormal_laws_have_the_correlation() {
        let law: Law = LogNormal::new(0.0, 1.0).expect("a law").into();
        for correlation in [-0.5, 0.0, 0.3, 1.0] {
            let copula = Copula::new(correlation, &law, &law);
            let mut stream = Stream::named(7, 0, "copula");
            let n = 100_000;
            let product = |_| {
                let (prompt, output) = copula.draw(&mut stream);
                prompt.ln() * output.ln()
            };
            let measured = (0..n).map(product).sum::<f64>() / f64::from(n);
            // The standard error of a product of unit normals is at most √2/√n = 0.0045.
            assert!((measured - correlation).abs() < 0.018, "{measured} instead of {correlation}");
        }
    }
}
