//! The parts of files beside their basics: premises, chains, agreed and welfare places, the way of new public
//! kindergartens from plan to handover, places added or freed, support, services. Drawn from a stream of its own, so
//! that nothing that is calibrated moves; amounts have no source and are made up.

use super::deck::Stream;
use super::frame::{LAST, day};
use super::ground::District;
use super::kindergarten::Plot;
use super::sheet::{Numbers, Sheet, changed_on};
use kernel::{Day, Fen, Id, Span};
use registry::Change;
use registry::codes::{
    Beneficiary, Bond, FacilityKind, Measure, Mode, Ownership, Per, Stage, Style, SupportKind, Tenure, Way,
};
use registry::extra::{Agreement, Building, Chain, Extra, Premises, Release, Service, Support, Welfare};
use registry::model::Profile;

/// Adds them to the sheets of a district.
pub fn add(
    district: &District,
    seed: u64,
    (plots, kindergartens): (&[Plot], &mut [Sheet]),
    care: &mut [Sheet],
    chains: &[String],
    n: &Numbers,
) {
    let mut pen = Pen { district, n, stream: Stream::of(seed, "parts", &district.code) };
    for (plot, sheet) in plots.iter().zip(kindergartens.iter_mut()) {
        pen.kindergarten(plot, sheet);
    }
    for sheet in care.iter_mut() {
        pen.care(sheet, chains);
    }
}

struct Pen<'a> {
    district: &'a District,
    n: &'a Numbers,
    stream: Stream,
}

impl Pen<'_> {
    fn office(&self) -> String {
        format!("{}教育局", self.district.name)
    }

    fn street(&self, sheet: &Sheet) -> String {
        let places = self.district.streets.iter().chain(&self.district.zones);
        places.into_iter().find(|s| s.id == sheet.street).map_or_else(|| self.district.name.clone(), |s| s.name.clone())
    }

    fn kindergarten(&mut self, plot: &Plot, sheet: &mut Sheet) {
        let first = began(sheet);
        let tenure = if plot.public { Tenure::Owned } else { Tenure::Rented };
        let area = self.stream.between(22, 68) * 100;
        let supplier = match plot.public {
            true => self.office(),
            false => format!("上海{}物业管理有限公司", self.district.short()),
        };
        set(sheet, Span::since(first), rooms(tenure, supplier, (area, area / 3), "1-3层", true));
        if let (false, Some(on)) = (plot.public, plot.inclusive) {
            let places = 20 * plot.classes.len() as i64;
            let note = "按普惠价格收费，区里给予奖补".to_owned();
            let agreed = Agreement { partner: self.office(), places, note };
            set(sheet, Span::since(on), Extra::Agreement(agreed));
            for year in on.year().max(2020)..=LAST {
                let from = day(year, 1, 1).max(on);
                let yuan = places * self.stream.between(20, 35) * 100;
                self.support(
                    sheet,
                    year_of(from),
                    SupportKind::Incentive,
                    self.office(),
                    Some(yuan),
                    "普惠性民办幼儿园托班奖补",
                );
            }
        }
        if plot.new.is_some() && plot.public {
            self.building(plot.opened, sheet);
        }
        self.releases(plot, sheet);
    }

    /// From plan to handover; one in three is late, and the promise was moved once.
    fn building(&mut self, opened: Day, sheet: &mut Sheet) {
        let s = &mut self.stream;
        let handed = opened.plus(-s.between(30, 75));
        let late = s.chance(33);
        let promised = if late { handed.plus(-s.between(40, 120)) } else { handed.plus(s.between(0, 20)) };
        let moved = if late { handed.plus(5) } else { promised };
        let steps = [
            (opened.plus(-1020), Stage::Planned, promised, "列入控制性详细规划"),
            (opened.plus(-800), Stage::Approved, promised, ""),
            (opened.plus(-610), Stage::Construction, promised, ""),
            (handed.plus(-70), Stage::Completed, moved, if late { "竣工验收推迟" } else { "" }),
            (handed, Stage::HandedOver, if late { promised } else { moved }, ""),
        ];
        for (on, stage, due, note) in steps {
            let building = Building { stage, due: Some(due), unit: self.office(), note: note.to_owned() };
            set(sheet, Span::since(on), Extra::Building(building));
        }
    }

    /// The places of classes that came later were meant in spring; a few that were meant did not come.
    fn releases(&mut self, plot: &Plot, sheet: &mut Sheet) {
        if plot.new.is_some() {
            return;
        }
        let mut years: Vec<i16> = plot.classes.iter().map(|d| d.year()).filter(|y| *y >= 2020).collect();
        years.dedup();
        for year in years {
            let places = 20 * plot.classes.iter().filter(|d| d.year() == year).count() as i64;
            let built = plot.works.is_some_and(|(_, on)| on.year() == year);
            let way = if built || self.stream.chance(25) { Way::Added } else { Way::Freed };
            let note = if way == Way::Freed { "小班减少，教室改作托班" } else { "" }.to_owned();
            let release = Release { year: i64::from(year), way, places, met: true, note };
            set(sheet, Span::since(day(year, 3, 20)), Extra::Release(release));
        }
        if plot.classes.is_empty() && self.stream.chance(4) {
            let release =
                Release { year: 2022, way: Way::Freed, places: 20, met: false, note: "入园人数未定".to_owned() };
            set(sheet, Span::since(day(2022, 4, 1)), Extra::Release(release));
        }
    }

    fn care(&mut self, sheet: &mut Sheet, chains: &[String]) {
        use FacilityKind::*;
        let (first, opened, street) = (began(sheet), sheet.opened, self.street(sheet));
        let Some(profile) = profile_of(sheet) else { return };
        let area = self.stream.between(14, 70) * 10;
        let (tenure, supplier, independent) = match sheet.kind {
            CommunityPoint | BabyHouse => (Tenure::Supplied, street.clone(), false),
            EmployerPoint => (Tenure::Owned, String::new(), false),
            Nursery if profile.ownership == Ownership::Public => (Tenure::Owned, String::new(), true),
            _ => (Tenure::Rented, format!("上海{}物业管理有限公司", self.district.short()), self.stream.chance(30)),
        };
        // One in ten never said.
        if !self.stream.chance(10) {
            set(sheet, Span::since(first), rooms(tenure, supplier, (area, area / 5), "1-2层", independent));
        }
        let brand = |chain: &&String| profile.operator == format!("上海{chain}教育科技有限公司");
        if let Some(brand) = chains.iter().find(brand).filter(|_| sheet.kind == Institution) {
            let bond = if self.stream.chance(75) { Bond::Direct } else { Bond::Franchise };
            set(sheet, Span::since(first), Extra::Chain(Chain { brand: brand.clone(), bond }));
        }
        if matches!(sheet.kind, EmployerPoint | ParkPoint) {
            let beneficiary = if sheet.kind == EmployerPoint { Beneficiary::Staff } else { Beneficiary::Tenants };
            for year in opened.year().max(2019)..=LAST {
                let children = self.stream.between(8, 30);
                let welfare = Welfare { host: profile.operator.clone(), beneficiary, children, note: String::new() };
                set(sheet, Span::since(day(year, 10, 15).max(opened)), Extra::Welfare(welfare));
            }
        }
        self.given(sheet, &street);
        self.offered(sheet);
    }

    /// Premises, rent and subsidies of those that are inclusive, of communities and of baby houses.
    fn given(&mut self, sheet: &mut Sheet, street: &str) {
        use FacilityKind::*;
        let inclusive = sheet.changes.iter().any(|c| matches!(c, Change::SetInclusive { .. }));
        let (opened, place) = (sheet.opened, street.to_owned());
        if matches!(sheet.kind, CommunityPoint | BabyHouse) {
            self.support(sheet, Span::since(opened), SupportKind::Premises, place.clone(), None, "社区用房");
        }
        if !inclusive && sheet.kind != BabyHouse {
            return;
        }
        let closed = sheet.closed().unwrap_or(Day::OPEN);
        let approved = sheet.changes.iter().map(|c| match c {
            Change::SetCapacity { capacity, .. } if capacity.measure == Measure::Approved => capacity.places,
            _ => 0,
        });
        // By the place; a baby house has none that are fixed.
        let places = approved.sum::<i64>().clamp(15, 120);
        for year in opened.year().max(2020)..=LAST {
            let from = day(year, 1, 1).max(opened);
            if from >= closed {
                return;
            }
            let yuan = places * self.stream.between(60, 160) * 100;
            self.support(sheet, year_of(from), SupportKind::Subsidy, self.office(), Some(yuan), "普惠性托育点补贴");
            if sheet.kind == Institution && self.stream.chance(50) {
                let yuan = self.stream.between(20, 80) * 1000;
                self.support(sheet, year_of(from), SupportKind::Rent, place.clone(), Some(yuan), "减免租金");
            }
        }
    }

    fn offered(&mut self, sheet: &mut Sheet) {
        use FacilityKind::*;
        let from = sheet.opened.max(day(2020, 9, 1));
        let list: &[(Style, &str, i64, i64, Mode, i64, Per)] = match sheet.kind {
            BabyHouse => &[
                (Style::Embedded, "临时托", 18, 36, Mode::Hourly, 30, Per::Hour),
                (Style::Graded, "亲子陪伴", 6, 18, Mode::Hourly, 0, Per::Hour),
            ],
            CommunityPoint => &[
                (Style::Menu, "周末半日托", 18, 36, Mode::HalfDay, 120, Per::Day),
                (Style::Menu, "延时托管", 24, 36, Mode::Hourly, 25, Per::Hour),
                (Style::Embedded, "家门口亲子活动", 6, 36, Mode::Hourly, 0, Per::Hour),
            ],
            Institution | ParkPoint => &[
                (Style::Menu, "寒暑假短期托", 24, 36, Mode::FullDay, 260, Per::Day),
                (Style::Graded, "分龄适应班", 12, 24, Mode::HalfDay, 160, Per::Day),
            ],
            _ => &[],
        };
        for (style, name, month_from, month_until, mode, yuan, per) in list {
            if sheet.kind != BabyHouse && !self.stream.chance(45) {
                continue;
            }
            let yuan = yuan * self.stream.between(9, 12) / 10;
            let service = Service {
                home: String::new(),
                id: self.n.ids.new_id(self.n.at),
                facility: Id::new("new"),
                from_day: from,
                until_day: Day::OPEN,
                recorded: self.n.at,
                style: *style,
                name: (*name).to_owned(),
                month_from: *month_from,
                month_until: *month_until,
                mode: *mode,
                fen: (yuan > 0).then_some(Fen(yuan * 100)),
                per: (yuan > 0).then_some(*per),
                note: if yuan > 0 { String::new() } else { "免费，需预约".to_owned() },
            };
            sheet.changes.push(Change::AddService { service });
        }
    }

    fn support(
        &mut self,
        sheet: &mut Sheet,
        span: Span,
        kind: SupportKind,
        source: String,
        yuan: Option<i64>,
        note: &str,
    ) {
        let support = Support {
            home: String::new(),
            id: self.n.ids.new_id(self.n.at),
            facility: Id::new("new"),
            from_day: span.from,
            until_day: span.until,
            recorded: self.n.at,
            kind,
            source,
            fen: yuan.map(|y| Fen(y * 100)),
            document: String::new(),
            note: note.to_owned(),
        };
        sheet.changes.push(Change::AddSupport { support });
    }
}

/// Rooms without a note.
fn rooms(tenure: Tenure, supplier: String, (area, outdoor): (i64, i64), floors: &str, independent: bool) -> Extra {
    Extra::Premises(Premises {
        tenure,
        supplier,
        area: Some(area),
        outdoor: Some(outdoor),
        floors: floors.to_owned(),
        independent,
        note: String::new(),
    })
}

fn set(sheet: &mut Sheet, span: Span, extra: Extra) {
    sheet.changes.push(Change::SetExtra { span, extra });
}

/// From a day to the end of its year.
fn year_of(from: Day) -> Span {
    Span::new(from, day(from.year() + 1, 1, 1)).unwrap_or(Span::since(from))
}

/// The first day that the sheet knows.
fn began(sheet: &Sheet) -> Day {
    sheet.changes.iter().filter_map(changed_on).min().unwrap_or(sheet.opened)
}

fn profile_of(sheet: &Sheet) -> Option<Profile> {
    sheet.changes.iter().find_map(|c| match c {
        Change::SetProfile { profile, .. } => Some(profile.clone()),
        _ => None,
    })
}
