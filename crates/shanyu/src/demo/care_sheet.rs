//! From the plan of a place of care to its sheet: where it lies, its classes and places, fees, inclusive status and
//! papers. An inclusive one lies where its street is covered by then, so that coverage keeps to its dates.

use super::care::{Cell, renewals};
use super::deck::Stream;
use super::frame::{HONGKOU, LAST, Share, day};
use super::ground::{District, EMPTY_STREET, Street};
use super::names::{Register, brand, numeral};
use super::sheet::{Numbers, Owner, Sheet, profile, site};
use kernel::{Day, Span};
use registry::codes::{Band, CredentialKind, FacilityKind, Gained, LegalForm, Measure, Mode, Ownership, Per, State};
use std::collections::BTreeMap;

/// Chains of institutions, city-wide.
pub fn chains(seed: u64) -> Vec<String> {
    let mut stream = Stream::of(seed, "care/chains", "");
    (0..24).map(|_| brand(&mut stream)).collect()
}

/// The sheets of all other places of care of a district; `start` places were there in the districts before it.
pub fn sheets(
    district: &District,
    share: &Share,
    (seed, start): (u64, usize),
    chains: &[String],
    register: &mut Register,
    n: &Numbers,
) -> Vec<Sheet> {
    let mut desk = Desk {
        district,
        share,
        chains,
        register,
        n,
        stream: Stream::of(seed, "care/sheets", &district.code),
        nth: BTreeMap::new(),
        papers: 0,
        asked: start,
    };
    share.care.iter().map(|cell| desk.sheet(cell)).collect()
}

struct Desk<'a> {
    district: &'a District,
    share: &'a Share,
    chains: &'a [String],
    register: &'a mut Register,
    n: &'a Numbers,
    stream: Stream,
    /// How many of a kind there were: sizes go round instead of by chance, so that seats keep their sum.
    nth: BTreeMap<FacilityKind, usize>,
    papers: usize,
    /// Counts on through the city: who has no notice, or a late one, comes round instead of by chance.
    asked: usize,
}

impl Desk<'_> {
    fn sheet(&mut self, cell: &Cell) -> Sheet {
        let s = &mut self.stream;
        let opened = cell.opens.unwrap_or_else(|| match cell.kind {
            FacilityKind::Nursery => day(s.between(2001, 2010) as i16, 9, 1),
            _ => s.day(day(2013, 2, 1), day(2018, 5, 31)),
        });
        let street = self.street(cell, opened);
        let opened = opened.max(street.since.plus(200));
        let ahead = match (cell.opens, cell.kind) {
            (None, _) => 0,
            (Some(_), FacilityKind::BabyHouse) => self.stream.between(10, 40),
            (Some(_), _) => self.stream.between(60, 240),
        };
        let from = opened.plus(-ahead);
        let (name, ownership, form, operator) = self.identity(cell.kind, &street);
        let owner = Owner { ownership, form, operator: &operator };
        let mut profile = profile(self.register, name, owner);
        match self.stream.below(60) {
            0 => profile.phone.clear(),
            1 => profile.credit_code = None,
            _ => {}
        }
        let code = profile.credit_code.clone();
        let address = self.register.address(self.district, &street);
        let mut sheet = Sheet::new(cell.kind, from, profile, site(&street.id, address));
        sheet.opens(opened, "开办");
        self.classes(cell.kind, opened, &mut sheet);
        self.fees(cell, opened, &mut sheet);
        self.inclusive(cell, &street, opened, &mut sheet);
        self.papers(cell, opened, form, code, &mut sheet);
        if let Some(year) = cell.closes {
            let on = self.stream.day(day(year, 1, 15), day(year, 12, 15)).max(opened.plus(90));
            let reason = *self.stream.pick(&["租约到期，未续租", "生源不足，停止运营", "运营方调整业务，终止托育服务"]);
            sheet.state(on, State::Closed, reason);
        }
        sheet
    }

    /// A covered street for an inclusive one, any for another; every second park point lies in a zone if there is one.
    fn street(&mut self, cell: &Cell, opened: Day) -> Street {
        let district = self.district;
        let zones = &district.zones;
        if cell.kind == FacilityKind::ParkPoint && !zones.is_empty() && self.stream.chance(50) {
            return self.stream.pick(zones).clone();
        }
        let covered = |i: usize| self.share.rolls.cover[i].is_some_and(|c| c <= opened.max(day(2018, 12, 31)));
        let any: Vec<usize> =
            (0..district.streets.len()).filter(|i| district.streets[*i].name != EMPTY_STREET).collect();
        let fit: Vec<usize> = any.iter().copied().filter(|i| !cell.inclusive || covered(*i)).collect();
        let first = any.iter().copied().min_by_key(|i| self.share.rolls.cover[*i].unwrap_or(Day::OPEN));
        let i = if fit.is_empty() { first.unwrap_or(0) } else { *self.stream.pick(&fit) };
        district.streets[i].clone()
    }

    /// Name, whose it is, legal form, who runs it.
    fn identity(&mut self, kind: FacilityKind, street: &Street) -> (String, Ownership, LegalForm, String) {
        use FacilityKind::*;
        let (area, short) = (&self.district.name, self.district.short());
        let s = &mut self.stream;
        let own = brand(s);
        let company = format!("上海{own}教育科技有限公司");
        let society = format!("上海{short}{own}托育服务中心");
        match kind {
            Nursery if s.chance(70) => {
                let name =
                    self.register.free(&[format!("{area}{}托儿所", street.short()), format!("{area}{own}托儿所")]);
                (name, Ownership::Public, LegalForm::PublicInstitution, format!("{area}教育局"))
            }
            Nursery => {
                let name = self.register.free(&[format!("{area}民办{own}托儿所")]);
                (name, Ownership::Private, LegalForm::NonProfit, company)
            }
            CommunityPoint => {
                let estate = self.register.estate(street);
                let at = street.short();
                let name = self.register.free(&[format!("{at}社区托育点"), format!("{at}社区托育点（{estate}）")]);
                (name, Ownership::Mixed, LegalForm::NonProfit, society)
            }
            EmployerPoint => {
                let trade = *s.pick(&["智能装备", "生物医药", "软件", "精密仪器", "文化传播", "新材料"]);
                let company = format!("上海{own}{trade}有限公司");
                let name = self.register.free(&[format!("{own}{trade}（{short}）员工福利托育点")]);
                (name, Ownership::Private, LegalForm::Other, company)
            }
            ParkPoint => {
                let park = *s.pick(&["产业园", "科创园", "商务楼", "文创园"]);
                let name = self.register.free(&[format!("{short}{own}{park}托育点")]);
                (name, Ownership::Private, LegalForm::ForProfit, company)
            }
            BabyHouse => {
                let estate = self.register.estate(street);
                let at = &street.name;
                let name =
                    self.register.free(&[format!("{at}社区托育宝宝屋"), format!("{at}社区托育宝宝屋（{estate}）")]);
                (name, Ownership::Mixed, LegalForm::Department, street.name.clone())
            }
            _ => {
                let at = street.short();
                let chain = s.chance(45).then(|| s.pick(self.chains).clone());
                let form = if s.chance(70) { LegalForm::ForProfit } else { LegalForm::NonProfit };
                match chain {
                    Some(chain) => {
                        let estate = self.register.estate(street);
                        let name = self
                            .register
                            .free(&[format!("{chain}托育园（{at}店）"), format!("{chain}托育园（{estate}店）")]);
                        (name, Ownership::Private, form, format!("上海{chain}教育科技有限公司"))
                    }
                    None => {
                        let name =
                            self.register.free(&[format!("{own}托育园（{at}店）"), format!("{short}{own}托育园")]);
                        let operator = if form == LegalForm::ForProfit { company } else { society };
                        (name, Ownership::Private, form, operator)
                    }
                }
            }
        }
    }

    fn classes(&mut self, kind: FacilityKind, opened: Day, sheet: &mut Sheet) {
        use Band::*;
        let nth = self.nth.entry(kind).or_default();
        let round = *nth % 3;
        *nth += 1;
        let (mode, bands): (Mode, &[Band]) = match (kind, round) {
            (FacilityKind::Nursery, _) => (Mode::FullDay, &[Toddler, Toddler, Toddler]),
            (FacilityKind::CommunityPoint | FacilityKind::ParkPoint, 0) => (Mode::FullDay, &[Mixed, Senior]),
            (FacilityKind::CommunityPoint | FacilityKind::ParkPoint, _) => (Mode::FullDay, &[Mixed, Senior, Junior]),
            (FacilityKind::EmployerPoint, 0) => (Mode::FullDay, &[Mixed]),
            (FacilityKind::EmployerPoint, _) => (Mode::FullDay, &[Mixed, Senior]),
            (FacilityKind::BabyHouse, _) => (Mode::Hourly, &[Mixed]),
            (_, 0) => (Mode::FullDay, &[Junior, Senior, Senior, Mixed]),
            (_, 1) => (Mode::FullDay, &[Junior, Senior, Senior, Mixed, Mixed]),
            _ => (Mode::FullDay, &[Infant, Junior, Senior, Senior, Mixed, Mixed]),
        };
        let gained = if opened.year() < 2019 { Gained::Unknown } else { Gained::New };
        let mut places: BTreeMap<Band, i64> = BTreeMap::new();
        let mut numbered: BTreeMap<Band, usize> = BTreeMap::new();
        for band in bands {
            let (word, size) = match band {
                Infant => ("乳儿", 10),
                Junior => ("托小", 15),
                Senior => ("托大", 20),
                Mixed => ("混合", if mode == Mode::Hourly { 12 } else { 18 }),
                Toddler => ("托", 20),
            };
            let count = numbered.entry(*band).or_default();
            *count += 1;
            sheet.class(self.n, opened, format!("{word}{}班", numeral(*count)), *band, gained, mode);
            *places.entry(*band).or_default() += size;
        }
        for (band, places) in places {
            // A baby house has no fixed places (packs/norms/design.toml): none are approved.
            if mode != Mode::Hourly {
                sheet.capacity(opened, Measure::Approved, mode, band, places);
            }
            sheet.capacity(opened, Measure::Operational, mode, band, places - self.stream.between(0, 2));
            for year in opened.year().max(2019)..=LAST {
                let on = day(year, 10, 15);
                if on > opened {
                    let children = places * self.stream.between(48, 86) / 100;
                    sheet.capacity(on, Measure::Enrolled, mode, band, children);
                }
            }
        }
    }

    fn fees(&mut self, cell: &Cell, opened: Day, sheet: &mut Sheet) {
        let s = &mut self.stream;
        if s.chance(3) {
            return;
        }
        let yuan = match (cell.kind, cell.inclusive) {
            (FacilityKind::BabyHouse, _) => return sheet.fee(opened, Mode::Hourly, s.between(4, 10) * 5, Per::Hour),
            (FacilityKind::Nursery, _) => s.between(14, 36) * 50,
            (_, true) => s.between(32, 60) * 50,
            (_, false) => s.between(9, 24) * 500,
        };
        sheet.fee(opened, Mode::FullDay, yuan, Per::Month);
        if cell.kind == FacilityKind::Institution && s.chance(40) {
            sheet.fee(opened, Mode::HalfDay, yuan * 6 / 10 / 50 * 50, Per::Month);
        }
        for _ in 0..2 {
            let on = day(s.between(2019, 2025) as i16, if s.chance(60) { 9 } else { 3 }, 1);
            if on > opened && s.chance(35) {
                sheet.fee(on, Mode::FullDay, yuan * s.between(96, 112) / 100 / 50 * 50, Per::Month);
            }
        }
    }

    /// Confirmed soon after opening, three years at a time; some are not confirmed again.
    fn inclusive(&mut self, cell: &Cell, street: &Street, opened: Day, sheet: &mut Sheet) {
        if !cell.inclusive {
            return;
        }
        let cover = self.district.streets.iter().position(|s| s.id == street.id);
        let cover = cover.and_then(|i| self.share.rolls.cover[i]).unwrap_or(day(2017, 3, 1));
        let from = match cell.opens {
            Some(_) => opened.plus(self.stream.between(0, 10)),
            None => self.stream.day(day(2017, 3, 1), day(2018, 12, 20)).max(cover),
        };
        let by = format!("{}教育局", self.district.name);
        let (lapses, late) = (self.stream.chance(12), self.stream.chance(8));
        for (k, (from, until)) in renewals(from.max(opened).max(cover), 36).into_iter().enumerate() {
            if k > 0 && lapses {
                return;
            }
            let from = if k > 0 && late { from.plus(self.stream.between(15, 90)) } else { from };
            let reason = if k == 0 {
                "普惠性认定".to_owned()
            } else {
                format!("第{}次复评，继续认定", numeral(k))
            };
            sheet.inclusive(from, until, &by, &reason);
        }
    }

    /// Notice, registration, fire proof, health report, insurance; a few are missing, a few run out.
    fn papers(&mut self, cell: &Cell, opened: Day, form: LegalForm, code: Option<String>, sheet: &mut Sheet) {
        let (area, sign) = (&self.district.name, self.district.sign());
        let calm = self.district.code == HONGKOU;
        let s = &mut self.stream;
        self.asked += 1;
        let asked = match cell.kind {
            FacilityKind::Nursery => !calm && self.asked.is_multiple_of(2),
            // Notices are given since 2018; one in thirty-three never asked for one, outside Hongkou.
            _ => calm || !self.asked.is_multiple_of(33),
        };
        if asked {
            let first = opened.max(s.day(day(2018, 7, 2), day(2018, 12, 20)));
            sheet.notices = match cell.lapse {
                Some((until, again)) => {
                    let mut out = vec![(until.plus_months(-36), until)];
                    out.extend(renewals(again, 36));
                    out
                }
                None => renewals(first, 36),
            }
            .into_iter()
            .filter_map(|(from, until)| Span::new(from, until))
            .collect();
            if !calm && self.asked % 14 == 5 {
                // The second notice came late, or never.
                let again = (!self.asked.is_multiple_of(3)).then(|| s.between(10, 200));
                let mut kept = sheet.notices.clone();
                match again {
                    Some(days) if kept.len() > 1 => kept[1].from = kept[1].from.plus(days),
                    _ => kept.truncate(1),
                }
                sheet.notices = kept;
            }
        }
        let registered = match form {
            LegalForm::ForProfit => Some((CredentialKind::BusinessLicence, "市场监督管理局")),
            LegalForm::NonProfit => Some((CredentialKind::PrivateNonEnterprise, "民政局")),
            _ => None,
        };
        if let (Some((kind, office)), Some(code)) = (registered, code) {
            sheet.credential(self.n, kind, code, &format!("{area}{office}"), Span::since(opened));
        }
        if cell.kind == FacilityKind::BabyHouse {
            return;
        }
        self.papers += 1;
        let (year, k) = (opened.year(), self.papers);
        if s.chance(96) {
            let number = format!("沪{sign}消验〔{year}〕第{k:04}号");
            sheet.credential(
                self.n,
                CredentialKind::FireProof,
                number,
                &format!("{area}消防救援支队"),
                Span::since(opened),
            );
        }
        if s.chance(96) {
            let number = format!("沪{sign}卫评〔{year}〕第{k:04}号");
            let office = format!("{area}疾病预防控制中心");
            sheet.credential(self.n, CredentialKind::HealthReport, number, &office, Span::since(opened));
        }
        for year in opened.year().max(2021)..=LAST {
            let from = day(year, 1, 1).max(opened);
            if let Some(span) = Span::new(from, day(year + 1, 1, 1)).filter(|_| s.chance(90)) {
                let number = format!("ZR{}{year}{k:05}", self.district.code);
                sheet.credential(self.n, CredentialKind::Insurance, number, "托育责任保险共保体", span);
            }
        }
    }
}
