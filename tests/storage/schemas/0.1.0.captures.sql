PRAGMA foreign_keys = OFF;
BEGIN;
PRAGMA writable_schema = ON;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO '_sqlite_migrations' VALUES (1, 'newskeep-captures', '0001_initial', '2026-11-27 02:39:57.185626+00:00');
CREATE TABLE payloads (
    digest TEXT PRIMARY KEY,
    size_bytes INTEGER NOT NULL,
    stored_bytes INTEGER NOT NULL,
    coding TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;
INSERT INTO 'payloads' VALUES ('f0f156e6289091c9a1bd8e76f39cd0e3db849d2a59b87cba9bd2335a13ece798', 65, 65, 'raw', X'3C68746D6C3E68747470733A2F2F706F73742E6578616D706C652F6272696467652D6F70656E7320323032362D31312D32322031303A30303A30302B30303A3030');
INSERT INTO 'payloads' VALUES ('d29c2f782a8d195bf959174ffd55df74a08338ef712034103c1f60b1ceab68dc', 65, 65, 'raw', X'3C68746D6C3E68747470733A2F2F706F73742E6578616D706C652F6272696467652D6F70656E7320323032362D31312D32322031313A30303A30302B30303A3030');
INSERT INTO 'payloads' VALUES ('61b6afe5f757a1c1e5a8fa2e7541b7e665612767a0952d83a76b775b7e096a15', 65, 65, 'raw', X'3C68746D6C3E68747470733A2F2F706F73742E6578616D706C652F6272696467652D616761696E20323032362D31312D32322031313A30303A30302B30303A3030');
INSERT INTO 'payloads' VALUES ('afa6fa176d453427773025f86aabd0a59c3764105d2d17b91517ce6019c84f2c', 65, 65, 'raw', X'3C68746D6C3E68747470733A2F2F706F73742E6578616D706C652F66657272792D737472696B6520323032362D31312D32322031313A30303A30302B30303A3030');
INSERT INTO 'payloads' VALUES ('4f7720ff7f92386af99d164c51c0af4b63efe67e64e21acf8859e5e86631d4a6', 58, 58, 'raw', X'3C68746D6C3E68747470733A2F2F706F73742E6578616D706C652F746F6B796F20323032362D31312D32322031313A30303A30302B30303A3030');
INSERT INTO 'payloads' VALUES ('f355ac7d85c98e6ec0f44b3e6d37a6f389b87113235684c64cbb365a7418db34', 60, 60, 'raw', X'3C68746D6C3E68747470733A2F2F706F73742E6578616D706C652F746F6B796F2D3220323032362D31312D32322031313A30303A30302B30303A3030');
INSERT INTO 'payloads' VALUES ('21d5e084bef866cfa5d0edef86f923709fdf942dec26de6889f3bcc51b18d6f2', 65, 65, 'raw', X'3C68746D6C3E68747470733A2F2F706F73742E6578616D706C652F746F6B796F3F706167653D3220323032362D31312D32322031303A30303A30302B30303A3030');
INSERT INTO 'payloads' VALUES ('1b9005f0a4e0fc13412d04f2e404ad476ed825e7d74322b5dc1dfbd44a2c6a68', 61, 0, 'taken_down', X'');
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    source TEXT,
    purpose TEXT NOT NULL,
    status INTEGER NOT NULL,
    captured_at TEXT NOT NULL,
    captured_at_inferred INTEGER NOT NULL,
    origin TEXT NOT NULL,
    request_url TEXT NOT NULL,
    final_url TEXT NOT NULL,
    url_key TEXT NOT NULL,
    redirects TEXT,
    elapsed_seconds REAL,
    payload_digest TEXT NOT NULL REFERENCES payloads(digest),
    headers TEXT NOT NULL
) STRICT;
INSERT INTO 'captures' VALUES (1795341600000000, 'post', 'story', 200, '2026-11-22T10:00:00.000Z', 0, 'live', 'https://post.example/bridge-opens', 'https://post.example/bridge-opens', 'post.example/bridge-opens', NULL, NULL, 'f0f156e6289091c9a1bd8e76f39cd0e3db849d2a59b87cba9bd2335a13ece798', '[["Content-Type", "text/html"]]');
INSERT INTO 'captures' VALUES (1795341600000001, 'post', 'story', 200, '2026-11-22T10:00:00.000Z', 0, 'live', 'https://post.example/tokyo?page=2', 'https://post.example/tokyo?page=2', 'post.example/tokyo?page=2', NULL, NULL, '21d5e084bef866cfa5d0edef86f923709fdf942dec26de6889f3bcc51b18d6f2', '[["Content-Type", "text/html"]]');
INSERT INTO 'captures' VALUES (1795341600000002, 'post', 'story', 200, '2026-11-22T10:00:00.000Z', 0, 'live', 'https://post.example/by-order', 'https://post.example/by-order', 'post.example/by-order', NULL, NULL, '1b9005f0a4e0fc13412d04f2e404ad476ed825e7d74322b5dc1dfbd44a2c6a68', '[["Content-Type", "text/html"]]');
INSERT INTO 'captures' VALUES (1795345200000000, 'post', 'story', 200, '2026-11-22T11:00:00.000Z', 0, 'live', 'https://post.example/bridge-opens', 'https://post.example/bridge-opens', 'post.example/bridge-opens', NULL, NULL, 'd29c2f782a8d195bf959174ffd55df74a08338ef712034103c1f60b1ceab68dc', '[["Content-Type", "text/html"]]');
INSERT INTO 'captures' VALUES (1795345200000001, 'post', 'story', 200, '2026-11-22T11:00:00.000Z', 0, 'live', 'https://post.example/bridge-again', 'https://post.example/bridge-again', 'post.example/bridge-again', NULL, NULL, '61b6afe5f757a1c1e5a8fa2e7541b7e665612767a0952d83a76b775b7e096a15', '[["Content-Type", "text/html"]]');
INSERT INTO 'captures' VALUES (1795345200000002, 'post', 'story', 200, '2026-11-22T11:00:00.000Z', 0, 'live', 'https://post.example/ferry-strike', 'https://post.example/ferry-strike', 'post.example/ferry-strike', NULL, NULL, 'afa6fa176d453427773025f86aabd0a59c3764105d2d17b91517ce6019c84f2c', '[["Content-Type", "text/html"]]');
INSERT INTO 'captures' VALUES (1795345200000003, 'post', 'story', 200, '2026-11-22T11:00:00.000Z', 0, 'live', 'https://post.example/tokyo', 'https://post.example/tokyo', 'post.example/tokyo', NULL, NULL, '4f7720ff7f92386af99d164c51c0af4b63efe67e64e21acf8859e5e86631d4a6', '[["Content-Type", "text/html"]]');
INSERT INTO 'captures' VALUES (1795345200000004, 'post', 'story', 200, '2026-11-22T11:00:00.000Z', 0, 'live', 'https://post.example/tokyo-2', 'https://post.example/tokyo-2', 'post.example/tokyo-2', NULL, NULL, 'f355ac7d85c98e6ec0f44b3e6d37a6f389b87113235684c64cbb365a7418db34', '[["Content-Type", "text/html"]]');
CREATE TABLE dictionaries (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    made_at TEXT NOT NULL,
    last_capture INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX captures_url_key ON captures(url_key, captured_at);
CREATE INDEX captures_payload ON captures(payload_digest);
CREATE INDEX captures_source ON captures(source, captured_at);
CREATE INDEX dictionaries_source ON dictionaries(source);
PRAGMA writable_schema = OFF;
COMMIT;
PRAGMA application_id = 1313555280;
PRAGMA user_version = 1;
