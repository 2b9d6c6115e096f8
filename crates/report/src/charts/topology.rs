//! A drawing of a service: boxes with names and notes, calls between them with a number.
//!
//! It knows nothing of findings: whatever is to be seen at a box or an arrow is given to it as text. Layers, order and
//! the courses of arrows are those of dagre.

use super::canvas::{Align, Canvas, Point, Type};
use super::style::{EDGE, FAINT, INK, MUTE, NARROW, PAPER, SMALL, TEXT, VERMILLION, WIDTH, text_of};
use crate::{Error, font};
use dagre::graph::{Graph, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, RankDir, layout};

/// Of a box.
const HIGH: f64 = 40.0;
/// The widths that a box may have, the most that fits.
const WIDE: [f64; 5] = [184.0, 150.0, 124.0, 104.0, 88.0];
/// A drawing for a phone is no wider: made smaller, its text is that of a chart on paper.
const NARROW_MAX: f64 = 440.0;
/// Of the head of an arrow.
const HEAD: f64 = 5.0;
/// Above a drawing, about.
const HEADER: f64 = 80.0;

/// One box.
pub(crate) struct Node {
    pub(crate) name: String,
    /// When it broke, as text; a box that has one is framed.
    pub(crate) onset: Option<String>,
    /// What stands under the name: what was seen there, or what it is.
    pub(crate) note: String,
    /// Whether it was the first to break.
    pub(crate) first: bool,
}

/// One arrow, between the places of two boxes.
pub(crate) struct Edge {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// A number beside it.
    pub(crate) label: Option<String>,
}

/// All of them.
pub(crate) struct Topology {
    pub(crate) nodes: Vec<Node>,
    pub(crate) edges: Vec<Edge>,
}

/// Where everything stands.
pub(crate) struct Plan<'a> {
    topology: &'a Topology,
    graph: Graph<NodeLabel, EdgeLabel>,
    wide: f64,
    size: (f64, f64),
}

impl Topology {
    /// The widest boxes with which the drawing is no wider than a chart, from left to right or else downwards; none
    /// where none are.
    pub(crate) fn plan(&self) -> Option<Plan<'_>> {
        let tries = [RankDir::LR, RankDir::TB].into_iter().flat_map(|way| WIDE.map(|wide| (way, wide)));
        tries.map(|(way, wide)| self.lay(way, wide)).find(|plan| plan.size.0 <= WIDTH - 2.0 * EDGE)
    }

    /// The one whose shape, its width by its height, is nearest to that of a sheet, so that it can be largest there.
    pub(crate) fn shaped(&self, shape: f64) -> Plan<'_> {
        let tries = [RankDir::LR, RankDir::TB].into_iter().flat_map(|way| WIDE.map(|wide| (way, wide)));
        // What a header takes above the drawing, on a sheet that fits it.
        let high = |plan: &Plan<'_>| plan.height() + HEADER;
        let scale = |plan: &Plan<'_>| (shape / plan.width()).min(1.0 / high(plan));
        let plans = tries.map(|(way, wide)| self.lay(way, wide));
        plans.max_by(|a, b| scale(a).total_cmp(&scale(b))).expect("there are widths to try")
    }

    /// The same downwards for a phone, or the least that is wider and can still be read when it is made smaller.
    pub(crate) fn narrow_plan(&self) -> Option<Plan<'_>> {
        let plans = || WIDE.map(|wide| self.lay(RankDir::TB, wide)).into_iter();
        let fits = |most: f64| plans().find(|plan| plan.width() <= most);
        fits(NARROW).or_else(|| fits(NARROW_MAX))
    }

    fn lay(&self, rankdir: RankDir, wide: f64) -> Plan<'_> {
        let mut graph: Graph<NodeLabel, EdgeLabel> =
            Graph::with_options(GraphOptions { directed: true, multigraph: false, compound: false });
        for at in 0..self.nodes.len() {
            let node = NodeLabel { width: wide, height: HIGH, ..NodeLabel::default() };
            graph.set_node(at.to_string(), Some(node));
        }
        for edge in self.edges.iter().filter(|edge| edge.from != edge.to) {
            let mut label = EdgeLabel::default();
            if let Some(text) = &edge.label {
                (label.width, label.height) = (font::width(text, SMALL, false) + 8.0, 16.0);
            }
            graph.set_edge(edge.from.to_string(), edge.to.to_string(), Some(label), None);
        }
        let options = LayoutOptions {
            rankdir,
            nodesep: 14.0,
            edgesep: 10.0,
            ranksep: 44.0,
            ..LayoutOptions::default()
        };
        layout(&mut graph, Some(options));
        let mut plan = Plan { topology: self, graph, wide, size: (0.0, 0.0) };
        let corner = |(x, y): Point| (x + wide / 2.0, y + HIGH / 2.0);
        let boxes = (0..self.nodes.len()).map(|at| corner(plan.place(at)));
        let courses = self.edges.iter().flat_map(|edge| plan.course(edge));
        plan.size = boxes.chain(courses).fold((0.0, 0.0), |size, at| (size.0.max(at.0), size.1.max(at.1)));
        plan
    }
}

impl Plan<'_> {
    /// In pixels, with its edges.
    pub(crate) fn width(&self) -> f64 {
        self.size.0 + 2.0 * EDGE
    }

    /// In pixels.
    pub(crate) fn height(&self) -> f64 {
        self.size.1
    }

    /// Draws it from a corner on: arrows, then boxes.
    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>, (left, top): Point) -> Result<(), Error> {
        let onto = |(x, y): Point| (left + EDGE + x, top + y);
        for edge in &self.topology.edges {
            let course: Vec<Point> = self.course(edge).into_iter().map(onto).collect();
            arrow(canvas, &course)?;
        }
        for edge in &self.topology.edges {
            self.number(canvas, edge, onto)?;
        }
        let names: Vec<&str> = self.topology.nodes.iter().map(|node| node.name.as_str()).collect();
        let room = self.wide - 8.0;
        let widest = names.iter().map(|name| font::width(name, TEXT, true)).fold(0.0, f64::max);
        let size = if widest <= room { TEXT } else { SMALL };
        let names = font::fit_names(&names, size, true, room);
        for (at, name) in names.iter().enumerate() {
            self.node(canvas, &self.topology.nodes[at], (name, size), onto(self.place(at)))?;
        }
        Ok(())
    }

    fn node(
        &self,
        canvas: &mut Canvas<'_>,
        node: &Node,
        (name, size): (&str, f64),
        (x, y): Point,
    ) -> Result<(), Error> {
        let (left, right) = (x - self.wide / 2.0, x + self.wide / 2.0);
        let (top, bottom) = (y - HIGH / 2.0, y + HIGH / 2.0);
        canvas.rectangle((left, top), (right, bottom), PAPER, 1.0)?;
        let (frame, thick) = match (&node.onset, node.first) {
            (None, _) => (FAINT, 1.0),
            (Some(_), false) => (VERMILLION, 1.5),
            (Some(_), true) => (VERMILLION, 3.0),
        };
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        canvas.line(&corners, frame, thick)?;
        canvas.text(name, (x, y - 8.0), Type::new(size, INK).bold().align(Align::Center))?;
        let (note, color) = match &node.onset {
            Some(onset) => (format!("{onset} · {}", node.note), text_of(VERMILLION)),
            None => (node.note.clone(), MUTE),
        };
        // The time says more than the sign where there is no room for both.
        let room = self.wide - 10.0;
        let fits = |text: &str| font::width(text, SMALL, false) <= room;
        let note = match &node.onset {
            Some(onset) if !fits(&note) => font::fit(onset, SMALL, false, room),
            _ => font::fit(&note, SMALL, false, room),
        };
        canvas.text(&note, (x, y + 9.0), Type::new(SMALL, color).align(Align::Center))
    }

    fn number(
        &self,
        canvas: &mut Canvas<'_>,
        edge: &Edge,
        onto: impl Fn(Point) -> Point,
    ) -> Result<(), Error> {
        let laid = self.graph.edge(&edge.from.to_string(), &edge.to.to_string(), None);
        let at = laid.and_then(|laid| Some((laid.x?, laid.y?)));
        let (Some(text), Some(at)) = (&edge.label, at) else { return Ok(()) };
        let (x, y) = onto(at);
        let half = font::width(text, SMALL, false) / 2.0 + 2.0;
        canvas.rectangle((x - half, y - 7.0), (x + half, y + 7.0), PAPER, 1.0)?;
        canvas.text(text, (x, y), Type::new(SMALL, INK).align(Align::Center))
    }

    /// The middle of a box.
    fn place(&self, at: usize) -> Point {
        let node = self.graph.node(&at.to_string()).expect("every box was given to the layout");
        (node.x.unwrap_or(0.0), node.y.unwrap_or(0.0))
    }

    /// The points of an arrow; none of a call to itself.
    fn course(&self, edge: &Edge) -> Vec<Point> {
        let laid = self.graph.edge(&edge.from.to_string(), &edge.to.to_string(), None);
        laid.map_or_else(Vec::new, |laid| laid.points.iter().map(|point| (point.x, point.y)).collect())
    }
}

/// A line with a head at its end.
fn arrow(canvas: &mut Canvas<'_>, course: &[Point]) -> Result<(), Error> {
    let [.., before, end] = course else { return Ok(()) };
    canvas.line(course, MUTE, 1.25)?;
    let length = (end.0 - before.0).hypot(end.1 - before.1).max(1e-9);
    let (dx, dy) = ((end.0 - before.0) / length, (end.1 - before.1) / length);
    let back = (end.0 - 2.0 * HEAD * dx, end.1 - 2.0 * HEAD * dy);
    let side = (-dy * HEAD * 0.8, dx * HEAD * 0.8);
    canvas.polygon(&[*end, (back.0 + side.0, back.1 + side.1), (back.0 - side.0, back.1 - side.1)], MUTE, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(boxes: usize) -> Topology {
        let node =
            |at: usize| Node { name: format!("tier {at}"), onset: None, note: String::new(), first: false };
        let edge = |at: usize| Edge { from: at - 1, to: at, label: Some("12/s".to_owned()) };
        Topology { nodes: (0..boxes).map(node).collect(), edges: (1..boxes).map(edge).collect() }
    }

    #[test]
    fn a_short_chain_goes_to_the_right_and_a_long_one_down() {
        let short = chain(4);
        let plan = short.plan().expect("it fits");
        assert!(plan.place(3).0 > plan.place(0).0 && (plan.place(3).1 - plan.place(0).1).abs() < 1.0);
        let long = chain(30);
        let plan = long.plan().expect("it fits");
        assert!(plan.place(29).1 > plan.place(0).1 && plan.size.0 <= WIDTH);
    }

    #[test]
    fn on_a_phone_calls_go_down_and_many_side_by_side_have_no_drawing() {
        let line = chain(6);
        let plan = line.narrow_plan().expect("it fits");
        assert!(plan.width() <= NARROW && plan.place(0).1 < plan.place(5).1);
        let mut star = chain(9);
        star.edges = (1..9).map(|to| Edge { from: 0, to, label: None }).collect();
        assert!(star.narrow_plan().is_none());
    }

    #[test]
    fn the_same_service_is_laid_out_the_same_way() {
        let places = |boxes| {
            let chain = chain(boxes);
            let plan = chain.plan().expect("it fits");
            (0..boxes).map(|at| plan.place(at)).collect::<Vec<_>>()
        };
        assert_eq!(places(12), places(12));
    }
}
