//! Tables of every type, in any parts and on any threads, give one tally.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use arrow_array::builder::{ListBuilder, TimestampMicrosecondBuilder};
use arrow_array::{
    ArrayRef, Float64Array, Int64Array, RecordBatch, RecordBatchIterator, StringArray, TimestampMicrosecondArray,
    TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray,
};
use arrow_cast::cast;
use arrow_schema::DataType;
use jiff::civil::date;
use parindex_dossiers::{
    Calendar, Counts, Every, Moment, Options, Part, Population, Question, Reading, Tallier, Tally, Times,
};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use proptest::prelude::*;

use crate::by_hand::{self, Row};

const MOMENTS: [&str; 7] = ["received", "due", "finished", "processed", "returned", "stopped", "withdrawn"];

fn texts(cells: impl Iterator<Item = Option<String>>) -> ArrayRef {
    Arc::new(cells.collect::<StringArray>())
}

fn micros(text: &str) -> Option<i64> {
    let moment: Moment = text.parse().ok()?;
    let since = moment.datetime().duration_since(date(1970, 1, 1).at(0, 0, 0, 0));
    i64::try_from(since.as_micros()).ok()
}

/// A row of the fixture as a table of one row, with texts for moments.
fn one_row(row: &Row) -> RecordBatch {
    let cell = |name: &str| texts(std::iter::once(Some(row[name].clone()).filter(|text| !text.is_empty())));
    let mut columns: Vec<(&str, ArrayRef)> = MOMENTS.iter().map(|name| (*name, cell(name))).collect();
    for name in ["status", "supplement_requests", "limit_days", "limit_hours"] {
        columns.push((name, cell(name)));
    }
    for name in ["supplement_requested", "supplement_answered"] {
        if row["supplement_requested"].contains(';') {
            let mut list = ListBuilder::new(TimestampMicrosecondBuilder::new());
            for part in row[name].split(';') {
                list.values().append_option(micros(part));
            }
            list.append(true);
            columns.push((name, Arc::new(list.finish())));
        } else {
            columns.push((name, cell(name)));
        }
    }
    RecordBatch::try_from_iter(columns).unwrap()
}

/// Read once: tests ask for thousands of tallies.
static VIETNAM: LazyLock<Calendar> = LazyLock::new(|| Calendar::vietnam().unwrap());

fn tally(question: Question, batches: &[RecordBatch]) -> Tally {
    let mut tallier = Tallier::new(Options::new(question), &VIETNAM).unwrap();
    for batch in batches {
        tallier.push(batch).unwrap();
    }
    tallier.finish().unwrap()
}

/// The one outcome that a tally of one dossier holds.
fn outcome(tally: &Tally) -> String {
    let total: Counts = tally.total();
    let classes = [
        ("on_time", total.on_time()),
        ("late", total.late()),
        ("pending_in_time", total.pending_in_time()),
        ("pending_late", total.pending_late()),
        ("outside-period", tally.outside_period()),
    ];
    let reasons = total.reasons().map(|(reason, count)| (reason.name(), count));
    let told: Vec<(&str, u64)> = classes.into_iter().chain(reasons).filter(|(_, count)| *count > 0).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].1, 1);
    told[0].0.to_owned()
}

/// The columns of `batch` that hold moments, each turned by `turn` if it can be.
fn with_moments(batch: &RecordBatch, turn: impl Fn(&str) -> Option<ArrayRef>) -> RecordBatch {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
        let name = field.name().as_str();
        let is_moment = MOMENTS.contains(&name) || name == "supplement_requested" || name == "supplement_answered";
        let text = column.as_any().downcast_ref::<StringArray>().map(|texts| texts.iter().next().flatten());
        let turned = match text {
            Some(Some(text)) if is_moment => turn(text),
            _ => None,
        };
        (name, turned.unwrap_or_else(|| column.clone()))
    });
    RecordBatch::try_from_iter(columns).unwrap()
}

/// Whether a text has a time of day and no zone, so that timestamps say the same.
fn is_plain_moment(text: &str) -> bool {
    text.parse::<Moment>().is_ok_and(|moment| !moment.is_day())
}

#[test]
fn dossiers_classed_by_hand_are_classed_in_tables() {
    for row in by_hand::rows() {
        let tally = tally(by_hand::question(&row), &[one_row(&row)]);
        assert_eq!(outcome(&tally), row["expected"], "{}: {}", row["case"], row["note"]);
        let bad = u64::try_from(tally.bad_rows().len()).unwrap();
        assert_eq!(bad, tally.total().bad_rows(), "{}", row["case"]);
    }
}

#[test]
fn every_type_of_moment_says_the_same() {
    type Turn = fn(i64) -> ArrayRef;
    let forms: [(&str, Turn); 8] = [
        ("seconds", |at| Arc::new(TimestampSecondArray::from(vec![at / 1_000_000]))),
        ("milliseconds", |at| Arc::new(TimestampMillisecondArray::from(vec![at / 1000]))),
        ("microseconds", |at| Arc::new(TimestampMicrosecondArray::from(vec![at]))),
        ("nanoseconds", |at| Arc::new(TimestampNanosecondArray::from(vec![at * 1000]))),
        ("in UTC", |at| {
            Arc::new(TimestampMicrosecondArray::from(vec![at - 7 * 3600 * 1_000_000]).with_timezone("UTC"))
        }),
        ("zoned", |at| {
            Arc::new(TimestampSecondArray::from(vec![at / 1_000_000 - 7 * 3600]).with_timezone("Asia/Ho_Chi_Minh"))
        }),
        ("dictionary", |at| {
            let text =
                Moment::from(date(1970, 1, 1).at(0, 0, 0, 0) + jiff::SignedDuration::from_micros(at)).to_string();
            let kind = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8));
            cast(&texts(std::iter::once(Some(text))), &kind).unwrap()
        }),
        #[allow(clippy::cast_precision_loss, reason = "this is what a sheet holds")]
        ("serial", |at| Arc::new(Float64Array::from(vec![25_569.0 + at as f64 / 86_400e6]))),
    ];
    for row in by_hand::rows() {
        for (name, form) in forms {
            // Midnight is a moment as a timestamp and a day as a serial number.
            let says_the_same = |at: i64| name != "serial" || at % 86_400_000_000 != 0;
            let batch = with_moments(&one_row(&row), |text| {
                is_plain_moment(text).then(|| micros(text)).flatten().filter(|at| says_the_same(*at)).map(form)
            });
            let tally = tally(by_hand::question(&row), &[batch]);
            assert_eq!(outcome(&tally), row["expected"], "{} as {name}", row["case"]);
        }
    }
}

/// The columns that one dossier needs, with some in place of them or beside them.
fn dossier(others: &[(&'static str, ArrayRef)]) -> RecordBatch {
    let cell = |text: &str| texts(std::iter::once(Some(text.to_owned())));
    let mut columns = BTreeMap::from([
        ("received", cell("2026-03-02 08:00")),
        ("due", cell("2026-03-04")),
        ("finished", cell("2026-03-04 09:00")),
    ]);
    columns.extend(others.iter().cloned());
    RecordBatch::try_from_iter(columns).unwrap()
}

/// A category without a single value, as a column that is all missing has.
#[test]
fn a_dictionary_of_nothing_holds_nothing() {
    let kind = |value: DataType| DataType::Dictionary(Box::new(DataType::Int8), Box::new(value));
    let question = || Question::new("2026".parse().unwrap()).by(["unit"]);
    for (part, name, ..) in Part::NAMES {
        for value in [DataType::Utf8, DataType::Date32] {
            if value == DataType::Date32 && !MOMENTS.contains(&name) && !name.starts_with("supplement_a") {
                continue;
            }
            let nothing =
                [("unit", texts(std::iter::once(None))), (name, arrow_array::new_null_array(&kind(value), 1))];
            let expected = match part {
                Part::Received => "missing-received",
                Part::Due => "no-deadline",
                Part::Finished => "pending_late",
                _ => "on_time",
            };
            assert_eq!(outcome(&tally(question(), &[dossier(&nothing)])), expected, "{name}");
        }
    }
}

#[test]
fn days_are_days_in_every_type() {
    for row in by_hand::rows() {
        let day = |text: &str| text.parse::<Moment>().ok().filter(|moment| moment.is_day());
        let number = |moment: Moment| (moment.date() - date(1970, 1, 1)).get_days();
        let date32 = with_moments(&one_row(&row), |text| {
            let days = Int64Array::from(vec![i64::from(number(day(text)?))]);
            let days = cast(&days, &DataType::Int32).unwrap();
            Some(cast(&days, &DataType::Date32).unwrap())
        });
        let serial = with_moments(&one_row(&row), |text| {
            Some(Arc::new(Int64Array::from(vec![i64::from(number(day(text)?)) + 25_569])) as ArrayRef)
        });
        let vietnamese = with_moments(&one_row(&row), |text| {
            let day = day(text)?.date();
            Some(texts(std::iter::once(Some(format!("{}/{}/{:04}", day.day(), day.month(), day.year())))))
        });
        for batch in [date32, serial, vietnamese] {
            assert_eq!(outcome(&tally(by_hand::question(&row), &[batch])), row["expected"], "{}", row["case"]);
        }
    }
}

/// Rows that look like dossiers, and some that do not, by a simple rule of numbers.
fn made_up(rows: usize) -> RecordBatch {
    let mut state = 20_260_101_u64;
    let mut next = move |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let start = micros("2025-12-01 00:00").unwrap();
    let minute = 60_000_000;
    let mut columns: [Vec<Option<i64>>; 5] = std::array::from_fn(|_| Vec::with_capacity(rows));
    let (mut units, mut procedures, mut limits) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rows {
        let mut minutes = |most: u64| i64::try_from(next(most)).unwrap() * minute;
        let received = start + minutes(300 * 1440);
        let due = received + minutes(20 * 1440) - minutes(200);
        let end = received + minutes(25 * 1440);
        let asked = received + minutes(3 * 1440);
        let answered = asked + minutes(5 * 1440) - minutes(100);
        let has = |chance: u64, value: i64| (chance > 0).then_some(value);
        columns[0].push(has(next(200), received));
        columns[1].push(has(next(20), due));
        columns[2].push(has(next(10), end));
        let is_asked = next(8) == 0;
        columns[3].push(is_asked.then_some(asked));
        columns[4].push((is_asked && next(4) > 0).then_some(answered));
        units.push(has(next(50), 0).map(|_| format!("H{:03}", next(200))));
        procedures.push(Some(format!("1.{:05}", next(1500) * next(3))));
        limits.push(Some(i64::try_from(next(15)).unwrap()));
    }
    let [received, due, finished, requested, answered] =
        columns.map(|column| Arc::new(TimestampMicrosecondArray::from(column)) as ArrayRef);
    RecordBatch::try_from_iter([
        ("unit", texts(units.into_iter())),
        ("procedure", texts(procedures.into_iter())),
        ("received", received),
        ("due", due),
        ("finished", finished),
        ("supplement_requested", requested),
        ("supplement_answered", answered),
        ("limit_days", Arc::new(Int64Array::from(limits)) as ArrayRef),
    ])
    .unwrap()
}

fn question() -> Question {
    Question::new("2026-H1".parse().unwrap()).by(["unit", "procedure"]).every(Every::Month).times(Times::Elapsed)
}

/// A million rows: in one piece, in pieces, on 1, 2 and 4 threads, from a
/// stream, from files, in tallies merged in either order.
#[test]
fn a_million_rows_give_the_same_bytes_in_any_way() {
    let rows = 1_000_000;
    let batch = made_up(rows);
    let whole = tally(question(), std::slice::from_ref(&batch));
    let total = whole.total();
    assert_eq!(whole.outside_period() + total.received() + total.uncounted(), 1_000_000);
    let bytes = whole.to_bytes();

    let pieces: Vec<RecordBatch> = (0..rows).step_by(77_777).map(|at| batch.slice(at, 77_777.min(rows - at))).collect();
    assert!(tally(question(), &pieces).to_bytes() == bytes);

    for threads in [1, 2, 4] {
        let mut tallier = Tallier::new(Options::new(question()), &VIETNAM).unwrap();
        let stream = RecordBatchIterator::new(pieces.clone().into_iter().map(Ok), batch.schema());
        tallier.read_batches(stream, threads).unwrap();
        assert!(tallier.finish().unwrap().to_bytes() == bytes, "{threads} threads");
    }

    // Bad rows are told by the row of their file: tallies of parts number their own rows.
    let without_bad_rows = |tally: &Tally| (tally.rows().collect::<Vec<_>>(), tally.outside_period());
    let parts: Vec<Tally> = pieces.iter().map(|piece| tally(question(), std::slice::from_ref(piece))).collect();
    let forwards = parts.iter().skip(1).fold(parts[0].clone(), |sum, part| sum.merge(part).unwrap());
    let backwards =
        parts.iter().rev().skip(1).fold(parts[parts.len() - 1].clone(), |sum, part| part.merge(&sum).unwrap());
    assert!(forwards.to_bytes() == backwards.to_bytes());
    assert!(without_bad_rows(&forwards) == without_bad_rows(&whole));
}

fn write(path: &std::path::Path, batches: &[RecordBatch], rows_a_group: usize) {
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(rows_a_group)).build();
    let file = std::fs::File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batches[0].schema(), Some(properties)).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.close().unwrap();
}

fn read(question: Question, paths: &[std::path::PathBuf], threads: usize) -> Tally {
    let mut tallier = Tallier::new(Options::new(question), &VIETNAM).unwrap();
    tallier.read_parquet(paths, threads).unwrap();
    tallier.finish().unwrap()
}

/// Row groups that are skipped by their statistics are counted as if read.
#[test]
fn parquet_files_give_what_their_rows_give() {
    let batch = made_up(60_000);
    let order = arrow_ord::sort::sort_to_indices(batch.column(2), None, None).unwrap();
    let sorted = arrow_select::take::take_record_batch(&batch, &order).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for table in [&batch, &sorted] {
        let paths = [folder.path().join("a.parquet"), folder.path().join("b.parquet")];
        write(&paths[0], &[table.slice(0, 20_000)], 3_000);
        write(&paths[1], &[table.slice(20_000, 40_000)], 50_000);
        for population in [Population::Received, Population::Resolved, Population::Handled] {
            let question = question().population(population);
            let expected = tally(question.clone(), std::slice::from_ref(table));
            for threads in [1, 2, 4] {
                let tally = read(question.clone(), &paths, threads);
                assert!(tally.rows().eq(expected.rows()), "{population:?}");
                assert_eq!(tally.outside_period(), expected.outside_period(), "{population:?}");
            }
        }
    }
}

#[test]
fn bad_rows_are_told_with_file_and_row() {
    let row = |received: &str, due: &str| {
        let column = |text: &str| texts(std::iter::once(Some(text.to_owned())));
        let columns = [("received", column(received)), ("due", column(due)), ("finished", column(""))];
        RecordBatch::try_from_iter(columns).unwrap()
    };
    let rows = [row("2026-03-02 08:00", "2026-03-01"), row("2026-03-02", "2026-06-30"), row("xyz", "2026-03-01")];
    let question = Question::new("2026-H1".parse().unwrap());
    let told: Vec<String> = tally(question.clone(), &rows)
        .bad_rows()
        .map(|bad| format!("{} {}: {}", bad.row, bad.reason.name(), bad.text))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @"
    1 due-before-received: due `2026-03-01`, received `2026-03-02 08:00`
    3 bad-date: received `xyz`, due `2026-03-01`
    ");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    write(&path, &rows, 2);
    let mut options = Options::new(question);
    options.strict = true;
    let mut tallier = Tallier::new(options, &VIETNAM).unwrap();
    tallier.read_parquet([&path], 2).unwrap();
    let error = tallier.finish().unwrap_err();
    let message = error.to_string().replace(&path.display().to_string(), "x.parquet");
    insta::assert_snapshot!(message, @"
    2 faults:
      line 1: x.parquet: due `2026-03-01`, received `2026-03-02 08:00` [due-before-received]
      line 3: x.parquet: received `xyz`, due `2026-03-01` [bad-date]
    ");
    assert_eq!(error.code(), "due-before-received");
}

#[test]
fn equal_bad_rows_of_two_pieces_are_told_apart_by_their_source() {
    let column = |text: &str| texts(std::iter::once(Some(text.to_owned())));
    let columns = [("received", column("2026-03-02")), ("due", column("2026-03-01")), ("finished", column(""))];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let piece = |source: &str| {
        let options = Options::new(Question::new("2026-H1".parse().unwrap()));
        let mut tallier = Tallier::new(options, &VIETNAM).unwrap().source(source);
        let reader = RecordBatchIterator::new([Ok(batch.clone())], batch.schema());
        tallier.read_batches(reader, 1).unwrap();
        tallier.finish().unwrap()
    };
    let tally = piece("partition 2").merge(&piece("partition 1")).unwrap();
    insta::assert_snapshot!(tally.check().unwrap_err(), @"
    2 faults:
      line 1: partition 1: due `2026-03-01`, received `2026-03-02` [due-before-received]
      line 1: partition 2: due `2026-03-01`, received `2026-03-02` [due-before-received]
    ");
}

#[test]
fn columns_are_found_by_the_portal_s_names_and_by_any_given() {
    let column = |text: &str| texts(std::iter::once(Some(text.to_owned())));
    let columns = [
        ("MaDonVi", column("H44.1")),
        ("NgayTiepNhan", column("02/03/2026 08:00")),
        ("NgayHenTra", column("04/03/2026 17:00")),
        ("xong", column("04/03/2026 17:00")),
        ("TrangThai", column("Xong xuôi")),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let question = Question::new("2026-03".parse().unwrap()).by(["unit"]);
    let push = |options: Options| {
        let mut tallier = Tallier::new(options, &VIETNAM)?;
        tallier.push(&batch)?;
        tallier.finish()
    };
    let mut options = Options::new(question.clone().by(["unit", "nowhere"]));
    let error = push(options.clone()).unwrap_err();
    insta::assert_snapshot!(error.to_string(), @"
    2 faults:
      the table has no column `finished` or `processed` or `returned` or `stopped` or `withdrawn`; it has `MaDonVi`, `NgayTiepNhan`, `NgayHenTra`, `xong`, `TrangThai` [missing-column]
      the table has no column `nowhere`; it has `MaDonVi`, `NgayTiepNhan`, `NgayHenTra`, `xong`, `TrangThai` [missing-column]
    ");
    options.question = question;
    options.columns.insert(Part::Finished, "xong".to_owned());
    assert_eq!(outcome(&push(options.clone()).unwrap()), "unknown-status");
    options.statuses.insert("Xong xuôi".to_owned(), parindex_dossiers::Status::Processed);
    let tally = push(options).unwrap();
    let row = tally.rows().next().unwrap();
    assert_eq!((row.keys[0].as_deref(), row.counts.on_time()), (Some("H44.1"), 1));
}

#[test]
fn ids_are_told_apart_by_what_they_say_not_how_it_is_typed() {
    let names = ["Phú Thọ", "Phu\u{301} Tho\u{323}", " Phú Thọ ", "phú thọ"];
    let day = || texts((0..4).map(|_| Some("2026-03-02".to_owned())));
    let columns = [
        ("unit", texts(names.iter().map(|name| Some((*name).to_owned())))),
        ("received", day()),
        ("due", day()),
        ("finished", day()),
    ];
    let tally =
        tally(Question::new("2026".parse().unwrap()).by(["unit"]), &[RecordBatch::try_from_iter(columns).unwrap()]);
    let units: Vec<(String, u64)> = tally
        .units()
        .unwrap()
        .into_iter()
        .map(|unit| (unit.unit.unwrap().to_string(), unit.counts.on_time()))
        .collect();
    assert_eq!(units, [("Phú Thọ".to_owned(), 3), ("phú thọ".to_owned(), 1)]);
}

#[test]
fn shares_are_exact_evidence_and_alerts() {
    // 9 of 10 and 899 of 1000: a threshold of 0.9 parts them.
    let rows: Vec<(&str, &str, bool)> =
        (0..10).map(|row| ("A", "commune", row < 9)).chain((0..1000).map(|row| ("B", "province", row < 899))).collect();
    let day = |day: &str| Some(format!("2026-03-{day}"));
    let columns = [
        ("unit", texts(rows.iter().map(|row| Some(row.0.to_owned())))),
        ("level", texts(rows.iter().map(|row| Some(row.1.to_owned())))),
        ("received", texts(rows.iter().map(|_| day("02")))),
        ("due", texts(rows.iter().map(|_| day("04")))),
        ("finished", texts(rows.iter().map(|row| day(if row.2 { "04" } else { "05" })))),
    ];
    let question = Question::new("2026".parse().unwrap()).by(["unit", "level"]);
    let tally = tally(question, &[RecordBatch::try_from_iter(columns).unwrap()]);
    let alerts = tally.alerts("0.9".parse().unwrap()).unwrap();
    assert_eq!(alerts.iter().map(|unit| unit.unit.as_deref()).collect::<Vec<_>>(), [Some("B")]);
    for wrong in ["90", "-1", "1.01"] {
        assert_eq!(tally.alerts(wrong.parse().unwrap()).unwrap_err().code(), "out-of-range");
    }
    let told = |rows: Vec<parindex::EvidenceRow>| {
        rows.into_iter().map(|row| (row.unit, row.code, row.stated)).collect::<Vec<_>>()
    };
    let counts = |numerator: u32, denominator: u32| parindex::Stated::Counts(numerator.into(), denominator.into());
    let (a, b) = (("A".to_owned(), counts(9, 10)), ("B".to_owned(), counts(899, 1000)));
    assert_eq!(
        told(tally.evidence("2.1").unwrap()),
        [(a.0.clone(), "2.1".to_owned(), a.1.clone()), (b.0, "2.1".to_owned(), b.1)]
    );
    let codes = BTreeMap::from([("commune".to_owned(), "3.4.3".to_owned())]);
    assert_eq!(told(tally.evidence_by_level(&codes).unwrap()), [(a.0, "3.4.3".to_owned(), a.1)]);
}

#[test]
fn processing_times_have_exact_means_and_quantiles() {
    // 1, 2, 3 and 10 days and a minute: waiting is taken off the last, which leaves 4 days.
    let cells = |cells: [&str; 4]| texts(cells.into_iter().map(|cell| Some(cell.to_owned())));
    let columns = [
        ("received", cells(["2026-03-02 08:00"; 4])),
        ("due", cells(["2026-04-01"; 4])),
        ("finished", cells(["2026-03-03 08:01", "2026-03-04 08:01", "2026-03-05 08:01", "2026-03-12 08:01"])),
        ("supplement_requested", cells(["", "", "", "2026-03-03 08:00"])),
        ("supplement_answered", cells(["", "", "", "2026-03-09 08:00"])),
    ];
    let question = Question::new("2026".parse().unwrap()).times(Times::Elapsed);
    let tally = tally(question, &[RecordBatch::try_from_iter(columns).unwrap()]);
    let processing = tally.rows().next().unwrap().processing.unwrap();
    assert_eq!(processing.days().collect::<Vec<_>>(), [(1, 1), (2, 1), (3, 1), (4, 1)]);
    // (1 + 2 + 3 + 4) × 1440 + 4 minutes.
    assert_eq!((processing.count(), processing.minutes()), (4, 14_404));
    assert_eq!(processing.mean_minutes(), parindex::Exact::fraction(3601, 1));
    let quantile = |share: &str| processing.quantile(share.parse().unwrap());
    let days = ["0", "0.5", "0.51", "1"].map(|share| quantile(share).unwrap());
    assert_eq!(days, [Some(1), Some(2), Some(3), Some(4)]);
    assert_eq!(["1.1", "-0.1"].map(|share| quantile(share).unwrap_err().code()), ["out-of-range"; 2]);
}

#[test]
fn tallies_of_other_questions_do_not_merge() {
    let one = tally(question(), &[made_up(10)]);
    let other =
        tally(question().reading(Reading { compare: parindex_dossiers::Compare::ByDate, ..Reading::default() }), &[]);
    let error = one.merge(&other).unwrap_err();
    assert_eq!(error.code(), "tallies-differ");
    assert!(error.to_string().contains("reading"), "{error}");
}

fn refused(options: Options, batch: &RecordBatch) -> String {
    let reader = RecordBatchIterator::new([Ok(batch.clone())], batch.schema());
    let tallier = Tallier::new(options, &VIETNAM);
    let error = tallier.and_then(|mut tallier| tallier.read_batches(reader, 1)).unwrap_err();
    error.to_string()
}

#[test]
fn columns_that_could_be_taken_for_others_are_refused() {
    let asked = |by: &[&str]| Question::new("2026".parse().unwrap()).by(by.iter().copied()).every(Every::Month);
    for name in ["late", "received", "ratio", "uncounted", "month"] {
        let error = refused(Options::new(asked(&[name])), &dossier(&[("late", texts(std::iter::once(None)))]));
        assert_eq!(error, format!("`{name}` is named twice [named-twice]"));
    }
    let one = dossier(&[]);
    let received = one.schema().index_of("received").unwrap();
    let columns = one.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>();
    let columns = columns.iter().map(String::as_str).zip(one.columns().iter().cloned());
    let twice = columns.chain([("received", one.column(received).clone())]);
    let twice = RecordBatch::try_from_iter(twice).unwrap();
    assert_eq!(refused(Options::new(asked(&[])), &twice), "`received` is named twice [named-twice]");
}

#[test]
fn a_table_without_rows_needs_its_columns_too() {
    let empty = RecordBatch::try_from_iter([("received", texts(std::iter::empty()))]).unwrap();
    let error = refused(Options::new(Question::new("2026".parse().unwrap()).by(["unit"])), &empty);
    assert!(error.contains("`due`") && error.contains("`unit`") && error.contains("it has `received`"), "{error}");
}

#[test]
fn one_of_several_files_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let paths = [folder.path().join("a.parquet"), folder.path().join("b.parquet")];
    let whole = dossier(&[]);
    write(&paths[0], std::slice::from_ref(&whole), 10);
    let (due, _) = whole.schema().column_with_name("due").unwrap();
    let others: Vec<usize> = (0..whole.num_columns()).filter(|column| *column != due).collect();
    write(&paths[1], &[whole.project(&others).unwrap()], 10);
    let mut tallier = Tallier::new(Options::new(Question::new("2026".parse().unwrap())), &VIETNAM).unwrap();
    let error = tallier.read_parquet(&paths, 1).unwrap_err();
    assert_eq!((error.code(), error.faults().count()), ("missing-column", 1));
    assert!(error.to_string().contains("b.parquet") && error.to_string().contains("`due`"), "{error}");
}

/// The reader of Parquet panics on some broken files: to the office that has one, it is broken.
#[test]
fn no_changed_byte_makes_the_reader_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    write(&path, &[dossier(&[])], 10);
    let whole = std::fs::read(&path).unwrap();
    let (mut read, mut refused) = (0, 0);
    for place in 0..whole.len() {
        let mut changed = whole.clone();
        // The sign of a number, where it is one.
        changed[place] ^= 1;
        std::fs::write(&path, changed).unwrap();
        let mut tallier = Tallier::new(Options::new(Question::new("2026".parse().unwrap())), &VIETNAM).unwrap();
        match tallier.read_parquet([&path], 1) {
            Ok(()) => read += 1,
            Err(error) => {
                assert!(error.faults().all(|fault| !fault.to_string().is_empty()));
                refused += 1;
            }
        }
    }
    assert!(read > 0 && refused > 0, "{read} read, {refused} refused");
}

#[test]
fn words_of_states_may_be_small_or_capital() {
    let mut options = Options::new(Question::new("2026".parse().unwrap()));
    options.statuses.insert("Chờ ký".to_owned(), parindex_dossiers::Status::InProcess);
    let mut tallier = Tallier::new(options, &VIETNAM).unwrap();
    for word in ["chờ ký", "CHỜ KÝ"] {
        tallier.push(&dossier(&[("status", texts(std::iter::once(Some(word.to_owned()))))])).unwrap();
    }
    assert_eq!(tallier.finish().unwrap().total().on_time(), 2);
}

#[test]
fn a_unit_by_the_portal_s_name_is_a_unit() {
    let batch = dossier(&[("MaDonVi", texts(std::iter::once(Some("H44".to_owned()))))]);
    let tally = tally(Question::new("2026".parse().unwrap()).by(["MaDonVi"]), &[batch]);
    assert_eq!(tally.evidence("2.1").unwrap()[0].unit, "H44");
}

/// Sixty-four doublings of a dossier are more than any table holds.
#[test]
fn counts_beyond_a_table_are_refused() {
    let mut tally = tally(Question::new("2026".parse().unwrap()), &[dossier(&[])]);
    let error = (0..64).find_map(|_| match tally.merge(&tally) {
        Ok(double) => {
            tally = double;
            None
        }
        Err(error) => Some(error.code()),
    });
    assert_eq!((error, tally.total().on_time()), (Some("too-large"), 1 << 62));
}

/// It is the calendar that ends, not the data that is at fault.
#[test]
fn days_beyond_the_calendar_are_no_bad_rows() {
    let cell = |text: &str| texts(std::iter::once(Some(text.to_owned())));
    let batch = dossier(&[
        ("received", cell("2031-03-03")),
        ("finished", cell("2031-03-05")),
        ("due", cell("")),
        ("limit_days", cell("3")),
    ]);
    let mut options = Options::new(Question::new("2031".parse().unwrap()));
    options.strict = true;
    let mut tallier = Tallier::new(options, &VIETNAM).unwrap();
    tallier.push(&batch).unwrap();
    let tally = tallier.finish().unwrap();
    assert_eq!((outcome(&tally).as_str(), tally.total().bad_rows()), ("calendar-ends", 0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Bytes cut, changed or made up are refused, or are another sound tally.
    #[test]
    fn hostile_bytes_are_refused(rows in 0_usize..60, at: prop::sample::Index, bit in 0_u8..8, tail in prop::collection::vec(any::<u8>(), 0..80)) {
        let bytes = tally(question(), &[made_up(rows)]).to_bytes();
        prop_assert_eq!(Tally::from_bytes(&bytes).unwrap().to_bytes(), bytes.clone());
        let cut = at.index(bytes.len());
        prop_assert!(Tally::from_bytes(&bytes[..cut]).is_err());
        let mut changed = bytes.clone();
        changed[cut] ^= 1 << bit;
        if let Ok(tally) = Tally::from_bytes(&changed) {
            prop_assert_eq!(tally.to_bytes(), changed);
        }
        let made_up = [&bytes[..15], &tail[..]].concat();
        if let Ok(tally) = Tally::from_bytes(&made_up) {
            prop_assert_eq!(tally.to_bytes(), made_up);
        }
    }

    /// Parts of any size, merged as any tree, give the bytes of the whole.
    #[test]
    fn merging_is_associative_and_commutative(cuts in prop::collection::vec(0_usize..300, 2..5), order in any::<u64>()) {
        let batch = made_up(300);
        let mut cuts = cuts;
        cuts.sort_unstable();
        let edges: Vec<usize> = std::iter::once(0).chain(cuts).chain([300]).collect();
        let mut parts: Vec<Tally> =
            edges.windows(2).map(|edge| tally(question(), &[batch.slice(edge[0], edge[1] - edge[0])])).collect();
        let expected = parts[1..].iter().fold(parts[0].clone(), |sum, part| sum.merge(part).unwrap());
        let mut state = order;
        while parts.len() > 1 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let left = parts.swap_remove(usize::try_from(state >> 40).unwrap() % parts.len());
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let right = parts.swap_remove(usize::try_from(state >> 40).unwrap() % parts.len());
            parts.push(left.merge(&right).unwrap());
        }
        prop_assert_eq!(parts[0].to_bytes(), expected.to_bytes());
    }
}
