//! The points of a sweep as JSON, all in one object or one a line.

use super::estimate;
use brownout_analysis::swept::{Cell, Place, Seen, Shows, Spot, Swept};
use brownout_metrics::harm::MINUTES_DOWN;
use brownout_metrics::replicas::COST_PER_MONTH;
use serde_json::{Map, Value, json};

/// All points of a sweep.
pub fn swept(swept: &Swept) -> Value {
    let column = |column: &Shows| {
        let (unit, when) = (column.metric.unit.words(), &column.when);
        json!({ "that": column.title, "when": when, "unit": unit, "is_promise": column.is_promise })
    };
    json!({
        "title": swept.title,
        "axes": swept.axes,
        "columns": swept.columns.iter().map(column).collect::<Vec<_>>(),
        "left_out": swept.left_out.iter().map(|(condition, count)| json!({ "where": condition, "points": count }))
            .collect::<Vec<_>>(),
        "invalid": swept.invalid().iter().map(|(problem, count)| json!({ "problem": problem, "points": count }))
            .collect::<Vec<_>>(),
        "points": swept.points.iter().map(|spot| point(swept, &spot)).collect::<Vec<_>>(),
    })
}

/// The same, one point a line.
pub fn swept_lines(swept: &Swept) -> String {
    swept.points.iter().flat_map(|spot| [point(swept, &spot).to_string(), "\n".to_owned()]).collect()
}

fn point(swept: &Swept, spot: &Spot) -> Value {
    let level = |place: &Place| place.number.map_or_else(|| json!(place.shown), |number| json!(number));
    let axes: Map<String, Value> = swept.axes.iter().cloned().zip(spot.levels.iter().map(level)).collect();
    let shown: Vec<&str> = spot.levels.iter().map(|level| level.shown.as_str()).collect();
    let found = match &spot.found {
        Ok(seen) => found(seen),
        Err(problem) => json!({ "problem": problem }),
    };
    let mut object = json!({ "point": spot.number, "axes": axes, "shown": shown });
    let all = object.as_object_mut().expect("an object");
    all.extend(found.as_object().expect("an object").clone());
    object
}

fn found(seen: &Seen) -> Value {
    let cell = |cell: &Cell| json!({ "value": estimate(cell.value.as_ref()), "passed": cell.passed });
    let worst = seen.worst.as_ref();
    json!({
        "replications": seen.replications,
        "broken": seen.broken,
        "badge": seen.badge,
        "came_back": seen.back,
        "worst": worst.map(|worst| worst.subject.to_string()),
        (MINUTES_DOWN.key): worst.map_or(Value::Null, |worst| estimate(Some(&worst.minutes_down))),
        "first_tier": seen.first,
        (COST_PER_MONTH.key): estimate(seen.cost.as_ref()),
        "columns": seen.cells.iter().map(cell).collect::<Vec<_>>(),
    })
}
