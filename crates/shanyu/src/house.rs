//! The house as a whole: every slice's tables, words, actions, routes and indicators, and how a folder of data is
//! opened. A new slice is added in this file and nowhere else.

use crate::{Done, Stop, clear, config::Config, exports, packs::Packs, serve};
use db::{Blobs, Db, Keys};
use disclosure::Disclosure;
use indicator::Declaration;
use kernel::{Clock, Day, Ids, Instant, WorkCalendar};
use matter::Kinds;
use paper::Press;
use plans::Plans;
use serde::{Deserialize, Serialize};
use std::{path::Path, sync::Arc};
use web::{App, AppInner, Jobs, NavEntry, Routes, Settings};

/// Tables of all slices, in the order in which they refer to one another.
pub const MIGRATIONS: &[&[db::Migration]] = &[
    web::MIGRATIONS,
    indicator::MIGRATIONS,
    places::MIGRATIONS,
    identity::MIGRATIONS,
    desk::MIGRATIONS,
    matter::MIGRATIONS,
    guide::MIGRATIONS,
    applicant::MIGRATIONS,
    errand::MIGRATIONS,
    registry::MIGRATIONS,
    disclosure::MIGRATIONS,
    duty::MIGRATIONS,
    plans::MIGRATIONS,
    licence::MIGRATIONS,
    premises::MIGRATIONS,
];

/// The key file in the data folder; never in a backup.
pub const KEY_FILE: &str = "shanyu.keys";

/// Tables whose rows do not come back with a backup: a session that ended since must not live again.
pub const FORGOTTEN: &[&str] = &["session"];

/// Words of all slices.
pub const MESSAGES: &[web::i18n::Source] = &[
    web::MESSAGES,
    places::MESSAGES,
    identity::MESSAGES,
    desk::MESSAGES,
    matter::MESSAGES,
    guide::MESSAGES,
    licence::MESSAGES,
    applicant::MESSAGES,
    errand::MESSAGES,
    registry::MESSAGES,
    duty::MESSAGES,
    plans::MESSAGES,
    premises::MESSAGES,
    disclosure::MESSAGES,
    serve::MESSAGES,
];

/// Everything that computes an indicator.
pub fn declarations() -> impl Iterator<Item = &'static Declaration> {
    registry::INDICATORS.iter().chain(disclosure::INDICATORS)
}

/// Every route of the program.
pub fn routes(house: &House) -> Routes {
    let citations = house.plans.citations().into_iter().chain(registry::citations()).chain(premises::citations());
    let citations = citations.chain(guide::citations(&house.kinds, &house.book)).chain(duty::citations(&house.duties));
    let citations = places::Citations::new(citations);
    let routes = serve::routes(house.plans.clone())
        .merge(identity::routes())
        .merge(desk::routes())
        .merge(matter::routes())
        .merge(guide::routes())
        .merge(licence::routes())
        .merge(applicant::routes())
        .merge(errand::routes())
        .merge(places::routes())
        .merge(plans::routes(house.plans.clone()))
        .merge(registry::routes())
        .merge(premises::routes())
        .merge(duty::routes())
        .merge(disclosure::routes())
        .merge(exports::routes());
    let actions = identity::AllActions::of(&routes);
    let list = routes.list().to_vec();
    routes.with(actions).with(citations).with(house.press.clone()).with(serve::ApiRoutes(Arc::new(list)))
}

/// Work beside the requests: the jobs and events that slices take up, and those of the house itself.
pub fn jobs() -> Jobs {
    Jobs::new()
        .daily("house.clear", clear::clear)
        .merge(identity::jobs())
        .merge(desk::jobs())
        .merge(matter::jobs())
        .merge(licence::jobs())
        .merge(errand::jobs())
        .merge(registry::jobs())
        .merge(duty::jobs())
        .merge(plans::jobs())
        .merge(disclosure::jobs())
        .merge(premises::jobs())
        .merge(exports::jobs())
}

/// The left navigation, in order.
pub fn nav() -> Vec<NavEntry> {
    let mut all = applicant::own_nav();
    all.extend(desk::nav());
    all.extend(matter::nav());
    all.extend(guide::nav());
    all.extend(licence::nav());
    all.extend(plans::nav());
    all.extend(registry::nav());
    all.extend(disclosure::nav());
    all.extend(premises::nav());
    all.extend(duty::nav());
    all.extend(applicant::nav());
    all.extend(identity::nav());
    all.extend(errand::nav());
    all.extend(places::nav());
    let packs = &crate::packs_page::PACKS;
    all.push(NavEntry { group: "nav.rules", label: "packs.title", href: "/library/packs", action: packs });
    all.push(NavEntry { group: "", label: "start.nav", href: "/start", action: &crate::start::START });
    all
}

/// What the box on top of every page asks, in order.
pub fn finders(plans: &Arc<Plans>) -> Vec<web::find::Finder> {
    let mut all = registry::finders();
    all.extend(places::finders());
    all.extend(plans::finders(plans));
    all.push(identity::finder());
    all
}

/// What a folder remembers of how it was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// Made by `demo`: every page says so, and demo accounts may sign in.
    pub synthetic: bool,
    pub today: Option<Day>,
    pub seed: Option<u64>,
    pub scale: Option<f64>,
}

impl Made {
    pub const NAME: &str = "house.json";

    pub fn read(data: &Path) -> Done<Option<Made>> {
        match std::fs::read_to_string(data.join(Made::NAME)) {
            Ok(text) => serde_json::from_str(&text).map(Some).map_err(|e| Stop::Wrong(format!("{}: {e}", Made::NAME))),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Stop::Wrong(format!("{}: {e}", Made::NAME))),
        }
    }

    pub fn write(&self, data: &Path) -> Done {
        let text = serde_json::to_string_pretty(self).map_err(|e| Stop::Wrong(e.to_string()))?;
        std::fs::write(data.join(Made::NAME), text).map_err(|e| Stop::Wrong(format!("{}: {e}", Made::NAME)))
    }
}

/// An open house.
pub struct House {
    pub db: Db,
    pub keys: Arc<Keys>,
    pub blobs: Blobs,
    pub ids: Arc<Ids>,
    pub packs: Packs,
    pub plans: Arc<Plans>,
    pub press: Arc<Press>,
    pub disclosure: Arc<Disclosure>,
    pub kinds: Arc<Kinds>,
    /// The self-check of applicants.
    pub path: Arc<guide::Path>,
    /// The guide of the city and its answers.
    pub book: Arc<guide::Book>,
    /// What institutions answer for.
    pub duties: Arc<duty::Duties>,
    pub config: Config,
}

/// Opens folder and database, makes what is missing, brings tables up to date and reads the plan packs.
pub async fn open(config: &Config, ids: Arc<Ids>) -> Done<House> {
    std::fs::create_dir_all(&config.data).map_err(|e| Stop::Wrong(format!("{}: {e}", config.data.display())))?;
    let db =
        Db::connect(&db::Config { data_dir: Some(config.data.clone()), ..db::Config::new(&config.database) }).await?;
    furnish(db, config, ids).await
}

/// The same over a database that is open already.
pub async fn furnish(db: Db, config: &Config, ids: Arc<Ids>) -> Done<House> {
    web::i18n::install(MESSAGES).map_err(Stop::Wrong)?;
    let packs = Packs::new(config.packs.as_deref());
    let plans = Arc::new(read_plans(&packs)?);
    let disclosure = Arc::new(read_disclosure(&packs)?);
    db::migrate(&db, MIGRATIONS).await?;
    let keys = Arc::new(Keys::open(&config.data.join(KEY_FILE), &db, &Ids::system()).await?);
    let db = db.with_keys(keys.clone());
    let settings = packs.file("settings.toml")?;
    let mut tx = db.begin().await?;
    identity::load_settings(&mut tx, pack(&settings)).await.map_err(|e| Stop::Wrong(format!("packs: {e}")))?;
    tx.commit().await?;
    let blobs = Blobs::open(&config.data)?;
    let press = Arc::new(Press::new(&config.fonts));
    let kinds = Arc::new(read_kinds(&packs)?);
    let path = Arc::new(read_path(&packs, &kinds)?);
    let book = Arc::new(read_book(&packs, &kinds)?);
    let duties = Arc::new(read_duties(&packs, &kinds)?);
    Ok(House {
        db,
        keys,
        blobs,
        ids,
        packs,
        plans,
        press,
        disclosure,
        kinds,
        path,
        book,
        duties,
        config: config.clone(),
    })
}

/// Reads the catalogue and the plans; a wrong pack stops with file, key and reason.
pub fn read_plans(packs: &Packs) -> Done<Plans> {
    let (indicators, units) = (packs.file("indicators.toml")?, packs.file("units.toml")?);
    let files = packs.folder("plans", ".toml")?;
    Plans::read((&indicators.0, &indicators.1), (&units.0, &units.1), &files, declarations()).map_err(Stop::Wrong)
}

/// Reads which field of a file is public.
pub fn read_disclosure(packs: &Packs) -> Done<Disclosure> {
    let public = packs.file("disclosure.toml")?;
    Ok(Disclosure::read(&public.0, &public.1).map_err(Stop::Wrong)?.with(crate::shown::sources()))
}

/// Reads the self-check of applicants and walks it once.
pub fn read_path(packs: &Packs, kinds: &Kinds) -> Done<guide::Path> {
    let path = packs.file("guide/check.toml")?;
    guide::Path::read(&path.1, kinds).map_err(|why| Stop::Wrong(format!("packs: {}: {why}", path.0)))
}

/// Reads what institutions answer for.
pub fn read_duties(packs: &Packs, kinds: &Kinds) -> Done<duty::Duties> {
    let duties = packs.file("duties.toml")?;
    let read = duty::Duties::read(&duties.1, kinds.calendar.clone());
    read.map_err(|why| Stop::Wrong(format!("packs: duties.toml: {why}")))
}

/// Reads the guide and the answers; a wrong pack stops with file, entry and reason.
pub fn read_book(packs: &Packs, kinds: &Kinds) -> Done<guide::Book> {
    let (guides, questions) = (packs.file("guide/guide.toml")?, packs.file("guide/questions.toml")?);
    guide::Book::read(pack(&guides), pack(&questions), kinds).map_err(|why| Stop::Wrong(format!("packs: {why}")))
}

/// Every kind of matter.
pub fn kinds() -> Vec<&'static matter::Kind> {
    licence::KINDS.to_vec()
}

/// Reads the work calendar and the forms of matters; a wrong pack stops with file and reason.
pub fn read_kinds(packs: &Packs) -> Done<Kinds> {
    let calendar = packs.file("calendar/holidays.csv")?;
    let calendar = WorkCalendar::load(&calendar.1).map_err(|e| Stop::Wrong(format!("packs: {}: {e}", calendar.0)))?;
    let mut sheets = Vec::new();
    for (file, text) in packs.folder("forms", ".toml")? {
        sheets.extend(matter::read_forms(&text).map_err(|why| Stop::Wrong(format!("packs: {file}: {why}")))?);
    }
    let kinds = Kinds::new(kinds(), sheets, calendar).map_err(|why| Stop::Wrong(format!("packs: {why}")))?;
    // Nothing is handed in for an organisation that nobody confirmed; what is handed in keeps the guide it followed.
    Ok(kinds
        .with(
            |read, actor| Box::pin(applicant::may_submit(read, actor)),
            |app, tx, matter| Box::pin(guide::follow(app, tx, matter)),
        )
        .knowing(|read, id, day| {
            Box::pin(async move {
                let found = registry::named_on(read, id, day).await?;
                Ok(found.map(|(name, place)| matter::Named { name, place }))
            })
        }))
}

impl House {
    /// The state of the server over this house.
    pub fn app(&self, clock: Arc<Clock>, synthetic: bool) -> App {
        let mut inner = AppInner::new(self.db.clone(), clock, self.ids.clone(), self.keys.clone());
        inner.settings =
            Settings { synthetic, secure_cookies: self.config.secure_cookies, behind_proxy: self.config.behind_proxy };
        inner.nav = nav();
        inner.counts =
            vec![("/desk", desk::waiting), ("/matters", matter::waiting_for), ("/approvals", identity::open_approvals)];
        inner.blobs = Some(self.blobs.clone());
        inner.finders = finders(&self.plans);
        inner.kept.insert(self.disclosure.clone());
        inner.kept.insert(self.plans.clone());
        inner.kept.insert(self.kinds.clone());
        inner.kept.insert(self.path.clone());
        inner.kept.insert(self.duties.clone());
        inner.kept.insert(self.press.clone());
        inner.kept.insert(registry::FileLinks(vec![duty::file_link()]));
        inner.kept.insert(licence::Site(self.config.address.clone()));
        inner.kept.insert(self.config.sender(synthetic));
        App::new(inner)
    }

    /// Puts divisions, facts, norms, the guide, units and kinds of the packs into the database; doing it again changes
    /// nothing.
    pub async fn load_packs(&self, today: Day) -> Done {
        let refused = |e: &dyn std::fmt::Display| Stop::Wrong(format!("packs: {e}"));
        let mut tx = self.db.begin().await?;
        let places_csv = self.packs.file("divisions/places.csv")?;
        places::load::load_divisions(&mut tx, pack(&places_csv)).await.map_err(|e| refused(&e))?;
        let successors = self.packs.file("divisions/successors.csv")?;
        places::load::load_successors(&mut tx, pack(&successors)).await.map_err(|e| refused(&e))?;
        let facts = self.packs.folder("facts", ".csv")?;
        places::load::load_facts(&mut tx, &facts.iter().map(pack).collect::<Vec<_>>())
            .await
            .map_err(|e| refused(&e))?;
        let norms = self.packs.folder("norms", ".toml")?;
        places::load::load_norms(&mut tx, &norms.iter().map(pack).collect::<Vec<_>>())
            .await
            .map_err(|e| refused(&e))?;
        self.check_cited(&mut tx).await?;
        let root =
            places::root(&mut tx, today).await?.ok_or_else(|| refused(&"divisions: no place is above all others"))?;
        self.book.load(&mut tx, &root, Instant::start_of(today)).await.map_err(|e| refused(&e))?;
        let units = self.packs.file("units.toml")?;
        identity::load_units(&mut tx, pack(&units), today).await.map_err(|e| refused(&e))?;
        registry::seed(&mut tx).await.map_err(|e| refused(&e))?;
        indicator::touch(&mut tx, "", "packs").await?;
        tx.commit().await?;
        Ok(())
    }

    /// Every clause that forms and duties cite is in the library.
    async fn check_cited(&self, read: &mut db::Read) -> Done {
        let fields = |s: &matter::Sheet| {
            let fields = s.sections.iter().flat_map(|section| &section.fields);
            fields.map(|field| (format!("form {}: {}", s.id, field.id), field.clause.clone())).collect::<Vec<_>>()
        };
        let mut all: Vec<(String, String)> = self.kinds.sheets().iter().flat_map(fields).collect();
        all.extend(self.duties.all.iter().map(|d| (format!("duties.toml: {}", d.id), d.clause.clone())));
        for (at, clause) in all {
            if let Some(id) = places::unknown_basis(read, &clause).await? {
                return Err(Stop::Wrong(format!("packs: {at}: clause {id} is nowhere")));
            }
        }
        Ok(())
    }
}

fn pack((file, text): &(String, String)) -> places::load::Pack<'_> {
    places::load::Pack { file, text }
}
