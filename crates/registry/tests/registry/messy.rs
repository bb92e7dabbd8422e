//! A sheet as a centre would send it: two lines of title, merged headings, names of its own for the columns, days and
//! codes in every shape, an empty line, a line of sums; with 37 errors of ten kinds, or without.

use kernel::CreditCode;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

/// Rows of data.
pub const ROWS: usize = 60;

/// What each column of the sheet means.
pub const COLUMNS: [&str; 14] = [
    "",
    "name",
    "credit_code",
    "kind",
    "ownership",
    "legal_form",
    "region",
    "address",
    "lon",
    "lat",
    "state",
    "opened",
    "notice_number",
    "notice_from",
];

const HEADINGS: [&str; 12] = [
    "序号",
    "机构名称（必填）",
    "信用\n代码",
    "机构类型",
    "办学性质",
    "登记类型",
    "所属街镇",
    "详细地址",
    "经度",
    "纬度",
    "运营状态",
    "开办时间",
];

/// The n-th valid credit code.
pub fn code(n: usize) -> String {
    let base = format!("91310109MA1G{n:05}");
    let check = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars();
    check.map(|c| format!("{base}{c}")).find(|code| CreditCode::parse(code).is_ok()).unwrap()
}

fn wide(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_graphic() { char::from_u32(c as u32 + 0xfee0).unwrap() } else { c }).collect()
}

/// Codes of streets as they are typed: two of the unit's own, one of another district.
pub struct Streets(pub [&'static str; 2], pub &'static str);

/// Those of the small city of these tests, and those of Hongkou and Jing'an as they are.
pub const SMALL: Streets = Streets(["310109001", "３１０１０９００２"], "310106001");
pub const REAL: Streets = Streets(["310109009", "３１０１０９０１０"], "310106006");

pub fn workbook(streets: &Streets, with_errors: bool) -> Vec<u8> {
    let mut book = Workbook::new();
    let plain = Format::new();
    let sheet = book.add_worksheet();
    sheet.merge_range(0, 0, 0, 13, "虹口区托育机构情况统计表", &plain).unwrap();
    sheet.write_string(1, 0, "填报单位：区托育服务指导中心").unwrap();
    for (at, heading) in (0u16..).zip(HEADINGS) {
        sheet.merge_range(2, at, 3, at, heading, &plain).unwrap();
    }
    sheet.merge_range(2, 12, 2, 13, "告知书", &plain).unwrap();
    sheet.write_string(3, 12, "编号").unwrap();
    sheet.write_string(3, 13, "起始日").unwrap();
    for n in 0..ROWS {
        // An empty line in the middle.
        let line = 4 + n as u32 + u32::from(n >= 30);
        row(sheet, streets, line, n, with_errors);
    }
    sheet.write_string(4 + ROWS as u32 + 1, 0, "合 计").unwrap();
    sheet.write_number(4 + ROWS as u32 + 1, 1, ROWS as f64).unwrap();
    book.add_worksheet().set_name("填表说明").unwrap().write_string(0, 0, "请如实填写").unwrap();
    book.save_to_buffer().unwrap()
}

fn row(sheet: &mut Worksheet, streets: &Streets, line: u32, n: usize, with_errors: bool) {
    let error = if with_errors { n } else { usize::MAX };
    let mut text = |column: u16, text: &str| {
        sheet.write_string(line, column, text).unwrap();
    };
    text(0, &(n + 1).to_string());
    if !(30..34).contains(&error) {
        text(1, &format!(" 小满 第{n}　托育园 "));
    }
    match error {
        0..2 => text(2, "9.13101E+17"),
        5..9 => text(2, "91310109MA1G500000"),
        50..52 => text(2, &code(49)),
        _ if (2..5).contains(&error) => {}
        _ if n.is_multiple_of(2) => text(2, &wide(&code(n))),
        _ => text(2, &format!("{} ", code(n))),
    }
    text(3, if (9..13).contains(&error) { "小饭桌" } else { "托育机构" });
    text(4, if n.is_multiple_of(3) { "民 办" } else { "private" });
    text(5, "营利性");
    text(
        6,
        match error {
            18..22 => "310999999",
            22..25 => streets.1,
            _ => streets.0[n % 2],
        },
    );
    text(7, &format!("样例路 {n} 号"));
    text(8, if (40..43).contains(&error) { "东经" } else { "１２１.48" });
    text(9, "31.27");
    text(10, "operating");
    match (error, n % 6) {
        (13..18, _) => text(11, "2020-13-01"),
        (_, 0) => text(11, "2020.9.1"),
        (_, 1) => text(11, "２０２０年９月１日"),
        (_, 2) => text(11, "2020/09/01"),
        (_, 3) => text(11, "20200901"),
        _ => {}
    }
    if (45..48).contains(&n) {
        text(12, &format!("沪虹托告〔2021〕{n:04}号"));
        if !with_errors {
            text(13, "2021．1．1");
        }
    }
    if (2..5).contains(&error) {
        sheet.write_number(line, 2, 913_101_091_234_567_890_f64 + n as f64).unwrap();
    }
    if !(13..18).contains(&error) && n % 6 == 4 {
        let day = ExcelDateTime::from_ymd(2020, 9, 1).unwrap();
        sheet
            .write_datetime_with_format(line, 11, &day, &Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\""))
            .unwrap();
    }
    if !(13..18).contains(&error) && n % 6 == 5 {
        // The day without its format.
        sheet.write_number(line, 11, 44_075).unwrap();
    }
}
