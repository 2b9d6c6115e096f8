//! Messages between nodes, and from a node to itself.
//!
//! A message travels as whole words and is opened into an enum where it is read. An enum that travels is written in
//! small pieces and copied in one large one, which the processor cannot forward from its store buffer: 8 to 20 % of a
//! run.

use crate::{Deadline, Sizes, Status};
use brownout_kernel::NodeId;
use brownout_units::Span;

/// Names a row in its owner's table; the generation tells a stale name from a current one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// The place in the table.
    pub index: u32,
    /// Which use of that place.
    pub generation: u32,
}

/// A message on its way: four words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Msg {
    /// From the lowest byte: verb, path, attempt, flags (with the zone of the caller) or status, then 16 bits of the
    /// sender, and 16 of the origin of an answer or of the deadline of a call.
    head: u64,
    /// The caller's token.
    call: u64,
    /// The user's key, in 48 bits, below the other half of the deadline; of an answer, its `Retry-After`.
    key: u64,
    /// How many tokens it has.
    sizes: Sizes,
}

/// One hop of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a bit of the message, and any of them may be set")]
pub struct Call {
    /// Which class does which operation: an index into the model's paths.
    pub path: u8,
    /// 0 for a first attempt; counts the retries of the client and of every tier on the way, up to 255.
    pub attempt: u8,
    /// The user's token has expired.
    pub stale: bool,
    /// The client that began it has gone: the work goes on and is counted as wasted.
    pub orphan: bool,
    /// The client wants to know when the first token is out.
    pub streams: bool,
    /// The zone where the caller stands, 1 to 15; 0: none.
    pub zone: u8,
    /// It has left that zone, and so does its answer.
    pub crossed: bool,
    /// The caller.
    pub from: NodeId,
    /// The caller's token for it.
    pub token: Token,
    /// The user's key: the same for one user everywhere.
    pub key: u64,
    /// How many tokens it has.
    pub sizes: Sizes,
    /// The deadline of the client that began it, if it is known.
    pub deadline: Deadline,
}

/// A message as it is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Say {
    /// Begin: the run has started.
    Start,
    /// Please serve this.
    Call(Call),
    /// How the call with that token of yours ended, and the tier that decided it.
    Reply {
        /// The caller's token.
        token: Token,
        /// How it ended.
        status: Status,
        /// The node where it was decided.
        origin: u16,
    },
    /// The caller has gone.
    Cancel {
        /// Who called.
        from: NodeId,
        /// The caller's token for it.
        token: Token,
        /// How.
        leave: Leave,
    },
    /// The first token of the call with that token of yours is out; the answer is still to come.
    First {
        /// The caller's token.
        token: Token,
    },
    /// Fault number `fault` of the model begins or ends.
    Fault {
        /// Its place in the model.
        fault: u32,
        /// It begins.
        on: bool,
        /// Only this replica; none: those that the fault says.
        replica: Option<u16>,
    },
    /// A question about a signal, answered at once by a sample.
    Ask {
        /// The node that asks.
        from: NodeId,
        /// Which of its questions.
        about: u16,
        /// Which signal, by number.
        signal: u8,
    },
    /// A sample: the answer to a question.
    Sample(Sample),
    /// An order to have this number of replicas.
    Scale {
        /// How many.
        replicas: u32,
    },
}

/// The answer of a tier to a question about a signal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// The asker's number of the question.
    pub about: u16,
    /// Replicas that serve.
    pub ready: u32,
    /// Replicas that are desired.
    pub wanted: u32,
    /// The signal, or what it has added up to since the start of the run.
    pub value: f64,
    /// Of what: a signal is `value / whole`, or the difference of the one over that of the other.
    pub whole: f64,
}

/// The bits of a key.
const KEY: u64 = (1 << 48) - 1;

/// How a caller leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leave {
    /// For accounting only: the work goes on.
    pub abandoned: bool,
    /// Its timeout is over, which counts against the callee. Otherwise the answer is no longer useful: another try was
    /// faster, or its purpose has failed elsewhere.
    pub late: bool,
}

const START: u64 = 0;
const CALL: u64 = 1;
const REPLY: u64 = 2;
const CANCEL: u64 = 3;
const FAULT: u64 = 4;
const ASK: u64 = 5;
const SAMPLE: u64 = 6;
const SCALE: u64 = 7;
const FIRST: u64 = 8;

impl Token {
    #[inline(always)]
    const fn word(self) -> u64 {
        self.index as u64 | (self.generation as u64) << 32
    }

    #[inline(always)]
    const fn from_word(word: u64) -> Self {
        Token { index: word as u32, generation: (word >> 32) as u32 }
    }
}

impl Msg {
    /// Begin.
    pub const START: Msg = Msg { head: START, call: 0, key: 0, sizes: Sizes::NONE };

    /// A call.
    #[inline(always)]
    pub const fn call(call: &Call) -> Msg {
        let head = CALL
            | (call.path as u64) << 8
            | (call.attempt as u64) << 16
            | (call.stale as u64) << 24
            | (call.orphan as u64) << 25
            | (call.streams as u64) << 26
            | (call.zone as u64 & 15) << 27
            | (call.crossed as u64) << 31
            | (call.from.index() as u64 & 0xffff) << 32
            | (call.deadline.bits() as u64) << 48;
        let key = (call.key & KEY) | (call.deadline.bits() as u64 >> 16) << 48;
        Msg { head, call: call.token.word(), key, sizes: call.sizes }
    }

    /// An answer to the caller that knows it as `token`.
    #[inline(always)]
    pub const fn reply(token: Token, status: Status, origin: u16) -> Msg {
        let head = REPLY | (status as u64) << 24 | (origin as u64) << 48;
        Msg { head, call: token.word(), key: 0, sizes: Sizes::NONE }
    }

    /// The answer, with a `Retry-After`.
    #[must_use]
    pub const fn with_retry_after(self, after: Span) -> Msg {
        Msg { key: after.nanos(), ..self }
    }

    /// The `Retry-After` of an answer, if it has one.
    #[inline(always)]
    pub const fn retry_after(&self) -> Span {
        if self.head & 0xff == REPLY { Span::from_nanos(self.key) } else { Span::ZERO }
    }

    /// The first token is out: to the caller that knows the call as `token`.
    #[inline(always)]
    pub const fn first(token: Token) -> Msg {
        Msg { head: FIRST, call: token.word(), key: 0, sizes: Sizes::NONE }
    }

    /// The caller leaves.
    #[inline(always)]
    pub const fn cancel(from: NodeId, token: Token, leave: Leave) -> Msg {
        let how = leave.abandoned as u64 | (leave.late as u64) << 1;
        let head = CANCEL | how << 24 | (from.index() as u64 & 0xffff) << 32;
        Msg { head, call: token.word(), key: 0, sizes: Sizes::NONE }
    }

    /// A fault begins or ends.
    pub const fn fault(fault: u32, on: bool, replica: Option<u16>) -> Msg {
        let key = match replica {
            Some(replica) => replica as u64 + 1,
            None => 0,
        };
        Msg { head: FAULT | (on as u64) << 24, call: fault as u64, key, sizes: Sizes::NONE }
    }

    /// A question about a signal.
    pub const fn ask(from: NodeId, about: u16, signal: u8) -> Msg {
        let head = ASK | (signal as u64) << 8 | (from.index() as u64 & 0xffff) << 32 | (about as u64) << 48;
        Msg { head, call: 0, key: 0, sizes: Sizes::NONE }
    }

    /// The answer to a question.
    pub const fn sample(sample: &Sample) -> Msg {
        Msg {
            head: SAMPLE | (sample.about as u64) << 48,
            call: sample.ready as u64 | (sample.wanted as u64) << 32,
            key: sample.value.to_bits(),
            sizes: Sizes::from_word(sample.whole.to_bits()),
        }
    }

    /// An order to have this number of replicas.
    pub const fn scale(replicas: u32) -> Msg {
        Msg { head: SCALE, call: replicas as u64, key: 0, sizes: Sizes::NONE }
    }

    /// Whether this is a call.
    #[inline(always)]
    pub const fn is_call(&self) -> bool {
        self.head & 0xff == CALL
    }

    /// The receiver's token of the call that this answers, if it was plainly served.
    #[inline(always)]
    pub const fn success(&self) -> Option<Token> {
        let plain = self.head & 0xff00_00ff == REPLY && self.key == 0;
        if plain { Some(Token::from_word(self.call)) } else { None }
    }

    /// The message as an enum.
    ///
    /// # Panics
    /// If it was not made by one of the constructors.
    #[inline(always)]
    pub fn open(self) -> Say {
        let token = Token::from_word(self.call);
        let from = NodeId::from_index((self.head >> 32) as u32 & 0xffff);
        let flags = (self.head >> 24) as u8;
        match self.head & 0xff {
            CALL => Say::Call(Call {
                path: (self.head >> 8) as u8,
                attempt: (self.head >> 16) as u8,
                stale: flags & 1 != 0,
                orphan: flags & 2 != 0,
                streams: flags & 4 != 0,
                zone: flags >> 3 & 15,
                crossed: flags & 128 != 0,
                from,
                token,
                key: self.key & KEY,
                sizes: self.sizes,
                deadline: Deadline::from_bits((self.head >> 48) as u32 | ((self.key >> 48) as u32) << 16),
            }),
            REPLY => {
                Say::Reply { token, status: Status::from_number(flags), origin: (self.head >> 48) as u16 }
            }
            CANCEL => {
                let leave = Leave { abandoned: flags & 1 != 0, late: flags & 2 != 0 };
                Say::Cancel { from, token, leave }
            }
            FIRST => Say::First { token },
            FAULT => Say::Fault {
                fault: self.call as u32,
                on: flags != 0,
                replica: if self.key == 0 { None } else { Some((self.key - 1) as u16) },
            },
            START => Say::Start,
            ASK => Say::Ask { from, about: (self.head >> 48) as u16, signal: (self.head >> 8) as u8 },
            SAMPLE => Say::Sample(Sample {
                about: (self.head >> 48) as u16,
                ready: self.call as u32,
                wanted: (self.call >> 32) as u32,
                value: f64::from_bits(self.key),
                whole: f64::from_bits(self.sizes.word()),
            }),
            SCALE => Say::Scale { replicas: self.call as u32 },
            other => unreachable!("no message has the verb {other}"),
        }
    }
}

/// A node's message to itself: a verb and a row of its own table.
///
/// Two whole words, for the same reason as a message: as 4 + 4 + 4 bytes it cost 12 to 17 % of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wake {
    verb: u64,
    token: u64,
}

impl Wake {
    /// A wake; the verb is the node's own numbering.
    #[inline(always)]
    pub const fn new(verb: u32, token: Token) -> Self {
        Wake { verb: verb as u64, token: token.word() }
    }

    /// The node's own numbering.
    #[inline(always)]
    pub const fn verb(self) -> u32 {
        self.verb as u32
    }

    /// Which row.
    #[inline(always)]
    pub const fn token(self) -> Token {
        Token::from_word(self.token)
    }
}

const _: () = assert!(size_of::<Msg>() == 32 && size_of::<Wake>() == 16);

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: Call = Call {
        path: 0,
        attempt: 0,
        stale: false,
        orphan: false,
        streams: false,
        zone: 0,
        crossed: false,
        from: NodeId::NONE,
        token: Token { index: 0, generation: 0 },
        key: 0,
        sizes: Sizes::NONE,
        deadline: Deadline::NONE,
    };

    #[test]
    fn what_is_packed_is_opened_again() {
        let token = Token { index: 0xdead_beef, generation: 0xffff_fffe };
        let from = NodeId::from_index(0xfffe);
        for flags in 0..8 {
            let (stale, orphan, streams) = (flags & 1 != 0, flags & 2 != 0, flags & 4 != 0);
            let (key, sizes) = (KEY, Sizes::new(9, Sizes::MAX, 7));
            let deadline = Deadline::from_bits(0xdead_beef);
            let (path, attempt) = (63, 255);
            for (zone, crossed) in [(0, true), (15, false), (5, true)] {
                let who = Call { path, attempt, stale, orphan, streams, zone, crossed, ..CALL };
                let call = Call { from, token, key, sizes, deadline, ..who };
                assert_eq!(Msg::call(&call).open(), Say::Call(call));
            }
        }
        for status in Status::ALL {
            let reply = Msg::reply(token, status, 0xabcd);
            assert_eq!(reply.open(), Say::Reply { token, status, origin: 0xabcd });
            assert_eq!(reply.success(), (status == Status::Ok).then_some(token));
            assert_eq!(reply.with_retry_after(Span::from_secs(1)).success(), None);
        }
        assert_eq!(Msg::first(token).open(), Say::First { token });
        assert_eq!(Msg::first(token).success(), None);
        for abandoned in [false, true] {
            for late in [false, true] {
                let leave = Leave { abandoned, late };
                assert_eq!(Msg::cancel(from, token, leave).open(), Say::Cancel { from, token, leave });
            }
            for replica in [None, Some(0), Some(u16::MAX)] {
                let fault = Say::Fault { fault: 77, on: abandoned, replica };
                assert_eq!(Msg::fault(77, abandoned, replica).open(), fault);
            }
        }
        assert_eq!(Msg::default().open(), Say::Start);
        let (about, signal) = (0xfedc, 5);
        assert_eq!(Msg::ask(from, about, signal).open(), Say::Ask { from, about, signal });
        let sample = Sample { about, ready: u32::MAX, wanted: 7, value: -0.1, whole: 1e300 };
        assert_eq!(Msg::sample(&sample).open(), Say::Sample(sample));
        assert_eq!(Msg::scale(u32::MAX).open(), Say::Scale { replicas: u32::MAX });
    }
}
