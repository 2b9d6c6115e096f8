//! What a sweep leaves as tables, written as it goes: `runs.parquet`, a row for each run and a column for each number,
//! and `points.parquet`, a row for each number of each point.

use crate::manifest::VERSION;
use brownout_analysis::Findings;
use brownout_metrics::{Metric, Subject};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::io::Write;
use std::sync::Arc;

/// Cells that are kept until they are written.
const CELLS: usize = 1 << 20;

/// A column of a sweep's tables, beside the numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Its name: the dotted path.
    pub name: String,
    /// Whether all its values are numbers; otherwise they are texts.
    pub is_number: bool,
    /// The unit of the numbers, in words; empty where they have none.
    pub unit: &'static str,
}

/// A value of an axis: a number where all of its axis are, and as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// As a number.
    pub number: Option<f64>,
    /// As it is shown.
    pub shown: String,
}

/// What one point adds to the tables.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Its number.
    pub point: u64,
    /// The value of each axis.
    pub levels: &'a [Level],
    /// What was found, if any replication left something.
    pub findings: Option<&'a Findings>,
    /// The number of each replication in the findings.
    pub replications: &'a [u64],
    /// Why a replication, or the whole point if that is none, left nothing.
    pub problems: &'a [(Option<u64>, String)],
}

/// Both tables on their way into files.
pub struct Tables<W: Write + Send> {
    runs: Table<W>,
    points: Table<W>,
    axes: Vec<Axis>,
    numbers: Vec<(Subject, &'static Metric)>,
}

impl<W: Write + Send> Tables<W> {
    /// Tables of these axes, with the numbers of `findings`; numbers that only other points have are in the second
    /// table alone.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn new(runs: W, points: W, axes: Vec<Axis>, findings: &Findings) -> Result<Self, String> {
        let all = findings.values.subjects.iter();
        let numbers: Vec<(Subject, &'static Metric)> =
            all.flat_map(|of| of.numbers.iter().map(|number| (of.subject.clone(), number.metric))).collect();
        let mut first = own(&axes);
        first.extend([Spec::int("replication", false), Spec::text("problem")]);
        first.extend(numbers.iter().map(|(subject, metric)| Spec::number(&name(subject, metric))));
        let mut second = own(&axes);
        second.extend([Spec::text("subject"), Spec::text("metric"), Spec::text("unit")]);
        second.extend(["mean", "low", "high"].map(Spec::number));
        second.extend([Spec::int("replications", true), Spec::text("problem")]);
        let about = about(&axes, &numbers);
        let runs = Table::new(runs, "runs", first, &about)?;
        Ok(Tables { runs, points: Table::new(points, "points", second, &about)?, axes, numbers })
    }

    /// Adds a point.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn add(&mut self, row: &Row<'_>) -> Result<(), String> {
        for (replication, problem) in row.problems {
            let mut cells = self.own(row);
            cells.extend([Cell::Int(replication.map(|n| n as i64)), Cell::Text(Some(Arc::from(&**problem)))]);
            cells.extend(self.numbers.iter().map(|_| Cell::Number(None)));
            self.runs.push(cells)?;
            if replication.is_none() {
                let mut cells = self.own(row);
                cells.extend([Cell::Text(None), Cell::Text(None), Cell::Text(None)]);
                cells.extend([Cell::Number(None), Cell::Number(None), Cell::Number(None)]);
                cells.extend([Cell::Int(Some(0)), Cell::Text(Some(Arc::from(&**problem)))]);
                self.points.push(cells)?;
            }
        }
        let Some(findings) = row.findings else { return Ok(()) };
        let numbers = self.find(findings);
        for (at, replication) in row.replications.iter().enumerate() {
            let mut cells = self.own(row);
            cells.extend([Cell::Int(Some(*replication as i64)), Cell::Text(None)]);
            cells.extend(numbers.iter().map(|number| {
                Cell::Number(number.and_then(|number| number.samples.at(at)).map(|sample| sample.value))
            }));
            self.runs.push(cells)?;
        }
        self.long(row, findings)
    }

    /// Ends both files.
    ///
    /// # Errors
    /// If one cannot be written.
    pub fn finish(self) -> Result<(W, W), String> {
        Ok((self.runs.finish()?, self.points.finish()?))
    }

    fn long(&mut self, row: &Row<'_>, findings: &Findings) -> Result<(), String> {
        for of in &findings.values.subjects {
            let subject: Arc<str> = Arc::from(of.subject.to_string());
            for number in of.numbers.iter().filter(|number| number.estimate.is_some()) {
                let estimate = number.estimate.expect("only those that are there");
                let ends = estimate.ci95;
                let mut cells = self.own(row);
                let text = |text: &str| Cell::Text(Some(Arc::from(text)));
                cells.extend([Cell::Text(Some(Arc::clone(&subject))), text(number.metric.key)]);
                cells.push(text(&number.metric.unit.words()));
                let three = [Some(estimate.mean), ends.map(|ends| ends.0), ends.map(|ends| ends.1)];
                cells.extend(three.map(Cell::Number));
                cells.extend([Cell::Int(Some(estimate.n as i64)), Cell::Text(None)]);
                self.points.push(cells)?;
            }
        }
        Ok(())
    }

    /// The numbers of a point in the order of the first table; they mostly stand in that order already.
    fn find<'f>(&self, findings: &'f Findings) -> Vec<Option<&'f brownout_analysis::findings::Number>> {
        let all = findings.values.subjects.iter();
        let mut next =
            all.flat_map(|of| of.numbers.iter().map(move |number| (&of.subject, number))).peekable();
        let find = |(subject, metric): &(Subject, &'static Metric)| {
            if let Some((_, number)) = next.next_if(|(of, number)| *of == subject && number.metric == *metric)
            {
                return Some(number);
            }
            let numbers = &findings.values.subject(subject)?.numbers;
            numbers.iter().find(|number| number.metric == *metric)
        };
        self.numbers.iter().map(find).collect()
    }

    fn own(&self, row: &Row<'_>) -> Vec<Cell> {
        let level = |(axis, level): (&Axis, &Level)| {
            if axis.is_number {
                Cell::Number(level.number)
            } else {
                Cell::Text(Some(Arc::from(&*level.shown)))
            }
        };
        std::iter::once(Cell::Int(Some(row.point as i64)))
            .chain(self.axes.iter().zip(row.levels).map(level))
            .collect()
    }
}

fn name(subject: &Subject, metric: &Metric) -> String {
    format!("{subject}.{}", metric.key)
}

/// The columns that both tables begin with.
fn own(axes: &[Axis]) -> Vec<Spec> {
    let axis = |axis: &Axis| if axis.is_number { Spec::number(&axis.name) } else { Spec::text(&axis.name) };
    std::iter::once(Spec::int("point", true)).chain(axes.iter().map(axis)).collect()
}

/// What the columns are, as JSON in the metadata of the file: units, directions, meanings.
fn about(axes: &[Axis], numbers: &[(Subject, &'static Metric)]) -> String {
    let axis = |axis: &Axis| (axis.name.clone(), serde_json::json!({ "axis": true, "unit": axis.unit }));
    let number = |(subject, metric): &(Subject, &'static Metric)| {
        let what = serde_json::json!({ "unit": metric.unit.words(), "meaning": metric.meaning });
        (name(subject, metric), what)
    };
    let all = axes.iter().map(axis).chain(numbers.iter().map(number));
    serde_json::Value::Object(all.collect()).to_string()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Int,
    Number,
    Text,
}

#[derive(Clone, Debug)]
struct Spec {
    name: String,
    kind: Kind,
    is_required: bool,
}

impl Spec {
    fn int(name: &str, is_required: bool) -> Self {
        Spec { name: name.to_owned(), kind: Kind::Int, is_required }
    }

    fn number(name: &str) -> Self {
        Spec { name: name.to_owned(), kind: Kind::Number, is_required: false }
    }

    fn text(name: &str) -> Self {
        Spec { name: name.to_owned(), kind: Kind::Text, is_required: false }
    }
}

enum Cell {
    Int(Option<i64>),
    Number(Option<f64>),
    Text(Option<Arc<str>>),
}

/// A file, and the rows that are not in it yet.
struct Table<W: Write + Send> {
    file: SerializedFileWriter<W>,
    specs: Vec<Spec>,
    rows: Vec<Vec<Cell>>,
}

impl<W: Write + Send> Table<W> {
    fn new(out: W, name: &str, specs: Vec<Spec>, about: &str) -> Result<Self, String> {
        let column = |spec: &Spec| -> Result<_, ParquetError> {
            let (physical, logical) = match spec.kind {
                Kind::Int => (Physical::INT64, None),
                Kind::Number => (Physical::DOUBLE, None),
                Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            };
            let repetition = if spec.is_required { Repetition::REQUIRED } else { Repetition::OPTIONAL };
            let column = Type::primitive_type_builder(&spec.name, physical).with_repetition(repetition);
            Ok(Arc::new(column.with_logical_type(logical).build()?))
        };
        let columns = specs.iter().map(column).collect::<Result<Vec<_>, ParquetError>>().map_err(said)?;
        let schema = Type::group_type_builder(name).with_fields(columns).build().map_err(said)?;
        let entry = |key: &str, value: &str| KeyValue::new(key.to_owned(), value.to_owned());
        let properties = WriterProperties::builder()
            .set_created_by(format!("brownout version {VERSION}"))
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            .set_max_row_group_row_count(None)
            .set_key_value_metadata(Some(vec![
                entry("brownout.version", VERSION),
                entry("brownout.columns", about),
            ]))
            .build();
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(said)?;
        Ok(Table { file, specs, rows: Vec::new() })
    }

    fn push(&mut self, cells: Vec<Cell>) -> Result<(), String> {
        assert_eq!(cells.len(), self.specs.len(), "a cell for each column");
        self.rows.push(cells);
        if CELLS <= self.rows.len() * self.specs.len() { self.flush().map_err(said) } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), ParquetError> {
        let rows = std::mem::take(&mut self.rows);
        let mut group = self.file.next_row_group()?;
        for (at, spec) in self.specs.iter().enumerate() {
            let mut writer = group.next_column()?.expect("as many columns as the schema has");
            let cells = rows.iter().map(|row| &row[at]);
            let there = |cell: &Cell| match cell {
                Cell::Int(value) => value.is_some(),
                Cell::Number(value) => value.is_some(),
                Cell::Text(value) => value.is_some(),
            };
            let levels: Vec<i16> = cells.clone().map(|cell| i16::from(there(cell))).collect();
            let levels = (!spec.is_required).then_some(levels.as_slice());
            match spec.kind {
                Kind::Int => {
                    let value = |cell: &Cell| if let Cell::Int(value) = cell { *value } else { None };
                    let values: Vec<i64> = cells.filter_map(value).collect();
                    writer.typed::<Int64Type>().write_batch(&values, levels, None)?;
                }
                Kind::Number => {
                    let value = |cell: &Cell| if let Cell::Number(value) = cell { *value } else { None };
                    let values: Vec<f64> = cells.filter_map(value).collect();
                    writer.typed::<DoubleType>().write_batch(&values, levels, None)?;
                }
                Kind::Text => {
                    let value = |cell: &Cell| match cell {
                        Cell::Text(Some(text)) => Some(ByteArray::from(text.as_bytes().to_vec())),
                        _ => None,
                    };
                    let values: Vec<ByteArray> = cells.filter_map(value).collect();
                    writer.typed::<ByteArrayType>().write_batch(&values, levels, None)?;
                }
            }
            writer.close()?;
        }
        group.close()?;
        Ok(())
    }

    fn finish(mut self) -> Result<W, String> {
        if !self.rows.is_empty() {
            self.flush().map_err(said)?;
        }
        self.file.into_inner().map_err(said)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it on")]
fn said(error: ParquetError) -> String {
    error.to_string()
}
