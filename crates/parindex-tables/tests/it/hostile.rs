//! Files that lie about what they hold.

use std::sync::Arc;

use arrow_array::{ArrayRef, DictionaryArray, Int32Array, NullArray, RecordBatch, StringArray};
use parindex::Error;
use parindex_tables::{Column, Columns, Format, evidence};

use crate::reading::{parquet, stream, workbook};

fn refused(format: Format, bytes: Vec<u8>) -> Error {
    Columns::from_bytes("evidence", format, bytes).map(|_| ()).unwrap_err()
}

/// The metadata of a first batch claims a body of 2^60 bytes: reserving them ended the process.
#[test]
fn a_stream_that_claims_a_huge_body_is_broken() {
    let text: ArrayRef = Arc::new(StringArray::from(vec!["H44"]));
    let bytes = stream(&[RecordBatch::try_from_iter([("unit", text)]).unwrap()]);
    // The body's length is the only number of 8 bytes that is the size of what follows the metadata.
    let found = claims(&bytes).expect("the batch says how long its body is");
    let mut forged = bytes.clone();
    forged[found..found + 8].copy_from_slice(&(1_u64 << 60).to_le_bytes());
    assert_eq!(refused(Format::ArrowStream, forged).code(), "unreadable-file");
}

/// Where the second message of a stream says how long its body is.
fn claims(bytes: &[u8]) -> Option<usize> {
    let size = |at: usize| Some(u32::from_le_bytes(bytes.get(at + 4..at + 8)?.try_into().ok()?) as usize);
    let batch = 8 + size(0)?;
    let body = batch + 8 + size(batch)?;
    let end = bytes.len() - 8;
    let length = ((end - body) as u64).to_le_bytes();
    (batch..body).find(|at| bytes.get(*at..at + 8) == Some(&length))
}

/// A column of nothing but gaps has no bytes: 2^40 rows of it were visited one by one.
#[test]
fn rows_that_have_no_bytes_are_counted() {
    let gaps: ArrayRef = Arc::new(NullArray::new(1 << 40));
    let bytes =
        stream(&[RecordBatch::try_from_iter([("unit", Arc::clone(&gaps)), ("code", Arc::clone(&gaps))]).unwrap()]);
    assert!(bytes.len() < 2_000);
    assert_eq!(refused(Format::ArrowStream, bytes).code(), "too-large");

    let columns = ["unit", "code", "value"].map(|name| (name.to_owned(), Column::Array(Arc::clone(&gaps))));
    let columns = Columns::from_columns(columns.into());
    assert_eq!(columns.rows(), 1 << 40);
    assert_eq!(evidence::read(&columns, '.').map(|_| ()).unwrap_err().code(), "too-large");
}

/// 100,000 faulty rows: 10,000 are told, and how many more there are.
#[test]
fn faults_beyond_ten_thousand_are_counted() {
    let csv = format!("unit,code,value\n{}", ",2.1,1\n".repeat(100_000));
    let columns = Columns::from_bytes("evidence", Format::Csv, csv.into()).unwrap();
    let (_, faults) = evidence::read(&columns, '.').unwrap();
    let error = faults.check().unwrap_err();
    assert_eq!((error.kept().count(), error.left_out()), (10_000, 90_000));
}

/// Parts that declare 65 MiB in an archive of 300 bytes.
#[test]
fn a_workbook_that_unpacks_to_too_much_is_too_large() {
    let bytes = workbook("", "<si><t>x</t></si>", "");
    let size = part_size("<sst><si><t>x</t></si></sst>");
    assert_eq!(refused(Format::Xlsx, resized(&bytes, size, 65 << 20)).code(), "too-large");
}

/// Parts that hold more than they declare: nobody reads further than that.
#[test]
fn a_workbook_that_hides_its_size_is_broken() {
    let strings = format!("<si><t>{}</t></si>", "x".repeat(10_000));
    let bytes = workbook(r#"<row r="1"><c t="s"><v>0</v></c></row>"#, &strings, "");
    let size = part_size(&format!("<sst>{strings}</sst>"));
    assert_eq!(refused(Format::Xlsx, resized(&bytes, size, 10)).code(), "unreadable-file");
}

fn part_size(content: &str) -> u32 {
    u32::try_from(content.len()).unwrap()
}

/// The archive with the declared size of a part changed, wherever it stands.
fn resized(archive: &[u8], from: u32, to: u32) -> Vec<u8> {
    let mut bytes = archive.to_vec();
    let places: Vec<usize> = (0..bytes.len() - 4).filter(|at| bytes[*at..at + 4] == from.to_le_bytes()).collect();
    assert!(places.len() >= 2, "an entry and the directory say it");
    for at in places {
        bytes[at..at + 4].copy_from_slice(&to.to_le_bytes());
    }
    bytes
}

/// One long shared string in many cells: each cell would hold a copy.
#[test]
fn a_shared_string_counts_for_each_cell() {
    let rows = r#"<row><c t="s"><v>0</v></c></row>"#.repeat(2_000);
    let bytes = workbook(&rows, &format!("<si><t>{}</t></si>", "x".repeat(100_000)), "");
    assert!(bytes.len() < 100_000);
    assert_eq!(refused(Format::Xlsx, bytes).code(), "too-large");
}

/// A footer of 500 unknown lists of 2^31 - 1 flags, which take no bytes: stepping over each took seconds.
#[test]
fn a_parquet_footer_of_endless_lists_is_broken() {
    let list = [0xf9, 0xf1, 0xff, 0xff, 0xff, 0xff, 0x07];
    let metadata = [list.repeat(500), vec![0]].concat();
    let size = u32::try_from(metadata.len()).unwrap().to_le_bytes();
    let bytes = [&b"PAR1"[..], &metadata, &size, b"PAR1"].concat();
    assert_eq!(refused(Format::Parquet, bytes).code(), "unreadable-file");
}

/// One long text and 2,000 rows that point to it: a file of 41 kB, a table of 80 MB.
#[test]
fn a_dictionary_counts_for_each_row() {
    let note: ArrayRef = Arc::new(StringArray::from(vec!["x".repeat(40_000); 100]));
    let batch = RecordBatch::try_from_iter([("note", note)]).unwrap();
    let bytes = parquet(&vec![batch; 20]);
    assert!(bytes.len() < 60_000, "{}", bytes.len());
    assert_eq!(refused(Format::Parquet, bytes).code(), "too-large");
}

/// A million rows of 100 units and 10 codes, each spelt once, are honest.
#[test]
fn many_rows_of_few_words_are_read() {
    let words = |many: i32, name: &str| -> ArrayRef {
        let values = StringArray::from((0..many).map(|number| format!("{name}{number}")).collect::<Vec<_>>());
        let keys = (0..50_000).map(|row| Some(row % many)).collect::<Int32Array>();
        Arc::new(DictionaryArray::new(keys, Arc::new(values)))
    };
    let batch = RecordBatch::try_from_iter([("unit", words(100, "H")), ("code", words(10, "1."))]).unwrap();
    let bytes = parquet(&vec![batch; 20]);
    assert_eq!(Columns::from_bytes("evidence", Format::Parquet, bytes).unwrap().rows(), 1_000_000);
}

/// A wide header over rows of one cell: the table would be a thousand times the file.
#[test]
fn an_empty_sheet_is_not_filled_with_gaps() {
    let header = r#"<c t="str"><v>x</v></c>"#.repeat(2_000);
    let rows = "<row><c><v>1</v></c></row>".repeat(20_000);
    let bytes = workbook(&format!("<row>{header}</row>{rows}"), "", "");
    assert_eq!(refused(Format::Xlsx, bytes).code(), "too-large");
}

/// Excel ends with the year 9999; a larger number in a cell of dates is none.
#[test]
fn a_date_beyond_the_calendar_is_no_date() {
    let styles = r#"<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>"#;
    let row = |number: &str| {
        format!(
            r#"<row r="1"><c t="str"><v>unit</v></c><c t="str"><v>code</v></c><c t="str"><v>value</v></c></row>
               <row r="2"><c t="str"><v>H44</v></c><c t="str"><v>1.1</v></c><c s="1"><v>{number}</v></c></row>"#
        )
    };
    let read = |number: &str| {
        let columns = Columns::from_bytes("evidence", Format::Xlsx, workbook(&row(number), "", styles)).unwrap();
        let (evidence, faults) = evidence::read(&columns, '.').unwrap();
        faults.check().map(|()| evidence.rows().map(|row| row.stated).collect::<Vec<_>>())
    };
    // 31 December 9999 by Excel's own count.
    assert_eq!(read("2958465").unwrap(), [parindex::Stated::text("9999-12-31")]);
    for number in ["2958466", "26000000", "-1", "1e308"] {
        assert_eq!(read(number).unwrap_err().code(), "bad-date", "{number}");
    }
}

/// Of a shorter column nothing is known below its end.
#[test]
fn a_column_may_be_shorter_than_its_table() {
    let text = |values: &[&str]| Column::Array(Arc::new(StringArray::from(values.to_vec())));
    let columns = vec![
        ("unit".to_owned(), text(&["H44", "H45"])),
        ("code".to_owned(), text(&["2.1", "2.1"])),
        ("value".to_owned(), text(&["88"])),
    ];
    let (evidence, faults) = evidence::read(&Columns::from_columns(columns), '.').unwrap();
    faults.check().unwrap();
    assert_eq!(evidence.rows().nth(1).unwrap().stated, parindex::Stated::Gap);
}

/// The readers of others panic on some of these: to who has one, the file is broken.
#[test]
fn no_changed_byte_makes_a_reader_panic() {
    let text: ArrayRef = Arc::new(StringArray::from(vec!["H44", "H45"]));
    let gaps: ArrayRef = Arc::new(NullArray::new(2));
    let batch = RecordBatch::try_from_iter([("unit", Arc::clone(&text)), ("code", text), ("value", gaps)]).unwrap();
    let row = r#"<row><c t="str"><v>unit</v></c><c t="s"><v>0</v></c></row>"#;
    let files = [
        (Format::ArrowStream, stream(std::slice::from_ref(&batch))),
        (Format::Parquet, parquet(&[batch])),
        (Format::Xlsx, workbook(row, "<si><t>code</t></si>", "")),
    ];
    for (format, whole) in files {
        let mut refusals = 0;
        for place in 0..whole.len() {
            let mut changed = whole.clone();
            changed[place] = !changed[place];
            let Ok(columns) = Columns::from_bytes("evidence", format, changed) else {
                refusals += 1;
                continue;
            };
            let _ = evidence::read(&columns, '.').map(|(_, faults)| faults.check());
        }
        assert!((1..whole.len()).contains(&refusals), "{format:?}: {refusals} of {}", whole.len());
    }
}
