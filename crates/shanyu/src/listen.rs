//! Connections: accepted up to a number, with a limit on the time and size of a request's head, ended calmly. Bodies
//! have their own limits where they are read (`web::form`, `web::upload`). A client that drips its request in holds a
//! place for half a minute at most.

use axum::{Extension, Router, extract::ConnectInfo};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    time::{sleep, timeout},
};

/// What a client may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once; the next one waits in the system's queue.
    pub connections: usize,
    /// For the head of a request, and between two requests.
    pub head: Duration,
    /// Lines of a head, and the bytes of all of them.
    pub lines: usize,
    pub bytes: usize,
    /// How long requests under way may still take when the program is told to stop.
    pub calm: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        let seconds = Duration::from_secs;
        Limits { connections: 4096, head: seconds(30), lines: 64, bytes: 32 << 10, calm: seconds(20) }
    }
}

/// Serves until `stop` ends, then until what is under way is answered.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let (closing, closed) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        let accepted = async {
            let place = places.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, socket) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        match socket {
            Ok((socket, peer)) => {
                let one = connection(socket, peer, router.clone(), limits, closed.clone());
                tokio::spawn(async move {
                    one.await;
                    drop(place);
                });
            }
            Err(error) => {
                // Out of file handles, or the client was gone again: others go on.
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    drop(closing);
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    let _ = timeout(limits.calm, places.acquire_many(all)).await;
}

async fn connection(
    socket: TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
    mut closed: watch::Receiver<()>,
) {
    let _ = socket.set_nodelay(true);
    let service = TowerToHyperService::new(router.layer(Extension(ConnectInfo(peer))));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head).max_headers(limits.lines).max_buf_size(limits.bytes);
    let mut connection = pin!(http.serve_connection(TokioIo::new(socket), service));
    tokio::select! {
        // What a client does wrong on its connection is no matter of ours.
        _ = connection.as_mut() => return,
        _ = closed.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
