//! From the plan of a kindergarten to its sheet: name, site, state, classes, places, fees, traits, papers.

use super::care::renewals;
use super::deck::Stream;
use super::frame::{HONGKOU, LAST, day};
use super::ground::District;
use super::kindergarten::Plot;
use super::names::{Register, numeral};
use super::sheet::{Numbers, Owner, Sheet, profile, site};
use kernel::{Day, Span};
use registry::codes::{
    Band, CredentialKind, FacilityKind, Flag, Gained, LegalForm, Measure, Mode, Ownership, Per, State,
};
use std::collections::BTreeMap;

/// The sheets of all kindergartens of a district.
pub fn sheets(district: &District, plots: &[Plot], seed: u64, register: &mut Register, n: &Numbers) -> Vec<Sheet> {
    let mut stream = Stream::of(seed, "kindergartens/sheets", &district.code);
    let mut numbered: BTreeMap<usize, usize> = BTreeMap::new();
    let mut papers = 0;
    plots.iter().map(|plot| sheet(district, plot, register, n, &mut stream, &mut numbered, &mut papers)).collect()
}

fn sheet(
    district: &District,
    plot: &Plot,
    register: &mut Register,
    n: &Numbers,
    stream: &mut Stream,
    numbered: &mut BTreeMap<usize, usize>,
    papers: &mut usize,
) -> Sheet {
    let street = &district.streets[plot.street];
    let name = name(district, plot, register, stream, numbered);
    let operator = match plot.public {
        true => format!("{}教育局", district.name),
        false => format!("上海{}教育科技有限公司", register.brand()),
    };
    let owner = if plot.public {
        Owner { ownership: Ownership::Public, form: LegalForm::PublicInstitution, operator: &operator }
    } else {
        Owner { ownership: Ownership::Private, form: LegalForm::NonProfit, operator: &operator }
    };
    // A new one is in preparation for some months before it opens.
    let from = if plot.new.is_some() { plot.opened.plus(-stream.between(120, 400)) } else { plot.opened };
    let mut profile = profile(register, name, owner);
    if stream.chance(2) {
        profile.phone.clear();
    }
    let address = register.address(district, street);
    let code = profile.credit_code.clone();
    let mut sheet = Sheet::new(FacilityKind::Kindergarten, from, profile, site(&street.id, address));
    sheet.opens(plot.opened, if plot.opened.year() == 2000 { "开办早于档案" } else { "开办" });
    if let Some(on) = plot.closed {
        sheet.state(on, State::Closed, if plot.public { "布局调整，与邻近园所合并" } else { "生源减少，终止办学" });
    }
    traits(plot, &mut sheet);
    classes(district, plot, &mut sheet, n, stream);
    status(district, plot, &mut sheet, stream);
    if let (false, Some(code)) = (plot.public, code) {
        let span = Span::since(plot.opened);
        sheet.credential(n, CredentialKind::PrivateNonEnterprise, code, &format!("{}民政局", district.name), span);
    }
    if let Some(first) = plot.classes.first() {
        *papers += 1;
        let number = format!("JY3{}{:07}", district.code, papers);
        let span = Span::new(*first, first.plus_months(60)).expect("five years are not empty");
        sheet.credential(n, CredentialKind::FoodLicence, number, &format!("{}市场监督管理局", district.name), span);
    }
    sheet
}

/// 虹口区曲阳第三幼儿园, 虹口区小满幼儿园, 虹口区民办禾木幼儿园.
fn name(
    district: &District,
    plot: &Plot,
    register: &mut Register,
    stream: &mut Stream,
    numbered: &mut BTreeMap<usize, usize>,
) -> String {
    let area = &district.name;
    if plot.public && stream.chance(55) {
        let count = numbered.entry(plot.street).or_default();
        *count += 1;
        let short = district.streets[plot.street].short();
        return register.free(&[format!("{area}{short}第{}幼儿园", numeral(*count))]);
    }
    let middle = if plot.public { "" } else { "民办" };
    let names: Vec<String> = (0..4).map(|_| format!("{area}{middle}{}幼儿园", register.brand())).collect();
    register.free(&names)
}

fn traits(plot: &Plot, sheet: &mut Sheet) {
    if let Some((on, yes)) = plot.expandable {
        let reason = if yes { "有富余校舍，可增设托班" } else { "校舍已满" };
        sheet.flag(on, Flag::Expandable, if yes { "yes" } else { "no" }, reason);
    }
    if let Some((kind, on)) = plot.works {
        sheet.flag(on, Flag::Built, kind, if kind == "rebuilt" { "改建竣工" } else { "扩建竣工" });
    }
    if plot.new.is_some() {
        sheet.flag(plot.opened, Flag::Built, "new", "新建竣工");
        if plot.classes.is_empty() {
            let reason = "规模已满，周边另有托育点可以满足需求，经区教育局同意暂不开设托班";
            sheet.flag(plot.opened, Flag::Exception, "no_toddler_class", reason);
        }
    }
}

fn gained(plot: &Plot, on: Day) -> Gained {
    if plot.new.is_some() {
        Gained::New
    } else if on.year() < 2019 {
        Gained::Unknown
    } else {
        match plot.works {
            Some(("rebuilt", built)) if built <= on => Gained::Rebuilt,
            Some((_, built)) if built <= on => Gained::Extended,
            _ => Gained::Expansion,
        }
    }
}

/// Classes, and with them the places: approved ones follow the classes, the children of each autumn the places.
fn classes(district: &District, plot: &Plot, sheet: &mut Sheet, n: &Numbers, stream: &mut Stream) {
    if plot.classes.is_empty() {
        return;
    }
    // Few private ones take toddlers for half a day.
    let mode = if !plot.public && stream.chance(6) { Mode::HalfDay } else { Mode::FullDay };
    let size = match stream.below(20) {
        0..4 if !plot.public && district.code != HONGKOU => 15,
        4..8 if !plot.public && district.code != HONGKOU => 18,
        _ => 20,
    };
    let mut open = 0;
    for (k, on) in plot.classes.iter().enumerate() {
        sheet.class(n, *on, format!("托{}班", numeral(k + 1)), Band::Toddler, gained(plot, *on), mode);
        open += 1;
        if plot.classes.get(k + 1) != Some(on) {
            sheet.capacity(*on, Measure::Approved, mode, Band::Toddler, open * size);
            sheet.capacity(*on, Measure::Operational, mode, Band::Toddler, open * size - stream.between(0, 2));
        }
    }
    for year in plot.classes[0].year().max(2019)..=LAST {
        let on = day(year, 10, 15);
        let places = plot.classes.iter().filter(|c| **c <= on).count() as i64 * size;
        if places > 0 {
            sheet.capacity(on, Measure::Enrolled, mode, Band::Toddler, places * stream.between(52, 88) / 100);
        }
    }
    fees(plot, sheet, mode, stream);
}

/// By month; the public ones and the inclusive ones are cheap. Some raise it once; a few never told it.
fn fees(plot: &Plot, sheet: &mut Sheet, mode: Mode, stream: &mut Stream) {
    if stream.chance(3) {
        return;
    }
    let yuan = match (plot.public, plot.inclusive.is_some()) {
        (true, _) => stream.between(14, 34) * 50,
        (false, true) => stream.between(36, 60) * 50,
        (false, false) => stream.between(7, 18) * 500,
    };
    let yuan = if mode == Mode::HalfDay { yuan * 6 / 10 / 10 * 10 } else { yuan };
    let first = plot.classes[0];
    sheet.fee(first, mode, yuan, Per::Month);
    if stream.chance(30) {
        let on = day(stream.between(2019, 2025) as i16, 9, 1);
        if on > first {
            sheet.fee(on, mode, yuan * stream.between(104, 115) / 100 / 10 * 10, Per::Month);
        }
    }
}

/// The inclusive status: three years at a time. The anchor of a street is renewed without a gap.
fn status(district: &District, plot: &Plot, sheet: &mut Sheet, stream: &mut Stream) {
    let Some(from) = plot.inclusive else { return };
    let by = format!("{}教育局", district.name);
    let lapses = !plot.anchor && stream.chance(12);
    let late = !plot.anchor && stream.chance(8);
    for (k, (from, until)) in renewals(from, 36).into_iter().enumerate() {
        if k > 0 && lapses {
            return;
        }
        let from = if k > 0 && late { from.plus(stream.between(20, 120)) } else { from };
        let reason =
            if k == 0 { "普惠性认定".to_owned() } else { format!("第{}次复评，继续认定", numeral(k)) };
        sheet.inclusive(from, until, &by, &reason);
    }
}
