//! Expectations: `web.login.success_rate < 10%`, from text to the typed data of the table of metrics.

mod parse;

pub(crate) use brownout_metrics::{Asked, Expect, LawRow, Operand};
pub(crate) use parse::{Known, Mistake, metric, parse, range, value};
