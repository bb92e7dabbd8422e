//! What goes wrong or moves on in a real city: suspensions for works, moves, other operators, a file that stands there
//! twice, fees told wrongly and put right. None of it touches the anchors, so that the calibrated figures hold.

use super::deck::Stream;
use super::frame::{HONGKOU, JINGAN, day, scaled};
use super::ground::{District, Ground};
use super::kindergarten::Plot;
use super::names::Register;
use super::sheet::{Numbers, Sheet, credential, site};
use kernel::{Day, Fen, Span};
use registry::Change;
use registry::codes::{CredentialKind, FacilityKind, Mode, Ownership, Per, State};
use registry::model::{Fee, Profile};

/// The sheets of kindergartens and of other places of care, before they are numbered.
pub struct Lists<'a> {
    pub plots: &'a [Plot],
    pub kindergartens: &'a mut [Sheet],
    pub care: &'a mut Vec<Sheet>,
}

pub fn befall(
    ground: &Ground,
    district: &District,
    scale: f64,
    seed: u64,
    lists: Lists<'_>,
    register: &mut Register,
    n: &Numbers,
) {
    let mut stream = Stream::of(seed, "mishaps", &district.code);
    let Lists { plots, kindergartens, care } = lists;
    for (plot, sheet) in plots.iter().zip(kindergartens.iter_mut()) {
        // Jing'an's targets turn on single kindergartens.
        let calm = plot.anchor || plot.closed.is_some() || plot.new.is_some() || district.code == JINGAN;
        if !calm && stream.chance(2) {
            let from = stream.day(day(2019, 7, 1), day(2024, 7, 1));
            suspend(sheet, from, stream.between(60, 240), "校舍大修，暂停办园", district);
        }
        if stream.chance(2) {
            renamed(sheet, district, &mut stream, register);
        }
        if stream.chance(3) {
            corrected_fee(sheet);
        }
    }
    for sheet in care.iter_mut() {
        if sheet.closed().is_none() && sheet.opened < day(2023, 1, 1) && stream.chance(4) {
            let from = stream.day(day(2019, 3, 1), day(2024, 7, 1)).max(sheet.opened.plus(200));
            suspend(sheet, from, stream.between(30, 150), "消防整改，暂停服务", district);
        }
        if sheet.opened < day(2021, 1, 1) && stream.chance(4) {
            renamed(sheet, district, &mut stream, register);
        }
        if stream.chance(4) {
            corrected_fee(sheet);
        }
    }
    moved_within(district, care, &mut stream, register);
    if district.code == JINGAN {
        moved_away(ground, care, register, n);
    }
    twice(district, scale, care, register);
}

/// Shut for some time, then open again. Hongkou's figures of 2022-01-31 hold, so nothing there is shut on that day.
fn suspend(sheet: &mut Sheet, from: Day, days: i64, reason: &str, district: &District) {
    let until = from.plus(days);
    let document = day(2022, 1, 31);
    if district.code == HONGKOU && from <= document && document < until {
        return;
    }
    sheet.state(from, State::Suspended, reason);
    sheet.state(until, State::Operating, "恢复运营");
}

fn profile_of(sheet: &Sheet) -> Option<Profile> {
    sheet.changes.iter().find_map(|c| match c {
        Change::SetProfile { profile, .. } => Some(profile.clone()),
        _ => None,
    })
}

/// Another operator, and for a private one another name.
fn renamed(sheet: &mut Sheet, district: &District, stream: &mut Stream, register: &mut Register) {
    let Some(mut profile) = profile_of(sheet) else { return };
    let on = stream.day(day(2019, 6, 1), day(2023, 10, 31)).max(sheet.opened.plus(100));
    if profile.ownership == Ownership::Public {
        profile.phone = register.phone();
    } else {
        profile.operator = format!("上海{}托育服务有限公司", register.brand());
        if sheet.kind == FacilityKind::Institution {
            let names = ["托育园", "托育中心"].map(|what| format!("{}{}{what}", district.short(), register.brand()));
            profile.name = register.free(&names);
        }
    }
    sheet.changes.push(Change::SetProfile { span: Span::since(on), profile });
}

/// The fee was written down wrongly; somebody corrected the file, back-dated to the first day.
fn corrected_fee(sheet: &mut Sheet) {
    let first = sheet.changes.iter().find_map(|c| match c {
        Change::SetFee { span, fee } if fee.mode == Mode::FullDay && fee.per == Per::Month => {
            Some((span.from, fee.fen))
        }
        _ => None,
    });
    if let Some((from, fen)) = first
        && let Some(span) = Span::new(from, from.plus_months(6))
    {
        let fee = Fee { mode: Mode::FullDay, fen: Fen(fen.0 + 10_000), per: Per::Month };
        sheet.later.push(vec![Change::SetFee { span, fee }]);
    }
}

/// One in forty moves to another street of its district; never an inclusive one, so that coverage keeps to its dates.
fn moved_within(district: &District, care: &mut [Sheet], stream: &mut Stream, register: &mut Register) {
    for sheet in care.iter_mut().filter(|s| s.kind == FacilityKind::Institution && !ever_inclusive(s)) {
        if stream.chance(8) {
            let on = stream.day(day(2019, 9, 1), day(2023, 9, 1)).max(sheet.opened.plus(300));
            let street = stream.pick(&district.streets);
            if sheet.closed().is_none_or(|closed| on < closed) && street.name != super::ground::EMPTY_STREET {
                let site = site(&street.id, register.address(district, street));
                sheet.later.push(vec![Change::SetSite { span: Span::since(on), site }]);
            }
        }
    }
}

fn ever_inclusive(sheet: &Sheet) -> bool {
    sheet.changes.iter().any(|c| matches!(c, Change::SetInclusive { .. }))
}

/// An institution of Jing'an moves over the border to Baoshan on 2021-07-01: its home stays, it counts where it lies,
/// and the new district gives it another notice.
fn moved_away(ground: &Ground, care: &mut [Sheet], register: &mut Register, n: &Numbers) {
    let on = day(2021, 7, 1);
    let Some(target) = ground.districts.iter().find(|d| d.code == "310113") else { return };
    let Some(street) = target.streets.iter().find(|s| s.name == "大场镇").or(target.streets.first()) else { return };
    let stays = |s: &&mut Sheet| s.opened < day(2021, 1, 1) && s.closed().is_none() && s.kind != FacilityKind::Nursery;
    let mut able: Vec<&mut Sheet> = care.iter_mut().filter(stays).collect();
    able.sort_by_key(|s| (ever_inclusive(s), s.kind != FacilityKind::Institution));
    let Some(sheet) = able.into_iter().next() else { return };
    sheet.later.clear();
    sheet.notices.retain(|s| s.from < on);
    let site = site(&street.id, register.address(target, street));
    let span = Span::new(on, day(2024, 7, 1)).expect("three years are not empty");
    let number = format!("沪{}托告〔2021〕9001号", target.sign());
    let notice = credential(n, CredentialKind::OperationNotice, number, &format!("{}教育局", target.name), span);
    // Its inclusive status was the old district's.
    let since = Span::since(on);
    sheet.later.push(vec![
        Change::EndInclusive { span: since },
        Change::SetSite { span: since, site },
        Change::AddCredential { credential: notice },
    ]);
}

/// Some stand in the files twice, because two offices entered them: the second file is marked as the first one's double.
fn twice(district: &District, scale: f64, care: &mut Vec<Sheet>, register: &mut Register) {
    let count = match district.code.as_str() {
        "310112" => scaled(2, scale.max(0.5)),
        "310115" => scaled(1, scale.max(1.0)),
        _ => 0,
    };
    let able = |s: &Sheet| {
        let kind = matches!(s.kind, FacilityKind::Institution | FacilityKind::CommunityPoint);
        kind && s.opened < day(2021, 1, 1) && s.closed().is_none()
    };
    let originals: Vec<usize> = (0..care.len()).filter(|i| able(&care[*i])).take(count).collect();
    for at in originals {
        let original = &care[at];
        let Some(mut profile) = profile_of(original) else { continue };
        let place = original.street.clone();
        let (kind, opened) = (original.kind, original.opened);
        profile.name = register.free(&[format!("{}（筹）", profile.name)]);
        let Some(street) = district.streets.iter().chain(&district.zones).find(|s| s.id == place) else { continue };
        let address = register.address(district, street);
        let mut copy = Sheet::new(kind, opened, profile, site(&place, address));
        copy.opens(opened, "街镇上报");
        copy.doubles = Some(at);
        care.push(copy);
    }
}
