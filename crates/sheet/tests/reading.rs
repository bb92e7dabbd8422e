//! Sheets in, as people make them, and whatever bytes come.

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format as Look, Workbook};
use sheet::{Cell, Error, Format, Head, Kind, Limits, Mark, Preface, Value, Writer};
use std::io::Write as _;

fn read(bytes: &[u8]) -> Vec<sheet::Grid> {
    sheet::read(bytes, &Limits::default()).unwrap()
}

fn known(name: &str) -> bool {
    ["名称", "告知书编号", "告知书起始日", "开办日期", "托位", "统一社会信用代码"].contains(&name)
}

/// Two title lines, an empty line, a heading of two lines with merged cells, rows.
fn messy() -> Vec<u8> {
    let mut book = Workbook::new();
    let plain = Look::new();
    let day = Look::new().set_num_format("yyyy/m/d");
    let sheet = book.add_worksheet();
    sheet.merge_range(0, 0, 0, 5, "虹口区托育机构情况表", &plain).unwrap();
    sheet.write_string(1, 0, "填报单位：").unwrap();
    sheet.merge_range(3, 0, 4, 0, "* 名 称（必填）", &plain).unwrap();
    sheet.merge_range(3, 1, 4, 1, "统一社会\n信用代码", &plain).unwrap();
    sheet.merge_range(3, 2, 3, 3, "告知书", &plain).unwrap();
    sheet.write_string(4, 2, "编号").unwrap();
    sheet.write_string(4, 3, "起始日").unwrap();
    sheet.merge_range(3, 4, 4, 4, "开办日期", &plain).unwrap();
    sheet.merge_range(3, 5, 4, 5, "托位", &plain).unwrap();
    sheet.write_string(5, 0, "小满").unwrap();
    sheet.write_number(5, 1, 913_101_090_612_345_678_f64).unwrap();
    sheet.write_string(5, 2, "沪虹托告〔2021〕0019号").unwrap();
    let date = ExcelDateTime::from_ymd(2021, 1, 1).unwrap();
    sheet.write_datetime_with_format(5, 3, &date, &day).unwrap();
    sheet.write_number(5, 4, 44_625).unwrap();
    sheet.write_number(5, 5, 20).unwrap();
    sheet.write_string(7, 0, "大满").unwrap();
    sheet.write_string(7, 1, "9.13101E+17").unwrap();
    sheet.write_string(7, 4, "２０２２．３．５").unwrap();
    book.add_worksheet().write_string(0, 0, "说明").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn a_messy_workbook_is_read_at_its_true_places() {
    let grids = read(&messy());
    assert_eq!(grids.len(), 2);
    let grid = &grids[0];
    let head = Head::find(grid, known).unwrap();
    let names: Vec<_> = head.columns.iter().map(|(c, n)| (*c, n.as_str())).collect();
    let expected = ["名称", "统一社会信用代码", "告知书编号", "告知书起始日", "开办日期", "托位"];
    assert_eq!(names, (0..).zip(expected).collect::<Vec<_>>());
    let rows = head.rows(grid);
    assert_eq!(rows.iter().map(|l| l.number).collect::<Vec<_>>(), [6, 8]);
    let at = |row: usize, column: u32| rows[row].cell(column).unwrap();
    assert!(at(0, 1).lost_digits() && at(1, 1).lost_digits());
    assert_eq!((at(0, 3).text.as_str(), at(0, 3).kind), ("2021-01-01", Kind::Day));
    assert_eq!((at(0, 4).day(), at(1, 4).day()), (Some("2022-03-05".to_owned()), Some("2022-03-05".to_owned())));
    assert_eq!((at(0, 5).text.as_str(), at(0, 5).lost_digits()), ("20", false));
    assert_eq!(rows[1].cell(5), None);
}

#[test]
fn a_marked_workbook_reads_as_the_one_it_came_from() {
    let grids = read(&messy());
    let head = Head::find(&grids[0], known).unwrap();
    let mark = |line, column, said: &str| Mark { line, column, said: said.to_owned() };
    let marks = [mark(6, Some(1), "代码缺位"), mark(8, Some(3), "不能为空"), mark(8, None, "整行有误")];
    for (only_faulty, lines) in [(false, [6, 8]), (true, [5, 6])] {
        let back = sheet::marked(&grids[0], &head, &marks, "错误说明", only_faulty).unwrap();
        let again = read(&back);
        let again_head = Head::find(&again[0], known).unwrap();
        assert_eq!(again_head.columns[..6], head.columns[..]);
        assert_eq!(again_head.columns[6].1, "错误说明");
        let rows = again_head.rows(&again[0]);
        assert_eq!(rows.iter().map(|l| l.number).collect::<Vec<_>>(), lines);
        assert_eq!(rows[1].cell(6).unwrap().text, "不能为空；整行有误");
        assert_eq!(rows[0].cell(3).unwrap().text, "2021-01-01");
        // Marked once more, the words do not pile up.
        let twice = read(&sheet::marked(&again[0], &again_head, &marks[..0], "错误说明", false).unwrap());
        assert_eq!(Head::find(&twice[0], known).unwrap().rows(&twice[0])[1].cell(6), None);
    }
}

#[test]
fn csv_in_its_encodings_and_separators() {
    let text = "名称,托位\r\n\"小满, 托育园\",\"1,234\"\r\n\r\n大满,20\r\n";
    let gbk = encoding_rs::GBK.encode(text).0.into_owned();
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [text.as_bytes().to_vec(), [b"\xef\xbb\xbf", text.as_bytes()].concat(), gbk, utf16] {
        let grid = &read(&bytes)[0];
        let lines: Vec<_> = grid.lines.iter().map(|l| l.number).collect();
        assert_eq!(lines, [1, 2, 4]);
        assert_eq!(grid.lines[1].cell(0), Some(&Cell::text("小满, 托育园")));
    }
    assert_eq!(read("名称\t托位\n小满\t1,2\n".as_bytes())[0].lines[1].cells.len(), 2);
    assert_eq!(read("名称;托位\n小满;20\n".as_bytes())[0].lines[1].cells.len(), 2);
}

#[test]
fn what_is_no_sheet_says_why() {
    let say = |bytes: &[u8]| sheet::read(bytes, &Limits::default()).unwrap_err().code();
    assert_eq!(say(b""), "sheet.empty");
    assert_eq!(say(b" \n,,\n"), "sheet.empty");
    assert_eq!(say(&[0xff, 0xff, 0x41]), "sheet.encoding");
    assert_eq!(say(b"PK\x03\x04 not a zip"), "sheet.broken");
    assert_eq!(say(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1]), "sheet.old");
    let limits = Limits { lines: 2, columns: 3, ..Limits::default() };
    assert_eq!(sheet::read(b"a\nb\nc\n", &limits), Err(Error::TooLarge("lines")));
    assert_eq!(sheet::read(b"a,b,c,d\n", &limits), Err(Error::TooLarge("columns")));
    assert_eq!(sheet::read(&[b'a'; 40], &Limits { bytes: 39, ..limits }), Err(Error::TooLarge("bytes")));
}

#[test]
fn a_bomb_is_refused_before_it_is_parsed() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file::<_, ()>("xl/sharedStrings.xml", zip::write::FileOptions::default()).unwrap();
    for _ in 0..9 {
        zip.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 16);
    let limits = Limits { unpacked: 8 << 20, ..Limits::default() };
    assert_eq!(sheet::read(&bomb, &limits), Err(Error::TooLarge("unpacked")));
}

#[test]
fn a_cell_at_the_far_corner_costs_one_cell() {
    let mut book = Workbook::new();
    book.add_worksheet().write_string(1_048_575, 20, "远").unwrap();
    let grid = &read(&book.save_to_buffer().unwrap())[0];
    assert_eq!((grid.lines.len(), grid.lines[0].number), (1, 1_048_576));
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 16_383, "远").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    assert_eq!(sheet::read(&bytes, &Limits::default()), Err(Error::TooLarge("columns")));
}

fn written(format: Format, cells: &[Vec<String>]) -> Vec<u8> {
    let columns = [sheet::Column::new("名称", 20), sheet::Column::new("开办日期", 12)];
    let preface = Preface { title: "表".to_owned(), lines: vec!["截至".to_owned()] };
    let mut out = Writer::new(format, "表", &preface, &columns).unwrap();
    for row in cells {
        out.row(row.iter().map(|c| Value::from(c.as_str()))).unwrap();
    }
    out.finish().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let _ = sheet::read(&bytes, &Limits::default());
        let _ = sheet::read(&[b"PK\x03\x04".as_slice(), &bytes].concat(), &Limits::default());
        if let Ok(text) = String::from_utf8(bytes) {
            let _ = (sheet::text::day(&text), sheet::text::whole(&text), sheet::text::name(&text), sheet::text::heading(&text));
        }
    }

    #[test]
    fn texts_never_panic(text in "[0-9０-９年月日号./ \\-,eE+（）()名称*：TZ:]{0,24}") {
        if let Some(day) = sheet::text::day(&text) {
            prop_assert_eq!(sheet::text::day(&day), Some(day.clone()), "a day that was read reads again");
        }
        let name = sheet::text::name(&text);
        prop_assert_eq!(sheet::text::name(&name), name.clone());
        let heading = sheet::text::heading(&text);
        let _ = (sheet::text::whole(&text), sheet::text::decimal(&text), sheet::text::scientific(&text), heading);
    }

    #[test]
    fn a_damaged_workbook_never_panics(at in 0usize..6000, with in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = messy();
        let at = at % bytes.len();
        if cut { bytes.truncate(at) } else { bytes[at] = with }
        let _ = sheet::read(&bytes, &Limits::default());
    }

    #[test]
    fn what_is_written_reads_the_same(rows in proptest::collection::vec(proptest::collection::vec("[=+@\\-'\",;甲乙 a-c0-9]{0,8}", 2), 1..6)) {
        for format in [Format::Xlsx, Format::Csv] {
            let grid = &read(&written(format, &rows))[0];
            let head = Head::find(grid, known).unwrap();
            let texts: Vec<Vec<String>> = head.rows(grid).iter().map(|l| (0..2).map(|c| {
                let text = l.cell(c).map_or("", |c| c.text.as_str());
                if format == Format::Csv { sheet::text::unguarded(text).to_owned() } else { text.to_owned() }
            }).collect()).collect();
            let trimmed = |c: &String| {
                let plain = c.trim();
                if format == Format::Csv { sheet::text::unguarded(plain).to_owned() } else { plain.to_owned() }
            };
            let wanted: Vec<Vec<String>> = rows.iter().map(|r| r.iter().map(trimmed).collect::<Vec<_>>()).filter(|r| r.iter().any(|c| !c.is_empty())).collect();
            prop_assert_eq!(texts, wanted);
        }
    }
}

#[test]
fn several_sheets_with_numbers_that_show_their_unit() {
    let preface = |title: &str| Preface { title: title.to_owned(), lines: Vec::new() };
    let columns = ["名称", "托位"].map(|name| sheet::Column::new(name, 12));
    let measure = |value, decimals| Value::Measure { value, decimals, unit: "%".into() };
    for format in [Format::Xlsx, Format::Csv] {
        let mut out = Writer::new(format, "第一", &preface("甲"), &columns).unwrap();
        out.row(["a".into(), measure(88.93, 1)]).unwrap();
        out.next("第二", &preface("乙"), &columns).unwrap();
        out.row(["b".into(), measure(1001.0, 0)]).unwrap();
        out.next("第三", &preface("丙"), &[]).unwrap();
        let bytes = out.finish().unwrap();
        if format == Format::Csv {
            let want = "# 甲\r\n名称,托位\r\na,88.9 %\r\n\r\n# 乙\r\n名称,托位\r\nb,1001 %\r\n\r\n# 丙\r\n\r\n";
            assert_eq!(String::from_utf8(bytes).unwrap().trim_start_matches('\u{feff}'), want);
            continue;
        }
        let grids = read(&bytes);
        assert_eq!(grids.iter().map(|g| g.name.as_str()).collect::<Vec<_>>(), ["第一", "第二", "第三"]);
        for (grid, (name, number)) in grids.iter().zip([("a", "88.93"), ("b", "1001")]) {
            let line = Head::find(grid, known).unwrap().rows(grid)[0].clone();
            assert_eq!(line.cell(0).map(|c| c.text.as_str()), Some(name));
            assert_eq!(line.cell(1), Some(&Cell { text: number.to_owned(), kind: Kind::Number }));
        }
    }
}
