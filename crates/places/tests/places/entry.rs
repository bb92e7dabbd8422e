//! A document and a clause from proposal to library, by two persons, on both engines.

use crate::{city, day, id};
use db::Db;
use kernel::kinds::{AccountId, LibraryEntryId};
use kernel::{Day, Instant};
use places::change::ChangeError;
use places::entry::{self, Entry};
use places::norm_change::By;

fn by(account: &str) -> By {
    By { account: AccountId::new(account), name: account.to_owned(), unit: "样例单位".to_owned(), at: Instant(1) }
}

fn new(name: &str, what: &str) -> Entry {
    Entry {
        id: LibraryEntryId::new(name),
        what: what.to_owned(),
        target: format!("t-{name}"),
        document: String::new(),
        kind: "rule".to_owned(),
        title_zh: "静安区托育机构申办指南（2023年版）".to_owned(),
        title_en: String::new(),
        number: String::new(),
        issuer: "静安区教育局".to_owned(),
        issued: "2023".to_owned(),
        from_day: day("2023-01-01"),
        until_day: Day::OPEN,
        note: String::new(),
        label: String::new(),
        text_zh: String::new(),
        reason: "新印发".to_owned(),
        place: id("310106"),
        state: "proposed".to_owned(),
        account: AccountId::new("a"),
        name: "甲".to_owned(),
        unit_name: "样例单位".to_owned(),
        at: Instant(0),
        decider: None,
        decider_name: String::new(),
        decider_unit: String::new(),
        decided: None,
        remark: String::new(),
    }
}

fn clause(name: &str, document: &str) -> Entry {
    let (label, text) = ("第一条".to_owned(), "样例条款".to_owned());
    Entry { document: document.to_owned(), label, text_zh: text, title_zh: String::new(), ..new(name, "clause") }
}

async fn propose(db: &Db, e: Entry) -> Result<Entry, ChangeError> {
    let mut tx = db.begin().await?;
    let e = entry::propose(&mut tx, e).await?;
    tx.commit().await?;
    Ok(e)
}

fn code(error: ChangeError) -> String {
    match error {
        ChangeError::Rule(rule) => rule.fields.first().map_or(rule.code, |f| f.code).to_owned(),
        ChangeError::Db(e) => format!("{e:?}"),
    }
}

db::both! {
    async fn it_stands_in_the_library_once_another_person_agreed(db: Db) {
        city(&db).await;
        let e = propose(&db, new("e1", "document")).await.unwrap();
        let document = kernel::kinds::DocumentId::new("t-e1");
        assert!(places::document(&mut db.read().await.unwrap(), &document).await.unwrap().is_none(), "not before");
        let again = propose(&db, new("e2", "document")).await.unwrap_err();
        assert_eq!(code(again), "places.entry.title", "one of the same title waits");
        let mut tx = db.begin().await.unwrap();
        let own = entry::approve(&mut tx, &e.id, &by("a"), "").await.unwrap_err();
        assert_eq!(code(own), "places.norm_change.two_persons");
        entry::approve(&mut tx, &e.id, &by("b"), "已对照原文").await.unwrap();
        tx.commit().await.unwrap();
        let there = places::document(&mut db.read().await.unwrap(), &document).await.unwrap().unwrap();
        assert_eq!((there.title_zh.as_str(), there.kind.as_str()), ("静安区托育机构申办指南（2023年版）", "rule"));
        let mut tx = db.begin().await.unwrap();
        let twice = entry::refuse(&mut tx, &e.id, &by("b"), "晚了").await.unwrap_err();
        assert_eq!(code(twice), "places.norm_change.decided");
    }

    async fn a_clause_needs_its_document_and_is_there_once(db: Db) {
        city(&db).await;
        web::i18n::install(&[web::MESSAGES, places::MESSAGES]).unwrap();
        assert_eq!(code(propose(&db, clause("c1", "nowhere")).await.unwrap_err()), "NotFound");
        propose(&db, clause("c2", "nat-setting-2019")).await.unwrap();
        assert_eq!(code(propose(&db, clause("c3", "nat-setting-2019")).await.unwrap_err()), "places.entry.label");
        let known = Entry { label: "第十九条".to_owned(), ..clause("c4", "nat-setting-2019") };
        assert_eq!(code(propose(&db, known).await.unwrap_err()), "places.entry.label", "the packs have it");
        let mut tx = db.begin().await.unwrap();
        let id = LibraryEntryId::new("c2");
        assert_eq!(code(entry::withdraw(&mut tx, &id, &by("b")).await.unwrap_err()), "places.norm_change.not_yours");
        assert_eq!(code(entry::refuse(&mut tx, &id, &by("b"), " ").await.unwrap_err()), "places.norm_change.remark");
        entry::approve(&mut tx, &id, &by("b"), "").await.unwrap();
        tx.commit().await.unwrap();
        let basis = places::said_basis(&mut db.read().await.unwrap(), web::Words(kernel::Lang::Zh), "t-c2; nat-setting-2019; x").await.unwrap();
        let said: Vec<_> = basis.iter().map(|b| (b.text.as_str(), b.href.as_str())).collect();
        assert_eq!(said, [
            ("《托育机构设置标准（试行）》第一条", "/library/clauses/t-c2"),
            ("托育机构设置标准（试行）", "/library/documents/nat-setting-2019"),
            ("x", ""),
        ]);
    }

    async fn two_persons_is_a_rule_of_the_table(db: Db) {
        city(&db).await;
        let alone = Entry { state: "approved".to_owned(), decider: Some(AccountId::new("a")), ..new("e9", "document") };
        let mut tx = db.begin().await.unwrap();
        assert!(tx.insert(alone).await.is_err());
    }
}
