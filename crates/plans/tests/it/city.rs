//! A small city: the packs of the house, and facilities entered through the use cases of the registry.

use db::Db;
use kernel::{
    Day, Ids, Instant, Span,
    kinds::{FacilityId, PlaceId},
};
use plans::Plans;
use registry::{
    At, Change, New, Stamp,
    codes::{
        Band, CredentialKind, FacilityKind, Flag, Gained, LegalForm, Measure, Mode, Ownership, Per, State, Tenure,
        Verified,
    },
    extra::{Extra, Premises},
    model::{Capacity, Credential, Fee, FlagSpan, Inclusive, Profile, Site},
};
use std::path::{Path, PathBuf};

pub const MIGRATIONS: &[&[db::Migration]] = &[
    web::MIGRATIONS,
    indicator::MIGRATIONS,
    places::MIGRATIONS,
    identity::MIGRATIONS,
    desk::MIGRATIONS,
    registry::MIGRATIONS,
    plans::MIGRATIONS,
];

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn packs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs")
}

pub fn text(name: &str) -> String {
    std::fs::read_to_string(packs().join(name)).unwrap()
}

/// The plans of the house, with one text replaced in a file (to see that a changed pack changes a light).
pub fn plans_with(file: &str, from: &str, to: &str) -> Result<Plans, String> {
    let mut files = Vec::new();
    for id in ["shanghai-2020-2022", "jingan-2021-2023", "pudong-2021-2023", "hongkou-demonstration"] {
        let name = format!("plans/{id}.toml");
        let mut body = text(&name);
        if name == file {
            assert!(body.contains(from), "{file} holds {from:?}");
            body = body.replacen(from, to, 1);
        }
        files.push((name, body));
    }
    Plans::read(
        ("indicators.toml", &text("indicators.toml")),
        ("units.toml", &text("units.toml")),
        &files,
        registry::INDICATORS.iter(),
    )
}

pub fn plans() -> Plans {
    plans_with("", "", "").unwrap()
}

/// A city under construction.
pub struct City {
    pub db: Db,
    ids: Ids,
    now: Instant,
}

impl City {
    /// Divisions, facts and norms; no facility.
    pub async fn empty(db: &Db) -> City {
        db::migrate(db, MIGRATIONS).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let csv = text("divisions/places.csv");
        places::load::load_divisions(&mut tx, places::load::Pack { file: "places.csv", text: &csv }).await.unwrap();
        let facts = text("facts/population.csv");
        places::load::load_facts(&mut tx, &[places::load::Pack { file: "population.csv", text: &facts }])
            .await
            .unwrap();
        let mut norms: Vec<(String, String)> = std::fs::read_dir(packs().join("norms"))
            .unwrap()
            .map(|e| e.unwrap().file_name().to_str().unwrap().to_owned())
            .filter(|n| n.ends_with(".toml"))
            .map(|n| (n.clone(), text(&format!("norms/{n}"))))
            .collect();
        norms.sort();
        let packs: Vec<places::load::Pack<'_>> =
            norms.iter().map(|(file, text)| places::load::Pack { file, text }).collect();
        places::load::load_norms(&mut tx, &packs).await.unwrap();
        registry::seed(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        City { db: db.clone(), ids: Ids::seeded(1), now: Instant::start_of(day("2023-12-31")) }
    }

    pub fn stamp(&self) -> Stamp<'_> {
        Stamp { now: self.now, ids: &self.ids, by: "test" }
    }

    pub async fn place(&self, code: &str) -> PlaceId {
        let mut read = self.db.read().await.unwrap();
        places::by_code(&mut read, code, day("2023-12-31")).await.unwrap().unwrap().id
    }

    /// Enters a facility that operates from a day on.
    pub async fn enter(
        &self,
        kind: FacilityKind,
        ownership: Ownership,
        name: &str,
        street: &str,
        from: &str,
        more: Vec<Change>,
    ) -> FacilityId {
        let span = Span::since(day(from));
        let place = self.place(street).await;
        let profile = Profile {
            name: name.to_owned(),
            name_key: String::new(),
            ownership,
            legal_form: LegalForm::Other,
            operator: String::new(),
            credit_code: None,
            phone: String::new(),
        };
        let mut changes = vec![
            Change::SetProfile { span, profile },
            Change::SetSite { span, site: Site { place, address: "样例路1号".into(), lon: None, lat: None } },
            Change::SetState { span, state: State::Operating, reason: "开办".into() },
        ];
        changes.extend(more);
        let mut tx = self.db.begin().await.unwrap();
        let id = registry::enter(&mut tx, &self.stamp(), New { kind, changes }).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub async fn edit(&self, facility: &FacilityId, changes: Vec<Change>) {
        let mut tx = self.db.begin().await.unwrap();
        registry::edit(&mut tx, &self.stamp(), &At::any(facility), changes).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Everything that is asked of the file of an institution; its notice ends on `until`.
    pub async fn fill(&self, facility: &FacilityId, from: &str, until: &str) {
        let span = Span::since(day(from));
        let mut read = self.db.read().await.unwrap();
        let h = registry::store::file::history(&mut read, facility).await.unwrap().unwrap();
        let (mut profile, mut site) = (h.profile[0].value.clone(), h.site[0].value.clone());
        drop(read);
        profile.operator = "样例公司".into();
        profile.credit_code = Some("91350100M000100Y43".into());
        profile.phone = "021-60000001".into();
        (site.lon, site.lat) = (Some(121.5), Some(31.2));
        let premises = Extra::Premises(Premises {
            tenure: Tenure::Rented,
            supplier: String::new(),
            area: Some(400),
            outdoor: None,
            floors: "1层".into(),
            independent: true,
            note: String::new(),
        });
        let fee = Fee { mode: Mode::FullDay, fen: kernel::Fen(320_000), per: Per::Month };
        let number = |sign: &str| format!("{sign}{facility}");
        let changes = vec![
            Change::SetProfile { span, profile },
            Change::SetSite { span, site },
            Change::SetExtra { span, extra: premises },
            self.class_of(Band::Mixed, from),
            approved(Band::Mixed, 20, from),
            Change::SetFee { span, fee },
            self.paper(CredentialKind::OperationNotice, &number("告"), from, until),
            self.paper(CredentialKind::FireProof, &number("消"), from, "9999-12-31"),
            self.paper(CredentialKind::HealthReport, &number("卫"), from, "9999-12-31"),
        ];
        self.edit(facility, changes).await;
    }

    pub fn class(&self, from: &str) -> Change {
        self.class_of(Band::Toddler, from)
    }

    fn class_of(&self, kind: Band, from: &str) -> Change {
        Change::OpenClass {
            class: self.ids.new_id(self.now),
            name: "托一班".into(),
            kind,
            gained: Gained::Expansion,
            span: Span::since(day(from)),
            mode: Mode::FullDay,
        }
    }

    pub fn notice(&self, number: &str, from: &str, until: &str) -> Change {
        self.paper(CredentialKind::OperationNotice, number, from, until)
    }

    pub fn paper(&self, kind: CredentialKind, number: &str, from: &str, until: &str) -> Change {
        Change::AddCredential {
            credential: Credential {
                home: String::new(),
                id: self.ids.new_id(self.now),
                holder_kind: String::new(),
                holder: String::new(),
                kind,
                number: number.to_owned(),
                issuer: "区教育局".into(),
                from_day: day(from),
                until_day: day(until),
                recorded: self.now,
                scope: String::new(),
                places: None,
                verified: Verified::Verified,
                source: "test".into(),
            },
        }
    }
}

pub fn inclusive(from: &str, until: &str) -> Change {
    let span = Span::new(day(from), day(until)).unwrap();
    Change::SetInclusive {
        span, inclusive: Inclusive { confirmed_by: "区教育局".into(), reason: "普惠性认定".into() }
    }
}

pub fn flag(flag: Flag, value: &str, from: &str) -> Change {
    Change::SetFlag {
        span: Span::since(day(from)),
        flag: FlagSpan { flag, value: value.into(), reason: String::new() },
    }
}

pub fn approved(band: Band, places: i64, from: &str) -> Change {
    Change::SetCapacity {
        span: Span::since(day(from)),
        capacity: Capacity { measure: Measure::Approved, mode: Mode::FullDay, band, places },
    }
}
