//! Which replicas of a tier are there, which are coming and which are going: a pure state machine.
//!
//! A place is reused when its replica is gone; each use is told by its number, as a token's generation does.

use brownout_kernel::Instant;
use brownout_units::Span;

/// What a replica is doing with its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// There is none in this place.
    Gone,
    /// It was ordered, and waits for its turn to come to life.
    Ordered,
    /// It comes to life.
    Booting,
    /// It takes calls.
    Serving,
    /// It finishes what it has.
    Draining,
}

/// What has to be done after an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// This one was ordered.
    Order(usize),
    /// This one begins to boot.
    Boot(usize),
    /// This one was never born.
    Forget(usize),
    /// This one takes no more calls.
    Drain(usize),
}

#[derive(Clone, Copy, Debug)]
struct Member {
    life: Life,
    /// How often the place was used before.
    uses: u32,
    ordered: Instant,
}

/// The replicas of one tier.
#[derive(Debug)]
pub(crate) struct Fleet {
    members: Vec<Member>,
    quota: usize,
    at_once: usize,
    wanted: usize,
    draining: usize,
    /// Replicas times nanoseconds up to `at`.
    paid: u128,
    served: u128,
    at: Instant,
}

impl Fleet {
    /// So many that serve; at most `quota` ever, of which `at_once` come to life together.
    pub(crate) fn new(replicas: u32, quota: u32, at_once: Option<u32>) -> Self {
        let member = Member { life: Life::Serving, uses: 0, ordered: Instant::ZERO };
        Fleet {
            members: vec![member; replicas as usize],
            quota: quota as usize,
            at_once: at_once.map_or(usize::MAX, |n| n as usize),
            wanted: replicas as usize,
            draining: 0,
            paid: 0,
            served: 0,
            at: Instant::ZERO,
        }
    }

    /// How many places there are, used or not.
    pub(crate) fn places(&self) -> usize {
        self.members.len()
    }

    /// How many there should be.
    pub(crate) fn wanted(&self) -> usize {
        self.wanted
    }

    /// How many take calls.
    pub(crate) fn serving(&self) -> usize {
        self.count(Life::Serving)
    }

    /// How many finish what they have.
    pub(crate) fn draining(&self) -> usize {
        self.draining
    }

    pub(crate) fn life(&self, at: usize) -> Life {
        self.members[at].life
    }

    /// Which use of its place this replica is.
    pub(crate) fn uses(&self, at: usize) -> u32 {
        self.members[at].uses
    }

    /// How long ago it was ordered.
    pub(crate) fn age(&self, at: usize, now: Instant) -> Span {
        now - self.members[at].ordered
    }

    /// Replicas times nanoseconds that were there, and that took calls, since the start.
    pub(crate) fn time(&self, now: Instant) -> (u128, u128) {
        let step = u128::from((now - self.at).nanos());
        (self.paid + step * self.there() as u128, self.served + step * self.serving() as u128)
    }

    /// How many are there, whatever they do.
    pub(crate) fn there(&self) -> usize {
        self.members.len() - self.count(Life::Gone) - self.count(Life::Ordered)
    }

    fn count(&self, life: Life) -> usize {
        self.members.iter().filter(|member| member.life == life).count()
    }

    fn set(&mut self, at: usize, life: Life, now: Instant) {
        (self.paid, self.served) = self.time(now);
        self.at = now;
        self.draining -= usize::from(self.members[at].life == Life::Draining);
        self.draining += usize::from(life == Life::Draining);
        self.members[at].life = life;
    }

    /// There should be `replicas`: the youngest go first, those that do not serve yet before all others.
    pub(crate) fn scale(&mut self, replicas: usize, now: Instant) -> Vec<Step> {
        let replicas = replicas.min(self.quota);
        let mut steps = Vec::new();
        for _ in self.wanted..replicas {
            steps.push(Step::Order(self.order(now)));
        }
        for _ in replicas..self.wanted {
            steps.push(self.let_go(now));
        }
        self.wanted = replicas;
        self.boot_next(now, &mut steps);
        steps
    }

    fn order(&mut self, now: Instant) -> usize {
        let place = self.members.iter().position(|member| member.life == Life::Gone);
        let at = place.unwrap_or_else(|| {
            self.members.push(Member { life: Life::Gone, uses: u32::MAX, ordered: now });
            self.members.len() - 1
        });
        self.set(at, Life::Ordered, now);
        let member = &mut self.members[at];
        (member.uses, member.ordered) = (member.uses.wrapping_add(1), now);
        at
    }

    fn let_go(&mut self, now: Instant) -> Step {
        for life in [Life::Ordered, Life::Booting, Life::Serving] {
            let youngest = (0..self.members.len())
                .filter(|&at| self.members[at].life == life)
                .max_by_key(|&at| (self.members[at].ordered, at));
            let Some(at) = youngest else { continue };
            if life == Life::Serving {
                self.set(at, Life::Draining, now);
                return Step::Drain(at);
            }
            self.set(at, Life::Gone, now);
            return Step::Forget(at);
        }
        unreachable!("as many are coming or serving as there should be")
    }

    /// Those whose turn it is begin to boot, in the order in which they were ordered.
    fn boot_next(&mut self, now: Instant, steps: &mut Vec<Step>) {
        let mut booting = self.count(Life::Booting);
        while booting < self.at_once {
            let ordered = (0..self.members.len()).filter(|&at| self.members[at].life == Life::Ordered);
            let Some(at) = ordered.min_by_key(|&at| (self.members[at].ordered, at)) else { return };
            self.set(at, Life::Booting, now);
            steps.push(Step::Boot(at));
            booting += 1;
        }
    }

    /// A replica has booted: it serves, and others may have their turn.
    pub(crate) fn booted(&mut self, at: usize, now: Instant) -> Vec<Step> {
        assert!(self.members[at].life == Life::Booting, "only one that boots has booted");
        self.set(at, Life::Serving, now);
        let mut steps = Vec::new();
        self.boot_next(now, &mut steps);
        steps
    }

    /// One that was draining has gone.
    pub(crate) fn gone(&mut self, at: usize, now: Instant) {
        assert!(self.members[at].life == Life::Draining, "only one that drains is gone");
        self.set(at, Life::Gone, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Step::{Boot, Drain, Forget, Order};

    fn at(seconds: u64) -> Instant {
        Instant::ZERO + Span::from_secs(seconds)
    }

    #[test]
    fn they_come_in_turn_and_the_youngest_go_first() {
        let mut fleet = Fleet::new(2, 5, Some(1));
        assert_eq!(fleet.scale(9, at(10)), [Order(2), Order(3), Order(4), Boot(2)]);
        assert_eq!((fleet.wanted(), fleet.serving()), (5, 2));
        assert_eq!(fleet.booted(2, at(20)), [Boot(3)]);
        assert_eq!(fleet.scale(2, at(30)), [Forget(4), Forget(3), Drain(2)]);
        assert_eq!((fleet.wanted(), fleet.serving(), fleet.draining()), (2, 2, 1));
        // The place of one that still drains is taken, those of the unborn are free.
        assert_eq!(fleet.scale(3, at(40)), [Order(3), Boot(3)]);
        fleet.gone(2, at(50));
        assert_eq!((fleet.uses(3), fleet.age(3, at(45))), (1, Span::from_secs(5)));
    }

    #[test]
    fn what_is_there_is_paid_for() {
        let mut fleet = Fleet::new(1, 9, None);
        fleet.scale(3, at(10));
        fleet.booted(1, at(20));
        fleet.booted(2, at(30));
        fleet.scale(1, at(40));
        fleet.gone(2, at(45));
        fleet.gone(1, at(50));
        let seconds = |(paid, served)| (paid / 1_000_000_000, served / 1_000_000_000);
        // One for 60 s, one from 10 to 50 and one from 10 to 45; the young serve from 20 and 30 until 40.
        assert_eq!(seconds(fleet.time(at(60))), (60 + 40 + 35, 60 + 20 + 10));
    }
}
