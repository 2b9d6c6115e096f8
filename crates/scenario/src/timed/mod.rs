//! `[[override]]`: a key that has another value from an instant on, or until one.
//!
//! Each is compiled on its own, and what differs in the model becomes a change: whatever the language can say can be
//! overridden, and what cannot change while the service runs is found by what is left over. Where two of one key
//! overlap, the later one in the list holds; two keys that are one part of the model may not overlap.

mod difference;
mod items;
mod pieces;

pub(crate) use items::{OVERRIDE, push, split};

use crate::compile::{self, Compiled, Context};
use crate::problem::Diagnostics;
use crate::text::switch;
use crate::text::tree::Node;
use brownout_model::{Cause, Effect, Model, Reach, Site, When};
use brownout_units::Span;
use difference::{Part, difference};
use items::Item;
use pieces::Window;

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
    let windows = pieces::windows(&items);
    let is_from_start = |nth: usize| windows[nth].first().is_some_and(|(from, _)| from.is_zero());
    let from_start: Vec<&Item> =
        items.iter().enumerate().filter(|(nth, _)| is_from_start(*nth)).map(|(_, item)| item).collect();
    let base = if from_start.is_empty() { compiled } else { with(diag, &bare, &from_start, context)? };
    let plain = base.model.clone();
    let mut laid = base;
    let mut changed = Vec::new();
    for (nth, item) in items.iter().enumerate() {
        let ends = is_from_start(nth);
        // One that begins with the run is compiled in: nothing happens but its end.
        let times = if ends { pieces::gaps(&windows[nth]) } else { windows[nth].clone() };
        if times.is_empty() {
            if !ends {
                item.never_holds(diag);
            }
            continue;
        }
        let others = from_start.iter().copied().filter(|other| !std::ptr::eq(*other, item));
        let meanwhile: Vec<&Item> = if ends { others.collect() } else { others.chain([item]).collect() };
        let other = with(diag, &bare, &meanwhile, context)?;
        match difference(&mut laid.model, &plain, &other.model) {
            Ok(parts) if parts.is_empty() => {
                let before = items[..nth].iter().zip(&windows);
                let mut before = before.filter(|(_, times)| meet(times, &windows[nth]));
                if let Some((table, _)) = before.find(|(it, _)| pieces::covers(&it.path, &item.path)) {
                    item.clashes_with(diag, table);
                } else if !items[..nth].iter().any(|it| pieces::covers(&item.path, &it.path)) {
                    item.changes_nothing(diag);
                }
            }
            Ok(parts) => changed.push(Changed { nth, ends, times, parts }),
            Err(left) => item.cannot_change(diag, &left),
        }
    }
    refuse_clashes(diag, &items, &changed);
    // The later one in the list counts, and each override counts more than the end of another.
    changed.sort_by_key(|changed| !changed.ends);
    for Changed { nth, times, parts, .. } in changed {
        add(&mut laid.model, nth, &items[nth], &parts, &times);
    }
    (diag.error_count() == before).then_some(laid)
}

/// What an override changes, or its end.
struct Changed {
    nth: usize,
    ends: bool,
    times: Vec<Window>,
    parts: Vec<Part>,
}

/// Whether two have an instant in common.
fn meet(one: &[Window], other: &[Window]) -> bool {
    one.iter().any(|one| other.iter().any(|other| pieces::overlap(*one, *other)))
}

/// Two overrides of different keys may meet in one part of the model, such as the cache of a tier. Each was compiled
/// without the other, so that together they would be neither.
fn refuse_clashes(diag: &mut Diagnostics, items: &[Item], changed: &[Changed]) {
    for (at, later) in changed.iter().enumerate() {
        let meets = |earlier: &&Changed| {
            let mut parts =
                earlier.parts.iter().flat_map(|one| later.parts.iter().map(move |two| (one, two)));
            !pieces::covers(&items[later.nth].path, &items[earlier.nth].path)
                && meet(&earlier.times, &later.times)
                && parts.any(|(one, two)| one.site == two.site && one.setting.clashes(&two.setting))
        };
        if let Some(earlier) = changed[..at].iter().find(meets) {
            items[later.nth].clashes_with(diag, &items[earlier.nth]);
        }
    }
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

/// A change for each part of the model that takes another value, each time.
fn add(model: &mut Model, nth: usize, item: &Item, parts: &[Part], times: &[Window]) {
    let many = parts.len() * times.len();
    for (at, (window, part)) in
        times.iter().flat_map(|time| parts.iter().map(move |part| (time, part))).enumerate()
    {
        let name = if many == 1 { format!("override.{nth}") } else { format!("override.{nth}.{at}") };
        let effect = Effect::Set { setting: model.settings.len() as u16 };
        model.settings.push(part.setting.clone());
        let target = match part.site {
            Site::Tier(tier) => Reach::tier(tier),
            Site::Load(load) => Reach::load(load),
        };
        let (from, until) = *window;
        let lasts = if until == Span::MAX { Span::MAX } else { until.saturating_sub(from) };
        model.add(name, Cause::Override, effect, target, When { at: from, lasts });
        model.changes.last_mut().expect("it was added").title = Some(item.title());
    }
}
