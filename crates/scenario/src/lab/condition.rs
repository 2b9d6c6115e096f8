//! Conditions of a sweep: comparisons of sums and products of its axes, as in
//! `tier.auth.replicas * tier.auth.workers <= 64`.

use super::quantity;
use brownout_metrics::Op;

/// A comparison that a point has to satisfy.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// As it is written.
    pub text: String,
    left: Term,
    op: Op,
    right: Term,
}

/// What is compared.
#[derive(Clone, Debug, PartialEq)]
enum Term {
    Number(f64),
    Word(String),
    /// The axis of that place.
    Axis(usize),
    Two(Box<Term>, char, Box<Term>),
}

/// A value of an axis.
enum Operand {
    Number(f64),
    Word(String),
}

impl Condition {
    /// Reads one. `axes` are the paths that may occur.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(text: &str, axes: &[&str]) -> Result<Condition, String> {
        let found = Op::ALL.into_iter().filter_map(|op| text.find(op.sign()).map(|at| (at, op)));
        let (at, op) = found.min_by_key(|(at, _)| *at).ok_or("it has no <, <=, >, >=, == or !=")?;
        let side = |text: &str| {
            let mut parser = Parser { rest: text, axes };
            let term = parser.sum()?;
            match parser.rest.trim() {
                "" => Ok(term),
                rest => Err(format!("what is \"{rest}\"?")),
            }
        };
        let (left, right) = (side(&text[..at])?, side(&text[at + op.sign().len()..])?);
        Ok(Condition { text: text.to_owned(), left, op, right })
    }

    /// Whether the values of a point satisfy it. A word satisfies only == and !=, a number none with a word.
    pub fn holds(&self, levels: &[super::Level]) -> bool {
        let value = |at: usize| match levels[at].number {
            Some(number) => Operand::Number(number),
            None => Operand::Word(levels[at].shown.clone()),
        };
        match (self.left.value(&value), self.right.value(&value)) {
            (Some(Operand::Number(left)), Some(Operand::Number(right))) => self.op.holds(&left, &right),
            (Some(Operand::Word(left)), Some(Operand::Word(right))) => match self.op {
                Op::Equal => left == right,
                Op::Differs => left != right,
                _ => false,
            },
            _ => false,
        }
    }
}

impl Term {
    fn value(&self, axis: &impl Fn(usize) -> Operand) -> Option<Operand> {
        Some(match self {
            Term::Number(number) => Operand::Number(*number),
            Term::Word(word) => Operand::Word(word.clone()),
            Term::Axis(at) => axis(*at),
            Term::Two(left, sign, right) => {
                let (Operand::Number(a), Operand::Number(b)) = (left.value(axis)?, right.value(axis)?) else {
                    return None;
                };
                Operand::Number(match sign {
                    '+' => a + b,
                    '-' => a - b,
                    '*' => a * b,
                    _ => a / b,
                })
            }
        })
    }
}

struct Parser<'t> {
    rest: &'t str,
    axes: &'t [&'t str],
}

/// How deep brackets may stand in each other.
const DEPTH_MAX: usize = 32;

impl<'t> Parser<'t> {
    fn sum(&mut self) -> Result<Term, String> {
        self.two(&['+', '-'], 0)
    }

    /// Terms with signs between them, from the left; products bind more tightly than sums.
    fn two(&mut self, signs: &'static [char], depth: usize) -> Result<Term, String> {
        if DEPTH_MAX < depth {
            return Err(format!("more than {DEPTH_MAX} brackets stand in each other"));
        }
        let is_sum = signs == ['+', '-'];
        let operand = |parser: &mut Self| {
            if is_sum { parser.two(&['*', '/'], depth) } else { parser.atom(depth) }
        };
        let mut left = operand(self)?;
        while let Some(sign) = self.rest.trim_start().chars().next().filter(|sign| signs.contains(sign)) {
            self.rest = &self.rest.trim_start()[1..];
            left = Term::Two(Box::new(left), sign, Box::new(operand(self)?));
        }
        Ok(left)
    }

    fn atom(&mut self, depth: usize) -> Result<Term, String> {
        self.rest = self.rest.trim_start();
        if let Some(inner) = self.rest.strip_prefix('(') {
            self.rest = inner;
            let term = self.two(&['+', '-'], depth + 1)?;
            let closed = self.rest.trim_start().strip_prefix(')');
            self.rest = closed.ok_or("a bracket is not closed")?;
            return Ok(term);
        }
        // Names have hyphens and units have slashes, so what is not set apart by a space belongs to them.
        let ends = |c: char| c.is_whitespace() || c == '(' || c == ')';
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        self.word(word)
    }

    fn word(&self, word: &'t str) -> Result<Term, String> {
        if let Some(at) = self.axes.iter().position(|axis| *axis == word) {
            return Ok(Term::Axis(at));
        }
        let plain = || word.replace('_', "").parse().ok().filter(|number: &f64| number.is_finite());
        if let Some(number) = plain().or_else(|| quantity::number(word).map(|(_, number)| number)) {
            return Ok(Term::Number(number));
        }
        if word.contains('.') {
            let near = crate::problem::did_you_mean(word, self.axes.iter().copied());
            let hint = near.map(|hint| format!("; {hint}")).unwrap_or_default();
            return Err(format!("\"{word}\" is no axis of this sweep{hint}"));
        }
        match word {
            "" => Err("a side of it is missing".to_owned()),
            word => Ok(Term::Word(word.trim_matches('"').to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::quantity::{Level, Measure};
    use super::*;

    fn holds(text: &str) -> Result<bool, String> {
        let axes = ["tier.a-b.replicas", "load.web.rate", "variant"];
        let levels = [Measure::Whole.level(4.0), Measure::Rate.level(2.5), Level::word("base")];
        Condition::parse(text, &axes).map(|condition| condition.holds(&levels))
    }

    #[test]
    fn sums_products_and_words_are_compared() {
        assert_eq!(holds("tier.a-b.replicas * 2 + 1 == 9"), Ok(true));
        assert_eq!(holds("2 * (tier.a-b.replicas - 1) < 6"), Ok(false));
        assert_eq!(holds("load.web.rate / tier.a-b.replicas <= 0.625/s"), Ok(true));
        assert_eq!(holds("variant != slow"), Ok(true));
        assert_eq!(holds("variant < 3"), Ok(false));
    }

    #[test]
    fn mistakes_are_named() {
        let error = |text: &str| holds(text).unwrap_err();
        assert!(error("tier.a-b.replica < 3").contains("did you mean"));
        assert!(error("tier.a-b.replicas 3").contains("it has no"));
        assert!(error("(tier.a-b.replicas < 3").contains("not closed"));
        assert!(error("< 3").contains("missing"));
        assert!(error("1 2 < 3").contains("what is"));
        assert!(error(&format!("{}1 < 2", "(".repeat(4_000))).contains("brackets"));
    }
}
