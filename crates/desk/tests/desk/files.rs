//! Files that come with an answer: kept with their digest, shown in the history, given to those who see the entry, and
//! whoever looks at one is in the audit.

use crate::house::house;
use axum::http::StatusCode;
use db::Db;

/// Name and content.
type File<'a> = (&'a str, &'a [u8]);

const PDF: &[u8] = b"%PDF-1.7 what was done";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\nphoto";

db::both! {
    async fn an_answer_takes_files_and_the_history_gives_them(db: Db) {
        let house = house(db).await;
        let id = house.ask("ja_education", "一个街镇", "2022-11-20").await.unwrap().id().to_string();
        let (jingan, city) = (house.token("jingan").await, house.token("city").await);
        let path = format!("/desk/{id}/answer");
        let page = house.get(&jingan, &format!("/desk/{id}")).await.body;
        assert!(page.contains("type=\"file\"") && page.contains("multipart/form-data"), "{page}");
        let files: [(&str, &[u8]); 3] = [("现场.png", PNG), ("纪要.pdf", PDF), ("", b"")];
        for _ in 0..2 {
            // The same key twice is one answer, with its files once.
            let done = house.send_files(&jingan, &path, ("key-00000001", "已落实，见附件"), &files).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        }
        let one = house.get(&city, &format!("/api/v1/desk/{id}")).await.json();
        let files = one["steps"][1]["files"].as_array().unwrap();
        let names: Vec<&str> = files.iter().map(|f| f["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["现场.png", "纪要.pdf"]);
        assert_eq!((files[1]["media_type"].as_str(), files[1]["size"].as_i64()), (Some("application/pdf"), Some(22)));
        assert_eq!(files[1]["sm3"].as_str().unwrap().len(), 64);
        // Whoever asked sees them in the history and fetches them, as files to save.
        let page = house.get(&city, &format!("/desk/{id}")).await.body;
        let href = format!("/desk/{id}/files/2/2");
        assert!(page.contains(&href) && page.contains("纪要.pdf") && page.contains("SM3"), "{page}");
        let file = house.get(&city, &href).await;
        assert_eq!((file.status, file.body.as_bytes()), (StatusCode::OK, PDF));
        // Nobody else does; what is not there is not found.
        let quyang = house.token("quyang").await;
        assert_eq!(house.get(&quyang, &href).await.status, StatusCode::NOT_FOUND);
        assert_eq!(house.get(&city, &format!("/desk/{id}/files/2/3")).await.status, StatusCode::NOT_FOUND);
        web::flush_seen(&house.app).await.unwrap();
        let mut read = house.db.read().await.unwrap();
        let looks: i64 = read.one(db::q!("select count(*) from audit where object = $1", href.as_str())).await.unwrap();
        assert_eq!(looks, 1);
    }

    async fn what_shows_nothing_is_refused_beside_the_field_and_nothing_is_kept(db: Db) {
        let house = house(db).await;
        let id = house.ask("ja_education", "一个街镇", "2022-11-20").await.unwrap().id().to_string();
        let jingan = house.token("jingan").await;
        let path = format!("/desk/{id}/answer");
        let many: Vec<File> = vec![("a.pdf", PDF); web::evidence::FILES + 1];
        let most = format!("一次最多上传 {} 个文件", web::evidence::FILES);
        let wrong: [(&str, Vec<File>); 4] = [
            ("附件只收", vec![("纪要.pdf", PDF), ("页面.pdf", b"<script>alert(1)</script>")]),
            ("附件只收", vec![("a.pdf", b"MZ\x90\x00")]),
            ("解开后过大", vec![("a.xlsx", b"PK\x03\x04 not a whole one")]),
            (&most, many),
        ];
        for (n, (words, files)) in wrong.iter().enumerate() {
            let refused = house.send_files(&jingan, &path, (&format!("key-0000000{n}"), "见附件"), files).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
            // Beside the field, and the sentence is still there.
            let there = ["id=\"e-files\"", "见附件</textarea>", words].map(|part| refused.body.contains(part));
            assert_eq!(there, [true; 3], "{}", refused.body);
        }
        let large = [PDF, &vec![b' '; web::upload::FILE_LIMIT]].concat();
        let large: [(&str, &[u8]); 1] = [("a.pdf", &large)];
        assert_eq!(house.send_files(&jingan, &path, ("key-00000009", "x"), &large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        let mut read = house.db.read().await.unwrap();
        let kept: (i64, i64) = read.one(db::q!("select (select count(*) from blob) as b, (select count(*) from desk_file) as f")).await.unwrap();
        assert_eq!(kept, (0, 0));
        let open = house.get(&jingan, &format!("/api/v1/desk/{id}")).await.json();
        assert_eq!(open["state"], "open");
    }
}
