//! The log: what nodes recorded, handed to an observer in batches.

use crate::Instant;

/// One line of the log: what was recorded, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<R> {
    /// When the node recorded it.
    pub at: Instant,
    /// What it recorded.
    pub record: R,
}

/// Reads the log. It cannot reach the simulation, so observing never changes a run.
pub trait Observer<R> {
    /// Some entries, in the order in which they were recorded; how many come at once carries no meaning.
    fn observe(&mut self, batch: &[Entry<R>]);
}

/// Ignores the log.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ignore;

impl<R> Observer<R> for Ignore {
    #[inline]
    fn observe(&mut self, _: &[Entry<R>]) {}
}

/// Keeps the whole log: for tests and short runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keep<R>(pub Vec<Entry<R>>);

impl<R: Copy> Observer<R> for Keep<R> {
    fn observe(&mut self, batch: &[Entry<R>]) {
        self.0.extend_from_slice(batch);
    }
}

impl<R, O: Observer<R> + ?Sized> Observer<R> for Box<O> {
    #[inline]
    fn observe(&mut self, batch: &[Entry<R>]) {
        (**self).observe(batch);
    }
}

impl<R, O: Observer<R> + ?Sized> Observer<R> for &mut O {
    #[inline]
    fn observe(&mut self, batch: &[Entry<R>]) {
        (**self).observe(batch);
    }
}

impl<R, O: Observer<R>> Observer<R> for Vec<O> {
    fn observe(&mut self, batch: &[Entry<R>]) {
        for one in self {
            one.observe(batch);
        }
    }
}

impl<R, O: Observer<R>> Observer<R> for Option<O> {
    fn observe(&mut self, batch: &[Entry<R>]) {
        if let Some(one) = self {
            one.observe(batch);
        }
    }
}

macro_rules! tuple_observes {
    ($($name:ident)+) => {
        impl<R, $($name: Observer<R>),+> Observer<R> for ($($name,)+) {
            #[inline]
            fn observe(&mut self, batch: &[Entry<R>]) {
                #[allow(non_snake_case)]
                let ($($name,)+) = self;
                $($name.observe(batch);)+
            }
        }
    };
}

tuple_observes!(A);
tuple_observes!(A B);
tuple_observes!(A B C);
tuple_observes!(A B C D);
tuple_observes!(A B C D E);
tuple_observes!(A B C D E F);
tuple_observes!(A B C D E F G);
tuple_observes!(A B C D E F G H);
