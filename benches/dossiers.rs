//! How long does it take to tally ten million dossiers of a Parquet file by
//! the whole on-time rule, beside DuckDB and Polars counting `finished <= due`?
//! And does memory stay flat when there are a hundred million?
//!
//! Run: `cargo run --release -p parindex-benches --bin dossiers`, with DuckDB
//! and Polars in the Python named by `PYTHON` (default `python3`). `ROWS` is
//! the number of dossiers (default ten million), `THREADS` that of threads
//! (default two), `STREAM` that of dossiers of a stream (default ten times
//! the rows, 0 for none). The file goes to the directory for temporary files.

mod measured;
mod peers;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, DictionaryArray, Int16Array, Int32Array, RecordBatch, RecordBatchIterator, StringArray,
    TimestampMillisecondArray,
};
use parindex_dossiers::{Calendar, Every, Options, Question, Tallier, Tally};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

const UNITS: u64 = 10_595;
const PROCEDURES: u64 = 2_000;
const BATCH: u64 = 1 << 16;
const ROUNDS: usize = 3;
type Failure = Box<dyn std::error::Error>;

/// A question, its best time, memory and number of groups, and the peers' runs.
struct Asked {
    by: &'static [&'static str],
    best: Duration,
    memory: Option<u64>,
    groups: usize,
    others: [(&'static str, Option<peers::Run>); 2],
}

fn main() -> Result<(), Failure> {
    let number = |name: &str, otherwise: u64| {
        std::env::var(name).map_or(Ok(otherwise), |text| text.parse()).map_err(|_| format!("`{name}` is no number"))
    };
    let rows = number("ROWS", if measured::is_quick() { 1_000_000 } else { 10_000_000 })?;
    let threads = usize::try_from(number("THREADS", 2)?)?;
    let stream = number("STREAM", rows * 10)?;
    let words = Words::new();
    let path = std::env::temp_dir().join(format!("parindex-dossiers-{rows}.parquet"));
    if !path.exists() {
        write(&path, rows, &words)?;
    }
    println!("{rows} dossiers, {} MB, {threads} threads", fs::metadata(&path)?.len() / 1_000_000);

    let calendar = Calendar::vietnam()?;
    let mut questions = [&["unit"][..], &["unit", "procedure"]].map(|by| Asked {
        by,
        best: Duration::MAX,
        memory: None,
        groups: 0,
        others: [("duckdb", None), ("polars", None)],
    });
    // In turns with the peers, so that a busy machine is busy for all; the best of each counts.
    for _ in 0..measured::rounds(ROUNDS) {
        for question in &mut questions {
            for _ in 0..2 {
                measured::reset();
                let start = Instant::now();
                let tally = tally(&path, question.by, threads, &calendar)?;
                question.best = start.elapsed().min(question.best);
                question.memory = measured::megabytes().max(question.memory);
                question.groups = tally.len();
                let total = tally.total();
                assert_eq!(total.received() + total.uncounted() + tally.outside_period(), rows);
            }
            let keys = question.by.join(",");
            let number = threads.to_string();
            for (peer, run) in &mut question.others {
                let arguments = [OsStr::new(peer), path.as_os_str(), OsStr::new(&keys), OsStr::new(&number)];
                *run = peers::ask(peer, "dossiers_peers.py", &arguments, run.take())?;
            }
        }
    }
    for question in questions {
        let name = format!("dossiers/{}", question.by.join("-"));
        let groups = format!("{} groups, the whole rule", question.groups);
        measured::say(&name, question.best.as_secs_f64(), question.memory, &groups);
        for (_, run) in question.others {
            if let Some(run) = run {
                assert_eq!(run.answer, format!("{} groups, {rows} dossiers", question.groups));
                run.say(&name, "`finished <= due` only; as many groups and dossiers");
            }
        }
    }
    for rows in [stream / 10, stream] {
        if rows > 0 {
            measure_stream(rows, &words, threads, &calendar)?;
        }
    }
    Ok(())
}

/// Tallies a stream that is made as it is read, and says what memory that took.
fn measure_stream(rows: u64, words: &Words, threads: usize, calendar: &Calendar) -> Result<(), Failure> {
    measured::reset();
    let start = Instant::now();
    let tally = tally_stream(rows, words, threads, calendar)?;
    assert_eq!(tally.outside_period() + tally.total().received() + tally.total().uncounted(), rows);
    let answer = format!("{rows} dossiers, with the time to make them");
    measured::say("dossiers/stream", start.elapsed().as_secs_f64(), measured::megabytes(), &answer);
    Ok(())
}

fn options(by: &[&str]) -> Result<Options, Failure> {
    Ok(Options::new(Question::new("2026-Y".parse()?).by(by.iter().copied()).every(Every::Month)))
}

fn tally(path: &Path, by: &[&str], threads: usize, calendar: &Calendar) -> Result<Tally, Failure> {
    let mut tallier = Tallier::new(options(by)?, calendar)?;
    tallier.read_parquet([path], threads)?;
    Ok(tallier.finish()?)
}

fn tally_stream(rows: u64, words: &Words, threads: usize, calendar: &Calendar) -> Result<Tally, Failure> {
    let mut tallier = Tallier::new(options(&["unit"])?, calendar)?;
    let schema = batch(0, 1, words)?.schema();
    let made = (0..rows).step_by(1 << 16).map(|first| batch(first, BATCH.min(rows - first), words));
    tallier.read_batches(RecordBatchIterator::new(made, schema), threads)?;
    Ok(tallier.finish()?)
}

/// Ids that many dossiers share.
struct Words {
    units: ArrayRef,
    procedures: ArrayRef,
    statuses: ArrayRef,
}

impl Words {
    fn new() -> Self {
        let units = (0..UNITS).map(|unit| format!("H{:02}.{:03}.{unit:05}", unit % 34, unit % 151));
        let procedures = (0..PROCEDURES).map(|procedure| format!("{}.{procedure:06}", procedure % 3 + 1));
        Self {
            units: Arc::new(StringArray::from_iter_values(units)),
            procedures: Arc::new(StringArray::from_iter_values(procedures)),
            statuses: Arc::new(StringArray::from(vec!["Đã trả kết quả", "Đang xử lý", "Yêu cầu bổ sung"])),
        }
    }
}

/// A number made from the number of a row and of a use, the same at any time.
fn draw(row: u64, salt: u64, limit: u64) -> u64 {
    let mut word = row.wrapping_mul(16).wrapping_add(salt).wrapping_add(0x9E37_79B9_7F4A_7C15);
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    let high = (u128::from(word ^ (word >> 31)) * u128::from(limit)) >> 64;
    u64::try_from(high).unwrap_or(0)
}

/// Dossiers of 2026 that come in as the year goes on: 3 % pending, 5 % asked for
/// a supplement, 1 % without a due date, units and procedures of unequal size.
fn batch(first: u64, rows: u64, words: &Words) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let count = usize::try_from(rows).unwrap_or(0);
    let mut keys: [Vec<i32>; 3] = std::array::from_fn(|_| Vec::with_capacity(count));
    let mut moments: [Vec<Option<i64>>; 5] = std::array::from_fn(|_| Vec::with_capacity(count));
    let (mut requests, mut limits, mut ids) = (Vec::new(), Vec::new(), Vec::new());
    let whole = |number: u64| i32::try_from(number).unwrap_or(0);
    for row in first..first + rows {
        let skewed = |salt: u64, limit: u64| draw(row, salt, draw(row, salt + 1, limit) + 1);
        // 15 December 2025 and on, by the minute, in office hours.
        let day = draw(row, 0, 365);
        let received = 1_765_756_800_000 + i64::try_from(day * 1440 + 480 + draw(row, 1, 540)).unwrap_or(0) * 60_000;
        let days = [1, 3, 5, 10, 15, 30][usize::try_from(skewed(2, 6)).unwrap_or(0)];
        let due = received + (days * 1440 + i64::try_from(draw(row, 4, 60)).unwrap_or(0)) * 60_000;
        let taken = i64::try_from(draw(row, 5, u64::try_from(days).unwrap_or(1) * 1584 + 1)).unwrap_or(0);
        let is_asked = draw(row, 6, 20) == 0;
        let is_pending = draw(row, 7, 33) == 0;
        let asked = received + taken / 3 * 60_000;
        let is_answered = is_asked && !(is_pending && draw(row, 8, 2) == 0);
        keys[0].push(whole(skewed(9, UNITS)));
        keys[1].push(whole(skewed(11, PROCEDURES)));
        keys[2].push(if !is_pending {
            0
        } else if is_asked && !is_answered {
            2
        } else {
            1
        });
        moments[0].push(Some(received));
        moments[1].push((draw(row, 13, 100) > 0).then_some(due));
        moments[2].push((!is_pending).then_some(received + taken * 60_000));
        moments[3].push(is_asked.then_some(asked));
        moments[4].push(is_answered.then_some(asked + taken / 3 * 60_000));
        requests.push(i16::from(is_asked));
        limits.push(Some(i32::try_from(days).unwrap_or(0)));
        ids.push(format!("{row:012}"));
    }
    let [units, procedures, statuses] = keys.map(Int32Array::from);
    let dictionary = |keys: Int32Array, values: &ArrayRef| {
        DictionaryArray::<Int32Type>::try_new(keys, values.clone()).map(|column| Arc::new(column) as ArrayRef)
    };
    let [received, due, finished, requested, answered] =
        moments.map(|column| Arc::new(TimestampMillisecondArray::from(column)) as ArrayRef);
    RecordBatch::try_from_iter([
        ("id", Arc::new(StringArray::from(ids)) as ArrayRef),
        ("unit", dictionary(units, &words.units)?),
        ("procedure", dictionary(procedures, &words.procedures)?),
        ("status", dictionary(statuses, &words.statuses)?),
        ("received", received),
        ("due", due),
        ("finished", finished),
        ("supplement_requested", requested),
        ("supplement_answered", answered),
        ("supplement_requests", Arc::new(Int16Array::from(requests)) as ArrayRef),
        ("limit_days", Arc::new(Int32Array::from(limits)) as ArrayRef),
    ])
}

fn write(path: &PathBuf, rows: u64, words: &Words) -> Result<(), Failure> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(Some(1 << 18))
        .build();
    let unfinished = path.with_extension("part");
    let mut writer = ArrowWriter::try_new(File::create(&unfinished)?, batch(0, 1, words)?.schema(), Some(properties))?;
    for first in (0..rows).step_by(1 << 16) {
        writer.write(&batch(first, BATCH.min(rows - first), words)?)?;
    }
    writer.close()?;
    Ok(fs::rename(unfinished, path)?)
}
