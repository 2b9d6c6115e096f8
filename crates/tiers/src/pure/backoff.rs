//! How long to wait before the next attempt.

use crate::node::draw_span;
use brownout_kernel::Stream;
use brownout_model::{Backoff, Jitter};
use brownout_units::Span;

/// The wait before retry number `retry` (the first is 1); `last` is the wait before, for decorrelated jitter.
///
/// One number is drawn whenever there is jitter. Sources: AWS Architecture Blog, "Exponential backoff and jitter".
pub(crate) fn wait(backoff: &Backoff, retry: u8, last: Span, stream: &mut Stream) -> Span {
    if let Some(law) = &backoff.law {
        return draw_span(law, stream);
    }
    let (base, max) = (backoff.base.as_secs_f64(), backoff.max.as_secs_f64());
    // Products rather than a power, which is not the same on every platform.
    let plain = (1..retry).fold(base, |wait, _| (wait * backoff.factor).min(max)).min(max);
    let secs = match backoff.jitter {
        Jitter::None => plain,
        Jitter::Full => plain * stream.uniform(),
        Jitter::Equal => plain * (0.5 + 0.5 * stream.uniform()),
        Jitter::Decorrelated => {
            // The wait before the first one counts as `base`, so that clients which fail together part at once.
            let high = 3.0 * last.as_secs_f64().max(base);
            (base + (high - base) * stream.uniform()).min(max)
        }
    };
    Span::from_secs_f64(secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(jitter: Jitter) -> Vec<f64> {
        let backoff =
            Backoff { base: Span::from_millis(500), factor: 2.0, max: Span::from_secs(3), jitter, law: None };
        let mut stream = Stream::named(7, 0, "backoff");
        let mut last = Span::ZERO;
        (1..=5)
            .map(|retry| {
                last = wait(&backoff, retry, last, &mut stream);
                last.as_secs_f64()
            })
            .collect()
    }

    #[test]
    fn doubles_up_to_the_maximum() {
        assert_eq!(waits(Jitter::None), [0.5, 1.0, 2.0, 3.0, 3.0]);
    }

    #[test]
    fn a_law_is_drawn_anew_for_every_wait() {
        let law = brownout_dist::Uniform::new(1.0, 3.0).expect("a law").into();
        let second = Span::from_secs(1);
        let backoff =
            Backoff { base: second, factor: 2.0, max: second, jitter: Jitter::Full, law: Some(law) };
        let mut stream = Stream::named(7, 0, "backoff");
        let waits: Vec<f64> =
            (0..1_000).map(|n| wait(&backoff, n as u8, second, &mut stream).as_secs_f64()).collect();
        assert!(waits.iter().all(|wait| (1.0..=3.0).contains(wait)));
        // Three standard errors of a mean of 1,000.
        assert!((waits.iter().sum::<f64>() / 1_000.0 - 2.0).abs() < 0.055);
    }

    #[test]
    fn jitter_stays_in_its_range() {
        let plain = waits(Jitter::None);
        assert!(waits(Jitter::Full).iter().zip(&plain).all(|(w, p)| (0.0..=*p).contains(w)));
        assert!(waits(Jitter::Equal).iter().zip(&plain).all(|(w, p)| (0.5 * p - 1e-9..=*p).contains(w)));
        assert!(waits(Jitter::Decorrelated).iter().all(|w| (0.5 - 1e-9..=3.0).contains(w)));
        assert!(0.5 < waits(Jitter::Decorrelated)[0], "the first wait is drawn as well");
    }
}
