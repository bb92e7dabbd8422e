//! 500 random edits through the use cases, a merger and a split of streets, against the naive twin: files and figures
//! of 50 days, for the city and three districts, are those of the twin. Deterministic by seed.

mod clerk;

use crate::city::{City, day, plans};
use clerk::{Clerk, MERGED, place, split_in_two};
use db::Db;
use indicator::{Asked, Part};
use kernel::Day;
use plans::Plans;
use rand::RngExt;
use rand_chacha::ChaCha12Rng;
use registry::codes::{FacilityKind, FacilityKind::*, Flag, Measure, Ownership, State, Verified};
use registry::model::Credential;

const REGIONS: [&str; 4] = ["310000", "310106", "310109", "310115"];
/// Days round the merger and the split, and ends of years; the other days are drawn.
#[rustfmt::skip]
const EDGES: [&str; 10] = [
    "2021-12-31", "2019-12-31", "2020-12-31", "2021-06-30", "2021-07-01", "2021-12-30", "2022-04-09", "2022-04-10",
    "2022-12-31", "2023-12-31",
];

/// The indicators that the naive city knows. Whether a file is complete is held against the marks of its own page
/// (registry::filled) and by the recount of what is kept.
fn compared() -> impl Iterator<Item = &'static indicator::Declaration> {
    registry::INDICATORS.iter().filter(|declaration| declaration.id != "institution_file_completeness")
}

impl Clerk {
    /// Every file says of these days what the twin says.
    async fn same_files(&self, read: &mut db::Read, days: &[Day]) {
        for file in &self.files {
            let history = registry::store::file::history(read, &file.id).await.unwrap().unwrap();
            for on in days {
                let (has, now) = (registry::as_of(&history, *on), self.twin.now(file.twin, *on));
                let bits = |list: Vec<usize>| list.into_iter().fold(0u64, |bits, n| bits | 1 << n);
                let class = |c: &registry::view::OpenClass| file.classes.iter().position(|k| *k == c.class.id).unwrap();
                let notice = |c: &Credential| file.notices.iter().position(|k| k.0 == c.id).unwrap();
                let valid = has.credentials.iter().filter(|c| c.verified != Verified::Refuted);
                let place = has.site.map(|s| s.value.place);
                assert_eq!(place, now.place.map(|p| clerk::place(self.twin.code(p))), "{} {on}", file.id);
                assert_eq!(has.state.map(|s| s.value.state), now.state, "{} {on}", file.id);
                assert_eq!(has.operating, now.state == Some(State::Operating) && !now.double, "{} {on}", file.id);
                assert_eq!(has.profile.map(|p| p.value.ownership), now.owner, "{} {on}", file.id);
                assert_eq!(has.inclusive.is_some(), now.inclusive, "{} {on}", file.id);
                assert_eq!(bits(has.classes.iter().map(class).collect()), now.classes, "{} {on}", file.id);
                assert_eq!(bits(valid.map(notice).collect()), now.notices, "{} {on}", file.id);
                let approved = history.places_on(Measure::Approved, *on).unwrap_or(0);
                assert_eq!(approved, now.approved(), "{} {on}", file.id);
                for flag in Flag::ALL {
                    let value = has.flags.iter().find(|f| f.value.flag == *flag).map(|f| f.value.value.as_str());
                    assert_eq!(value, now.flag(*flag), "{} {on} {flag}", file.id);
                }
            }
        }
    }

    /// Figures of these days that are not the twin's; counts those above nothing, by indicator.
    async fn same_figures(
        &mut self,
        read: &mut db::Read,
        plans: &Plans,
        days: &[Day],
        seen: &mut [usize],
    ) -> Vec<String> {
        let plan = plans.plan("shanghai-2020-2022").unwrap().span;
        let mark = plans.kept.refresh(read).await.unwrap();
        let regions = REGIONS.map(|code| (code, self.twin.at(code)));
        let mut faults = Vec::new();
        for (n, on) in days.iter().enumerate() {
            let (view, tree) = (self.twin.view(*on), plans.kept.tree(read, mark, *on).await.unwrap());
            for (declaration, seen) in compared().zip(seen.iter_mut()) {
                let readings = declaration.variants.iter().map(|v| v.name).filter(|v| *v != "all");
                for reading in std::iter::once("").chain(readings) {
                    let mut asked = Asked::on(declaration, *on, Some(plan));
                    asked.variant = reading.to_owned();
                    asked.params = plans::params(read, declaration, &place("310000"), *on).await.unwrap();
                    let groups = plans.kept.groups(read, mark, declaration, &asked).await.unwrap();
                    for (code, region) in regions {
                        let figure = indicator::evaluate(declaration, &groups, &tree, &asked, &place(code));
                        let twin = view.figure(declaration.id, reading, region, plan);
                        if (figure.numerator, figure.denominator) != twin {
                            let has = (figure.numerator, figure.denominator);
                            faults.push(format!("{} {reading} {on} {code}: {has:?}, naive {twin:?}", declaration.id));
                        }
                        *seen += usize::from(twin.0 > 0.0);
                        if n == 0 && reading.is_empty() {
                            let region = place(code);
                            let rows =
                                indicator::evidence_all(read, declaration, &asked, &region, Part::Numerator).await;
                            let rows = rows.unwrap();
                            let rate = matches!(declaration.fold, indicator::Fold::Rate { .. });
                            let sum: f64 = rows.iter().map(|r| if rate { r.amount } else { 1.0 }).sum();
                            assert_eq!(sum, figure.numerator, "evidence of {} {on} {code}", declaration.id);
                        }
                    }
                }
            }
        }
        faults
    }
}

db::both! {
    async fn files_and_figures_equal_a_naive_replay(db: Db) {
        let city = City::empty(&db).await;
        let mut clerk = Clerk::new(city, 17);
        let kinds = FacilityKind::ALL;
        for n in 0..5 * kinds.len() + 10 {
            let kind = if n < 5 * kinds.len() { kinds[n % kinds.len()] } else { Kindergarten };
            clerk.enter(kind).await;
        }
        let plans = plans();
        let (mut refused, mut seen, mut faults) = (0, vec![0; compared().count()], Vec::new());
        for (round, edge) in EDGES.iter().enumerate() {
            let mut done = 0;
            while done < 60 {
                if clerk.edit().await { done += 1 } else { refused += 1 }
            }
            match round {
                2 => clerk.merge().await,
                5 => clerk.split().await,
                _ => {}
            }
            clerk.twin.replay();
            let mut days = vec![day(edge)];
            // Half of the days lie after the merger, up to the end of the year of the split.
            let drawn = |rng: &mut ChaCha12Rng, from, n| day(from).plus(rng.random_range(0..n));
            days.extend((0..2).map(|_| drawn(&mut clerk.rng, "2018-06-01", 2040)));
            days.extend((0..2).map(|_| drawn(&mut clerk.rng, MERGED.2, 549)));
            let mut read = db.read().await.unwrap();
            clerk.same_files(&mut read, &days).await;
            faults.extend(clerk.same_figures(&mut read, &plans, &days, &mut seen).await);
            assert_eq!(registry::listing_faults(&mut read).await.unwrap(), []);
        }
        assert!(faults.is_empty(), "{} figures differ:\n{}", faults.len(), faults.join("\n"));
        assert!(refused < 500, "{refused} of the drawn edits were refused: the draw is no use");
        for (declaration, seen) in compared().zip(seen) {
            assert!(seen >= 10, "{} was above nothing {seen} times only", declaration.id);
        }
    }

    async fn kept_figures_follow_a_change_of_the_tree(db: Db) {
        let city = City::empty(&db).await;
        city.enter(GuidanceStation, Ownership::Public, "样例站", "310109009", "2020-01-01", vec![]).await;
        let (plans, on) = (plans(), day("2022-12-31"));
        let declaration = plans.declared.get("street_guidance_station_coverage").unwrap();
        let asked = Asked::on(declaration, on, None);
        for streets in [36.0, 37.0] {
            let mut read = db.read().await.unwrap();
            let mark = plans.kept.refresh(&mut read).await.unwrap();
            let groups = plans.kept.groups(&mut read, mark, declaration, &asked).await.unwrap();
            let tree = plans.kept.tree(&mut read, mark, on).await.unwrap();
            let figure = indicator::evaluate(declaration, &groups, &tree, &asked, &place("310115"));
            assert_eq!(figure.denominator, streets);
            drop(read);
            if streets == 36.0 {
                // No file lies in the street: only the tree changes.
                let mut tx = db.begin().await.unwrap();
                split_in_two(&mut tx).await;
                tx.commit().await.unwrap();
            }
        }
    }
}
