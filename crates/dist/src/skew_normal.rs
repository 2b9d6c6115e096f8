//! A normal law that leans to one side.

use rand::Rng;

use crate::error::{Error, place, size, within};
use crate::law::Distribution;
use crate::special::{normal_cdf, owen_t};
use crate::ziggurat::normal;
use serde::{Deserialize, Serialize};

/// The skew normal law (Azzalini 1985): density (2/w) φ(z) Φ(az) with z = (x - m)/w, location m, scale w and shape a.
///
/// Sums that are nearly normal and lean to one side: above shape 0 to the right. At shape 0 it is the normal law. Its
/// support is the whole line: a scenario says `min` beside it, and what lies below is drawn again.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SkewNormal {
    location: f64,
    scale: f64,
    shape: f64,
    /// shape / √(1 + shape²).
    lean: f64,
}

/// √(2/π): the mean of the absolute value of a normal draw.
const HALF_MEAN: f64 = 0.797_884_560_802_865_4;

impl SkewNormal {
    /// Skew normal with location, scale and shape.
    ///
    /// # Errors
    /// When the location is not finite, the scale is not above 0, or the shape is outside -1000..=1000.
    pub fn new(location: f64, scale: f64, shape: f64) -> Result<Self, Error> {
        let shape = within("shape", shape, (-1e3, 1e3), "from -1000 to 1000; 0 is the normal law")?;
        let (location, scale) = (place("location", location)?, size("scale", scale)?);
        Ok(Self { location, scale, shape, lean: shape / (1.0 + shape * shape).sqrt() })
    }

    /// Skew normal with mean, coefficient of variation and shape.
    ///
    /// # Errors
    /// When the mean is not above 0, the cv is outside 0.001..=100, or the shape is outside -1000..=1000.
    pub fn from_mean_cv(mean: f64, cv: f64, shape: f64) -> Result<Self, Error> {
        let mean = within("mean", mean, (1e-90, 1e90), "above 0 (1e-90 to 1e90)")?;
        within("cv", cv, (1e-3, 100.0), "0 (a constant) or from 0.001 to 100")?;
        let unit = Self::new(0.0, 1.0, shape)?;
        let scale = mean * cv / unit.variance().sqrt();
        Self::new(mean - scale * unit.mean(), scale, shape)
    }
}

impl Distribution for SkewNormal {
    /// Azzalini's representation: a half-normal part and a normal one.
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let half = normal(rng).abs();
        let rest = (1.0 - self.lean * self.lean).sqrt() * normal(rng);
        self.location + self.scale * (self.lean * half + rest)
    }

    fn mean(&self) -> f64 {
        self.location + self.scale * self.lean * HALF_MEAN
    }

    fn variance(&self) -> f64 {
        let shift = self.lean * HALF_MEAN;
        self.scale * self.scale * (1.0 - shift * shift)
    }

    fn cdf(&self, x: f64) -> f64 {
        let z = (x - self.location) / self.scale;
        (normal_cdf(z) - 2.0 * owen_t(z, self.shape)).clamp(0.0, 1.0)
    }

    fn support(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }
}
