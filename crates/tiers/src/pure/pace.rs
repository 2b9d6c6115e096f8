//! How long services take, drawn one ahead.
//!
//! The next event of a run is known only when the timer of a service is in the calendar, and the processor waits for
//! it. If every call is served by one law, the draw need not be part of that wait: no other node uses the stream, so
//! the values are the same whenever they are drawn.

use crate::node::{draw_span, span};
use brownout_dist::{Distribution, Exponential, Law};
use brownout_kernel::Stream;
use brownout_model::Service;
use brownout_protocol::Sizes;
use brownout_units::Span;

/// The service times of a tier.
#[derive(Debug)]
pub(crate) struct Pace {
    /// By path.
    laws: Vec<Service>,
    stream: Stream,
    /// The next one, unless each is drawn for its call.
    ahead: Span,
    mode: Mode,
}

/// When a service time is drawn: one field, so that a call pays for one comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    /// When the service begins, since it depends on the call.
    Each,
    /// Ahead.
    Ahead,
    /// Ahead, from the commonest law.
    Exponential(Exponential),
}

impl Pace {
    /// Service times by path, each with its law.
    pub(crate) fn new(laws: Vec<Service>, stream: Stream) -> Self {
        let mode = match laws[..] {
            _ if laws.iter().any(|law| *law != laws[0]) => Mode::Each,
            [Service::Drawn(Law::Exponential(law)), ..] => Mode::Exponential(law),
            [Service::Drawn(_), ..] => Mode::Ahead,
            _ => Mode::Each,
        };
        let mut pace = Pace { laws, stream, ahead: Span::ZERO, mode };
        if mode != Mode::Each {
            pace.ahead = pace.draw(0, Sizes::NONE);
        }
        pace
    }

    /// How long the service of a call takes on a worker that nothing slows down.
    #[inline(always)]
    pub(crate) fn next(&mut self, path: u8, sizes: Sizes) -> Span {
        if let Mode::Each = self.mode { self.draw(path, sizes) } else { self.ahead }
    }

    /// What [`next`](Self::next) said was taken.
    #[inline(always)]
    pub(crate) fn taken(&mut self) {
        match self.mode {
            Mode::Exponential(law) => self.ahead = span(law.draw(&mut self.stream)),
            Mode::Ahead => self.ahead = self.draw(0, Sizes::NONE),
            Mode::Each => {}
        }
    }

    #[inline(never)]
    fn draw(&mut self, path: u8, sizes: Sizes) -> Span {
        let Pace { laws, stream, .. } = self;
        match &laws[path as usize] {
            Service::Drawn(law) => draw_span(law, stream),
            Service::Instant => Span::ZERO,
            Service::Tokens { base, prefill, decode } => {
                let tokens = f64::from(sizes.prompt()) / prefill + f64::from(sizes.output()) / decode;
                draw_span(base, stream) + Span::from_secs_f64(tokens)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(mean: f64) -> Law {
        Law::Exponential(Exponential::new(mean).expect("it is above 0"))
    }

    #[test]
    fn drawing_ahead_does_not_change_the_draws() {
        let stream = || Stream::named(7, 0, "service");
        for means in [[1.0, 1.0], [1.0, 3.0]] {
            let laws = means.map(|mean| Service::Drawn(law(mean))).to_vec();
            let (mut pace, mut alone) = (Pace::new(laws, stream()), stream());
            assert_eq!(pace.mode != Mode::Each, means[0].total_cmp(&means[1]).is_eq());
            for call in 0..100 {
                let path = call % 2;
                let drawn = pace.next(path, Sizes::NONE);
                pace.taken();
                assert_eq!(drawn, draw_span(&law(means[usize::from(path)]), &mut alone));
            }
        }
    }
}
