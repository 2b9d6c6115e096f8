//! A table as Parquet: columns of texts, whole numbers and numbers, written and read a row group at a time.

use crate::manifest::{FORMAT, VERSION, Variant};
use bytes::Bytes;
use parquet::basic::{Compression, Encoding};
use parquet::column::reader::ColumnReader;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnPath;
use std::fmt::Write as _;
use std::sync::Arc;

/// A text of which many rows have the same.
pub(crate) type Text = Arc<str>;

/// What stands for no number: the one bit pattern that this program makes, and a null in the file.
pub(crate) const NONE: f64 = f64::NAN;

/// A row group with more is refused before memory is taken for it; the largest scenario has a tenth of that.
const ROWS_MAX: usize = 1 << 26;
/// The number of values that are read or written at a time. Pages begin at multiples of 1,024 values, so that any
/// multiple of that gives the same bytes.
const BATCH: usize = 1 << 13;

/// A column: its name and what is in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spec {
    pub(crate) name: &'static str,
    kind: Kind,
    need: Need,
}

/// Whether each row has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Always,
    Sometimes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Int,
    Float,
}

/// Texts, in a dictionary.
pub(crate) const fn text(name: &'static str, need: Need) -> Spec {
    Spec { name, kind: Kind::Text, need }
}

/// Whole numbers, in a dictionary.
pub(crate) const fn int(name: &'static str) -> Spec {
    Spec { name, kind: Kind::Int, need: Need::Always }
}

/// Numbers, in a dictionary as long as that is not too large.
pub(crate) const fn float(name: &'static str, need: Need) -> Spec {
    Spec { name, kind: Kind::Float, need }
}

/// What goes into a column of a row group, one after another: of 10,000 replications all columns together would take
/// 44 bytes for each of two million numbers.
pub(crate) enum Feed<'a> {
    Text(Runs),
    Int(Box<dyn Iterator<Item = i32> + 'a>),
    /// [`NONE`] where there is no value.
    Float(Box<dyn Iterator<Item = f64> + 'a>),
}

/// What is in a column of a row group, as it was read.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    Text(Runs),
    Int(Vec<i32>),
    /// [`NONE`] where there is no value.
    Float(Vec<f64>),
}

/// Texts with how many rows in succession have them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs(pub(crate) Vec<(Option<Text>, usize)>);

impl Runs {
    /// A number of rows of the same.
    pub(crate) fn push(&mut self, text: Option<Text>, rows: usize) {
        match self.0.last_mut() {
            Some((last, count)) if *last == text => *count += rows,
            _ => self.0.push((text, rows)),
        }
    }
}

/// The bytes of a table. Its metadata say what was run.
pub(crate) fn write<'a>(
    name: &str,
    specs: &[Spec],
    groups: impl Iterator<Item = Vec<Feed<'a>>>,
    variants: &[Variant],
) -> Vec<u8> {
    // All of it goes to memory, and the columns are those of the schema: nothing in here can go wrong.
    let fine = "a table in memory";
    let schema = Arc::new(parse_message_type(&schema(name, specs)).expect("a schema"));
    let properties = Arc::new(properties(specs, variants));
    let mut file = SerializedFileWriter::new(Vec::new(), schema, properties).expect(fine);
    for columns in groups {
        assert_eq!(columns.len(), specs.len(), "a column for each of the schema");
        let mut group = file.next_row_group().expect(fine);
        for (column, spec) in columns.into_iter().zip(specs) {
            let mut writer = group.next_column().expect(fine).expect("as many columns as the schema has");
            column.write(spec.need, &mut writer).expect(fine);
            writer.close().expect(fine);
        }
        group.close().expect(fine);
    }
    file.into_inner().expect(fine)
}

fn schema(name: &str, specs: &[Spec]) -> String {
    let mut schema = format!("message {name} {{\n");
    for Spec { name, kind, need } in specs {
        let need = if *need == Need::Always { "REQUIRED" } else { "OPTIONAL" };
        let line = match kind {
            Kind::Text => format!("{need} BYTE_ARRAY {name} (STRING);"),
            Kind::Int => format!("{need} INT32 {name};"),
            Kind::Float => format!("{need} DOUBLE {name};"),
        };
        writeln!(schema, "{line}").expect("a text in memory");
    }
    schema + "}"
}

fn properties(specs: &[Spec], variants: &[Variant]) -> WriterProperties {
    let variants = serde_json::to_string(variants).expect("names and numbers are JSON");
    let entry = |key: &str, value: String| KeyValue::new(key.to_owned(), value);
    let metadata = vec![
        entry("brownout.format", FORMAT.to_string()),
        entry("brownout.variants", variants),
        entry("brownout.version", VERSION.to_owned()),
    ];
    let mut builder = WriterProperties::builder()
        .set_created_by(format!("brownout version {VERSION}"))
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_max_row_group_row_count(None)
        .set_key_value_metadata(Some(metadata));
    // Counts over a window repeat, so that a dictionary takes two thirds of the room that numbers with their bytes
    // split into streams do. Past a megabyte of different numbers they hardly repeat, and streams are better.
    for spec in specs.iter().filter(|spec| spec.kind == Kind::Float) {
        builder = builder.set_column_encoding(ColumnPath::from(spec.name), Encoding::BYTE_STREAM_SPLIT);
    }
    builder.build()
}

impl Feed<'_> {
    fn write(self, need: Need, writer: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let optional = need == Need::Sometimes;
        match self {
            Feed::Text(Runs(runs)) => {
                let writer = writer.typed::<ByteArrayType>();
                for (text, rows) in runs {
                    let text = text.map(|text| ByteArray::from(text.as_bytes().to_vec()));
                    for from in (0..rows).step_by(BATCH) {
                        let rows = BATCH.min(rows - from);
                        let values = text.as_ref().map_or(Vec::new(), |text| vec![text.clone(); rows]);
                        let levels = optional.then(|| vec![i16::from(text.is_some()); rows]);
                        writer.write_batch(&values, levels.as_deref(), None)?;
                    }
                }
                Ok(())
            }
            Feed::Int(values) => {
                let writer = writer.typed::<Int32Type>();
                batches(values, |values| writer.write_batch(values, None, None))
            }
            Feed::Float(values) => {
                let writer = writer.typed::<DoubleType>();
                batches(values, |values| {
                    if !optional {
                        return writer.write_batch(values, None, None);
                    }
                    let there = |value: &&f64| value.to_bits() != NONE.to_bits();
                    let levels: Vec<i16> = values.iter().map(|value| i16::from(there(&value))).collect();
                    let values: Vec<f64> = values.iter().filter(there).copied().collect();
                    writer.write_batch(&values, Some(&levels), None)
                })
            }
        }
    }
}

/// All values in batches.
fn batches<T>(
    mut values: impl Iterator<Item = T>,
    mut write: impl FnMut(&[T]) -> Result<usize, ParquetError>,
) -> Result<(), ParquetError> {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        batch.extend(values.by_ref().take(BATCH));
        if batch.is_empty() {
            return Ok(());
        }
        write(&batch)?;
        batch.clear();
    }
}

/// The row groups of a table that has these columns.
///
/// # Errors
/// If it has not, or is broken.
pub(crate) fn read(bytes: Vec<u8>, specs: &[Spec]) -> Result<Vec<Vec<Column>>, String> {
    let file = SerializedFileReader::new(Bytes::from(bytes)).map_err(|error| error.to_string())?;
    let group = |at| -> Result<Vec<Column>, String> {
        let group = file.get_row_group(at).map_err(|error| error.to_string())?;
        let schema = group.metadata().schema_descr();
        if schema.num_columns() != specs.len() {
            return Err(format!("{} columns instead of {}", schema.num_columns(), specs.len()));
        }
        let rows = usize::try_from(group.metadata().num_rows()).ok().filter(|rows| *rows <= ROWS_MAX);
        let rows = rows.ok_or("more rows than any run has")?;
        specs.iter().enumerate().map(|(at, spec)| column(group.as_ref(), at, spec, rows)).collect()
    };
    (0..file.num_row_groups()).map(group).collect()
}

fn column(group: &dyn RowGroupReader, at: usize, spec: &Spec, rows: usize) -> Result<Column, String> {
    let schema = group.metadata().schema_descr().column(at);
    let levels = (schema.max_def_level(), schema.max_rep_level());
    let optional = spec.need == Need::Sometimes;
    if schema.name() != spec.name || levels != (i16::from(optional), 0) {
        return Err(format!("column {at} is {:?} instead of {:?}", schema.name(), spec.name));
    }
    let reader = group.get_column_reader(at).map_err(|error| error.to_string())?;
    match (spec.kind, reader) {
        (Kind::Text, ColumnReader::ByteArrayColumnReader(reader)) => {
            let mut runs = Runs::default();
            each(reader, optional, rows, |value: Option<ByteArray>| runs.add(value.as_ref()))?;
            Ok(Column::Text(runs))
        }
        (Kind::Int, ColumnReader::Int32ColumnReader(reader)) => {
            let mut values = Vec::with_capacity(rows);
            each(reader, optional, rows, |value| {
                values.extend(value);
                Ok(())
            })?;
            Ok(Column::Int(values))
        }
        (Kind::Float, ColumnReader::DoubleColumnReader(reader)) => {
            let mut values = Vec::with_capacity(rows);
            each(reader, optional, rows, |value| {
                values.push(value.unwrap_or(NONE));
                Ok(())
            })?;
            Ok(Column::Float(values))
        }
        _ => Err(format!("column {} holds something else", spec.name)),
    }
}

impl Runs {
    /// One row more, as it was read.
    fn add(&mut self, value: Option<&ByteArray>) -> Result<(), String> {
        let value = value.map(ByteArray::data);
        match self.0.last_mut() {
            Some((last, rows)) if last.as_deref().map(str::as_bytes) == value => *rows += 1,
            _ => {
                let text = value.map(str::from_utf8).transpose().map_err(|error| error.to_string())?;
                self.0.push((text.map(Text::from), 1));
            }
        }
        Ok(())
    }
}

/// Every value of a column in order, or none where it has none.
fn each<T: DataType>(
    mut reader: parquet::column::reader::ColumnReaderImpl<T>,
    optional: bool,
    rows: usize,
    mut take: impl FnMut(Option<T::T>) -> Result<(), String>,
) -> Result<(), String> {
    let (mut values, mut levels) = (Vec::with_capacity(BATCH), Vec::with_capacity(BATCH));
    let mut done = 0;
    while done < rows {
        values.clear();
        levels.clear();
        let levels_of = if optional { Some(&mut levels) } else { None };
        let read = reader.read_records(BATCH.min(rows - done), levels_of, None, &mut values);
        let (records, ..) = read.map_err(|error| error.to_string())?;
        if records == 0 {
            return Err(format!("{done} rows of {rows} are there"));
        }
        let mut values = values.drain(..);
        for at in 0..records {
            let there = !optional || levels.get(at) == Some(&1);
            let value = if there { Some(values.next().ok_or("a value is missing")?) } else { None };
            take(value)?;
        }
        done += records;
    }
    Ok(())
}
