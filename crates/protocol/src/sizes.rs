//! How many tokens a request has: three numbers in one word, so that a message stays at four.

/// Tokens of one request: prompt, output, and history within the prompt; 21 bits each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes(u64);

const BITS: u32 = 21;

impl Sizes {
    /// The most of each: twice the longest context that models have.
    pub const MAX: u32 = (1 << BITS) - 1;

    /// A request without tokens.
    pub const NONE: Sizes = Sizes(0);

    /// Tokens of the prompt and of the output, and how many at the start of the prompt were prompt or output of earlier
    /// turns of its conversation.
    ///
    /// # Panics
    /// If a number is above [`Sizes::MAX`], or more of the prompt is history than there is.
    #[inline]
    pub const fn new(prompt: u32, output: u32, history: u32) -> Self {
        assert!(
            prompt <= Sizes::MAX && output <= Sizes::MAX,
            "a request has at most 2,097,151 tokens each way"
        );
        assert!(history <= prompt, "the history is a part of the prompt");
        Sizes(prompt as u64 | (output as u64) << BITS | (history as u64) << (2 * BITS))
    }

    /// Tokens of the prompt, history included.
    #[inline(always)]
    pub const fn prompt(self) -> u32 {
        self.0 as u32 & Sizes::MAX
    }

    /// Tokens of the output.
    #[inline(always)]
    pub const fn output(self) -> u32 {
        (self.0 >> BITS) as u32 & Sizes::MAX
    }

    /// Tokens at the start of the prompt that were prompt or output of earlier turns.
    #[inline(always)]
    pub const fn history(self) -> u32 {
        (self.0 >> (2 * BITS)) as u32
    }

    /// The word, for messages that carry something else in its place.
    pub(crate) const fn word(self) -> u64 {
        self.0
    }

    /// What [`word`](Self::word) gave.
    pub(crate) const fn from_word(word: u64) -> Self {
        Sizes(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_opened_again() {
        for (prompt, output, history) in
            [(0, 0, 0), (Sizes::MAX, 0, Sizes::MAX), (1, Sizes::MAX, 0), (900, 300, 700)]
        {
            let sizes = Sizes::new(prompt, output, history);
            assert_eq!((sizes.prompt(), sizes.output(), sizes.history()), (prompt, output, history));
        }
    }

    #[test]
    #[should_panic(expected = "part of the prompt")]
    fn a_history_beyond_the_prompt_is_refused() {
        let _ = Sizes::new(9, Sizes::MAX, 10);
    }
}
