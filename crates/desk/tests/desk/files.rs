//! Files that come with an answer: kept with their digest, shown in the history, given to those who see the entry, and
//! whoever looks at one is in the audit.

use crate::house::house;
use axum::http::StatusCode;
use db::Db;

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
        let text: [(&str, &[u8]); 1] = [("页面.pdf", b"<script>alert(1)</script>")];
        let refused = house.send_files(&jingan, &path, ("key-00000001", "见附件"), &text).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        assert!(refused.body.contains("id=\"e-files\"") && refused.body.contains("见附件"), "{}", refused.body);
        let program: [(&str, &[u8]); 1] = [("a.pdf", b"MZ\x90\x00")];
        assert_eq!(house.send_files(&jingan, &path, ("key-00000002", "x"), &program).await.status, StatusCode::BAD_REQUEST);
        let many: Vec<(&str, &[u8])> = vec![("a.pdf", PDF); web::upload::FILES + 1];
        assert_eq!(house.send_files(&jingan, &path, ("key-00000003", "x"), &many).await.status, StatusCode::BAD_REQUEST);
        let large = [PDF, &vec![b' '; web::upload::FILE_LIMIT]].concat();
        let large: [(&str, &[u8]); 1] = [("a.pdf", &large)];
        assert_eq!(house.send_files(&jingan, &path, ("key-00000004", "x"), &large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        let mut read = house.db.read().await.unwrap();
        let kept: (i64, i64) = read.one(db::q!("select (select count(*) from blob) as b, (select count(*) from desk_file) as f")).await.unwrap();
        assert_eq!(kept, (0, 0));
        let open = house.get(&jingan, &format!("/api/v1/desk/{id}")).await.json();
        assert_eq!(open["state"], "open");
    }
}
