//! The nodes of a service on the kernel. Each owns its state, holds the ids of others and talks by messages only.

pub(crate) mod across;
pub(crate) mod autoscaler;
pub(crate) mod bill;
pub(crate) mod caller_index;
pub(crate) mod door;
pub(crate) mod emergency;
pub(crate) mod explained;
pub(crate) mod growth;
pub(crate) mod health;
pub(crate) mod hedge;
pub(crate) mod inference;
pub(crate) mod injector;
pub(crate) mod lease;
pub(crate) mod load;
pub(crate) mod operator;
pub(crate) mod overrides;
pub(crate) mod partial;
pub(crate) mod relay;
pub(crate) mod resident;
pub(crate) mod tier;
pub(crate) mod unloaded;

use brownout_dist::Law;
use brownout_kernel::Stream;
use brownout_units::Span;

/// The longest drawn length: the tail of a heavy law must not reach past the end of time.
const LENGTH_MAX_SECS: f64 = 100.0 * 365.25 * 86_400.0;

/// A length drawn from a law in seconds: at least 0, at most a hundred years.
#[inline]
pub(crate) fn draw_span(law: &Law, stream: &mut Stream) -> Span {
    span(law.draw(stream))
}

/// A drawn length in seconds as a span.
#[inline]
pub(crate) fn span(drawn: f64) -> Span {
    // Not by `min`, which checks for NaN; here NaN becomes the longest length too.
    Span::from_secs_f64(if drawn < LENGTH_MAX_SECS { drawn } else { LENGTH_MAX_SECS })
}
