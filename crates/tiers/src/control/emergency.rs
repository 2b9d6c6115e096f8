//! When capacity is leased from another cloud, and when it is given back.

use super::condition::Condition;
use brownout_kernel::Instant;
use brownout_model as model;
use brownout_protocol::Sample;

/// Whether capacity is there, and what it waits for.
#[derive(Debug)]
pub(crate) struct Emergency {
    when: Condition,
    until: Option<Condition>,
    again: bool,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It checks whether capacity is needed.
    Watching,
    /// It was ordered.
    Coming,
    /// The capacity is there, and it checks whether it is still needed.
    There,
    /// The capacity was given back and is not ordered again.
    Over,
}

/// Which question is asked next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Whether it is needed.
    When,
    /// Whether it is no longer needed.
    Until,
    /// None.
    Nothing,
}

impl Emergency {
    /// Nothing is leased.
    pub(crate) fn new(options: &model::Emergency) -> Self {
        Emergency {
            when: Condition::new(options.when.clone()),
            until: options.until.clone().map(Condition::new),
            again: options.again,
            state: State::Watching,
        }
    }

    /// What it wants to know.
    pub(crate) fn asks(&self) -> Ask {
        match self.state {
            State::Watching => Ask::When,
            State::There if self.until.is_some() => Ask::Until,
            _ => Ask::Nothing,
        }
    }

    /// Takes the answer to a question; returns whether it is time to order, or to give back. A late answer is ignored.
    pub(crate) fn answer(&mut self, question: Ask, sample: &Sample, now: Instant) -> bool {
        if question != self.asks() {
            return false;
        }
        let condition = match question {
            Ask::When => &mut self.when,
            Ask::Until => self.until.as_mut().expect("it is asked for"),
            Ask::Nothing => return false,
        };
        if !condition.met(sample, now) {
            return false;
        }
        condition.forget();
        if question == Ask::When {
            self.state = State::Coming;
        }
        true
    }

    /// What was ordered is there.
    pub(crate) fn arrived(&mut self) {
        assert!(self.state == State::Coming, "only what was ordered arrives");
        self.state = State::There;
    }

    /// It is given back.
    pub(crate) fn gone(&mut self) {
        assert!(self.state == State::There, "only what is there is given back");
        self.state = if self.again { State::Watching } else { State::Over };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use brownout_dist::Constant;
    use brownout_model::{ChangeId, Signal, TierId};
    use brownout_units::Span;

    fn emergency(again: bool) -> Emergency {
        let condition = |above, value| model::Condition {
            of: TierId(0),
            signal: Signal::Queue,
            above,
            value,
            holds: Span::from_secs(10),
            every: Span::from_secs(10),
        };
        Emergency::new(&model::Emergency {
            when: condition(true, 10.0),
            lead: Constant::new(60.0).expect("a constant").into(),
            lease: ChangeId(0),
            until: Some(condition(false, 2.0)),
            longest: None,
            again,
        })
    }

    fn answer(emergency: &mut Emergency, question: Ask, at: u64, queue: f64) -> bool {
        let sample = Sample { about: 0, ready: 1, wanted: 1, value: queue, whole: 1.0 };
        emergency.answer(question, &sample, Instant::ZERO + Span::from_secs(at))
    }

    #[test]
    fn it_is_ordered_once_and_given_back_once() {
        let mut emergency = emergency(false);
        assert!(!answer(&mut emergency, Ask::When, 0, 11.0));
        assert!(answer(&mut emergency, Ask::When, 10, 11.0));
        assert_eq!(emergency.asks(), Ask::Nothing);
        emergency.arrived();
        // A late answer to the first question is no answer to the second.
        assert!(!answer(&mut emergency, Ask::When, 70, 11.0));
        assert!(!answer(&mut emergency, Ask::Until, 80, 1.0));
        assert!(!answer(&mut emergency, Ask::Until, 90, 3.0));
        assert!(!answer(&mut emergency, Ask::Until, 100, 1.0));
        assert!(answer(&mut emergency, Ask::Until, 110, 1.0));
        emergency.gone();
        assert_eq!(emergency.asks(), Ask::Nothing);
    }

    #[test]
    fn it_may_come_again() {
        let mut emergency = emergency(true);
        answer(&mut emergency, Ask::When, 0, 11.0);
        assert!(answer(&mut emergency, Ask::When, 10, 11.0));
        emergency.arrived();
        emergency.gone();
        assert_eq!(emergency.asks(), Ask::When);
        assert!(!answer(&mut emergency, Ask::When, 200, 11.0));
    }
}
