//! What supports families beside places of care: guidance stations, child-friendly communities, bases for early
//! development, play rooms, parent-child points, and points, centres and homes of the streets.

use super::deck::Stream;
use super::frame::{JINGAN, Share, day, scaled};
use super::ground::{District, EMPTY_STREET, Street};
use super::names::Register;
use super::sheet::{Owner, Sheet, profile, site};
use kernel::Day;
use registry::codes::{FacilityKind, Flag, LegalForm, Ownership};

/// All of a district; parent-child points lie in its kindergartens.
pub fn sheets(
    district: &District,
    share: &Share,
    scale: f64,
    seed: u64,
    kindergartens: &[Sheet],
    register: &mut Register,
) -> Vec<Sheet> {
    let mut stream = Stream::of(seed, "support", &district.code);
    let mut out = Vec::new();
    for (street, on) in district.streets.iter().zip(&share.rolls.stations) {
        let Some(on) = on else { continue };
        let name = format!("{}家庭科学育儿指导站", street.name);
        out.push(plain(district, register, FacilityKind::GuidanceStation, street, *on, name, "区早教指导中心"));
    }
    for one in &share.rolls.friendly {
        let street = &district.streets[one.street];
        let estate = register.estate(street);
        let name = format!("{}儿童友好社区示范点（{estate}）", street.name);
        let mut sheet =
            plain(district, register, FacilityKind::FriendlyCommunity, street, one.creating, name, &street.name);
        sheet.flag(one.creating, Flag::Stage, "creating", "开始创建");
        sheet.flag(one.accepted, Flag::Stage, "accepted", "验收通过");
        out.push(sheet);
    }
    let first = &district.streets[0];
    for one in &share.rolls.bases {
        let street = if one.tier == "1" { first } else { &district.streets[stream.below(district.streets.len())] };
        let name = match one.tier {
            "1" => format!("{}儿童早期发展基地", district.name),
            _ => format!("{}儿童早期发展基地（{}）", district.name, street.short()),
        };
        let operator = format!("{}妇幼保健所", district.name);
        let mut sheet = plain(district, register, FacilityKind::EcdBase, street, one.creating, name, &operator);
        sheet.flag(one.creating, Flag::Tier, one.tier, "");
        sheet.flag(one.creating, Flag::Stage, "creating", "开始创建");
        sheet.flag(one.accepted, Flag::Stage, "accepted", "验收通过");
        out.push(sheet);
    }
    for (k, (street, on)) in share.rolls.rooms.iter().enumerate() {
        let street = &district.streets[*street];
        // Every fifth stands where children are vaccinated.
        let (host, place) = match k % 5 {
            4 => ("vaccination", "预防接种门诊"),
            _ => ("community_health", "社区卫生服务中心"),
        };
        let name = format!("{}{place}游戏观察室", street.name);
        let operator = format!("{}社区卫生服务中心", street.name);
        let mut sheet = plain(district, register, FacilityKind::PlayRoom, street, *on, name, &operator);
        sheet.flag(*on, Flag::Host, host, "");
        out.push(sheet);
    }
    out.extend(parent_child(district, scale, kindergartens, register, &mut stream));
    out.extend(of_streets(district, scale, register, &mut stream));
    out
}

/// Something that needs no class and no paper.
fn plain(
    district: &District,
    register: &mut Register,
    kind: FacilityKind,
    street: &Street,
    on: Day,
    name: String,
    operator: &str,
) -> Sheet {
    let name = register.free(&[name]);
    let owner = Owner { ownership: Ownership::Public, form: LegalForm::Department, operator };
    let profile = profile(register, name, owner);
    let address = register.address(district, street);
    let mut sheet = Sheet::new(kind, on, profile, site(&street.id, address));
    sheet.opens(on, "设立");
    sheet
}

/// Parent-child points in kindergartens: "several" in Jing'an (JA-23), some elsewhere.
fn parent_child(
    district: &District,
    scale: f64,
    kindergartens: &[Sheet],
    register: &mut Register,
    stream: &mut Stream,
) -> Vec<Sheet> {
    let count =
        if district.code == JINGAN { 6 } else { scaled((district.residents / 350_000.0) as usize + 1, scale).max(1) };
    let mut hosts: Vec<&Sheet> =
        kindergartens.iter().filter(|k| k.closed().is_none() && k.opened < day(2020, 1, 1)).collect();
    stream.mix(&mut hosts);
    let mut out = Vec::new();
    for (k, host) in hosts.into_iter().take(count).enumerate() {
        let on = stream.day(day(2021 + (k % 3) as i16, 3, 1), day(2021 + (k % 3) as i16, 10, 31));
        let Some(street) = district.streets.iter().find(|s| s.id == host.street) else { continue };
        let name = format!("{}亲子互动指导点", host.name);
        let mut sheet = plain(district, register, FacilityKind::ParentChildPoint, street, on, name, &host.name);
        sheet.flag(on, Flag::Host, "kindergarten", &host.name);
        out.push(sheet);
    }
    out
}

/// Guidance points, child-service centres and children's homes of some streets.
fn of_streets(district: &District, scale: f64, register: &mut Register, stream: &mut Stream) -> Vec<Sheet> {
    let mut streets: Vec<&Street> = district.streets.iter().filter(|s| s.name != EMPTY_STREET).collect();
    let kinds = [
        (FacilityKind::GuidancePoint, "科学育儿指导点", 40),
        (FacilityKind::ChildServiceCentre, "儿童服务中心", 20),
        (FacilityKind::ChildrensHome, "儿童之家", 55),
    ];
    let mut out = Vec::new();
    for (kind, word, percent) in kinds {
        stream.mix(&mut streets);
        let count = scaled((streets.len() * percent).div_ceil(100), scale.min(1.0)).max(1);
        for street in streets.iter().take(count) {
            let on = stream.day(day(2017, 3, 1), day(2023, 11, 30));
            let name = format!("{}{word}", street.name);
            out.push(plain(district, register, kind, street, on, name, &street.name));
        }
    }
    out
}
