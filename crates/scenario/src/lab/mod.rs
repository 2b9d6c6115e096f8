//! `[sweep]` and `[plan]`: questions beyond one run, as typed data.

pub(crate) mod axis;
mod condition;
pub(crate) mod plan;
mod quantity;
pub(crate) mod sweep;

pub use axis::{Axis, Range, VARIANT, Values, axis_values};
pub use condition::Condition;
pub use plan::{On, Plan, Promise};
pub use quantity::{Level, Measure};
pub use sweep::{Design, Sweep, Until};
