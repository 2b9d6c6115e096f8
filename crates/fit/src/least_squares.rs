//! Non-negative least squares in six unknowns, exactly: each set of unknowns that are not zero is tried.

/// The number of unknowns.
pub(crate) const N: usize = 6;

/// Sums over rows: of products of columns, and of columns with the target.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Normal {
    products: [[f64; N]; N],
    targets: [f64; N],
}

impl Normal {
    pub(crate) fn add(&mut self, row: [f64; N], target: f64) {
        for (of, products) in row.iter().zip(&mut self.products) {
            for (other, product) in row.iter().zip(products) {
                *product += of * other;
            }
        }
        for (of, sum) in row.iter().zip(&mut self.targets) {
            *sum += of * target;
        }
    }

    /// The x ≥ 0 with the least sum of squares.
    ///
    /// By the conditions of Karush, Kuhn and Tucker it is the ordinary solution on its nonzero unknowns, so it is the
    /// best of the 63 ordinary solutions without a negative number. Sets with linearly dependent columns are skipped: a
    /// smaller set fits as well.
    pub(crate) fn solve(&self) -> [f64; N] {
        let mut best = ([0.0; N], 0.0);
        for set in 1_u32..1 << N {
            let of: Vec<usize> = (0..N).filter(|at| set >> at & 1 == 1).collect();
            let Some(x) = self.solve_on(&of) else { continue };
            if x.iter().any(|x| *x < 0.0) {
                continue;
            }
            // The sum of squares is that of the targets minus this.
            let explained: f64 = x.iter().zip(&self.targets).map(|(x, target)| x * target).sum();
            if best.1 < explained {
                best = (x, explained);
            }
        }
        best.0
    }

    /// The ordinary solution with these unknowns, by Cholesky's factors of the products scaled to a diagonal of ones.
    fn solve_on(&self, of: &[usize]) -> Option<[f64; N]> {
        const LEAST_PIVOT: f64 = 1e-11;
        let n = of.len();
        let scale: Vec<f64> = of.iter().map(|&at| self.products[at][at].sqrt()).collect();
        if scale.contains(&0.0) {
            return None;
        }
        let mut factor = [[0.0; N]; N];
        let mut y = [0.0; N];
        for row in 0..n {
            for column in 0..=row {
                let product = self.products[of[row]][of[column]] / (scale[row] * scale[column]);
                let known: f64 = (0..column).map(|k| factor[row][k] * factor[column][k]).sum();
                let rest = product - known;
                if row == column {
                    if rest < LEAST_PIVOT {
                        return None;
                    }
                    factor[row][row] = rest.sqrt();
                } else {
                    factor[row][column] = rest / factor[column][column];
                }
            }
            let known: f64 = (0..row).map(|k| factor[row][k] * y[k]).sum();
            y[row] = (self.targets[of[row]] / scale[row] - known) / factor[row][row];
        }
        let mut x = [0.0; N];
        for row in (0..n).rev() {
            let known: f64 = (row + 1..n).map(|k| factor[k][row] * y[k]).sum();
            y[row] = (y[row] - known) / factor[row][row];
            x[of[row]] = y[row] / scale[row];
        }
        Some(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(rows: &[([f64; N], f64)]) -> Normal {
        let mut normal = Normal::default();
        for &(row, target) in rows {
            normal.add(row, target);
        }
        normal
    }

    #[test]
    fn exact_rows_are_solved_exactly() {
        let truth = [1.0, 2.0, 0.0, 3.0, 0.5, 7.0];
        let row = |k: u32| std::array::from_fn(|at| f64::from((k * 7 + 1).pow(2) % (5 + at as u32)));
        let rows: Vec<([f64; N], f64)> = (0..40)
            .map(|k| {
                let row: [f64; N] = row(k);
                (row, row.iter().zip(truth).map(|(a, x)| a * x).sum())
            })
            .collect();
        let x = normal(&rows).solve();
        for (x, truth) in x.iter().zip(truth) {
            assert!((x - truth).abs() < 1e-9, "{x} instead of {truth}");
        }
    }

    #[test]
    fn what_would_be_negative_is_zero_and_the_rest_makes_up_for_it() {
        // Ordinary least squares gives 3 and −1; without the second, the mean of the targets over the first.
        let row = |a, b| [a, b, 0.0, 0.0, 0.0, 0.0];
        let x = normal(&[(row(1.0, 0.0), 3.0), (row(1.0, 1.0), 2.0)]).solve();
        assert!((x[0] - 2.5).abs() < 1e-12 && x[1] == 0.0, "{x:?}");
    }

    #[test]
    fn columns_that_depend_on_each_other_do_no_harm() {
        let row = |a| [a, 2.0 * a, 0.0, 0.0, 0.0, 0.0];
        let x = normal(&[(row(1.0), 4.0), (row(3.0), 12.0)]).solve();
        assert!((x[0] + 2.0 * x[1] - 4.0).abs() < 1e-9, "{x:?}");
    }
}
