//! A quota: a limit on calls in each window of the wall clock, optionally by hour of the day.

use super::kind::{Make, Mistake, Need, PolicyKind, Role, param, secs};
use super::{Admission, Args, Inlet};
use brownout_kernel::{Instant, Stream};

const HOUR: u64 = 3_600_000_000_000;

pub(super) const KIND: PolicyKind = PolicyKind {
    name: "quota",
    doc: "A limit on calls in each window of the wall clock, optionally by hour of the day.",
    params: &[
        param("limit", Role::Count(0, 1_000_000_000), Need::Required, "How many."),
        param("window", Role::Span, secs(3_600), "The length of a window; the first begins at midnight."),
        param(
            "hours",
            Role::Hours,
            Need::Optional,
            "Times the limit: 24 numbers, one for each hour of the day.",
        ),
        param("clock", Role::Clock, Need::Optional, "The time of day when the run starts."),
    ],
    make: Make::Inlet { each_replica: false, status: 429, make },
};

fn make(args: &Args) -> Result<Box<dyn Inlet>, Mistake> {
    let hours = args.maybe_numbers("hours").map_or_else(|| vec![1.0; 24], <[f64]>::to_vec);
    let limit = args.count("limit") as f64;
    if hours.iter().all(|factor| limit * factor < 1.0) {
        return Err(Mistake {
            param: "limit",
            message: "not a single call is allowed at any hour: nothing ever comes in".to_owned(),
            hint: "a higher limit, or an hour with a factor",
        });
    }
    Ok(Box::new(Quota {
        limit,
        window: args.span("window").nanos(),
        hours,
        clock: args.maybe_span("clock").map_or(0, brownout_units::Span::nanos),
        at: 0,
        came: 0,
    }))
}

#[derive(Debug)]
struct Quota {
    limit: f64,
    window: u64,
    /// By hour of the day.
    hours: Vec<f64>,
    /// Since midnight when the run starts, in nanoseconds.
    clock: u64,
    /// The number of the window that is counted, and how many came in it.
    at: u64,
    came: u64,
}

impl Quota {
    fn window(&self, now: Instant) -> u64 {
        (self.clock + now.nanos()) / self.window
    }

    /// How many are allowed at that time: by the hour in which it is.
    fn allowed(&self, now: Instant) -> f64 {
        let hour = (self.clock + now.nanos()) / HOUR % 24;
        self.limit * self.hours[hour as usize]
    }
}

impl Inlet for Quota {
    fn admits(&mut self, admission: &Admission, _: &mut Stream) -> bool {
        let came = if self.window(admission.now) == self.at { self.came } else { 0 };
        (came + 1) as f64 <= self.allowed(admission.now)
    }

    fn entered(&mut self, admission: &Admission) {
        let at = self.window(admission.now);
        self.came = if at == self.at { self.came + 1 } else { 1 };
        self.at = at;
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.at < self.window(now)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::inlet;
    use super::*;
    use crate::policy::Value;
    use brownout_units::Span;

    const MINUTE: u64 = 60_000;

    #[test]
    fn each_hour_of_the_wall_clock_has_its_own() {
        let half_past = Value::Span(Span::from_secs(9 * 3_600 + 1_800));
        let mut quota = inlet(&KIND, Args::new().with("limit", Value::Count(2)).with("clock", half_past));
        let minutes = [0, 1, 2, 29, 30, 31, 89, 90];
        let admitted = minutes.map(|minute| quota.lets_in(minute * MINUTE));
        assert_eq!(admitted, [true, true, false, false, true, true, false, true]);
    }

    #[test]
    fn the_hour_of_the_day_multiplies_it() {
        let mut hours = vec![0.0; 24];
        hours[1] = 2.0;
        let args = Args::new().with("limit", Value::Count(1)).with("hours", Value::Numbers(hours.clone()));
        let mut quota = inlet(&KIND, args);
        assert!(!quota.lets_in(0) && quota.lets_in(60 * MINUTE) && quota.lets_in(61 * MINUTE));
        assert!(!quota.lets_in(62 * MINUTE) && !quota.lets_in(120 * MINUTE));
        let none = Args::new().with("limit", Value::Count(0)).or_defaults(KIND.defaults());
        assert_eq!(KIND.check(&none).expect_err("nothing comes in").param, "limit");
    }
}
