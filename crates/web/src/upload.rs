//! A form with one file (multipart): the fields as a [`Form`], the file in memory up to a limit.

use crate::{Cx, Error, Form, Result, WriteKey};
use axum::extract::{FromRequest, Multipart, Request};
use bytes::Bytes;

/// Largest file that is taken: 20,000 rows fit many times over.
pub const FILE_LIMIT: usize = 16 * 1024 * 1024;

/// A submitted form with a file.
pub struct Upload {
    pub form: Form,
    pub file_name: String,
    pub file: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Error;
    async fn from_request(request: Request, state: &S) -> Result<Upload> {
        let cx =
            request.extensions().get::<Cx>().cloned().ok_or(Error::Internal("an upload without the guard".into()))?;
        let header_key = request.headers().get("idempotency-key").and_then(|v| v.to_str().ok()).map(str::to_owned);
        let mut parts =
            Multipart::from_request(request, state).await.map_err(|_| Error::bad("upload.invalid", "file"))?;
        let mut fields = Vec::new();
        let (mut file_name, mut file) = (String::new(), Bytes::new());
        while let Some(part) = parts.next_field().await.map_err(|_| Error::TooLarge)? {
            let name = part.name().unwrap_or_default().to_owned();
            if let Some(file_as) = part.file_name() {
                file_name = file_as.to_owned();
                file = part.bytes().await.map_err(|_| Error::TooLarge)?;
                if file.len() > FILE_LIMIT {
                    return Err(Error::TooLarge);
                }
            } else {
                fields.push((name, part.text().await.map_err(|_| Error::bad("upload.invalid", "file"))?));
            }
        }
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let mut form = Form::filled(&pairs);
        if !cx.api && form.text("csrf") != cx.csrf() {
            return Err(Error::Forged);
        }
        let key = header_key.unwrap_or_else(|| form.text("idempotency_key").to_owned());
        form.key = WriteKey::parse(Some(key.as_str()).filter(|k| !k.is_empty()))?;
        Ok(Upload { form, file_name, file })
    }
}
