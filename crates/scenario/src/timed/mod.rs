//! `[[override]]`: a key that has another value from an instant on, or until one.
//!
//! Each is compiled on its own, and what differs in the model becomes a change: whatever the language can say can be
//! overridden, and what cannot change while the service runs is found by what is left over.

mod difference;
mod items;

pub(crate) use items::{OVERRIDE, push, split};

use crate::compile::{self, Compiled, Context};
use crate::problem::Diagnostics;
use crate::text::switch;
use crate::text::tree::Node;
use brownout_model::{Cause, Effect, Model, Reach, Site, When};
use brownout_units::Span;
use difference::{Part, difference};
use items::Item;

/// The key of the list.
pub(crate) const KEY: &str = "override";

/// Adds the overrides of a document to what it was compiled to; `written` is the document before its switches.
pub(crate) fn lay(
    diag: &mut Diagnostics,
    written: &Node,
    compiled: Compiled,
    context: &Context<'_>,
) -> Option<Compiled> {
    let Some(field) = written.child(KEY) else { return Some(compiled) };
    let before = diag.error_count();
    let items = items::read(diag, field, compiled.model.duration);
    if before < diag.error_count() {
        return None;
    }
    let mut bare = written.clone();
    bare.entries_mut()?.shift_remove(KEY);
    let from_start: Vec<&Item> = items.iter().filter(|item| item.from.is_zero()).collect();
    let base = if from_start.is_empty() { compiled } else { with(diag, &bare, &from_start, context)? };
    let plain = base.model.clone();
    let mut laid = base;
    for (nth, item) in items.iter().enumerate() {
        let (other, at, lasts) = match (item.from.is_zero(), item.until) {
            // It is compiled in: nothing happens but its end.
            (true, None) => continue,
            (true, Some(until)) => {
                let others: Vec<&Item> =
                    from_start.iter().copied().filter(|other| !std::ptr::eq(*other, item)).collect();
                (with(diag, &bare, &others, context)?, until, Span::MAX)
            }
            (false, until) => {
                let mut all = from_start.clone();
                all.push(item);
                let lasts = until.map_or(Span::MAX, |until| until.saturating_sub(item.from));
                (with(diag, &bare, &all, context)?, item.from, lasts)
            }
        };
        match difference(&mut laid.model, &plain, &other.model) {
            Ok(parts) if parts.is_empty() => item.changes_nothing(diag),
            Ok(parts) => add(&mut laid.model, nth, item, parts, When { at, lasts }),
            Err(left) => item.cannot_change(diag, &left),
        }
    }
    (diag.error_count() == before).then_some(laid)
}

/// The document with some of its overrides laid over it for the whole run.
fn with(diag: &mut Diagnostics, bare: &Node, items: &[&Item], context: &Context<'_>) -> Option<Compiled> {
    let (mark, off) = (diag.mark(), diag.off.clone());
    let before = diag.error_count();
    let mut document = bare.clone();
    for item in items {
        item.apply(diag, &mut document);
    }
    switch::apply_switches(diag, &mut document);
    let compiled = compile::compile(diag, &document, &context.again());
    diag.keep_new_errors(mark);
    diag.off = off;
    compiled.filter(|_| diag.error_count() == before)
}

/// A change for each part of the model that takes another value.
fn add(model: &mut Model, nth: usize, item: &Item, parts: Vec<Part>, when: When) {
    let many = parts.len();
    for (at, Part { site, setting }) in parts.into_iter().enumerate() {
        let name = if many == 1 { format!("override.{nth}") } else { format!("override.{nth}.{at}") };
        let effect = Effect::Set { setting: model.settings.len() as u16 };
        model.settings.push(setting);
        let target = match site {
            Site::Tier(tier) => Reach::tier(tier),
            Site::Load(load) => Reach::load(load),
        };
        model.add(name, Cause::Override, effect, target, when);
        model.changes.last_mut().expect("it was added").title = Some(item.title());
    }
}
